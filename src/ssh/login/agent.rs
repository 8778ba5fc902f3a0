//! The SSH agent (draft-miller-ssh-agent): which keys it holds, and its signatures.
//!
//! Takes: the path of the agent's socket. Gives: the agent's identities, and signatures that were checked. Refuses:
//! an agent that is silent, and a signature that is not of the key, the data and the algorithm that were asked
//! for. The agent is asked only for its keys and for signatures.

use std::path::Path;
use std::time::Duration;

use crate::runtime::{self, UnixStream};
use crate::ssh::transport::algorithms::signature_algorithm;
use crate::ssh::transport::keys::agent::client::AgentClient;
use crate::ssh::transport::keys::agent::{AgentIdentity, AgentSessionBinding};
use crate::ssh::transport::keys::signature::Verifier;
use crate::ssh::transport::keys::ssh_key::Signature;
use crate::ssh::transport::keys::{HashAlg, PublicKey};

/// How long the agent may take to list its keys: it runs on this machine.
const LISTING: Duration = Duration::from_secs(2);
/// How long the agent may take to sign: it may have to ask a token or a person (`ssh-add -c`).
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
                    Ok(()) | Err(crate::ssh::transport::keys::Error::AgentFailure) => {}
                    Err(error) => return Err(error.to_string()),
                }
            }
            let identities = client.request_identities().await;
            let identities = identities.map_err(|error| error.to_string())?;
            Ok(Self { client, identities })
        };
        let answer = runtime::timeout(LISTING, answer).await;
        answer
            .unwrap_or_else(|| Err("no answer within 2 s".to_owned()))
            .map_err(|why| format!("the agent at `{}` does not answer: {why}", socket.display()))
    }

    /// Lets the agent sign `data`.
    ///
    /// # Errors
    /// Why there is no signature, or what is wrong with the signature.
    pub(super) async fn sign(
        &mut self,
        key: &PublicKey,
        hash: Option<HashAlg>,
        data: &[u8],
    ) -> Result<Signature, String> {
        let signing = self.client.sign_request_signature(key, hash, data);
        let signature = match runtime::timeout(SIGNING, signing).await {
            Some(Ok(signature)) => signature,
            Some(Err(_)) => return Err("the agent does not sign".to_owned()),
            None => return Err("the agent does not sign within 10 s".to_owned()),
        };
        let wanted = signature_algorithm(key, hash);
        if signature.algorithm() != wanted {
            let other = signature.algorithm();
            return Err(format!("the agent signs with {other} in place of {wanted}"));
        }
        match key.key_data().verify(data, &signature) {
            Ok(()) => Ok(signature),
            Err(_) => Err("the agent's signature is wrong".to_owned()),
        }
    }
}
