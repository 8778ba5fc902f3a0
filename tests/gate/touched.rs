//! A FIDO key that waits for its touch: the client, a person at a terminal and the operator's log are told for which host.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use super::cli::{status, text};
use super::files::{ALL, folder, policy};
use super::site::{Held, Site};
use crate::support::client::Client;
use crate::support::fido::{FidoAgent, FidoKey};
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

const TOLD: &str = "touch the FIDO key: the login at `box` waits for that, 30 s at most";

/// A site whose host takes this key alone, and a folder there with the file `there`.
fn site(tag: &str, key: &FidoKey) -> (Site, TempDir) {
    let sshd = Sshd::builder().authorize(&key.pair());
    let sshd = sshd.config("Subsystem sftp internal-sftp").start();
    let site = Site::of(tag, sshd, KeyPair::ed25519());
    site.fixture.write("keys/token.pub", &key.public);
    site.write_credentials("agent: true, key_path: token.pub");
    let folder = folder(&site.account);
    fs::write(folder.path().join("there"), "in\n").unwrap();
    let rules = "rules: [{action: allow, commands: ['echo *']}]\n";
    site.write_policy(&(policy(&folder, ALL) + rules));
    (site, folder)
}

fn serve(site: Site, agent: &FidoAgent) -> (Client, Held) {
    site.serve_by(|server| {
        let mut serving = Command::new(server.get_program());
        serving.args(server.get_args());
        serving.env("SSH_AUTH_SOCK", agent.socket());
        serving
    })
}

#[test]
fn the_client_and_the_log_are_told_that_a_touch_is_wanted() {
    let key = FidoKey::ed25519();
    let (agent, touch) = FidoAgent::awaiting();
    agent.add(&key);
    let (site, folder) = site("touched", &key);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (mut client, held) = serve(site, &agent);
    for (tool, arguments) in [
        ("ssh_run", json!({"alias": "box", "command": "echo in"})),
        (
            "ssh_run_on_tag",
            json!({"tag": "lab", "command": "echo in"}),
        ),
        (
            "ssh_read_file",
            json!({"alias": "box", "path": path("there")}),
        ),
        (
            "ssh_write_file",
            json!({"alias": "box", "path": path("new"), "content": "in\n", "create": true}),
        ),
    ] {
        let params =
            json!({"name": tool, "arguments": arguments, "_meta": {"progressToken": tool}});
        let id = client.begin("tools/call", params);
        let told = loop {
            let message = client.next();
            assert_eq!(message["method"], "notifications/progress", "{message}");
            if message["params"]["message"] == TOLD {
                break message;
            }
        };
        assert_eq!(told["params"]["progressToken"], tool);
        touch.send(()).unwrap();
        let answer = client.response(&id);
        assert_eq!(answer["result"].get("isError"), None, "{answer}");
        let written = fs::read_to_string(path("new")).unwrap_or_default();
        assert!(
            answer.to_string().contains("in\\n") || written == "in\n",
            "{answer}"
        );
        // The next call makes a connection of its own.
        held.sshd.kill_sessions();
    }
    let log = client.finish();
    assert_eq!(log.matches(TOLD).count(), 4, "{log}");
}

#[test]
fn run_and_doctor_tell_it_on_the_terminal() {
    let (key, agent) = (FidoKey::ecdsa(), FidoAgent::start());
    agent.add(&key);
    let (site, folder) = site("touchedcli", &key);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let here = site.fixture.path("here");
    fs::write(&here, "in\n").unwrap();
    let run = |words: &[&str]| {
        let mut command = site.command(words);
        command.env("SSH_AUTH_SOCK", agent.socket());
        command.stdin(Stdio::null()).output().unwrap()
    };
    for words in [
        &["run", "box", "--", "echo", "in"][..],
        &["run", "--tag", "lab", "--", "echo", "in"],
        &["get", "box", &path("there"), "-"],
        &["put", &here, "box", &path("new")],
        &["put", "--tag", "lab", &here, &path("new")],
    ] {
        let output = run(words);
        let stderr = text(&output.stderr);
        assert_eq!(status(&output), 0, "{stderr}");
        assert!(stderr.contains(&format!("mcp-ssh: {TOLD}\n")), "{stderr}");
    }
    let output = run(&["doctor", "box", "--", "echo", "in"]);
    let told = text(&output.stdout);
    assert_eq!(status(&output), 0, "{told}");
    let line = "note  login         waits for a touch of the FIDO key, for 30 s\n";
    assert!(told.contains(line), "{told}");
}
