//! Passwords: plainly, asked for in words, and as one of several methods.

use mcp_ssh::ssh::{Identity, SshErrorKind};

use super::login::log_in_at;
use super::{identity, secret};
use crate::support::account::Account;
use crate::support::agent::Agent;
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

#[test]
fn passwords_log_in_alone_and_after_a_key() {
    let account = Account::create("pw");
    let key = KeyPair::ed25519();
    let both = Sshd::builder()
        .authorize(&key)
        .config("PasswordAuthentication yes")
        .config("AuthenticationMethods publickey,password")
        .start();
    let either = Sshd::builder().config("PasswordAuthentication yes").start();
    let password = || Identity::default().with_password(secret(&account.password));
    log_in_at(&either, &account.name, password()).unwrap();
    // A key the server does not know comes first, and does no harm.
    log_in_at(
        &either,
        &account.name,
        password().with_key(secret(&key.private), None),
    )
    .unwrap();
    log_in_at(
        &both,
        &account.name,
        password().with_key(secret(&key.private), None),
    )
    .unwrap();

    let fault = |sshd: &Sshd, prove| log_in_at(sshd, &account.name, prove).unwrap_err();
    let wrong = fault(&either, Identity::default().with_password(secret("wrong")));
    assert_eq!(wrong.kind(), SshErrorKind::AuthenticationFailed);
    assert!(
        wrong
            .detail()
            .contains("tried password; the server offers publickey, password"),
        "{wrong:?}"
    );
    assert!(!wrong.detail().contains("wrong\""));
    assert_eq!(
        fault(&both, identity(&key)).kind(),
        SshErrorKind::ProofMissing
    );
}

#[test]
fn an_empty_password_is_never_sent() {
    let sshd = Sshd::builder().config("PasswordAuthentication yes").start();
    let error =
        log_in_at(&sshd, "root", Identity::default().with_password(secret(""))).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::NoCredential);
    assert_eq!(sshd.log(), "");
}

/// What PAM asks in words is answered; pam_unix knows the accounts of this machine.
fn asking(config: &str) -> Sshd {
    Sshd::builder()
        .config("UsePAM yes")
        .config("KbdInteractiveAuthentication yes")
        .config(config)
        .start()
}

#[test]
fn a_password_that_is_asked_for_in_words_logs_in() {
    let account = Account::create("kbd");
    let password = |text: &str| Identity::default().with_password(secret(text));
    let sshd = asking("PasswordAuthentication no");
    log_in_at(&sshd, &account.name, password(&account.password)).unwrap();
    let log = sshd.log();
    assert!(log.contains("Accepted keyboard-interactive/pam"), "{log}");

    let wrong = log_in_at(&sshd, &account.name, password("wrong")).unwrap_err();
    assert_eq!(wrong.kind(), SshErrorKind::AuthenticationFailed);
    let words = "tried keyboard-interactive; the server offers publickey, keyboard-interactive";
    assert!(wrong.detail().contains(words), "{wrong:?}");
}

#[test]
fn several_methods_are_given_in_the_servers_order() {
    let account = Account::create("several");
    let (key, other, third) = (KeyPair::ed25519(), KeyPair::ed25519(), KeyPair::ed25519());
    for (methods, expected) in [
        ("publickey,password", true),
        ("password,publickey", true),
        ("publickey,keyboard-interactive", true),
        ("keyboard-interactive,password,publickey", true),
        ("publickey,publickey", false),
        ("publickey,hostbased", false),
    ] {
        let sshd = Sshd::builder()
            .authorize(&key)
            .config("UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication yes")
            .config("HostbasedAuthentication yes")
            .config(&format!("AuthenticationMethods {methods}"))
            .start();
        let prove = identity(&key).with_password(secret(&account.password));
        let result = log_in_at(&sshd, &account.name, prove);
        assert_eq!(result.is_ok(), expected, "{methods}: {result:?}");
        if let Err(error) = result {
            assert_eq!(error.kind(), SshErrorKind::ProofMissing);
        }
    }
    // Two keys, one of them the agent's.
    let agent = Agent::start();
    agent.add(&third, None);
    agent.add(&other, None);
    let sshd = Sshd::builder()
        .authorize(&key)
        .authorize(&other)
        .config("AuthenticationMethods publickey,publickey")
        .start();
    let prove = identity(&key).with_agent(agent.socket());
    log_in_at(&sshd, &account.name, prove).unwrap();
}
