//! The verdict on a host key: known, unknown, changed or revoked.
//!
//! Takes: the keys that known_hosts lists for one host, and the key that the host shows. Gives: a [`HostKeyVerdict`],
//! and the key types to ask the host for. Refuses: a revoked key, even if another line lists it as known. The verdict
//! on a certificate is in `host_certificate.rs`. Only the data of keys is compared, since `==` of russh's keys also
//! compares comments.

use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::algorithms::{HOST_KEYS, host_keys_for, weak_rsa_bits};
use crate::ssh::transport::keys::ssh_key::public::KeyData;
use crate::ssh::transport::keys::{Algorithm, HashAlg, PublicKey};

/// The name of an RSA key, and of its signatures with SHA-1 (RFC 4253 section 6.6).
const SSH_RSA: &str = "ssh-rsa";

/// What known_hosts says about a key of a host. Lines are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKeyVerdict {
    /// The key is listed for the host.
    Known {
        /// The line that says so.
        line: usize,
    },
    /// No key of the host is listed.
    Unknown {
        /// The first line that names a certificate authority for the host instead, if any.
        authority: Option<usize>,
    },
    /// Other keys of the host are listed.
    Changed {
        /// The first line with such a key; with a key of this type, if there is one.
        line: usize,
    },
    /// The key is listed as revoked, even if another line lists it as known.
    Revoked {
        /// The line that says so.
        line: usize,
    },
}

/// All that known_hosts lists for one host, in the order of its lines.
#[derive(Clone, Debug)]
pub struct HostKeys {
    /// The host's name in known_hosts.
    pub(in crate::ssh) name: String,
    /// The host's name without a port, as certificates have it.
    pub(in crate::ssh) host: String,
    /// How an operator asks the host for its key.
    pub(in crate::ssh) keyscan: String,
    /// The first line that lists a key for the host on another port alone, and its name there.
    pub(in crate::ssh) other_port: Option<(usize, String)>,
    pub(in crate::ssh) listed: Vec<(usize, KeyData)>,
    /// The revoked keys with their lines. `None` means every key; only a malformed `@revoked` line gives it.
    pub(in crate::ssh) revoked: Vec<(usize, Option<KeyData>)>,
    /// The certificate authorities that vouch for the host.
    pub(in crate::ssh) authorities: Vec<(usize, KeyData)>,
}

impl HostKeys {
    /// The verdict on `key`.
    pub fn verdict(&self, key: &PublicKey) -> HostKeyVerdict {
        let shown = key.key_data();
        let stolen =
            |(_, key): &&(usize, Option<KeyData>)| key.as_ref().is_none_or(|key| key == shown);
        if let Some((line, _)) = self.revoked.iter().find(stolen) {
            return HostKeyVerdict::Revoked { line: *line };
        }
        if let Some((line, _)) = self.listed.iter().find(|(_, key)| key == shown) {
            return HostKeyVerdict::Known { line: *line };
        }
        let same_type = |(_, key): &&(usize, KeyData)| key.algorithm() == shown.algorithm();
        match self.listed.iter().find(same_type).or(self.listed.first()) {
            Some((line, _)) => HostKeyVerdict::Changed { line: *line },
            None => HostKeyVerdict::Unknown {
                authority: self.authority(),
            },
        }
    }

    /// The line of the first certificate authority.
    fn authority(&self) -> Option<usize> {
        self.authorities.first().map(|(line, _)| *line)
    }

