//! The SSH agent (draft-miller-ssh-agent): which keys it holds, and its signatures.
//!
//! Takes: the path of the agent's socket. Gives: the agent's identities, and signatures that were checked. Refuses:
//! an agent that is silent, and a signature that is not of the key, the data and the algorithm that were asked
//! for. The agent is asked only for its keys and for signatures.

use std::path::Path;
use std::time::Duration;

use super::touch::{TOUCH, TouchNews, TouchTeller, unless_silent};
use crate::runtime::{self, UnixStream};
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::algorithms::{is_of_token, signature_algorithm};
use crate::ssh::transport::keys::agent::client::AgentClient;
use crate::ssh::transport::keys::agent::{AgentIdentity, AgentSessionBinding};
use crate::ssh::transport::keys::signature::Verifier;
use crate::ssh::transport::keys::ssh_encoding::Decode;
use crate::ssh::transport::keys::ssh_key::Signature;
use crate::ssh::transport::keys::{Error, HashAlg};

/// How long the agent may take to list its keys: it runs on this machine.
const LISTING: Duration = Duration::from_secs(2);
/// How long the agent may take to sign: it may have to ask a person (`ssh-add -c`). A FIDO key has longer.
const SIGNING: Duration = Duration::from_secs(10);

/// The keys that the agent holds: the type, the fingerprint and the comment of each.
///
/// # Errors
/// Why the agent gave no answer.
pub async fn agent_keys(socket: &Path) -> Result<Vec<String>, String> {
    let agent = SshAgent::open(socket, None).await?;
    let told = |identity: &AgentIdentity| match identity {
        AgentIdentity::PublicKey { key, comment } => {
            let fingerprint = key.fingerprint(HashAlg::Sha256);
            format!("{} {fingerprint} {comment}", key.algorithm())
        }
        AgentIdentity::Certificate {
            certificate,
            comment,
        } => {
            let fingerprint = certificate.public_key().fingerprint(HashAlg::Sha256);
            format!("{} {fingerprint} {comment}", certificate.algorithm())
        }
    };
    Ok(agent.identities.iter().map(told).collect())
}

/// An agent that has listed its keys. russh bounds an answer of the agent to 256 KiB.
pub(super) struct SshAgent {
    client: AgentClient<UnixStream>,
    pub(super) identities: Vec<AgentIdentity>,
}

impl SshAgent {
    /// Asks the agent for its keys. The agent is told the host first, so that it also lists keys that are bound to
    /// hosts (`ssh-add -h`).
    ///
    /// # Errors
    /// Why the agent gave no answer.
    pub(super) async fn open(
        socket: &Path,
        host: Option<&AgentSessionBinding>,
    ) -> Result<Self, String> {
        let answer = async {
            let stream = runtime::connect_unix(socket)
                .await
                .map_err(|error| error.to_string())?;
            let mut client = AgentClient::connect(stream);
            if let Some(host) = host {
                match client.bind_session(host, false).await {
                    // An agent without this extension answers with a failure, and still lists its keys.
                    Ok(()) | Err(Error::AgentFailure) => {}
                    Err(error) => return Err(error.to_string()),
                }
            }
            let identities = client.request_identities().await;
            let identities = identities.map_err(|error| error.to_string())?;
            Ok(Self { client, identities })
        };
        let answer = unless_silent(LISTING, answer).await;
        answer
            .unwrap_or_else(|| Err("no answer within 2 s".to_owned()))
            .map_err(|why| format!("the agent at `{}` does not answer: {why}", socket.display()))
    }

    /// Lets the agent sign `data`; `told` hears of the wait for a touch.
    ///
    /// # Errors
    /// Why there is no signature, or what is wrong with the signature.
    pub(super) async fn sign(
        &mut self,
        identity: &AgentIdentity,
        hash: Option<HashAlg>,
        data: &[u8],
        told: &TouchTeller<'_>,
    ) -> Result<Signature, SshError> {
        let unsigned = |why: &str| SshError::new(SshErrorKind::AgentUnavailable, why);
        let key = identity.public_key();
        let signature = if is_of_token(key.key_data()) {
            let touched = self.touched_for(identity, data, told).await;
            touched.map_err(|why| SshError::new(SshErrorKind::TokenUntouched, why))?
        } else {
            let signing = self.signature(identity, hash, data);
            match unless_silent(SIGNING, signing).await {
                Some(Ok(signature)) => signature,
                Some(Err(_)) => return Err(unsigned("the agent does not sign")),
                None => return Err(unsigned("the agent does not sign within 10 s")),
            }
        };
        let wanted = signature_algorithm(&key, hash);
        if signature.algorithm() != wanted {
            let other = signature.algorithm();
            let why = format!("the agent signs with {other} in place of {wanted}");
            return Err(unsigned(&why));
        }
        match key.key_data().verify(data, &signature) {
            Ok(()) => Ok(signature),
            Err(_) => Err(unsigned("the agent's signature is wrong")),
        }
    }

    /// The signature of a FIDO key, for which a person has to touch the token.
    async fn touched_for(
        &mut self,
        identity: &AgentIdentity,
        data: &[u8],
        told: &TouchTeller<'_>,
    ) -> Result<Signature, &'static str> {
        let Some(_turn) = told.turn().await else {
            return Err("other logins waited for a touch of the FIDO key for 60 s");
        };
        let signed = runtime::timeout(TOUCH, self.signature(identity, None, data)).await;
        told.tell(TouchNews::Over);
        match signed {
            Some(Ok(signature)) => Ok(signature),
            Some(Err(_)) => Err(
                "the agent does not sign with the FIDO key: see that the token is plugged in, and touch it in time",
            ),
            None => Err("the FIDO key was not touched within 30 s"),
        }
    }

    /// What the agent signs with. A certificate of its own is named to it: it may hold the key for that alone.
    async fn signature(
        &mut self,
        identity: &AgentIdentity,
        hash: Option<HashAlg>,
        data: &[u8],
    ) -> Result<Signature, Error> {
        if !self.holds_certificate(identity) {
            let key = identity.public_key();
            return self.client.sign_request_signature(&key, hash, data).await;
        }
        let signed = self.client.sign_request(identity, hash, data.to_vec());
        let signed = signed.await?;
        let mut behind = signed.get(data.len()..).unwrap_or_default();
        let signature = Vec::<u8>::decode(&mut behind)?;
        Ok(Signature::decode(&mut signature.as_slice())?)
    }

    fn holds_certificate(&self, identity: &AgentIdentity) -> bool {
        let certificate_of = |identity: &AgentIdentity| match identity {
            AgentIdentity::Certificate { certificate, .. } => Some(certificate.clone()),
            AgentIdentity::PublicKey { .. } => None,
        };
        let wanted = certificate_of(identity);
        let held = |held: &AgentIdentity| certificate_of(held) == wanted;
        wanted.is_some() && self.identities.iter().any(held)
    }
}
