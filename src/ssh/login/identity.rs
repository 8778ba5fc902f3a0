//! The identity of a login: the keys and passwords of the configuration, opened and checked.
//!
//! Takes: the texts of a private key, a certificate and a public key, the agent's socket, a password. Gives:
//! [`OpenedIdentity`]. Refuses, before anything is sent: what `private_key` and `certificate` refuse, a certificate
//! of another key, an empty password, an identity that has nothing to prove itself with.

use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::open_keys::{IdentityKey, OpenKeys};
use crate::clock;
use crate::secret::Secret;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::algorithms::{is_accepted, weak_rsa_bits};
use crate::ssh::transport::keys::ssh_key::certificate::CertType;
use crate::ssh::transport::keys::{Certificate, PrivateKey, PublicKey};
use crate::ssh::trust::certificate;

/// The means to prove an identity. A new one is empty; means are added to it. A key is opened once and stays open as long
/// as this value lives.
#[derive(Default)]
pub struct Identity {
    key: Option<Rc<IdentityKey>>,
    certificate: Option<String>,
    agent: Option<PathBuf>,
    agent_key: Option<String>,
    password: Option<Secret>,
    none: bool,
}

impl Identity {
    /// Adds a private key: the text of its file, and the passphrase that opens it, if any.
    #[must_use]
    pub fn with_key(mut self, text: Secret, passphrase: Option<Secret>) -> Self {
        self.key = Some(Rc::new(IdentityKey::new(text, passphrase)));
        self
    }

    /// As [`Identity::with_key`]; the key is shared with the other logins under way.
    #[must_use]
    pub fn with_shared_key(
        mut self,
        keys: &OpenKeys,
        text: Secret,
        passphrase: Option<Secret>,
    ) -> Self {
        self.key = Some(keys.shared(text, passphrase));
        self
    }

    /// Adds the certificate of the private key, or of a key of the agent: the text of its file.
    #[must_use]
    pub fn with_certificate(mut self, text: String) -> Self {
        self.certificate = Some(text);
        self
    }

    /// Adds the keys of the agent that listens at `socket`.
    #[must_use]
    pub fn with_agent(mut self, socket: PathBuf) -> Self {
        self.agent = Some(socket);
        self
    }

    /// Uses only one key of the agent. Takes the text of the key's public half.
    #[must_use]
    pub fn with_agent_key(mut self, text: String) -> Self {
        self.agent_key = Some(text);
        self
    }

    /// Adds a password. An empty one is never sent, so it adds nothing.
    #[must_use]
    pub fn with_password(mut self, password: Secret) -> Self {
        self.password = Some(password).filter(|password| !password.is_empty());
        self
    }

    /// Says that the server may ask for no proof, so that there need not be one.
    #[must_use]
    pub fn with_none(mut self) -> Self {
        self.none = true;
        self
    }

    /// Opens the key and checks the certificate, as a login would.
    ///
    /// # Errors
    /// [`SshErrorKind::NoCredential`], or what is wrong with the key or the certificate.
    pub fn check(&self) -> Result<(), SshError> {
        open(self).map(drop)
    }
}

/// Prints no field: an identity holds secrets.
impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// An identity whose key was opened and accepted.
pub(in crate::ssh) struct OpenedIdentity<'a> {
    pub(in crate::ssh) key: Option<Arc<PrivateKey>>,
    pub(in crate::ssh) certificate: Option<Certificate>,
    pub(in crate::ssh) agent: Option<&'a Path>,
    pub(in crate::ssh) agent_key: Option<PublicKey>,
    pub(in crate::ssh) password: Option<&'a Secret>,
}

/// Opens the key, unless it is open already, and checks the certificate at the present time.
///
/// # Errors
/// [`SshErrorKind::NoCredential`], or what is wrong with the key or the certificate.
pub(in crate::ssh) fn open(identity: &Identity) -> Result<OpenedIdentity<'_>, SshError> {
    let credentials = OpenedIdentity {
        key: identity.key.as_deref().map(IdentityKey::open).transpose()?,
        certificate: identity.certificate.as_deref().map(good).transpose()?,
        agent: identity.agent.as_deref(),
        agent_key: identity.agent_key.as_deref().map(public).transpose()?,
        password: identity.password.as_ref(),
    };
    let means = [
        identity.none,
        credentials.key.is_some(),
        credentials.agent.is_some(),
        credentials.password.is_some(),
    ];
    if !means.contains(&true) {
        let detail = "neither a private key, nor an agent, nor a non-empty password is configured";
        return Err(SshError::new(SshErrorKind::NoCredential, detail));
    }
    if let Some(certificate) = &credentials.certificate {
        let certified = certificate.public_key();
        let ours = credentials.key.as_ref().map(|key| key.public_key());
        let ours = ours.into_iter().chain(&credentials.agent_key);
        let (mut known, mut matches) = (false, false);
        for key in ours {
            known = true;
            matches |= key.key_data() == certified;
        }
        if !matches && (known || credentials.agent.is_none()) {
            return Err(unusable(
                "is not of the configured key: name the right pair",
            ));
        }
    }
    Ok(credentials)
}

/// The line of a public file that has the key, as OpenSSH finds it: the first that is neither empty nor a comment, with any
/// blanks between its words. A byte order mark is no part of it.
fn key_line(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_key = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let line = text.lines().map(str::trim).find(is_key);
    let words: Vec<&str> = line.unwrap_or_default().split_ascii_whitespace().collect();
    words.join(" ")
}

fn good(text: &str) -> Result<Certificate, SshError> {
    let certificate = Certificate::from_openssh(&key_line(text)).map_err(|_| {
        unusable("cannot be read: it should be what `ssh-keygen -s` writes, KEY-cert.pub")
    })?;
    match certificate::examine(&certificate, CertType::User, clock::unix_time()) {
        Ok(()) => Ok(certificate),
        Err(why) => Err(unusable(&why)),
    }
}

/// The public half of the one key of the agent that is to be used. No error repeats a word of it.
fn public(text: &str) -> Result<PublicKey, SshError> {
    let refused =
        |why: &str| SshError::new(SshErrorKind::KeyFormat, format!("the public key {why}"));
    let line = key_line(text);
    let key = PublicKey::from_openssh(&line).map_err(|_| {
        let kind = line.split_whitespace().next().unwrap_or_default();
        refused(if text.contains("PRIVATE KEY-----") {
            "cannot be read: it is a private key: with `agent: true` name its `.pub`"
        } else if kind.ends_with("-cert-v01@openssh.com") {
            "cannot be read: it is a certificate: name it as `certificate_path`, and KEY.pub as `key_path`"
        } else {
            "cannot be read: name the file that `ssh-keygen` wrote beside the key, KEY.pub"
        })
    })?;
    if let Some(bits) = weak_rsa_bits(key.key_data()) {
        let detail = format!("the public key is RSA with {bits} bits; 2048 is the least");
        return Err(SshError::new(SshErrorKind::KeyWeak, detail));
    }
    if !is_accepted(key.key_data()) {
        return Err(refused(
            "is of a type that is not accepted: make one with `ssh-keygen -t ed25519`",
        ));
    }
    Ok(key)
}

fn unusable(why: &str) -> SshError {
    SshError::new(
        SshErrorKind::CertificateUnusable,
        format!("the certificate {why}"),
    )
}
