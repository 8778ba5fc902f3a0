//! OpenSSH certificates (PROTOCOL.certkeys): the checks that those of users and of hosts share.
//!
//! Takes: a certificate, its purpose and the time. Gives: nothing, or what is wrong. Refuses: a certificate for the
//! other purpose, one that is not valid now, a key or an authority of a type or length that is not accepted, a
//! signature that is wrong or made with SHA-1. This file does not say whether the authority is trusted: the server
//! says so for users, `host_certificate.rs` for hosts.

use crate::clock;
use crate::ssh::transport::algorithms::{is_accepted, weak_rsa_bits};
use crate::ssh::transport::keys::ssh_key::certificate::CertType;
use crate::ssh::transport::keys::ssh_key::public::KeyData;
use crate::ssh::transport::keys::{Algorithm, Certificate, HashAlg};

/// How many characters of a certificate's names stderr repeats.
const MAX_SHOWN: usize = 200;

/// Accepts a certificate that is valid in itself at `now`, in seconds since the Unix epoch.
///
/// # Errors
/// What is wrong with the certificate, and how to mend it: a text that continues "the certificate".
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
        let (from, until) = (
            date(certificate.valid_after()),
            date(certificate.valid_before()),
        );
        return Err(format!(
            "expired at {until} (it was valid from {from}): have it renewed"
        ));
    }
    strong("certifies", certificate.public_key())?;
    strong("is signed by", certificate.signature_key())?;
    if certificate.signature().algorithm() == (Algorithm::Rsa { hash: None }) {
        return Err("is signed with SHA-1: have it issued with rsa-sha2-512".to_owned());
    }
    // The authority is the one that the certificate names itself, so this checks only the signature.
    let authority = certificate.signature_key().fingerprint(HashAlg::Sha256);
    certificate
        .validate_at(now, [&authority])
        .map_err(|_| "bears a wrong signature: take the file anew".to_owned())
}

/// Who is named by a user's certificate, when it is valid, and who has signed it: what a host may object to.
pub(in crate::ssh) fn described(certificate: &Certificate) -> String {
    let names = certificate.valid_principals().join(", ");
    let names: String = names.chars().take(MAX_SHOWN).collect();
    let authority = certificate.signature_key().fingerprint(HashAlg::Sha256);
    let until = match certificate.valid_before() {
        u64::MAX => "without an end".to_owned(),
        until => format!("until {}", date(until)),
    };
    format!(
        "the certificate is for {names:?}, valid from {} {until}, signed by {authority}: see that the host's \
         TrustedUserCAKeys has that key, and that its clock is right",
        date(certificate.valid_after())
    )
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
