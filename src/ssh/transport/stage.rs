//! The stages of a connection, for whoever looks where one ends.
//!
//! Takes: what the connection has found out. Gives: one [`ConnectStage`] after another, to the caller's function.
//! Refuses: nothing; the stage that fails is the error of the connection.

use std::net::SocketAddr;

use russh::Names;
use russh::keys::{HashAlg, PublicKey};

use super::algorithms::is_aead;

/// A stage that a connection has passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectStage {
    /// This place accepted a connection, or the jump host opened a channel to it.
    Dialled(SocketAddr),
    /// The server has said this version (RFC 4253 section 4.2), and it is one that is spoken here.
    Greeted(String),
    /// Keys were exchanged, and the host key is a known one.
    HandsShaken(Handshake),
    /// The agent has a FIDO key that the server takes, and waits until somebody touches it.
    TouchWanted {
        /// How many logins wait until that is done.
        behind: usize,
    },
    /// The agent waits until somebody touches the key for another login.
    TouchQueued {
        /// The alias of the host for whose login that is.
        holder: String,
        /// How many logins are touched for before, with that one.
        before: usize,
    },
    /// The server has answered this method of the login.
    Answered {
        /// The method, with the type of the key.
        method: String,
        /// What the server said.
        answer: LoginAnswer,
    },
    /// The login is done.
    LoggedIn,
}

impl ConnectStage {
    /// This stage, without what `hide` takes out of the version: the server words it.
    #[must_use]
    pub fn hiding(self, hide: impl FnOnce(&str) -> String) -> Self {
        match self {
            Self::Greeted(version) => Self::Greeted(hide(&version)),
            Self::HandsShaken(handshake) => Self::HandsShaken(Handshake {
                version: hide(&handshake.version),
                ..handshake
            }),
            other @ (Self::Dialled(_)
            | Self::TouchQueued { .. }
            | Self::TouchWanted { .. }
            | Self::Answered { .. }
            | Self::LoggedIn) => other,
        }
    }

    /// Whether somebody has to touch a FIDO key now, for this login or for another one before it.
    pub fn awaits_touch(&self) -> bool {
        matches!(self, Self::TouchWanted { .. } | Self::TouchQueued { .. })
    }
}

/// What a server says to one method of a login (RFC 4252 section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginAnswer {
    /// It does not take this proof.
    Refused,
    /// It takes this proof, and wants another one.
    MoreWanted,
    /// It takes this proof, and nothing more is needed.
    Accepted,
}

/// In place of a MAC: the cipher protects integrity itself (authenticated encryption with associated data).
pub const AEAD: &str = "aead";

/// What both sides have agreed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handshake {
    /// The name by which the server identifies itself (RFC 4253 section 4.2).
    pub version: String,
    /// The key exchange.
    pub kex: String,
    /// The cipher.
    pub cipher: String,
    /// The MAC; [`AEAD`] for a cipher that protects integrity itself.
    pub mac: String,
    /// By which algorithm the host proved its key, or its certificate.
    pub host_key: String,
    /// The fingerprint of that key; none of a certificate.
    pub fingerprint: Option<String>,
}

impl Handshake {
    /// Of a key exchange that is done.
    pub(super) fn of(version: &[u8], names: &Names, shown: Option<&PublicKey>) -> Self {
        let fingerprint = |key: &PublicKey| key.fingerprint(HashAlg::Sha256).to_string();
        Self {
            version: String::from_utf8_lossy(version).into_owned(),
            kex: names.kex.as_ref().to_owned(),
            cipher: names.cipher.as_ref().to_owned(),
            mac: match is_aead(&names.cipher) {
                true => AEAD.to_owned(),
                false => names.client_mac.as_ref().to_owned(),
            },
            host_key: match shown {
                Some(_) => names.key.to_string(),
                None => names.key.to_certificate_type(),
            },
            fingerprint: shown.map(fingerprint),
        }
    }

    /// Whether traffic that somebody keeps today stays closed to a quantum computer of tomorrow.
    pub fn is_post_quantum(&self) -> bool {
        self.kex.starts_with("mlkem")
    }
}
