//! OpenSSH certificates (PROTOCOL.certkeys): what users' and hosts' have in common.
//!
//! Takes: a certificate, what it has to be for and the time. Refuses: one for the other purpose,
//! one that is not valid now, a key or an authority of a type or length that is not accepted, a
//! signature with SHA-1 or one that is wrong. Whether the authority is trusted, and for whom, is
//! for others to say: the server for users, `host_certificate.rs` for hosts.

use crate::clock;
use crate::ssh::transport::algorithms::{is_accepted, weak_rsa_bits};
use crate::ssh::transport::keys::ssh_key::certificate::CertType;
use crate::ssh::transport::keys::ssh_key::public::KeyData;
use crate::ssh::transport::keys::{Algorithm, Certificate, HashAlg};

/// Lets a certificate pass that is good in itself at `now`, in seconds since the Unix epoch.
///
/// # Errors
/// What is wrong with it, and how to mend it, in words that go on from "the certificate".
pub(in crate::ssh) fn examine(
    certificate: &Certificate,
    wanted: CertType,
    now: u64,
) -> Result<(), String> {
    if certificate.cert_type() != wanted {
        let (other, right) = match wanted {
            CertType::User => ("host", "user"),
            CertType::Host => ("user", "host"),
        };
        return Err(format!(
            "is for a {other}, not for a {right}: have the right kind issued"
        ));
    }
    if now < certificate.valid_after() {
        let from = date(certificate.valid_after());
        return Err(format!("is not valid before {from}: check the clock"));
    }
    if now >= certificate.valid_before() {
        let until = date(certificate.valid_before());
        return Err(format!("expired at {until}: have it renewed"));
    }
    strong("certifies", certificate.public_key())?;
    strong("is signed by", certificate.signature_key())?;
    if certificate.signature().algorithm() == (Algorithm::Rsa { hash: None }) {
        return Err("is signed with SHA-1: have it issued with rsa-sha2-512".to_owned());
    }
    // Compares nothing new but the signature: the authority is the certificate's own.
    let authority = certificate.signature_key().fingerprint(HashAlg::Sha256);
    certificate
        .validate_at(now, [&authority])
        .map_err(|_| "bears a wrong signature: take the file anew".to_owned())
}

fn strong(role: &str, key: &KeyData) -> Result<(), String> {
    if !is_accepted(key) {
        let kind = key.algorithm();
        return Err(format!(
            "{role} a key of type {kind}, which is not accepted"
        ));
    }
    match weak_rsa_bits(key) {
        Some(bits) => Err(format!(
            "{role} an RSA key with {bits} bits; 2048 is the least"
        )),
        None => Ok(()),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a date is for a person; seconds are exact until the year 285,000,000"
)]
fn date(seconds: u64) -> String {
    clock::timestamp(seconds as f64)
}