    /// The host-key algorithms to ask the host for: those of its listed keys, best first. If only revoked keys are
    /// listed, theirs, so that the error can say that the key is revoked.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        if self.listed.is_empty() {
            host_keys_for(self.revoked.iter().filter_map(|(_, key)| key.as_ref()))
        } else {
            host_keys_for(self.listed.iter().map(|(_, key)| key))
        }
    }

    /// The certificate algorithms to ask the host for, before the key algorithms: all, if an authority vouches for the
    /// host; those of its listed keys, if a line revokes a key, which may be that of an authority.
    pub fn certificate_algorithms(&self) -> Vec<Algorithm> {
        if !self.authorities.is_empty() {
            return HOST_KEYS.to_vec();
        }
        if self.revoked.is_empty() {
            return Vec::new();
        }
        host_keys_for(self.listed.iter().map(|(_, key)| key))
    }

    /// Accepts a known key.
    ///
    /// # Errors
    /// One error for each other verdict, and one for an RSA key under 2048 bits, even if it is known.
    pub(in crate::ssh) fn check(&self, key: &PublicKey) -> Result<(), SshError> {
        let name = &self.name;
        let shown = format!("{} {}", key.algorithm(), key.fingerprint(HashAlg::Sha256));
        match self.verdict(key) {
            HostKeyVerdict::Revoked { line } => Err(SshError::new(
                SshErrorKind::HostKeyRevoked,
                format!(
                    "`{name}` shows {shown}, which known_hosts line {line} revokes: give the host a new key, then replace its lines"
                ),
            )),
            HostKeyVerdict::Changed { line } => Err(SshError::new(
                SshErrorKind::HostKeyChanged,
                format!(
                    "`{name}` shows {shown}, known_hosts line {line} has another key: if the host was given a new one, run {} and edit line {line}",
                    self.keyscan
                ),
            )),
            HostKeyVerdict::Unknown { authority } => {
                Err(self.unknown(authority, &format!(" shows {shown} and")))
            }
            HostKeyVerdict::Known { .. } => match weak_rsa_bits(key.key_data()) {
                Some(bits) => Err(SshError::new(
                    SshErrorKind::HostKeyWeak,
                    format!(
                        "`{name}` shows {shown} with {bits} bits; 2048 is the least: give the host an ed25519 key, then run {}",
                        self.keyscan
                    ),
                )),
                None => Ok(()),
            },
        }
    }

    /// Refuses a host without a listed key or authority, before the host is dialled.
    ///
    /// # Errors
    /// [`SshErrorKind::HostKeyUnknown`].
    pub(in crate::ssh) fn require_any(&self) -> Result<(), SshError> {
        if self.algorithms().is_empty() && self.authorities.is_empty() {
            return Err(self.unknown(None, ""));
        }
        Ok(())
    }

    /// The error for a host that has no key of a type that was asked for.
    pub(in crate::ssh) fn no_common_type(&self, offered: &[String]) -> SshError {
        let Some((line, key)) = self.listed.first() else {
            return self.unknown(
                self.authority(),
                &format!(" offers {} and", offered.join(", ")),
            );
        };
        if self.lists_rsa() && offered.iter().any(|name| name == SSH_RSA) {
            let offered = offered.join(", ");
            let detail = format!(
                "`{}` offers {offered}: its RSA key may be the listed one, but it signs with SHA-1 only, which is refused; rsa-sha2-256 and rsa-sha2-512 need OpenSSH 7.2 or later there",
                self.name
            );
            return SshError::new(SshErrorKind::HostKeySha1, detail);
        }
        SshError::new(
            SshErrorKind::HostKeyChanged,
            format!(
                "`{}` offers host keys of types {}, known_hosts line {line} has {}: if the host was given new keys, run {} and edit line {line}",
                self.name,
                offered.join(", "),
                key.algorithm(),
                self.keyscan
            ),
        )
    }

    fn lists_rsa(&self) -> bool {
        let is_rsa = |key: &KeyData| matches!(key.algorithm(), Algorithm::Rsa { .. });
        self.listed.iter().any(|(_, key)| is_rsa(key))
    }

    fn unknown(&self, authority: Option<usize>, shows: &str) -> SshError {
        let instead = authority.map_or(String::new(), |line| {
            format!(
                " (line {line} names a certificate authority, but the host shows no certificate: set HostCertificate there)"
            )
        });
        let elsewhere = self.elsewhere();
        let detail = format!(
            "`{}`{shows} has no key in known_hosts{instead}{elsewhere}: run {}, compare the fingerprint, add the line",
            self.name, self.keyscan
        );
        SshError::new(SshErrorKind::HostKeyUnknown, detail)
    }

    /// A hint if the host is listed only for another port than the one that is meant; else an empty text.
    pub fn elsewhere(&self) -> String {
        self.other_port.as_ref().map_or(String::new(), |(line, other)| {
            format!(
                " (line {line} lists `{other}`: if `port` in servers.yml is right, this port takes a line for `{}`)",
                self.name
            )
        })
    }

    /// These keys, with the command by which an operator asks the host for its own.
    #[must_use]
    pub(in crate::ssh) fn asked_by(self, keyscan: &str) -> Self {
        Self {
            keyscan: keyscan.to_owned(),
            ..self
        }
    }
}
