//! The keys that a host shows, as lines for known_hosts that a person must compare.
//!
//! Takes: a host's addresses and port. Gives: its keys, one of each accepted type, all from the first address that
//! answers. Never logs in: each connection ends when the host has shown its key.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};

use russh::client::{self, Config};
use russh::keys::ssh_key::known_hosts::HostPatterns;
use russh::keys::{Algorithm, HashAlg, PublicKey};
use russh::{AlgorithmKind, SshId};
use rustix::rand::{GetRandomFlags, getrandom};
use sha1::Sha1;

use super::algorithms::{HOST_KEYS, preferred, signs_as, weak_rsa_bits};
use super::connect::CLIENT_ID;
use super::greeting::greeted;
use super::handler::{Findings, ServerHandler};
use super::handshake::handshake_error;
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

    /// Whether this is its fingerprint, `SHA256:…`.
    pub fn has_fingerprint(&self, wanted: &str) -> bool {
        self.0.fingerprint(HashAlg::Sha256).to_string() == wanted
    }

    /// How many bits it has, if these are too few for a connection.
    pub fn weak_bits(&self) -> Option<usize> {
        weak_rsa_bits(self.0.key_data())
    }

    /// The file in which sshd has its half that anybody may read, where it is left at its usual place.
    pub fn usual_file(&self) -> String {
        let algorithm = self.0.algorithm();
        let name = match algorithm.as_str() {
            name if name.contains("rsa") => "rsa",
            name if name.contains("ecdsa") => "ecdsa",
            _ => "ed25519",
        };
        format!("/etc/ssh/ssh_host_{name}_key.pub")
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

/// What a host has shown.
pub struct Scan {
    /// Its keys, one of each accepted type.
    pub keys: Vec<ShownKey>,
    /// Why types of keys are not known: the host hung up when it was asked, and has another key.
    pub unasked: Vec<SshError>,
    /// Why no further type could be asked for, or why there is no key at all.
    pub fault: Option<SshError>,
}

/// Asks the host for a key of each type, with one connection for each type. A type that the host does not have is no
/// fault, as long as it has another one.
pub async fn scan(addresses: &[IpAddr], port: u16) -> Scan {
    let mut scan = Scan {
        keys: Vec::new(),
        unasked: Vec::new(),
        fault: None,
    };
    let (mut addresses, mut offered) = (addresses.to_owned(), Vec::new());
    for algorithms in HOST_KEYS.chunk_by(signs_as) {
        // A host that has said what it has is not asked for what it has not.
        let is_offered =
            |algorithm: &Algorithm| offered.iter().any(|name| name == algorithm.as_str());
        if !offered.is_empty() && !algorithms.iter().any(is_offered) {
            continue;
        }
        let asked = async {
            let (stream, address) = connect(&addresses, port).await?;
            let answer = show(stream, address, port, algorithms).await?;
            Ok((answer, address))
        };
        let answered = runtime::timeout(PATIENCE, asked).await.unwrap_or_else(|| {
            let detail = "no key within 10 s";
            Err(SshError::new(SshErrorKind::Timeout, detail))
        });
        match answered {
            Ok((answer, address)) => {
                match answer {
                    Answer::Key(key) => scan.keys.push(ShownKey(key)),
                    Answer::Offers(others) => offered = others,
                }
                // Another address may belong to another host, so the first that answers is asked from now on.
                addresses = vec![address];
            }
            // Some hang up when they are asked for a type that they have not.
            Err(error) if error.kind() == SshErrorKind::Closed && !scan.keys.is_empty() => {
                scan.unasked.push(error);
            }
            Err(error) => {
                scan.fault = Some(error);
                return scan;
            }
        }
    }
    if scan.keys.is_empty() {
        scan.fault = Some(no_key(&offered));
    }
    scan
}

/// A host that has only keys of other types.
fn no_key(offered: &[String]) -> SshError {
    let kind = if offered.iter().any(|name| name == "ssh-rsa") {
        SshErrorKind::HostKeySha1
    } else {
        SshErrorKind::Negotiation
    };
    let offered: Vec<_> = offered
        .iter()
        .map(|name| name.escape_debug().to_string())
        .collect();
    let certified = if offered.iter().any(|name| name.contains("-cert-v01@")) {
        "; of a host that shows certificates add the line of their authority, which begins with `@cert-authority`"
    } else {
        ""
    };
    let detail = format!(
        "it shows no key of an accepted type: it offers {}{certified}",
        offered.join(", ")
    );
    SshError::new(kind, detail)
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

/// The answer of a host that is asked for a key of one type.
enum Answer {
    /// The key.
    Key(PublicKey),
    /// No key of this type; the algorithms that it has.
    Offers(Vec<String>),
}

/// Asks for the key that signs by these algorithms.
async fn show(
    stream: TcpStream,
    address: IpAddr,
    port: u16,
    algorithms: &[Algorithm],
) -> Result<Answer, SshError> {
    let config = Config {
        client_id: SshId::Standard(CLIENT_ID.into()),
        preferred: preferred(algorithms.to_vec(), Vec::new()),
        ..Config::default()
    };
    let findings = Findings::default();
    // No key of the host is known here, so the key that it shows is refused: there is no login.
    let nothing = KnownHosts::default().host(&address.to_string(), port);
    let watch = ServerHandler::new(nothing.clone(), findings.clone());
    let wire = greeted(Wire::Socket(SharedSocket::new(stream)), findings.clone());
    let ended = client::connect_stream(Arc::new(config), wire, watch).await;
    match (findings.shown(), ended) {
        (Some(key), _) => Ok(Answer::Key(key)),
        (
            None,
            Err(russh::Error::NoCommonAlgo {
                kind: AlgorithmKind::Key,
                theirs,
                ..
            }),
        ) => Ok(Answer::Offers(theirs)),
        (None, Err(error)) => Err(handshake_error(&error, &nothing, &findings)),
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
