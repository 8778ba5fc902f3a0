//! Who we are, and how it is proved: the methods in order.
//!
//! Takes: an [`Identity`]. Gives: a session that is logged in. Refuses, before anything is
//! sent: what `private_key` refuses, an empty password, nothing to prove anything with. RSA
//! keys sign with SHA-512 or SHA-256, never with SHA-1.

use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;

use russh::client::{AuthResult, Handle};
use russh::keys::key::PrivateKeyWithHashAlg;
use russh::keys::{HashAlg, PrivateKey};
use russh::{MethodKind, MethodSet};

use super::error::{Fault, SshError};
use super::handler::Watch;
use super::private_key;
use crate::secret::Secret;

/// What can prove who we are. Nothing, until something is added.
///
/// A key is opened once and stays open for as long as this lives: bcrypt takes 0.1 s of CPU by
/// design, which a hundred hosts of one credential should not take a hundred times.
#[derive(Default)]
pub struct Identity {
    key: Option<Key>,
    password: Option<Secret>,
}

struct Key {
    text: Secret,
    passphrase: Option<Secret>,
    opened: OnceCell<Result<Arc<PrivateKey>, SshError>>,
}

impl Identity {
    /// Adds a private key: the text of its file, and the passphrase that opens it, if any.
    #[must_use]
    pub fn with_key(mut self, text: Secret, passphrase: Option<Secret>) -> Self {
        self.key = Some(Key {
            text,
            passphrase,
            opened: OnceCell::new(),
        });
        self
    }

    /// Adds a password. An empty one is never sent, so it adds nothing.
    #[must_use]
    pub fn with_password(mut self, password: Secret) -> Self {
        self.password = Some(password).filter(|password| !password.is_empty());
        self
    }

    /// Opens the key, as a login would.
    ///
    /// # Errors
    /// [`Fault::NoCredential`], or what is wrong with the key.
    pub fn check(&self) -> Result<(), SshError> {
        open(self).map(drop)
    }
}

/// Holds nothing worth printing.
impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// An identity whose key was opened and found good.
pub(super) struct Credentials<'a> {
    key: Option<Arc<PrivateKey>>,
    password: Option<&'a Secret>,
}

/// Opens the key, unless it is open.
///
/// # Errors
/// [`Fault::NoCredential`], or what is wrong with the key.
pub(super) fn open(identity: &Identity) -> Result<Credentials<'_>, SshError> {
    let key = identity.key.as_ref().map(Key::open).transpose()?;
    let password = identity.password.as_ref();
    if key.is_none() && password.is_none() {
        let detail = "neither a private key nor a non-empty password is configured";
        return Err(SshError::new(Fault::NoCredential, detail));
    }
    Ok(Credentials { key, password })
}

impl Key {
    fn open(&self) -> Result<Arc<PrivateKey>, SshError> {
        let open = || private_key::open(&self.text, self.passphrase.as_ref()).map(Arc::new);
        self.opened.get_or_init(open).clone()
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

fn gone(_: russh::Error) -> SshError {
    SshError::new(Fault::Closed, "the connection ended while logging in")
}
