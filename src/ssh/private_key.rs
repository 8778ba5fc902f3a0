//! A private key from the text of its file.
//!
//! Formats: OpenSSH, PKCS#8 (both encrypted or not), PKCS#1 and SEC 1 PEM (encrypted: PKCS#1
//! with AES-128-CBC). Refuses: a key that does not open, an RSA key under 2048 bits, every type
//! but ed25519, ECDSA P-256/384/521 and RSA.
//!
//! russh's own reader of files is not used: it keeps a copy of the key that is not zeroed, and it
//! reads PuTTY's format, whose code would be a hundredth of the binary.

use russh::keys::pkcs8::decode_pkcs8;
use russh::keys::{Encryption, PrivateKey, decode_pkcs5, ssh_key};
use zeroize::Zeroizing;

use super::algorithms::{is_accepted, weak_rsa_bits};
use super::error::{Fault, SshError};
use super::pem::Pem;
use crate::secret::Secret;

/// Opens the key in `text`, the whole of a file; a passphrase it does not need does no harm.
///
/// # Errors
/// What is wrong with it: [`Fault::PassphraseMissing`], [`Fault::PassphraseWrong`],
/// [`Fault::KeyFormat`] or [`Fault::KeyWeak`].
pub(super) fn open(text: &Secret, passphrase: Option<&Secret>) -> Result<PrivateKey, SshError> {
    let pem = Pem::read(text.expose()).map_err(|detail| {
        SshError::new(
            Fault::KeyFormat,
            format!("the private key cannot be read: {detail}"),
        )
    })?;
    let opened = match (pem.label, pem.dek_info) {
        ("OPENSSH PRIVATE KEY", None) => openssh(&pem.bytes, passphrase),
        ("ENCRYPTED PRIVATE KEY", None) => {
            let passphrase = needed(passphrase)?.as_bytes();
            decode_pkcs8(&pem.bytes, Some(passphrase)).map_err(wrong_passphrase)
        }
        ("PRIVATE KEY" | "EC PRIVATE KEY", None) => {
            decode_pkcs8(&pem.bytes, None).map_err(unreadable)
        }
        ("RSA PRIVATE KEY", None) => pkcs1(&pem.bytes).map_err(unreadable),
        ("RSA PRIVATE KEY", Some(dek_info)) => {
            let cipher = cipher(dek_info)?;
            decode_pkcs5(&pem.bytes, Some(needed(passphrase)?), cipher).map_err(wrong_passphrase)
        }
        (_, Some(_)) => Err(unsupported_encryption()),
        (label, None) => {
            let detail = format!("`-----BEGIN {label}-----` is no private key of a known format");
            Err(SshError::new(Fault::KeyFormat, detail))
        }
    };
    check_strength(opened?)
}

fn needed(passphrase: Option<&Secret>) -> Result<&str, SshError> {
    passphrase.map(Secret::expose).ok_or_else(|| {
        let detail = "the private key is encrypted: name the secret with its passphrase as `key_passphrase_secret` in credentials.yml";
        SshError::new(Fault::PassphraseMissing, detail)
    })
}

fn openssh(bytes: &[u8], passphrase: Option<&Secret>) -> Result<PrivateKey, SshError> {
    let key = PrivateKey::from_bytes(bytes).map_err(unreadable)?;
    if !key.is_encrypted() {
        return Ok(key);
    }
    key.decrypt(needed(passphrase)?).map_err(|error| {
        // The check value of the format tells a wrong passphrase from what it opened being odd.
        if matches!(error, ssh_key::Error::Crypto) {
            wrong_passphrase(error)
        } else {
            unreadable(error)
        }
    })
}

/// PKCS#1 (RFC 8017, appendix A.1.2) is what PKCS#8 (RFC 5208, section 5) has inside for an RSA key.
fn pkcs1(bytes: &[u8]) -> Result<PrivateKey, russh::keys::Error> {
    const VERSION_0: [u8; 3] = [0x02, 1, 0];
    const RSA_ENCRYPTION: [u8; 15] = [
        0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0,
    ];
    let key = der(0x04, &[bytes]);
    decode_pkcs8(&der(0x30, &[&VERSION_0, &RSA_ENCRYPTION, &key]), None)
}

/// A DER element (X.690, section 10.1) of `parts`, one after another.
fn der(tag: u8, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut element = Zeroizing::new(Vec::with_capacity(length.saturating_add(10)));
    element.push(tag);
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => element.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let digits = bytes.into_iter().skip_while(|byte| *byte == 0);
            element.push(0x80 | u8::try_from(digits.clone().count()).unwrap_or(u8::MAX));
            element.extend(digits);
        }
    }
    for part in parts {
        element.extend_from_slice(part);
    }
    element
}

/// The cipher of a `DEK-Info` header: `AES-128-CBC,` and the 32 hex digits of its start value.
fn cipher(dek_info: &str) -> Result<Encryption, SshError> {
    dek_info
        .strip_prefix("AES-128-CBC,")
        .filter(|digits| {
            digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        })
        .and_then(|digits| u128::from_str_radix(digits, 16).ok())
        .map(|start| Encryption::Aes128Cbc(start.to_be_bytes()))
        .ok_or_else(unsupported_encryption)
}

fn unsupported_encryption() -> SshError {
    SshError::new(
        Fault::KeyFormat,
        "the private key is PEM with an encryption that is not supported: convert it with `ssh-keygen -p -o -f FILE`",
    )
}

fn wrong_passphrase(error: impl std::fmt::Display) -> SshError {
    let detail = format!("the private key does not open with its passphrase: {error}");
    SshError::new(Fault::PassphraseWrong, detail)
}

fn unreadable(error: impl std::fmt::Display) -> SshError {
    let detail = format!("the private key cannot be read: {error}");
    SshError::new(Fault::KeyFormat, detail)
}

fn check_strength(key: PrivateKey) -> Result<PrivateKey, SshError> {
    let public = key.public_key().key_data();
    if let Some(bits) = weak_rsa_bits(public) {
        let detail = format!("the private key is RSA with {bits} bits; 2048 is the least");
        return Err(SshError::new(Fault::KeyWeak, detail));
    }
    if !is_accepted(public) {
        let detail = format!("private keys of type {} are not accepted", key.algorithm());
        return Err(SshError::new(Fault::KeyFormat, detail));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::der;

    #[test]
    fn a_length_is_written_in_the_fewest_bytes() {
        let rows: [(usize, &[u8]); 6] = [
            (0, &[0]),
            (0x7f, &[0x7f]),
            (0x80, &[0x81, 0x80]),
            (0xff, &[0x81, 0xff]),
            (0x100, &[0x82, 1, 0]),
            (0x1_0000, &[0x83, 1, 0, 0]),
        ];
        for (length, digits) in rows {
            let element = der(0x04, &[&vec![7; length]]);
            let expected = [&[0x04], digits, &vec![7; length]].concat();
            assert_eq!(*element, expected, "{length}");
        }
    }
}
