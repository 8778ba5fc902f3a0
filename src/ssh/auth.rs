//! Who we are: private keys from their files' text, and the methods in order.
//!
//! Takes: an [`Identity`]. Gives: credentials ready to use, then a session that is logged in.
//! Formats: OpenSSH, PKCS#8 (both encrypted or not), PKCS#1 and SEC 1 PEM (encrypted: PKCS#1
//! with AES-128-CBC). Refuses, before anything is sent: a key that does not open, an RSA key
//! under 2048 bits, every type but ed25519, ECDSA P-256/384/521 and RSA, an empty password.
//! RSA keys sign with SHA-512 or SHA-256, never with SHA-1.

use std::sync::Arc;

use russh::client::{AuthResult, Handle};
use russh::keys::key::PrivateKeyWithHashAlg;
use russh::keys::{HashAlg, PrivateKey, decode_secret_key};
use russh::{MethodKind, MethodSet};

use super::algorithms::{is_accepted, weak_rsa_bits};
use super::error::{Fault, SshError};
use super::handler::Watch;
use crate::secret::Secret;

/// What can prove who we are to one host. Nothing, until something is added.
#[derive(Debug, Default)]
pub struct Identity {
    key: Option<KeyText>,
    password: Option<Secret>,
}

#[derive(Debug)]
struct KeyText {
    text: Secret,
    passphrase: Option<Secret>,
}

impl Identity {
    /// Adds a private key: the text of its file, and the passphrase that opens it, if any.
    #[must_use]
    pub fn with_key(mut self, text: Secret, passphrase: Option<Secret>) -> Self {
        self.key = Some(KeyText { text, passphrase });
        self
    }

    /// Adds a password. An empty one is never sent, so it adds nothing.
    #[must_use]
    pub fn with_password(mut self, password: Secret) -> Self {
        self.password = Some(password).filter(|password| !password.is_empty());
        self
    }
}

/// An identity whose key was opened and found good.
pub(super) struct Credentials<'a> {
    key: Option<Arc<PrivateKey>>,
    password: Option<&'a Secret>,
}

/// Opens the key, which takes about 0.1 s of CPU when it is encrypted with bcrypt.
///
/// # Errors
/// [`Fault::NoCredential`], or what is wrong with the key.
pub(super) fn open(identity: &Identity) -> Result<Credentials<'_>, SshError> {
    let key = identity.key.as_ref().map(open_key).transpose()?;
    let password = identity.password.as_ref();
    if key.is_none() && password.is_none() {
        let detail = "neither a private key nor a non-empty password is configured";
        return Err(SshError::new(Fault::NoCredential, detail));
    }
    Ok(Credentials {
        key: key.map(Arc::new),
        password,
    })
}

fn open_key(key: &KeyText) -> Result<PrivateKey, SshError> {
    let text = key.text.expose();
    let passphrase = match (protection(text)?, &key.passphrase) {
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

/// Logs in as `user`: the key, then the password, as far as the server goes on offering.
///
/// # Errors
/// [`Fault::AuthenticationFailed`] when all are refused; [`Fault::Closed`] when the server ends
/// the connection instead of answering.
pub(super) async fn log_in(
    handle: &mut Handle<Watch>,
    user: &str,
    credentials: Credentials<'_>,
) -> Result<(), SshError> {
    let mut tried = Vec::new();
    let mut offered = MethodSet::empty();
    if let Some(key) = credentials.key {
        for hash in signature_hashes(handle, &key).await? {
            let key = PrivateKeyWithHashAlg::new(key.clone(), hash);
            tried.push(key.algorithm().to_string());
            match handle
                .authenticate_publickey(user, key)
                .await
                .map_err(gone)?
            {
                AuthResult::Success => return Ok(()),
                AuthResult::Failure {
                    remaining_methods, ..
                } => offered = remaining_methods,
            }
            refuse_if_gone(handle)?;
            if !offered.contains(&MethodKind::PublicKey) {
                break;
            }
        }
    }
    if let Some(password) = credentials.password
        && (tried.is_empty() || offered.contains(&MethodKind::Password))
    {
        tried.push("password".to_owned());
        let answer = handle.authenticate_password(user, password.expose()).await;
        match answer.map_err(gone)? {
            AuthResult::Success => return Ok(()),
            AuthResult::Failure {
                remaining_methods, ..
            } => offered = remaining_methods,
        }
        refuse_if_gone(handle)?;
    }
    let offered: Vec<&str> = offered.iter().map(<&str>::from).collect();
    let detail = format!(
        "user `{user}` was refused: tried {}; the server offers {}",
        tried.join(", "),
        offered.join(", ")
    );
    Err(SshError::new(Fault::AuthenticationFailed, detail))
}

/// The hashes to try for a key: none for all types but RSA. A server that does not say which it
/// takes (russh waits a second for that, RFC 8308) is asked for both.
async fn signature_hashes(
    handle: &Handle<Watch>,
    key: &PrivateKey,
) -> Result<Vec<Option<HashAlg>>, SshError> {
    if !key.algorithm().is_rsa() {
        return Ok(vec![None]);
    }
    match handle.best_supported_rsa_hash().await.map_err(gone)? {
        Some(Some(hash)) => Ok(vec![Some(hash)]),
        Some(None) => Err(SshError::new(
            Fault::Negotiation,
            "the server takes RSA signatures with SHA-1 only, which are refused",
        )),
        None => Ok(vec![Some(HashAlg::Sha512), Some(HashAlg::Sha256)]),
    }
}

/// russh reports a connection that ended during a method as that method's failure.
fn refuse_if_gone(handle: &Handle<Watch>) -> Result<(), SshError> {
    if handle.is_closed() {
        return Err(gone(russh::Error::Disconnect));
    }
    Ok(())
}

fn gone(error: russh::Error) -> SshError {
    SshError::new(Fault::Closed, format!("while logging in: {error}"))
}
