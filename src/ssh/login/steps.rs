//! The steps that a login can try, in order: the certificate, the key, the agent's keys, then the password, by the
//! password method or by a prompt of the server. Without a password the last step is keyboard-interactive without an
//! answer: a server that asks nobody anything (a push to a telephone, `pam_permit`) lets in by it.
//!
//! Takes: [`OpenedIdentity`] and the connection, which says how RSA keys may sign. Gives: [`LoginSteps`]. Leaves out:
//! keys of the agent that would be refused in a file, SHA-1, and more keys than a server bears.

use std::cell::OnceCell;

use super::agent::SshAgent;
use super::identity::OpenedIdentity;
use super::signer::Holder;
use crate::clock;
use crate::secret::Secret;
use crate::ssh::error::SshError;
use crate::ssh::transport::algorithms::{is_accepted, signature_algorithm, weak_rsa_bits};
use crate::ssh::transport::handle::{Handle, MethodKind, SendError};
use crate::ssh::transport::keys::agent::AgentIdentity;
use crate::ssh::transport::keys::ssh_key::certificate::CertType;
use crate::ssh::transport::keys::ssh_key::public::KeyData;
use crate::ssh::transport::keys::{Algorithm, Certificate, HashAlg, PublicKey};
use crate::ssh::trust::certificate;

/// How many keys and certificates are tried. OpenSSH hangs up at the sixth refusal (MaxAuthTries); the sixth attempt
/// is left for the password.
const MAX_KEYS: usize = 5;

/// One step of a login.
pub(super) struct LoginStep<'a> {
    pub(super) proof: Proof<'a>,
    pub(super) name: String,
    pub(super) state: StepState,
}

/// The proof that a step offers.
pub(super) enum Proof<'a> {
    /// A key or a certificate, the hash with which an RSA key signs, and who signs.
    Key(Box<AgentIdentity>, Option<HashAlg>, Holder),
    /// The password, by the method `password`.
    Password(&'a Secret),
    /// Keyboard-interactive, with the password as the answer to a prompt of the server; without one, no prompt is
    /// answered.
    Interactive(Option<&'a Secret>),
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepState {
    Untried,
    Refused,
    Accepted,
}

impl<'a> LoginStep<'a> {
    fn new(name: String, proof: Proof<'a>) -> Self {
        let state = StepState::Untried;
        Self { proof, name, state }
    }

    /// The certificate that the server has refused.
    pub(super) fn refused_certificate(&self) -> Option<&Certificate> {
        let Proof::Key(identity, ..) = &self.proof else {
            return None;
        };
        match identity.as_ref() {
            AgentIdentity::Certificate { certificate, .. } => {
                Some(certificate).filter(|_| self.state == StepState::Refused)
            }
            AgentIdentity::PublicKey { .. } => None,
        }
    }

    /// The method of the step, as servers offer it.
    pub(super) fn kind(&self) -> MethodKind {
        match self.proof {
            Proof::Key(..) => MethodKind::PublicKey,
            Proof::Interactive(_) => MethodKind::KeyboardInteractive,
            Proof::Password(_) => MethodKind::Password,
        }
    }
}

/// All steps that can be tried, and what hindered further ones.
#[derive(Default)]
pub(super) struct LoginSteps<'a> {
    pub(super) steps: Vec<LoginStep<'a>>,
    pub(super) agent: Option<SshAgent>,
    pub(super) notes: Vec<String>,
}

/// Puts the steps in order; asks the agent, if there is one, for its keys.
///
/// # Errors
/// When the connection is over.
pub(super) async fn steps<'a>(
    handle: &Handle,
    credentials: &OpenedIdentity<'a>,
) -> Result<LoginSteps<'a>, SshError> {
    let mut all = LoginSteps::default();
    if let Some(socket) = credentials.agent {
        match SshAgent::open(socket, handle.agent_session_binding()).await {
            Ok(agent) => all.agent = Some(agent),
            Err(why) => all.notes.push(why),
        }
    }
    let mut keys = all.keys(credentials);
    if keys.len() > MAX_KEYS {
        let left = keys.len() - MAX_KEYS;
        all.notes.push(format!(
            "{left} of the agent's keys were left out, since servers hang up after a few: name the right one as `key_path: KEY.pub`"
        ));
        keys.truncate(MAX_KEYS);
    }
    let hashes = OnceCell::new();
    for (identity, holder) in keys {
        if !is_rsa(&identity) {
            all.add_key(identity, None, &holder);
            continue;
        }
        if hashes.get().is_none() {
            let _first = hashes.set(all.rsa_hashes(handle).await?);
        }
        for hash in hashes.get().into_iter().flatten() {
            all.add_key(identity.clone(), Some(*hash), &holder);
        }
    }
    let password = credentials.password;
    let plain =
        password.map(|password| LoginStep::new("password".into(), Proof::Password(password)));
    let asked = LoginStep::new("keyboard-interactive".into(), Proof::Interactive(password));
    all.steps.extend(plain.into_iter().chain([asked]));
    Ok(all)
}

