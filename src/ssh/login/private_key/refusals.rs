//! What is said of a private key that does not open: where it stands and how to mend it, never a
//! word that is in it.

use crate::secret::Secret;
use crate::ssh::error::{Fault, SshError};

/// The passphrase of an encrypted key.
///
/// # Errors
/// [`Fault::PassphraseMissing`].
pub(in crate::ssh) fn needed(passphrase: Option<&Secret>) -> Result<&str, SshError> {
    passphrase.map(Secret::expose).ok_or_else(|| {
        let detail = "the private key is encrypted: name the secret with its passphrase as `key_passphrase_secret` in credentials.yml";
        SshError::new(Fault::PassphraseMissing, detail)
    })
}

/// A `DEK-Info` that is not AES-128-CBC, or not of an RSA key.
pub(in crate::ssh) fn unsupported_pem() -> SshError {
    SshError::new(
        Fault::KeyFormat,
        "the private key is PEM with an encryption that is not supported: convert it with `ssh-keygen -p -f FILE`",
    )
}

/// What `pkcs8_encryption` names.
pub(in crate::ssh) fn unsupported_pkcs8(encryption: &str) -> SshError {
    let detail = format!(
        "the private key is PKCS#8 encrypted with {encryption}, which is not supported: convert it with `ssh-keygen -p -f FILE`"
    );
    SshError::new(Fault::KeyFormat, detail)
}

/// Nothing, or nonsense, came out.
pub(in crate::ssh) fn wrong_passphrase() -> SshError {
    let detail = "the private key does not open with its passphrase: correct the secret";
    SshError::new(Fault::PassphraseWrong, detail)
}

/// What stands in the block is no key.
pub(in crate::ssh) fn damaged() -> SshError {
    let detail = "the private key cannot be read: it is damaged, or of a type that is not accepted: copy the file anew";
    SshError::new(Fault::KeyFormat, detail)
}
