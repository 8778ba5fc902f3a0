//! Another configuration while commands run, secrets and keys that are replaced, and
//! `mcp-ssh reload`.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::cli::{status, text};
use super::site::{Held, POLICY, Site, ran, refused};
use crate::support::client::Client;
use crate::support::fixture::Fixture;
use crate::support::keys::{Format, KeyPair, write_private};
use crate::support::marker::{Marker, within};
use crate::support::sshd::Sshd;

/// How many connections the server has seen end.
fn endings(held: &Held) -> usize {
    held.sshd.log().matches("Disconnected from user").count()
}

fn begin(client: &mut Client, command: &str) -> Value {
    let arguments = json!({"alias": "box", "command": command});
    let call = json!({"name": "ssh_run", "arguments": arguments});
    client.begin("tools/call", call)
}

fn reload(client: &mut Client) {
    let result = client.call("ssh_reload_config", json!({}));
    assert_eq!(result["structuredContent"]["reloaded"], true, "{result}");
}

/// What runs goes on under what it started under; what comes after it does not.
#[test]
fn a_running_command_ends_as_it_began_although_its_host_and_its_rule_are_gone() {
    let (mut client, held) = Site::start("removed").serve();
    let marker = Marker::new();
    let long = begin(&mut client, &marker.fill("sleep MARKER"));
    assert!(within(Duration::from_secs(5), || !marker
        .alive()
        .is_empty()));
    let other = Marker::new();
    let short = begin(&mut client, &other.fill("sleep 2 && echo MARKER"));
    assert!(within(Duration::from_secs(5), || !other.alive().is_empty()));
    let other = "hosts:\n- {alias: other, host: 127.0.0.1, credentials: ops}\n";
    client.fixture().write("config/servers.yml", other);
    let policy = POLICY.replace("'sleep *', ", "");
    client.fixture().write("config/policy.yml", &policy);
    reload(&mut client);
    assert_eq!(
        refused(&mut client, "echo x")["error"],
        "there is no host `box`"
    );
    let ended = client.response(&short)["result"]["structuredContent"].clone();
    assert_eq!(ended["exit_code"], 0, "{ended}");
    // The other one still holds the connection, and can still be cancelled.
    assert_eq!(endings(&held), 0);
    assert!(!marker.alive().is_empty());
    let params = json!({"requestId": long});
    client.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}));
    assert!(marker.is_gone());
    assert!(
        within(Duration::from_secs(5), || endings(&held) == 1),
        "{}",
        held.sshd.log()
    );
}

/// Secrets are read when somebody logs in: no reload is needed.
#[test]
fn a_secret_that_was_replaced_is_the_one_that_is_used() {
    let user = KeyPair::ed25519();
    let sshd = Sshd::builder().authorize(&user).start();
    let encrypted = user.rewritten(Format::OpenSsh, "open-sesame-7215");
    let site = Site::of("rotate", sshd, user);
    write_private(&site.path("keys/locked"), &encrypted);
    site.write_credentials("key_path: locked, key_passphrase_secret: phrase");
    let (mut client, _held) = site.serve();
    let error = |client: &mut Client| {
        refused(client, "echo hi")["error"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(error(&mut client).starts_with("SSH secret missing"));
    client.fixture().write("secrets/phrase", "shut-sesame-8326");
    assert!(error(&mut client).starts_with("SSH key passphrase wrong"));
    client
        .fixture()
        .write("secrets/phrase", "open-sesame-7215\n");
    assert_eq!(ran(&mut client, "echo hi")["output"], "hi\n");
}

fn told(fixture: &Fixture, pid: &str) -> Output {
    let mut command = fixture.server();
    command.args(["reload", "--pid", pid]).output().unwrap()
}

#[test]
fn the_subcommand_has_the_server_read_its_files() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    client.result("logging/setLevel", json!({"level": "info"}));
    let pid = client.pid().to_string();
    let output = told(client.fixture(), &pid);
    assert_eq!(status(&output), 0, "{output:?}");
    assert!(text(&output.stdout).ends_with(&format!("\nprocess {pid}: reloaded\n")));
    assert_eq!(client.next()["params"]["level"], "info");

    client
        .fixture()
        .write("config/policy.yml", "rules: [{action: alow}]\n");
    assert_eq!(client.next()["params"]["level"], "error");
    let output = told(client.fixture(), &pid);
    assert_eq!(status(&output), 1);
    let faults = text(&output.stderr);
    assert!(
        faults.contains("policy.yml:1:18: unknown action `alow`"),
        "{faults}"
    );
    assert!(faults.contains("no server was told"), "{faults}");
    client.silence(Duration::from_millis(500));
}

/// A process that waits for its stdin, and says when it does.
struct Waiting(Child);

impl Waiting {
    fn spawn(command: &mut Command, said: &[u8]) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut waiting = Self(child.unwrap());
        waiting.0.stdin.as_mut().unwrap().write_all(said).unwrap();
        let stdout = waiting.0.stdout.as_mut().unwrap();
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        waiting
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

#[test]
fn the_subcommand_signals_no_stranger() {
    let fixture = Fixture::one_host(22);
    // Shells that name themselves as a server does; one is a program of our name.
    let own = std::path::PathBuf::from(fixture.config()).with_file_name("mcp-ssh");
    fs::copy("/bin/sh", &own).unwrap();
    let named = |shell: &std::path::Path, trap: &str| {
        let mut named = Command::new(shell);
        let name = "printf mcp-ssh:000000g >/proc/$$/comm";
        named.args([
            "-c",
            &format!("{name}; {trap}; read go && echo ready && read stop"),
        ]);
        named
    };
    let strangers = [
        (
            "is no server of mcp-ssh",
            Waiting::spawn(&mut Command::new("cat"), b"x\n"),
        ),
        (
            "only has the name",
            Waiting::spawn(&mut named("/bin/sh".as_ref(), "trap : HUP"), b"go\n"),
        ),
        (
            "does not wait for SIGHUP",
            Waiting::spawn(&mut named(&own, ":"), b"go\n"),
        ),
        (
            "is no server of mcp-ssh",
            Waiting::spawn(
                fixture.server().args(["plan", "web", "--stdin", "--json"]),
                b"\"uptime\"\n",
            ),
        ),
    ];
    for (why, mut stranger) in strangers {
        let output = told(&fixture, &stranger.0.id().to_string());
        let said = text(&output.stderr);
        assert!(status(&output) == 1 && said.contains(why), "{why}: {said}");
        assert!(said.contains("--pid N"), "{said}");
        assert_eq!(stranger.0.try_wait().unwrap(), None, "{why}: it lives");
        drop(stranger.0.stdin.take());
        let mut rest = String::new();
        stranger
            .0
            .stdout
            .as_mut()
            .unwrap()
            .read_to_string(&mut rest)
            .unwrap();
    }
    for (pid, why) in [
        ("2147483647", "process 2147483647 is not there"),
        ("1", "process 1 is no server of mcp-ssh"),
    ] {
        let output = told(&fixture, pid);
        let said = text(&output.stderr);
        assert!(status(&output) == 1 && said.contains(why), "{why}: {said}");
    }
}
