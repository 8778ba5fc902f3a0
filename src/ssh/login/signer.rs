//! The signature of a login: with a key that was opened, or through the agent.
//!
//! Takes: the bytes that russh wants signed. Gives: these bytes with the signature behind them, as the request
//! carries them (RFC 4252 section 7). RSA keys sign with SHA-512 or SHA-256, never with SHA-1.

use std::sync::Arc;

use super::agent::SshAgent;
use super::touch::TouchTeller;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::handle;
use crate::ssh::transport::keys::agent::AgentIdentity;
use crate::ssh::transport::keys::signature::Signer as _;
use crate::ssh::transport::keys::ssh_encoding::Encode;
use crate::ssh::transport::keys::ssh_key::Signature;
use crate::ssh::transport::keys::ssh_key::private::KeypairData;
use crate::ssh::transport::keys::{HashAlg, PrivateKey};

/// Who holds a private key.
#[derive(Clone)]
pub(super) enum Holder {
    /// This program holds the key.
    Us(Arc<PrivateKey>),
    /// The agent holds the key.
    Agent,
}

/// Signs for one holder.
pub(super) struct LoginSigner<'a> {
    pub(super) holder: Holder,
    pub(super) agent: Option<&'a mut SshAgent>,
    /// Hears of the wait for a touch.
    pub(super) told: TouchTeller<'a>,
}

impl LoginSigner<'_> {
    async fn sign(
        &mut self,
        identity: &AgentIdentity,
        hash: Option<HashAlg>,
        data: &[u8],
    ) -> Result<Signature, SshError> {
        match (&self.holder, &mut self.agent) {
            (Holder::Us(own), _) => sign(own, hash, data).map_err(refused),
            (Holder::Agent, Some(agent)) => agent.sign(identity, hash, data, &self.told).await,
            (Holder::Agent, None) => Err(refused("there is no agent".to_owned())),
        }
    }
}

impl handle::Signer for LoginSigner<'_> {
    type Error = SshError;

    async fn auth_sign(
        &mut self,
        identity: &AgentIdentity,
        hash: Option<HashAlg>,
        mut data: Vec<u8>,
    ) -> Result<Vec<u8>, SshError> {
        let signature = self.sign(identity, hash, &data).await?;
        let encoded = signature.encode_prefixed(&mut data);
        encoded.map_err(|error| refused(error.to_string()))?;
        Ok(data)
    }
}

fn refused(why: String) -> SshError {
    SshError::new(SshErrorKind::AgentUnavailable, why)
}

fn sign(key: &PrivateKey, hash: Option<HashAlg>, data: &[u8]) -> Result<Signature, String> {
    let signature = match (key.key_data(), hash) {
        (KeypairData::Rsa(_), None) => return Err("RSA with SHA-1 is refused".to_owned()),
        (KeypairData::Rsa(rsa), Some(_)) => (rsa, hash).try_sign(data),
        (_, _) => key.try_sign(data),
    };
    signature.map_err(|error| format!("the private key does not sign: {error}"))
}
