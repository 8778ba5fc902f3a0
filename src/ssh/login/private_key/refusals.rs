//! The errors of a private key that does not open.
//!
//! Gives: errors that say what is wrong and how to mend it. No error holds a word of the key.

use crate::secret::Secret;
use crate::ssh::error::{SshError, SshErrorKind};

/// The passphrase that an encrypted key needs.
///
/// # Errors
/// [`SshErrorKind::PassphraseMissing`].
pub(super) fn needed(passphrase: Option<&Secret>) -> Result<&str, SshError> {
    passphrase.map(Secret::expose).ok_or_else(|| {
        let detail = "the private key is encrypted: name the secret with its passphrase as `key_passphrase_secret` in credentials.yml";
        SshError::new(SshErrorKind::PassphraseMissing, detail)
    })
}

/// The error for a `DEK-Info` that is not AES-128-CBC, or not of an RSA key.
pub(super) fn unsupported_pem() -> SshError {
    SshError::new(
        SshErrorKind::KeyFormat,
        "the private key is PEM with an encryption that is not supported: convert it with `ssh-keygen -p -f FILE`",
    )
}

/// The error for an encryption that `pkcs8_encryption` has named.
pub(super) fn unsupported_pkcs8(encryption: &str) -> SshError {
    let detail = format!(
        "the private key is PKCS#8 encrypted with {encryption}, which is not supported: convert it with `ssh-keygen -p -f FILE`"
    );
    SshError::new(SshErrorKind::KeyFormat, detail)
}

/// The error for a passphrase that decrypts to no key.
pub(super) fn wrong_passphrase() -> SshError {
    let detail = "the private key does not open with its passphrase: correct the secret";
    SshError::new(SshErrorKind::PassphraseWrong, detail)
}

/// The error for a block whose bytes are no key, or one of a kind that has no name here.
pub(super) fn damaged() -> SshError {
    let detail = "the private key cannot be read: it is damaged, or of a type that is not accepted: copy the file anew, or make one with `ssh-keygen -t ed25519`";
    SshError::new(SshErrorKind::KeyFormat, detail)
}

/// The error for a key that is of another kind: `kind` is "an Ed448 key".
pub(super) fn not_accepted(kind: &str) -> SshError {
    let detail = format!(
        "the private key is {kind}, which is not accepted: make one with `ssh-keygen -t ed25519`"
    );
    SshError::new(SshErrorKind::KeyFormat, detail)
}

/// The error for a block that is no private key.
pub(super) fn no_key(label: &str) -> SshError {
    let mend = match label {
        "PUBLIC KEY" | "RSA PUBLIC KEY" => "it is a public key: name the private one",
        "CERTIFICATE" => "it is a certificate for TLS: name a key that `ssh-keygen` writes",
        _ => "name one that `ssh-keygen` writes",
    };
    let detail = format!("a PEM block of {label} is no private key of a known format: {mend}");
    SshError::new(SshErrorKind::KeyFormat, detail)
}

/// The error for an ECDSA key whose curve has no name in it.
pub(super) fn spelled_curve() -> SshError {
    let detail = "the private key spells its curve out instead of naming it: convert it with `ssh-keygen -p -f FILE`, which knows P-256, P-384 and P-521";
    SshError::new(SshErrorKind::KeyFormat, detail)
}

/// The error for the file of a FIDO key: the key itself is in the token.
pub(super) fn of_token() -> SshError {
    let detail = "the private key is in a FIDO token, and only an agent asks a token: load it with `ssh-add FILE`, and name `agent: true` and `key_path: FILE.pub` in credentials.yml";
    SshError::new(SshErrorKind::KeyFormat, detail)
}
