//! What is said of a private key that does not open.
//!
//! Gives: errors that say where the key is named and how to mend it. No error holds a word of the key.

use crate::secret::Secret;
use crate::ssh::error::{SshError, SshErrorKind};

/// The passphrase of an encrypted key.
///
/// # Errors
/// [`SshErrorKind::PassphraseMissing`].
pub(super) fn needed(passphrase: Option<&Secret>) -> Result<&str, SshError> {
    passphrase.map(Secret::expose).ok_or_else(|| {
        let detail = "the private key is encrypted: name the secret with its passphrase as `key_passphrase_secret` in credentials.yml";
        SshError::new(SshErrorKind::PassphraseMissing, detail)
    })
}

/// A `DEK-Info` that is not AES-128-CBC, or not of an RSA key.
pub(super) fn unsupported_pem() -> SshError {
    SshError::new(
        SshErrorKind::KeyFormat,
        "the private key is PEM with an encryption that is not supported: convert it with `ssh-keygen -p -f FILE`",
    )
}

/// What `pkcs8_encryption` names.
pub(super) fn unsupported_pkcs8(encryption: &str) -> SshError {
    let detail = format!(
        "the private key is PKCS#8 encrypted with {encryption}, which is not supported: convert it with `ssh-keygen -p -f FILE`"
    );
    SshError::new(SshErrorKind::KeyFormat, detail)
}

/// Nothing, or nonsense, came out.
pub(super) fn wrong_passphrase() -> SshError {
    let detail = "the private key does not open with its passphrase: correct the secret";
    SshError::new(SshErrorKind::PassphraseWrong, detail)
}

/// What stands in the block is no key.
pub(super) fn damaged() -> SshError {
    let detail = "the private key cannot be read: it is damaged, or of a type that is not accepted: copy the file anew";
    SshError::new(SshErrorKind::KeyFormat, detail)
}
