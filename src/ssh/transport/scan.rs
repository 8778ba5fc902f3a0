//! The keys that a host shows, as lines for known_hosts that a person must compare.
//!
//! Takes: a host's addresses and port. Gives: its keys, one of each accepted type, all from the first address that
//! answers. Never logs in: each connection ends when the host has shown its key.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use russh::AlgorithmKind;
use russh::client::{self, Config};
use russh::keys::ssh_key::known_hosts::HostPatterns;
use russh::keys::{Algorithm, HashAlg, PublicKey};
use rustix::rand::{GetRandomFlags, getrandom};
use sha1::Sha1;

use super::algorithms::{HOST_KEYS, preferred};
use super::handler::{Findings, ServerHandler};
use super::race::{Addresses, race};
use crate::runtime::{self, SharedSocket, TcpStream, Wire};
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::trust::known_hosts::{KnownHosts, lookup_name};

/// How long one connection may take until the key is shown.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many bytes of salt a hashed name has: as many as its hash, as in OpenSSH.
const SALT_BYTES: usize = 20;

/// How a host's name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// The name itself.
    Plain,
    /// `|1|salt|hash`: the file then does not tell the names of the hosts.
    Hashed,
}

/// A key that a host showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownKey(PublicKey);

impl ShownKey {
    /// The line of the key for known_hosts.
    ///
    /// # Errors
    /// [`SshErrorKind::Internal`] when the system gives no random numbers for a hashed name.
    pub fn line(&self, host: &str, port: u16, spelling: Spelling) -> Result<String, SshError> {
        let name = lookup_name(host, port);
        let name = match spelling {
            Spelling::Plain => name,
            Spelling::Hashed => hashed(&name)?,
        };
        let key = self.0.to_openssh();
        let key = key.map_err(|error| SshError::new(SshErrorKind::Internal, error.to_string()))?;
        Ok(format!("{name} {key}"))
    }

    /// The fingerprint `SHA256:…`, as `ssh-keygen -l` shows it on the host.
    pub fn fingerprint(&self) -> String {
        format!(
            "{} {}",
            self.0.algorithm(),
            self.0.fingerprint(HashAlg::Sha256)
        )
    }
}

/// Asks the host for a key of each type, with one connection for each type.
///
/// # Errors
/// Why the host could not be asked. A type that the host does not have is no error.
pub async fn scan(addresses: &[IpAddr], port: u16) -> Result<Vec<ShownKey>, SshError> {
    let mut shown = Vec::new();
    let mut addresses = addresses.to_owned();
    for algorithm in HOST_KEYS {
        // Both RSA algorithms show one key, so only one of them is asked for.
        let sha512 = Some(HashAlg::Sha512);
        if matches!(algorithm, Algorithm::Rsa { hash } if hash != sha512) {
            continue;
        }
        let asked = async {
            let (stream, address) = connect(&addresses, port).await?;
            let key = show(stream, address, port, algorithm).await;
            key.map(|key| (key, address))
        };
        match runtime::timeout(PATIENCE, asked).await {
            Some(answered) => {
                let (key, address) = answered?;
                shown.extend(key.map(ShownKey));
                // Another address may belong to another host, so the first that answers is asked from now on.
                addresses = vec![address];
            }
            None => return Err(SshError::new(SshErrorKind::Timeout, "no key within 10 s")),
        }
    }
    Ok(shown)
}

/// A connection with the first address that answers. No policy judges the address, since a person has named the host.
async fn connect(addresses: &[IpAddr], port: u16) -> Result<(TcpStream, IpAddr), SshError> {
    let addresses = Addresses {
        judged: addresses,
        still_permitted: &|_| true,
    };
    let dial = async |address: SocketAddr| {
        let stream = runtime::connect(address).await;
        stream.map_err(|error| SshError::from_io(&error))
    };
    race(&addresses, port, dial).await
}

/// The host's key of one type, if it has one.
async fn show(
    stream: TcpStream,
    address: IpAddr,
    port: u16,
    algorithm: Algorithm,
) -> Result<Option<PublicKey>, SshError> {
    let config = Config {
        preferred: preferred(vec![algorithm], Vec::new()),
        ..Config::default()
    };
    let findings = Findings::default();
    // No key of the host is known here, so the key that it shows is refused: there is no login.
    let nothing = KnownHosts::default().host(&address.to_string(), port);
    let watch = ServerHandler::new(nothing, findings.clone());
    let wire = Wire::Socket(SharedSocket::new(stream));
    let ended = client::connect_stream(Arc::new(config), wire, watch).await;
    match (findings.shown(), ended) {
        (Some(key), _) => Ok(Some(key)),
        (
            None,
            Err(russh::Error::NoCommonAlgo {
                kind: AlgorithmKind::Key,
                ..
            }),
        ) => Ok(None),
        (None, Err(error)) => Err(SshError::new(SshErrorKind::Protocol, error.to_string())),
        (None, Ok(_)) => Err(SshError::new(
            SshErrorKind::Protocol,
            "the host showed no key",
        )),
    }
}

fn hashed(name: &str) -> Result<String, SshError> {
    let internal = |error: String| SshError::new(SshErrorKind::Internal, error);
    let mut salt = vec![0; SALT_BYTES];
    let filled = getrandom(&mut salt, GetRandomFlags::empty());
    if filled.map_err(|error| internal(error.to_string()))? < SALT_BYTES {
        return Err(internal(
            "the system gives too few random numbers".to_owned(),
        ));
    }
    let hmac = Hmac::<Sha1>::new_from_slice(&salt).map_err(|error| internal(error.to_string()))?;
    let hash = hmac.chain_update(name).finalize().into_bytes().into();
    Ok(HostPatterns::HashedName { salt, hash }.to_string())
}
