//! The verdict on a host's certificate (PROTOCOL.certkeys; sshd(8), "@cert-authority").
//!
//! Takes: the keys that known_hosts lists for one host, and the certificate that the host shows. Gives: nothing, or
//! why the certificate is refused. Refuses: a revoked key or authority, an authority that known_hosts does not name
//! for the host, a certificate that `certificate.rs` refuses, a certificate with critical options, one that does not
//! name the host, and one that names no host, since it would be valid for every host. A certificate whose key is
//! listed by itself passes as that key, as in OpenSSH, unless its authority is revoked.

use super::certificate::examine;
use super::host_key::{HostKeyVerdict, HostKeys};
use super::known_hosts_line::glob;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::keys::ssh_key::certificate::CertType;
use crate::ssh::transport::keys::{Certificate, HashAlg, PublicKey};

/// How many characters of a certificate's names stderr repeats: the host may send any length.
const MAX_SHOWN: usize = 200;

impl HostKeys {
    /// Accepts a certificate that an authority of the host has signed; `now` is in seconds since the Unix epoch.
    ///
    /// # Errors
    /// [`SshErrorKind::HostKeyRevoked`], [`SshErrorKind::HostCertificate`], or what is wrong with the key, if the
    /// key is listed by itself.
    pub(in crate::ssh) fn check_certificate(
        &self,
        certificate: &Certificate,
        now: u64,
    ) -> Result<(), SshError> {
        let plain = PublicKey::from(certificate.public_key().clone());
        let authority = PublicKey::from(certificate.signature_key().clone());
        if let HostKeyVerdict::Revoked { line } = self.verdict(&authority) {
            let detail = format!(
                "the certificate of `{}` is signed by {}, which known_hosts line {line} revokes: have another authority sign it",
                self.name,
                authority.fingerprint(HashAlg::Sha256)
            );
            return Err(SshError::new(SshErrorKind::HostKeyRevoked, detail));
        }
        let is_listed = match self.verdict(&plain) {
            HostKeyVerdict::Known { .. } | HostKeyVerdict::Revoked { .. } => true,
            HostKeyVerdict::Unknown { .. } | HostKeyVerdict::Changed { .. } => false,
        };
        // Without an authority the certificate was asked for to see who has signed it.
        if is_listed || self.authorities.is_empty() {
            return self.check(&plain);
        }
        let named = |(_, key): &&(usize, _)| key == certificate.signature_key();
        if !self.authorities.iter().any(|authority| named(&authority)) {
            let lines: Vec<String> = self
                .authorities
                .iter()
                .map(|(line, _)| line.to_string())
                .collect();
            return Err(self.refused(&format!(
                "is signed by {}, which is no authority of known_hosts (line {}): add its line, or sign with the right one",
                authority.fingerprint(HashAlg::Sha256),
                lines.join(", ")
            )));
        }
        examine(certificate, CertType::Host, now).map_err(|why| self.refused(&why))?;
        if let Some((option, _)) = certificate.critical_options().iter().next() {
            return Err(self.refused(&format!(
                "has the critical option {option:?}, and hosts' certificates know none: issue it anew"
            )));
        }
        self.check_names(certificate)
    }

    fn check_names(&self, certificate: &Certificate) -> Result<(), SshError> {
        let names = certificate.valid_principals();
        let is_ours = |name: &String| {
            let pattern = name.to_ascii_lowercase();
            glob(pattern.as_bytes(), self.host.as_bytes())
        };
        if names.iter().any(is_ours) {
            return Ok(());
        }
        if names.is_empty() {
            let why = "names no host, so it would be good for all: issue it anew with `ssh-keygen -s CA -h -n NAME`";
            return Err(self.refused(why));
        }
        let shown: String = names.join(", ").chars().take(MAX_SHOWN).collect();
        Err(self.refused(&format!(
            "is for {shown:?}, not for `{}`: issue it for that name, or set `host_key_alias`",
            self.host
        )))
    }

    fn refused(&self, why: &str) -> SshError {
        let detail = format!("the certificate of `{}` {why}", self.name);
        SshError::new(SshErrorKind::HostCertificate, detail)
    }
}
