//! What servers want beside one proof, or in place of one: nothing at all, a second one, a push to a telephone.

use std::sync::mpsc::{Receiver, Sender, channel};

use mcp_ssh::ssh::{Identity, Route, Session, SshError, SshErrorKind};
use russh::server::{Auth, Handler, Response, VerifiedPublicKey};
use russh::{MethodKind, MethodSet};

use super::login::log_in_at;
use super::{HERE, HOST, block_on, endpoint, identity, known_hosts, never, secret};
use crate::support::account::Account;
use crate::support::keys::KeyPair;
use crate::support::pam::PamService;
use crate::support::russh_server::{self, Server};
use crate::support::sshd::Sshd;

/// A server whose behaviour is the name of who logs in. It tells each attempt.
struct Doorkeeper(Sender<&'static str>, usize);

fn wants(methods: &[MethodKind], partial_success: bool) -> Auth {
    Auth::Reject {
        proceed_with_methods: Some(MethodSet::from(methods)),
        partial_success,
    }
}

fn asks(prompts: &[&'static str]) -> Auth {
    Auth::Partial {
        name: "".into(),
        instructions: "".into(),
        prompts: prompts
            .iter()
            .map(|prompt| ((*prompt).into(), false))
            .collect(),
    }
}

impl Handler for Doorkeeper {
    type Error = russh::Error;

    async fn auth_none(&mut self, user: &str) -> Result<Auth, russh::Error> {
        use MethodKind::{KeyboardInteractive, Password, PublicKey};
        self.0.send("none").unwrap();
        Ok(match user {
            "network" => Auth::Accept,
            "push-first" | "push-alone" => wants(&[KeyboardInteractive], false),
            "both" | "german" => wants(&[KeyboardInteractive, Password], false),
            "only-german" => wants(&[KeyboardInteractive], false),
            _ => wants(&[PublicKey, KeyboardInteractive], false),
        })
    }

    async fn auth_publickey(
        &mut self,
        user: &str,
        _: VerifiedPublicKey<'_>,
    ) -> Result<Auth, russh::Error> {
        use MethodKind::{KeyboardInteractive, Password, PublicKey};
        self.0.send("publickey").unwrap();
        Ok(match user {
            "push-first" => Auth::Accept,
            "push" | "code" | "words" => wants(&[KeyboardInteractive], true),
            "and-password" => wants(&[Password], true),
            _ => wants(&[PublicKey, KeyboardInteractive], false),
        })
    }

    async fn auth_password(&mut self, user: &str, _: &str) -> Result<Auth, russh::Error> {
        use MethodKind::{KeyboardInteractive, Password};
        self.0.send("password").unwrap();
        Ok(match user {
            "german" => Auth::Accept,
            _ => wants(&[KeyboardInteractive, Password], false),
        })
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _: &str,
        answers: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        self.0.send("keyboard-interactive").unwrap();
        self.1 += 1;
        let said = answers.map_or(0, Iterator::count);
        Ok(match (user, self.1) {
            ("push" | "push-first" | "push-alone", 1) => asks(&[]),
            ("push-first", _) => wants(&[MethodKind::PublicKey], true),
            ("push" | "push-alone", _) => Auth::Accept,
            ("code", _) => asks(&["Verification code: "]),
            ("words", _) => asks(&["Password: "]),
            ("german" | "only-german", 1) => asks(&["Passwort: "]),
            ("only-german", _) if said == 1 => Auth::Accept,
            _ => Auth::reject(),
        })
    }
}

/// What a login comes to, and what the server saw of it.
fn log_in(user: &str, prove: &Identity) -> (Result<(), SshError>, Vec<&'static str>) {
    let (tell, told): (_, Receiver<&'static str>) = channel();
    let server: Server =
        russh_server::serve(&KeyPair::ed25519(), move || Doorkeeper(tell.clone(), 0));
    let mut endpoint = endpoint(server.port);
    endpoint.username = user.to_owned();
    let lines = known_hosts(&server.known_hosts(HOST));
    let never = never();
    let connected = Session::connect(&endpoint, &HERE, &Route::Direct, prove, &lines, &never);
    let result = block_on(connected).map(drop);
    (result, told.try_iter().collect())
}

const KEYBOARD: &str = "keyboard-interactive";

#[test]
fn a_server_that_asks_for_no_proof_lets_in() {
    let (key, nothing) = (
        identity(&KeyPair::ed25519()),
        Identity::default().with_none(),
    );
    for prove in [&key, &nothing] {
        let (result, seen) = log_in("network", prove);
        assert_eq!((result, seen), (Ok(()), vec!["none"]));
    }
    let (result, seen) = log_in("push", &nothing);
    let error = result.unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::AuthenticationFailed);
    let words = "tried none; the server offers publickey, keyboard-interactive";
    assert!(error.detail().contains(words), "{error:?}");
    assert_eq!(seen, ["none"]);
}

#[test]
fn what_asks_nobody_anything_is_taken_beside_a_key_or_in_its_place() {
    let key = identity(&KeyPair::ed25519());
    for (user, expected) in [
        ("push", &["none", "publickey", KEYBOARD, KEYBOARD][..]),
        ("push-first", &["none", KEYBOARD, KEYBOARD, "publickey"]),
        ("push-alone", &["none", KEYBOARD, KEYBOARD]),
    ] {
        let (result, seen) = log_in(user, &key);
        assert_eq!((result, seen.as_slice()), (Ok(()), expected), "{user}");
    }
    // A key that was refused is one failure; the prompt would be a second one.
    let (result, seen) = log_in("stranger", &key);
    assert_eq!(
        result.unwrap_err().kind(),
        SshErrorKind::AuthenticationFailed
    );
    assert_eq!(seen, ["none", "publickey"]);
}

#[test]
fn a_key_that_was_accepted_is_said_to_be() {
    let key = identity(&KeyPair::ed25519());
    for (user, words) in [
        (
            "code",
            "it asks \"Verification code: \", which only a person can answer",
        ),
        (
            "words",
            "it asks for a password: name its secret as `password_secret`",
        ),
        ("and-password", "the server offers password"),
    ] {
        let (result, _) = log_in(user, &key);
        let error = result.unwrap_err();
        assert_eq!(
            error.kind(),
            SshErrorKind::ProofMissing,
            "{user}: {error:?}"
        );
        let accepted = "proved itself by ssh-ed25519, and the server wants one proof more";
        assert!(error.detail().contains(accepted), "{user}: {error:?}");
        assert!(error.detail().contains(words), "{user}: {error:?}");
    }
}

#[test]
fn a_password_is_one_failure_and_a_prompt_of_any_language_ends_nothing() {
    let password = Identity::default().with_password(secret("pw"));
    let (result, seen) = log_in("german", &password);
    assert_eq!((result, seen), (Ok(()), vec!["none", "password"]));
    let (result, seen) = log_in("only-german", &password);
    assert_eq!((result, seen), (Ok(()), vec!["none", KEYBOARD, KEYBOARD]));
    let (result, seen) = log_in("both", &password);
    assert_eq!(
        result.unwrap_err().kind(),
        SshErrorKind::AuthenticationFailed
    );
    assert_eq!(seen, ["none", "password"]);
}

#[test]
fn openssh_with_pam_lets_in_by_a_key_and_a_silent_second_proof() {
    let account = Account::create("proof");
    let key = KeyPair::ed25519();
    for (module, expected) in [
        ("pam_permit.so", Ok(())),
        ("pam_unix.so", Err(SshErrorKind::ProofMissing)),
        ("pam_deny.so", Err(SshErrorKind::ProofMissing)),
    ] {
        let lines = format!(
            "auth required {module}\naccount required pam_permit.so\nsession required pam_permit.so\n"
        );
        let service = PamService::of(&lines);
        let sshd = Sshd::builder()
            .program(service.sshd())
            .authorize(&key)
            .config("UsePAM yes\nKbdInteractiveAuthentication yes")
            .config("AuthenticationMethods publickey,keyboard-interactive")
            .start();
        let result = log_in_at(&sshd, &account.name, identity(&key));
        assert_eq!(
            result.map_err(|error| error.kind()),
            expected,
            "{module}: {}",
            sshd.log()
        );
    }
}

#[test]
fn a_wrong_password_is_one_failure_for_openssh() {
    let account = Account::create("once");
    let sshd = Sshd::builder()
        .config("UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication yes")
        .start();
    let wrong = Identity::default().with_password(secret("wrong"));
    let error = log_in_at(&sshd, &account.name, wrong).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::AuthenticationFailed);
    let log = sshd.log();
    let failures = log
        .lines()
        .filter(|line| line.starts_with("Failed "))
        .count();
    assert_eq!(failures, 1, "{log}");
}
