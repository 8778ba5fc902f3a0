//! Colours: on a terminal, and nowhere else. script(1) is the terminal.

use std::process::{Command, Stdio};

use super::{path, said};
use crate::support::fixture::Fixture;

/// What a person sees of the words.
fn watched(fixture: &Fixture, words: &str, no_color: &str) -> String {
    let mut script = Command::new("script");
    let script = script
        .args(["-qec", &format!("mcp-ssh {words}"), "/dev/null"])
        .envs(fixture.environment());
    let script = script
        .env("PATH", path())
        .env("NO_COLOR", no_color)
        .stdin(Stdio::null());
    let output = script
        .output()
        .unwrap_or_else(|error| panic!("script: {error}: install bsdutils"));
    said(&output).1.replace("\r\n", "\n")
}

/// `docker run -t`, and whoever tries the server by hand.
#[test]
fn a_server_on_a_terminal_says_what_it_waits_for() {
    let told = watched(&Fixture::one_host(22), "serve", "");
    assert!(told.contains("stdin is a terminal"), "{told}");
}

#[test]
fn a_terminal_has_colours_unless_it_wants_none() {
    let fixture = Fixture::one_host(22);
    let table = "ALIAS  TAGS   DESCRIPTION";
    let bold = format!("\u{1b}[1m{table}\u{1b}[0m\nweb    front  a web server\n");
    assert_eq!(watched(&fixture, "hosts", ""), bold);
    assert_eq!(
        watched(&fixture, "hosts", "1"),
        format!("{table}\nweb    front  a web server\n")
    );
    assert!(watched(&fixture, "hosts | cat", "").starts_with("ALIAS"));
    assert!(watched(&fixture, "hosts --json", "").starts_with("{\"hosts\""));

    fixture.write("config/policy.yml", "limits: {host_key_auto_add: true}\n");
    let told = watched(&fixture, "check", "");
    assert!(told.starts_with("\u{1b}[33m/"), "{told}");
    assert!(told.contains("remove it\u{1b}[0m\n 1 | limits"), "{told}");
    fixture.write("config/policy.yml", "rules: 1\n");
    assert!(watched(&fixture, "check", "").starts_with("\u{1b}[31m/"));
    let plain = fixture.server().arg("check").output().unwrap();
    assert!(!said(&plain).2.contains('\u{1b}'));
}
