//! Accounts that have expired, and passwords that have: a host says so in six ways, and each is told as that.

use std::process::Command;

use serde_json::Value;

use super::records::{lines, of_type};
use super::site::{Site, ssh_run};
use crate::support::keys::KeyPair;
use crate::support::scripted::ScriptedServer;
use crate::support::sshd::Sshd;

/// What a call on such an account tells, and the error of its record.
fn told(tag: &str, config: &str, proof: &str, ageing: [&str; 2]) -> (Value, String) {
    let user = KeyPair::ed25519();
    let sshd = Sshd::builder().authorize(&user).config(config).start();
    let site = Site::of(tag, sshd, user);
    site.write_credentials(proof);
    site.fixture.write("secrets/pw", &site.account.password);
    let mut chage = Command::new("chage");
    let chage = chage.args(ageing).arg(&site.account.name).status();
    assert!(chage.unwrap().success());
    asked(site)
}

fn asked(site: Site) -> (Value, String) {
    let (mut client, _held) = site.serve();
    let result = ssh_run(&mut client, "echo hi");
    let records = lines(&client.finish());
    let error = of_type(&records, "audit")[0]["error"].as_str().unwrap();
    (result, error.to_owned())
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

const KEY: &str = "key_path: id";
const PASSWORD: &str = "password_secret: pw";

/// sshd runs passwd in place of the command, which finds no terminal.
#[test]
fn a_command_that_the_host_has_not_run_is_said_to_be_none() {
    for (tag, config, proof) in [
        ("exa", "UsePAM yes\nPasswordAuthentication yes", PASSWORD),
        ("exb", "UsePAM yes", KEY),
        ("exc", "UsePAM no\nPasswordAuthentication yes", PASSWORD),
    ] {
        let (result, error) = told(tag, config, proof, ["-d", "0"]);
        let note = result["structuredContent"]["note"].as_str().unwrap();
        for said in [note, &error] {
            let words =
                "the host has not run the command: the password of this account has expired";
            assert!(said.contains(words), "{config} {proof}: {said}");
            assert!(said.contains("passwd"), "{said}");
        }
        assert_eq!(result["structuredContent"]["exit_code"], 1, "{result}");
    }
}

#[test]
fn a_prompt_for_a_new_password_is_told_as_one() {
    let config = "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication no";
    let (result, error) = told("exd", config, PASSWORD, ["-d", "0"]);
    let headline = "SSH password expired: Host wants a new password";
    assert!(text(&result).contains(headline), "{result}");
    assert!(error.contains("and so wants a new password"), "{error}");
    assert!(error.contains("`chage -l USER`"), "{error}");
}

#[test]
fn the_words_with_which_a_host_turns_an_account_away_are_in_the_log() {
    for (tag, config, proof) in [
        ("exe", "UsePAM yes\nPasswordAuthentication yes", PASSWORD),
        ("exf", "UsePAM yes", KEY),
    ] {
        let (result, error) = told(tag, config, proof, ["-E", "1"]);
        assert!(
            text(&result).contains("SSH authentication failed: Invalid credentials"),
            "{result}"
        );
        let words = "the server said \"Your account has expired; please contact your system administrator.\"";
        assert!(error.contains(words), "{config} {proof}: {error}");
    }
}

/// A server of asyncssh for this user, whose password is `of-yesterday`.
fn elsewhere(tag: &str, user: &str) -> (Value, String) {
    let site = Site::start(tag);
    let server = ScriptedServer::asyncssh();
    site.write_servers(server.port);
    // Long enough for a handshake on any machine: the end of it is waited for.
    // A keepalive that is due at the limit is not sent before it, as by default.
    site.add_to_host("connect_timeout: 12, keepalive: 12");
    let known_hosts = server.known_hosts("127.0.0.1");
    site.fixture.write("keys/known_hosts", &known_hosts);
    let entry = format!("entries:\n- {{name: ops, username: {user}, password_secret: pw}}\n");
    site.fixture.write("config/credentials.yml", &entry);
    site.fixture.write("secrets/pw", "of-yesterday");
    asked(site)
}

/// A jump host knows its password, and refuses in words of its own when it is to lead on.
#[test]
fn a_jump_host_that_repeats_its_password_writes_it_into_no_log() {
    let site = Site::start("exj");
    let server = ScriptedServer::asyncssh();
    let (hop, port) = (server.port, site.sshd.port());
    let hosts = format!(
        "hosts:\n- {{alias: box, host: 127.0.0.1, port: {port}, credentials: ops, jump: hop, connect_timeout: 12}}\n\
         - {{alias: hop, host: 127.0.0.1, port: {hop}, credentials: hop, connect_timeout: 12}}\n"
    );
    site.fixture.write("config/servers.yml", &hosts);
    let known_hosts = site.sshd.known_hosts("127.0.0.1") + &server.known_hosts("127.0.0.1");
    site.fixture.write("keys/known_hosts", &known_hosts);
    let user = &site.account.name;
    let entries = format!(
        "entries:\n- {{name: ops, username: {user}, key_path: id}}\n- {{name: hop, username: hop, password_secret: pw}}\n"
    );
    site.fixture.write("config/credentials.yml", &entries);
    site.fixture.write("secrets/pw", "of-yesterday");
    let (result, error) = asked(site);
    assert!(result["isError"] == true, "{result}");
    assert!(error.contains("nothing leads on for [redacted]"), "{error}");
    assert!(!error.contains("of-yesterday"), "{error}");
}

/// SSH_MSG_USERAUTH_PASSWD_CHANGEREQ (RFC 4252 section 8).
#[test]
fn a_request_to_change_the_password_is_told_as_one() {
    let (result, error) = elsewhere("exg", "expired");
    let headline = "SSH password expired: Host wants a new password";
    assert!(text(&result).contains(headline), "{result}");
    let words = "neither yes nor no to the password";
    assert!(error.contains(words), "{error}");
    assert!(error.contains("`chage -l USER`"), "{error}");
}

/// A host knows the password that it was given.
#[test]
fn a_host_that_refuses_a_password_and_repeats_it_writes_it_into_no_log() {
    for (tag, user) in [("exh", "ended"), ("exi", "bannered")] {
        let (result, error) = elsewhere(tag, user);
        assert!(
            text(&result).contains("SSH authentication failed"),
            "{user}: {result}"
        );
        let words = "the server said \"[redacted] is not the one";
        assert!(error.contains(words), "{user}: {error}");
    }
}
