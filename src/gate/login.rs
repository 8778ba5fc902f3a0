//! The means of a login, fetched when the connection is made: the key, its passphrase, its certificate, the agent, the
//! password. And the password that sudo is answered.
//!
//! Takes a credential; gives an [`Identity`], and a second copy of its secrets: redaction searches for them in the
//! output. Refuses a key or a secret that cannot be read.

use std::fmt;
use std::path::PathBuf;
use std::rc::Rc;

use crate::config::{
    Agent, Credential, Environment, KeyError, KeyErrorKind, SecretError, SecretErrorKind,
    SecretName,
};
use crate::secret::Secret;
use crate::ssh::{Identity, SshError, SshErrorKind, SudoPassword};

use super::loaded::Loaded;

/// Why the means of a login are missing.
#[derive(Debug)]
pub enum LoginError {
    /// The key file cannot be used.
    Key(KeyError),
    /// The certificate's file cannot be used.
    Certificate(KeyError),
    /// A secret is missing or cannot be read.
    Secret(SecretError),
    /// Another error of the login.
    Ssh(SshError),
}

impl fmt::Display for LoginError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(error) | Self::Certificate(error) => error.fmt(formatter),
            Self::Secret(error) => error.fmt(formatter),
            Self::Ssh(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for LoginError {}

impl LoginError {
    /// The error as that of a failed connection: a constant for the client, the story for stderr.
    pub fn into_ssh_error(self) -> SshError {
        match self {
            Self::Key(fault) => SshError::new(key_fault(&fault.kind), fault.to_string()),
            Self::Certificate(fault) => {
                SshError::new(certificate_fault(&fault.kind), fault.to_string())
            }
            Self::Secret(fault) => {
                let kind = secret_fault(&fault.kind, SshErrorKind::SecretMissing);
                SshError::new(kind, fault.to_string())
            }
            Self::Ssh(error) => error,
        }
    }
}

/// The secrets of a connection's logins. Redaction removes them from output.
pub type LoginSecrets = Vec<Rc<Secret>>;

/// The means of one login.
pub struct Login {
    /// The key, the certificate, the agent and the password.
    pub identity: Identity,
    /// A second copy of the secrets, for redaction.
    pub secrets: Vec<Secret>,
}

/// Reads the keys and secrets that a credential names.
pub fn login(loaded: &Loaded, credential: &Credential) -> Result<Login, LoginError> {
    let keys = loaded.keys();
    let mut login = Login {
        identity: Identity::default(),
        secrets: Vec::new(),
    };
    if let Some(path) = credential.private_key() {
        let key = keys.open(path).map_err(LoginError::Key)?;
        let passphrase = credential.key_passphrase_secret.as_ref();
        let passphrase = passphrase
            .map(|name| login.fetch(loaded, name))
            .transpose()?;
        let open_keys = loaded.open_keys();
        login.identity = login.identity.with_shared_key(open_keys, key, passphrase);
    }
    if let Some(path) = &credential.certificate_path {
        let certificate = keys.open_public(path).map_err(LoginError::Certificate)?;
        login.identity = login.identity.with_certificate(certificate);
    }
    if let Some(path) = credential.agent_key() {
        let key = keys.open_public(path).map_err(LoginError::Key)?;
        login.identity = login.identity.with_agent_key(key);
    }
    if credential.none {
        login.identity = login.identity.with_none();
    }
    if credential.agent == Agent::Asked {
        login.identity = login.identity.with_agent(agent_socket()?);
    }
    if let Some(name) = &credential.password_secret {
        let password = login.fetch(loaded, name)?;
        login.identity = login.identity.with_password(password);
    } else if let Some(password) = &credential.password {
        login.secrets.push(again(password));
        login.identity = login.identity.with_password(again(password));
    }
    Ok(login)
}

/// The password that sudo is answered on the hosts of a credential, with a second copy; `None` where it names none.
///
/// # Errors
/// That the secret cannot be read, or is no password for sudo; the story names the credential and the field.
pub fn sudo_password(
    loaded: &Loaded,
    credential: &Credential,
) -> Result<Option<(SudoPassword, Rc<Secret>)>, SshError> {
    let Some(name) = &credential.sudo_password_secret else {
        return Ok(None);
    };
    let fault = |kind, why: &dyn fmt::Display| {
        let detail = format!("{credential} in credentials.yml: `sudo_password_secret`: {why}");
        SshError::new(kind, detail)
    };
    let secret = loaded.secrets().get(name);
    let missing = SshErrorKind::SudoSecretMissing;
    let secret = secret.map_err(|why| fault(secret_fault(&why.kind, missing), &why))?;
    let secret = Rc::new(secret);
    let password = SudoPassword::new(Rc::clone(&secret));
    let password = password.map_err(|why| fault(SshErrorKind::SudoPasswordUnfit, &why))?;
    Ok(Some((password, secret)))
}

/// The socket at which the agent listens.
fn agent_socket() -> Result<PathBuf, LoginError> {
    Environment::Process.agent_socket().ok_or_else(|| {
        let detail = "SSH_AUTH_SOCK is not set: start an agent, mount its socket, and set it";
        LoginError::Ssh(SshError::new(SshErrorKind::AgentUnavailable, detail))
    })
}

impl Login {
    /// Adds the password for sudo to the secrets: any command may print it, so any connection hides it. Only `become`
    /// needs it, so without it the login goes on.
    pub fn hide_sudo_password(&mut self, loaded: &Loaded, credential: &Credential) {
        if let Some(name) = &credential.sudo_password_secret
            && let Err(fault) = self.fetch(loaded, name)
        {
            log::warn!("{credential}: `sudo_password_secret` is not hidden in output: {fault}");
        }
    }

    /// Reads a secret, and keeps a second copy.
    fn fetch(&mut self, loaded: &Loaded, name: &SecretName) -> Result<Secret, LoginError> {
        let secret = loaded.secrets().get(name).map_err(LoginError::Secret)?;
        self.secrets.push(again(&secret));
        Ok(secret)
    }
}

fn again(secret: &Secret) -> Secret {
    Secret::new(secret.expose().to_owned())
}

/// `missing`, unless it is there and the sandbox keeps it closed.
fn secret_fault(kind: &SecretErrorKind, missing: SshErrorKind) -> SshErrorKind {
    match kind {
        SecretErrorKind::Closed { .. } => SshErrorKind::SandboxClosed,
        SecretErrorKind::Missing { .. } | SecretErrorKind::Unusable { .. } => missing,
    }
}

fn key_fault(kind: &KeyErrorKind) -> SshErrorKind {
    match kind {
        KeyErrorKind::Missing
        | KeyErrorKind::TooLong
        | KeyErrorKind::NotAPath
        | KeyErrorKind::Traversal
        | KeyErrorKind::Outside
        | KeyErrorKind::Unexpanded => SshErrorKind::KeyNotFound,
        KeyErrorKind::Exposed { .. }
        | KeyErrorKind::Writable { .. }
        | KeyErrorKind::Unreadable(_) => SshErrorKind::KeyForbidden,
        KeyErrorKind::Closed => SshErrorKind::SandboxClosed,
        KeyErrorKind::NoDescriptor => SshErrorKind::NoDescriptor,
        KeyErrorKind::Link
        | KeyErrorKind::PublicKey
        | KeyErrorKind::Directory
        | KeyErrorKind::NotRegular
        | KeyErrorKind::TooLarge
        | KeyErrorKind::NotText => SshErrorKind::KeyFormat,
    }
}

/// Of a certificate's file: `key_path` and the key's mode are not what is to be corrected.
fn certificate_fault(kind: &KeyErrorKind) -> SshErrorKind {
    match kind {
        KeyErrorKind::Closed => SshErrorKind::SandboxClosed,
        KeyErrorKind::NoDescriptor => SshErrorKind::NoDescriptor,
        KeyErrorKind::Missing
        | KeyErrorKind::TooLong
        | KeyErrorKind::NotAPath
        | KeyErrorKind::Traversal
        | KeyErrorKind::Outside
        | KeyErrorKind::Unexpanded
        | KeyErrorKind::Link
        | KeyErrorKind::Exposed { .. }
        | KeyErrorKind::PublicKey
        | KeyErrorKind::Writable { .. }
        | KeyErrorKind::Unreadable(_)
        | KeyErrorKind::Directory
        | KeyErrorKind::NotRegular
        | KeyErrorKind::TooLarge
        | KeyErrorKind::NotText => SshErrorKind::CertificateUnusable,
    }
}
