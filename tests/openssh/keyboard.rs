//! Servers that ask in words for more than a password, or without end.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use mcp_ssh::ssh::{Identity, Route, Session, SshError, SshErrorKind};
use russh::server::Auth;
use russh::{MethodKind, MethodSet};

use super::hostile::{Server, serve_with};
use super::{HERE, block_on, endpoint, known_hosts, never, secret};
use crate::support::keys::KeyPair;

/// What the server asks in a round, by the name of who logs in.
pub fn asks(user: &str, round: usize) -> Auth {
    let many = [("Password: ", false); 10_000];
    match (user, round) {
        ("good", 1) | ("twice", _) | ("renew", 1) | ("notice", 2) | ("notices", 12) => {
            ask(&[("Password: ", false)])
        }
        ("good", 2) | ("notice", 4) | ("notices", 20) => Auth::Accept,
        ("notice" | "notices" | "endless", _) => ask(&[]),
        ("otp", _) => ask(&[("Verification code: ", false)]),
        ("echo", _) => ask(&[("Password: ", true)]),
        ("two", _) => ask(&[("Password: ", false), ("Token: ", false)]),
        ("renew", _) => ask(&[("New password: ", false)]),
        ("many", _) => ask(&many),
        ("long", _) => ask(&[(&"\u{1b}[31m".repeat(20_000), false)]),
        ("partial", _) => Auth::Reject {
            proceed_with_methods: Some(MethodSet::from(
                &[MethodKind::KeyboardInteractive, MethodKind::Password][..],
            )),
            partial_success: true,
        },
        _ => Auth::reject(),
    }
}

fn ask(prompts: &[(&str, bool)]) -> Auth {
    let prompts = prompts.iter();
    Auth::Partial {
        name: Cow::Borrowed("a name"),
        instructions: Cow::Borrowed("read this"),
        prompts: prompts
            .map(|(text, echo)| (Cow::Owned((*text).to_owned()), *echo))
            .collect(),
    }
}

async fn log_in(server: &Server, user: &str) -> Result<Session, SshError> {
    let mut endpoint = endpoint(server.port());
    endpoint.username = user.to_owned();
    let prove = Identity::default().with_password(secret("pw"));
    let lines = known_hosts(&server.known_hosts());
    Session::connect(&endpoint, &HERE, &Route::Direct, &prove, &lines, &never()).await
}

#[test]
fn one_prompt_for_a_password_is_answered_and_notices_are_read() {
    for user in ["good", "notice", "notices"] {
        let server = serve_with(&KeyPair::ed25519());
        let result = block_on(log_in(&server, user)).map(drop);
        result.unwrap_or_else(|error| panic!("{user}: {error:?}"));
        let told = server.heard_all();
        let said = told.iter().filter(|answers| answers.contains("pw"));
        assert_eq!(said.count(), 1, "{user}: {told:?}");
    }
}

#[test]
fn every_other_prompt_ends_the_login_and_hears_no_password() {
    for (user, words, passwords) in [
        ("otp", "it asks \"Verification code: \"", 0),
        ("echo", "it asks \"Password: \"", 0),
        ("two", "it asks \"Password: \"", 0),
        ("many", "it asks \"Password: \"", 0),
        ("long", "it asks \"\\u{1b}[31m", 0),
        (
            "renew",
            "it asks \"New password:\", and so wants a new password",
            1,
        ),
        ("twice", "it asks for the password again", 1),
        ("endless", "it does not come to an end", 0),
        ("partial", "proved itself by keyboard-interactive", 0),
        ("refused", "was refused: tried keyboard-interactive", 0),
    ] {
        let server = serve_with(&KeyPair::ed25519());
        let start = Instant::now();
        let error = block_on(log_in(&server, user)).map(drop).unwrap_err();
        let kind = match user {
            "partial" => SshErrorKind::ProofMissing,
            "renew" => SshErrorKind::PasswordExpired,
            _ => SshErrorKind::AuthenticationFailed,
        };
        assert_eq!(error.kind(), kind, "{user}: {error:?}");
        assert!(error.detail().contains(words), "{user}: {error:?}");
        assert!(error.detail().len() < 600, "{user}: {error:?}");
        assert!(start.elapsed() < Duration::from_secs(5), "{user}");
        let told = server.heard_all();
        let said = told.iter().filter(|answers| answers.contains("pw"));
        assert_eq!(said.count(), passwords, "{user}: {told:?}");
    }
}
