//! Users' certificates: with the key beside them, and with a key of the agent's.

use mcp_ssh::ssh::{Identity, SshErrorKind};

use super::login::log_in_at;
use super::{identity, secret};
use crate::support::agent::Agent;
use crate::support::keys::KeyPair;
use crate::support::sshd::{Sshd, login_name};

/// A server that trusts `authority` for users, and no key by itself.
fn trusting(authority: &KeyPair) -> Sshd {
    let line = format!("cert-authority {}", authority.public);
    Sshd::builder().authorized_line(&line).start()
}

/// A certificate for the user who runs the tests.
fn certificate(key: &KeyPair, authority: &KeyPair, more: &[&str]) -> String {
    let name = login_name();
    let mut options = vec!["-n", &name];
    options.extend(more);
    key.certified_by(authority, &options)
}

#[test]
fn certificates_of_every_type_of_key_and_authority_log_in() {
    let types = [
        KeyPair::ed25519,
        || KeyPair::ecdsa(256),
        || KeyPair::ecdsa(384),
        || KeyPair::ecdsa(521),
        || KeyPair::rsa(2048),
    ];
    for (number, make) in types.iter().enumerate() {
        let (key, authority) = (make(), types[(number + 1) % types.len()]());
        let sshd = trusting(&authority);
        let user = login_name();
        let prove = identity(&key).with_certificate(certificate(&key, &authority, &[]));
        log_in_at(&sshd, &user, prove).expect(&key.public);
        let log = sshd.log();
        assert!(log.contains("Accepted publickey"), "{log}");
        assert!(log.contains("-CERT"), "{log}");
        // The key alone is not trusted.
        let alone = log_in_at(&sshd, &user, identity(&key)).unwrap_err();
        assert_eq!(alone.kind(), SshErrorKind::AuthenticationFailed);
    }
}

#[test]
fn rsa_certificates_sign_with_sha2() {
    let (key, authority) = (KeyPair::rsa(2048), KeyPair::ed25519());
    for (accepted, expected) in [
        ("rsa-sha2-512-cert-v01@openssh.com", true),
        ("ssh-rsa-cert-v01@openssh.com", false),
    ] {
        let line = format!("cert-authority {}", authority.public);
        let sshd = Sshd::builder()
            .authorized_line(&line)
            .config(&format!("PubkeyAcceptedAlgorithms {accepted}"))
            .start();
        let prove = identity(&key).with_certificate(certificate(&key, &authority, &[]));
        let result = log_in_at(&sshd, &login_name(), prove);
        assert_eq!(result.is_ok(), expected, "{accepted}: {result:?}");
    }
}

#[test]
fn certificates_that_are_no_good_are_told_before_anything_is_sent() {
    let (key, other, authority) = (KeyPair::ed25519(), KeyPair::ed25519(), KeyPair::ed25519());
    let sshd = trusting(&authority);
    let of = |options: &[&str]| certificate(&key, &authority, options);
    let good = of(&[]);
    let middle = good.len() / 2;
    let damaged = format!("{}AAAA{}", &good[..middle], &good[middle + 4..]);
    for (text, words) in [
        (of(&["-V", "20200101:20200102"]), "expired at 2020-01-"),
        (of(&["-V", "20900101:20910101"]), "is not valid before 20"),
        (of(&["-h"]), "is for a host, not for a user"),
        (
            certificate(&other, &authority, &[]),
            "is not of the configured key",
        ),
        (
            certificate(&key, &KeyPair::rsa(2048), &["-t", "ssh-rsa"]),
            "is signed with SHA-1",
        ),
        (key.public.clone(), "cannot be read"),
        (String::new(), "cannot be read"),
        (damaged, "the certificate "),
    ] {
        let prove = identity(&key).with_certificate(text);
        let error = log_in_at(&sshd, &login_name(), prove).unwrap_err();
        assert_eq!(
            error.kind(),
            SshErrorKind::CertificateUnusable,
            "{words}: {error:?}"
        );
        assert!(error.detail().contains(words), "{words}: {error:?}");
    }
    assert_eq!(sshd.log(), "");
    let prove = identity(&key).with_certificate(good);
    log_in_at(&sshd, &login_name(), prove).unwrap();
}

#[test]
fn short_rsa_keys_are_refused_in_certificates_too() {
    let (short, authority) = (KeyPair::rsa(1024), KeyPair::ed25519());
    let key = KeyPair::ed25519();
    let sshd = trusting(&authority);
    for (certificate, words) in [
        (
            certificate(&short, &authority, &[]),
            "certifies an RSA key with 1024 bits",
        ),
        (
            certificate(&key, &short, &[]),
            "is signed by an RSA key with 1024 bits",
        ),
    ] {
        let prove = identity(&key).with_certificate(certificate);
        let error = log_in_at(&sshd, &login_name(), prove).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::CertificateUnusable);
        assert!(error.detail().contains(words), "{error:?}");
    }
    assert_eq!(sshd.log(), "");
}

#[test]
fn a_certificate_goes_with_the_agents_key() {
    let (key, authority) = (KeyPair::ed25519(), KeyPair::ed25519());
    let (sshd, agent) = (trusting(&authority), Agent::start());
    let user = login_name();
    let prove = || {
        Identity::default()
            .with_agent(agent.socket())
            .with_certificate(certificate(&key, &authority, &[]))
    };
    let without = log_in_at(&sshd, &user, prove()).unwrap_err();
    assert_eq!(
        without.kind(),
        SshErrorKind::AgentUnavailable,
        "{without:?}"
    );
    let words = "the agent does not hold the certificate's key";
    assert!(without.detail().contains(words), "{without:?}");
    agent.add(&KeyPair::ed25519(), None);
    agent.add(&key, None);
    log_in_at(&sshd, &user, prove()).unwrap();
    // The password is for another account; the certificate comes first.
    log_in_at(&sshd, &user, prove().with_password(secret("wrong"))).unwrap();
}

#[test]
fn a_certificate_that_the_agent_holds_is_used() {
    let (key, authority) = (KeyPair::rsa(2048), KeyPair::ed25519());
    let (sshd, agent) = (trusting(&authority), Agent::start());
    agent.add(&key, Some(&certificate(&key, &authority, &[])));
    let prove = Identity::default().with_agent(agent.socket());
    log_in_at(&sshd, &login_name(), prove).unwrap();
}
