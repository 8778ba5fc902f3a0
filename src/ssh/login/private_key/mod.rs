//! A private key from the text of its file.
//!
//! Takes: the text and a passphrase. Gives: the key. Formats: OpenSSH and PKCS#8, both encrypted or not; PKCS#1 PEM,
//! plain or with AES-128-CBC; SEC 1 PEM, plain. Refuses: a key that does not open, an RSA key under 2048 bits, every
//! type but ed25519, ECDSA P-256/384/521 and RSA, by its name (`other_kind.rs`). No error repeats a word of the file, or an error of a library,
//! which may repeat one.
//!
//! russh's reader of key files is not used: it keeps a copy of the key that is not zeroed, and it reads PuTTY's
//! format, whose code would be a hundredth of the binary.

mod der;
mod foreign_key;
mod openssh_key;
mod other_kind;
mod pem;
mod pkcs8_encryption;
mod refusals;
mod shape;

use crate::secret::Secret;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::algorithms::{is_accepted, weak_rsa_bits};
use crate::ssh::transport::keys::pkcs8::decode_pkcs8;
use crate::ssh::transport::keys::{Encryption, Error, PrivateKey, decode_pkcs5};
use der::{CURVES, OBJECT_IDENTIFIER, OCTET_STRING, PARAMETERS, SEQUENCE};
use pem::Pem;
use pkcs8_encryption::unsupported;
use refusals::{
    damaged, needed, no_key, not_accepted, unsupported_pem, unsupported_pkcs8, wrong_passphrase,
};
pub use shape::is_built_as;

/// Opens the key in `text`, the whole of a file. A passphrase that the key does not need does no harm.
///
/// # Errors
/// What is wrong with the key: [`SshErrorKind::PassphraseMissing`], [`SshErrorKind::PassphraseWrong`],
/// [`SshErrorKind::KeyFormat`] or [`SshErrorKind::KeyWeak`].
pub(super) fn open(text: &Secret, passphrase: Option<&Secret>) -> Result<PrivateKey, SshError> {
    let pem = Pem::read(text.expose()).map_err(|detail| {
        SshError::new(
            SshErrorKind::KeyFormat,
            format!("the private key cannot be read: {detail}"),
        )
    })?;
    let opened = match (pem.label, pem.dek_info) {
        ("OPENSSH PRIVATE KEY", None) => openssh_key::open(&pem.bytes, passphrase),
        ("ENCRYPTED PRIVATE KEY", None) => {
            if let Some(encryption) = unsupported(&pem.bytes) {
                return Err(unsupported_pkcs8(encryption));
            }
            let passphrase = needed(passphrase)?.as_bytes();
            decode_pkcs8(&pem.bytes, Some(passphrase)).map_err(|error| not_opened(&error))
        }
        ("PRIVATE KEY", None) => decode_pkcs8(&pem.bytes, None).map_err(|_| unreadable(&pem)),
        ("EC PRIVATE KEY", None) => sec1(&pem.bytes).ok_or_else(|| unreadable(&pem)),
        ("RSA PRIVATE KEY", None) => pkcs1(&pem.bytes).map_err(|_| unreadable(&pem)),
        ("RSA PRIVATE KEY", Some(dek_info)) => {
            let cipher = cipher(dek_info)?;
            decode_pkcs5(&pem.bytes, Some(needed(passphrase)?), cipher)
                .map_err(|_| wrong_passphrase())
        }
        (label, encrypted) => Err(match (other_kind::labelled(label), encrypted) {
            (Some(error), _) => error,
            (None, Some(_)) => unsupported_pem(),
            (None, None) => no_key(label),
        }),
    };
    check_strength(opened?)
}

/// The error for a block that is not encrypted.
fn unreadable(pem: &Pem<'_>) -> SshError {
    other_kind::built(pem.label, &pem.bytes).unwrap_or_else(damaged)
}

/// The error for an encrypted PKCS#8 key. What a wrong passphrase makes of a key is no DER, or no key in DER.
fn not_opened(error: &Error) -> SshError {
    if let Error::UnknownAlgorithm(identifier) = error {
        return other_kind::identified(identifier.as_bytes()).unwrap_or_else(damaged);
    }
    let is_opened = matches!(
        error,
        Error::Pkcs1(_) | Error::Rsa(_) | Error::Spki(_) | Error::SshKey(_)
    );
    if is_opened {
        damaged()
    } else {
        wrong_passphrase()
    }
}

/// Reads a PKCS#1 key (RFC 8017, appendix A.1.2): puts it into PKCS#8 (RFC 5208, section 5), which has PKCS#1 inside.
fn pkcs1(bytes: &[u8]) -> Result<PrivateKey, Error> {
    const VERSION_0: [u8; 3] = [0x02, 1, 0];
    const RSA_ENCRYPTION: [u8; 15] = [
        0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0,
    ];
    let key = der::written(OCTET_STRING, &[bytes]);
    decode_pkcs8(
        &der::written(SEQUENCE, &[&VERSION_0, &RSA_ENCRYPTION, &key]),
        None,
    )
}

/// Reads a key of SEC 1, appendix C.4 (RFC 5915). PuTTY writes the number as a signed one, with more or fewer bytes
/// than its curve has: it is read with as many bytes as the curve has.
fn sec1(bytes: &[u8]) -> Option<PrivateKey> {
    if let Ok(key) = decode_pkcs8(bytes, None) {
        return Some(key);
    }
    let key = der::element(bytes, SEQUENCE)?.0;
    let (version, rest) = der::split(key)?;
    let (number, rest) = der::element(rest, OCTET_STRING)?;
    let curve = der::element(rest, PARAMETERS)?.0;
    let curve = der::element(curve, OBJECT_IDENTIFIER)?.0;
    let (_, length) = CURVES.into_iter().find(|(known, _)| *known == curve)?;
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = number.get(zeros..)?;
    let zeros = vec![0; length.checked_sub(number.len())?];
    let number = der::written(OCTET_STRING, &[&zeros, number]);
    decode_pkcs8(&der::written(SEQUENCE, &[version, &number, rest]), None).ok()
}

/// The cipher of a `DEK-Info` header: `AES-128-CBC,` and the 32 hex digits of the start value.
fn cipher(dek_info: &str) -> Result<Encryption, SshError> {
    dek_info
        .strip_prefix("AES-128-CBC,")
        .filter(|digits| {
            digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        })
        .and_then(|digits| u128::from_str_radix(digits, 16).ok())
        .map(|start| Encryption::Aes128Cbc(start.to_be_bytes()))
        .ok_or_else(unsupported_pem)
}

fn check_strength(key: PrivateKey) -> Result<PrivateKey, SshError> {
    let public = key.public_key().key_data();
    if let Some(bits) = weak_rsa_bits(public) {
        let detail = format!("the private key is RSA with {bits} bits; 2048 is the least");
        return Err(SshError::new(SshErrorKind::KeyWeak, detail));
    }
    if !is_accepted(public) {
        let kind = format!("of type {}", key.algorithm());
        return Err(not_accepted(&kind));
    }
    Ok(key)
}