impl LoginSteps<'_> {
    /// The certificate, the key, then the agent's keys.
    fn keys(&mut self, credentials: &OpenedIdentity<'_>) -> Vec<(AgentIdentity, Holder)> {
        let own = credentials.key.as_ref();
        let mut keys: Vec<(AgentIdentity, Holder)> = Vec::new();
        if let Some(certificate) = &credentials.certificate {
            let holder = match own {
                Some(key) => Some(Holder::Us(key.clone())),
                None if self.agent_holds(certificate.public_key()) => Some(Holder::Agent),
                None => None,
            };
            match holder {
                Some(holder) => keys.push((certificate.clone().into(), holder)),
                None => self.notes.push(
                    "the agent does not hold the certificate's key: see `ssh-add -l`".to_owned(),
                ),
            }
        }
        if let Some(key) = own {
            keys.push((key.public_key().clone().into(), Holder::Us(key.clone())));
        }
        let held = self.agent_keys(credentials).into_iter();
        keys.extend(held.map(|identity| (identity, Holder::Agent)));
        keys
    }

    fn agent_holds(&self, key: &KeyData) -> bool {
        let held = self.agent.iter().flat_map(|agent| &agent.identities);
        held.into_iter()
            .any(|identity| identity.public_key().key_data() == key)
    }

    /// The usable keys of the agent. If a key is named, only that one; never the key that was opened from a file; the
    /// key of the certificate first.
    fn agent_keys(&mut self, credentials: &OpenedIdentity<'_>) -> Vec<AgentIdentity> {
        let own = credentials
            .key
            .as_ref()
            .map(|key| key.public_key().key_data());
        let named = credentials.agent_key.as_ref().map(PublicKey::key_data);
        let certified = credentials
            .certificate
            .as_ref()
            .map(|certificate| certificate.public_key());
        let Some(agent) = &self.agent else {
            return Vec::new();
        };
        let wanted = |identity: &&AgentIdentity| {
            let key = identity.public_key();
            let key = key.key_data();
            named.is_none_or(|named| named == key) && own != Some(key) && is_usable(identity)
        };
        let mut usable: Vec<AgentIdentity> =
            agent.identities.iter().filter(wanted).cloned().collect();
        let faults = agent
            .identities
            .iter()
            .filter_map(|identity| match identity {
                AgentIdentity::Certificate { certificate, .. } => {
                    let is_wanted = named.is_none_or(|named| named == certificate.public_key());
                    let why = certificate::examine(certificate, CertType::User, clock::unix_time());
                    let why = why.err().filter(|_| is_wanted)?;
                    Some(format!("a certificate of the agent {why}"))
                }
                AgentIdentity::PublicKey { .. } => None,
            });
        self.notes.extend(faults.take(MAX_KEYS));
        usable.sort_by_key(|identity| certified != Some(identity.public_key().key_data()));
        if usable.is_empty() {
            let what = match named {
                Some(_) => "the agent does not hold the key that key_path names",
                None => "the agent holds no usable key",
            };
            self.notes.push(format!("{what}: see `ssh-add -l`"));
        }
        usable
    }

    /// The hashes to try for RSA keys. Both are tried if the server does not say which it takes; russh waits a second
    /// for the server to say so (RFC 8308).
    async fn rsa_hashes(&mut self, handle: &Handle) -> Result<Vec<HashAlg>, SshError> {
        let said = handle.best_supported_rsa_hash().await;
        let said = said.map_err(|_| SshError::from(SendError {}))?;
        Ok(match said {
            Some(Some(hash)) => vec![hash],
            Some(None) => {
                let note = "the server takes RSA signatures with SHA-1 only, which are refused";
                self.notes.push(note.to_owned());
                Vec::new()
            }
            None => vec![HashAlg::Sha512, HashAlg::Sha256],
        })
    }

    fn add_key(&mut self, identity: AgentIdentity, hash: Option<HashAlg>, holder: &Holder) {
        let algorithm = signature_algorithm(&identity.public_key(), hash);
        let kind = match &identity {
            AgentIdentity::PublicKey { .. } => "",
            AgentIdentity::Certificate { .. } => " certificate",
        };
        let whose = match holder {
            Holder::Us(_) => "",
            Holder::Agent => " of the agent",
        };
        let proof = Proof::Key(Box::new(identity), hash, holder.clone());
        let step = LoginStep::new(format!("{algorithm}{kind}{whose}"), proof);
        self.steps.push(step);
    }
}

fn is_rsa(identity: &AgentIdentity) -> bool {
    matches!(identity.public_key().algorithm(), Algorithm::Rsa { .. })
}

/// True for keys and certificates that would be accepted from a file.
fn is_usable(identity: &AgentIdentity) -> bool {
    match identity {
        AgentIdentity::PublicKey { key, .. } => {
            is_accepted(key.key_data()) && weak_rsa_bits(key.key_data()).is_none()
        }
        AgentIdentity::Certificate { certificate, .. } => {
            certificate::examine(certificate, CertType::User, clock::unix_time()).is_ok()
        }
    }
}
