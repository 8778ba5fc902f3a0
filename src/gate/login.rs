//! What a connection needs, fetched when it is made: the key, its passphrase, the password.
//!
//! Takes a host and its configuration; gives an [`Identity`], and the secrets in it again, to
//! be searched for in what the command prints. Refuses what this version cannot use.

use std::rc::Rc;

use crate::config::{Agent, Credential, Host, KeyFault, KeyFaultKind, SecretFault, SecretName};
use crate::secret::Secret;
use crate::ssh::{Fault, Identity, SshError};

use super::loaded::Loaded;

/// Why there is nothing to log in with.
pub enum LoginFault {
    /// The key file.
    Key(KeyFault),
    /// A secret.
    Secret(SecretFault),
    /// Something else, told as a failed connection is.
    Ssh(SshError),
}

impl LoginFault {
    /// As a failed connection is told: a constant for the client, the story for stderr.
    pub fn into_ssh_error(self) -> SshError {
        match self {
            Self::Key(fault) => SshError::new(key_fault(&fault.kind), fault.to_string()),
            Self::Secret(fault) => SshError::new(Fault::SecretMissing, fault.to_string()),
            Self::Ssh(error) => error,
        }
    }
}

/// What proves who we are.
pub struct Login {
    /// The remote user.
    pub username: String,
    /// The key and the password.
    pub identity: Identity,
    /// Their secrets again.
    pub secrets: Vec<Secret>,
}

/// Opens what the host's credential names.
pub fn login(loaded: &Loaded, host: &Host) -> Result<Login, LoginFault> {
    let credential = usable(loaded, host)?;
    let mut login = Login {
        username: credential.username.clone(),
        identity: Identity::default(),
        secrets: Vec::new(),
    };
    if let Some(path) = &credential.key_path {
        let key = loaded.keys().open(path).map_err(LoginFault::Key)?;
        let passphrase = credential.key_passphrase_secret.as_ref();
        let passphrase = passphrase
            .map(|name| login.fetch(loaded, name))
            .transpose()?;
        login.identity = login.identity.with_key(key, passphrase);
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

impl Login {
    /// Reads a secret, and keeps it a second time.
    fn fetch(&mut self, loaded: &Loaded, name: &SecretName) -> Result<Secret, LoginFault> {
        let secret = loaded.secrets().get(name).map_err(LoginFault::Secret)?;
        self.secrets.push(again(&secret));
        Ok(secret)
    }
}

/// The host's credential, if this version can use it and reach the host.
fn usable(loaded: &Loaded, host: &Host) -> Result<Rc<Credential>, LoginFault> {
    let refuse = |detail: String| Err(LoginFault::Ssh(SshError::new(Fault::NoCredential, detail)));
    let Some(credential) = loaded.inventory().credential(host) else {
        return refuse(format!(
            "`{}` has no `credentials` in servers.yml",
            host.alias
        ));
    };
    let unsupported = [
        ("jump", host.jump.is_some()),
        ("agent", credential.agent == Agent::Asked),
        ("certificate_path", credential.certificate_path.is_some()),
    ];
    match unsupported.iter().find(|(_, used)| *used) {
        Some((key, _)) => refuse(format!(
            "`{key}` of `{}` is not supported by this version: remove it",
            host.alias
        )),
        None => Ok(Rc::clone(credential)),
    }
}

fn again(secret: &Secret) -> Secret {
    Secret::new(secret.expose().to_owned())
}

fn key_fault(kind: &KeyFaultKind) -> Fault {
    match kind {
        KeyFaultKind::Missing
        | KeyFaultKind::TooLong
        | KeyFaultKind::NotAPath
        | KeyFaultKind::Traversal
        | KeyFaultKind::Outside => Fault::KeyNotFound,
        KeyFaultKind::Link | KeyFaultKind::Exposed { .. } | KeyFaultKind::Unreadable(_) => {
            Fault::KeyForbidden
        }
        KeyFaultKind::Directory
        | KeyFaultKind::NotRegular
        | KeyFaultKind::TooLarge
        | KeyFaultKind::NotText => Fault::KeyFormat,
    }
}
