//! A private key from the text of its file.
//!
//! Formats: OpenSSH, PKCS#8 (both encrypted or not), PKCS#1 and SEC 1 PEM (encrypted: PKCS#1
//! with AES-128-CBC). Refuses: a key that does not open, an RSA key under 2048 bits, every type
//! but ed25519, ECDSA P-256/384/521 and RSA.

use russh::keys::{PrivateKey, decode_secret_key};

use super::algorithms::{is_accepted, weak_rsa_bits};
use super::error::{Fault, SshError};
use crate::secret::Secret;

/// Opens the key in `text`, the whole of a file; a passphrase it does not need does no harm.
///
/// # Errors
/// What is wrong with it: [`Fault::PassphraseMissing`], [`Fault::PassphraseWrong`],
/// [`Fault::KeyFormat`] or [`Fault::KeyWeak`].
pub(super) fn open(text: &Secret, passphrase: Option<&Secret>) -> Result<PrivateKey, SshError> {
    let text = text.expose();
    let passphrase = match (protection(text)?, passphrase) {
        // russh would take a passphrase for a sign that the file is encrypted.
        (Protection::None, _) => None,
        (Protection::Passphrase, Some(passphrase)) => Some(passphrase.expose()),
        (Protection::Passphrase, None) => {
            let detail = "the private key is encrypted and no passphrase is configured";
            return Err(SshError::new(Fault::PassphraseMissing, detail));
        }
    };
    let opened = decode_secret_key(text, passphrase).map_err(|error| match passphrase {
        Some(_) => SshError::new(
            Fault::PassphraseWrong,
            format!("the private key does not open with its passphrase: {error}"),
        ),
        None => SshError::new(
            Fault::KeyFormat,
            format!("the private key cannot be read: {error}"),
        ),
    })?;
    check_strength(opened)
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

/// Whether a private key needs a passphrase.
enum Protection {
    None,
    Passphrase,
}

/// Reads it off the PEM header (RFC 7468, RFC 1421 section 4.6.1.1 for the old encryption), as
/// russh tells an encrypted PKCS#8 key without a passphrase from a damaged one by no error.
fn protection(text: &str) -> Result<Protection, SshError> {
    let format = |detail: &str| Err(SshError::new(Fault::KeyFormat, detail));
    let header = text.lines().find(|line| line.starts_with("-----BEGIN "));
    let cipher = text
        .lines()
        .find_map(|line| line.strip_prefix("DEK-Info: "));
    match (header, cipher) {
        (Some("-----BEGIN OPENSSH PRIVATE KEY-----"), None) => match PrivateKey::from_openssh(text)
        {
            Ok(key) if key.is_encrypted() => Ok(Protection::Passphrase),
            Ok(_) => Ok(Protection::None),
            Err(error) => format(&format!("the OpenSSH private key cannot be read: {error}")),
        },
        (Some("-----BEGIN ENCRYPTED PRIVATE KEY-----"), None) => Ok(Protection::Passphrase),
        (
            Some(
                "-----BEGIN PRIVATE KEY-----"
                | "-----BEGIN RSA PRIVATE KEY-----"
                | "-----BEGIN EC PRIVATE KEY-----",
            ),
            None,
        ) => Ok(Protection::None),
        (Some("-----BEGIN RSA PRIVATE KEY-----"), Some(cipher))
            if cipher.starts_with("AES-128-CBC,") =>
        {
            Ok(Protection::Passphrase)
        }
        (Some(_), Some(_)) => format(
            "the private key is PEM with an encryption that is not supported: convert it with `ssh-keygen -p -o -f FILE`",
        ),
        (Some(header), None) => format(&format!("`{header}` is no private key of a known format")),
        (None, _) => {
            format("the file holds no PEM private key: it should start with `-----BEGIN `")
        }
    }
}
