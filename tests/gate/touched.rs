//! A FIDO key that waits for its touch: the client, a person at a terminal and the operator's log are told for which host.

use std::process::{Command, Stdio};

use serde_json::json;

use super::cli::{status, text};
use super::site::{Held, Site};
use crate::support::client::Client;
use crate::support::fido::{FidoAgent, FidoKey};
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

const TOLD: &str = "touch the FIDO key: the login at `box` waits for that, 30 s at most";

/// A site whose host takes this key alone.
fn site(tag: &str, key: &FidoKey) -> Site {
    let sshd = Sshd::builder().authorize(&key.pair()).start();
    let site = Site::of(tag, sshd, KeyPair::ed25519());
    site.fixture.write("keys/token.pub", &key.public);
    site.write_credentials("agent: true, key_path: token.pub");
    site
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
    let (mut client, held) = serve(site("touched", &key), &agent);
    for (tool, arguments) in [
        ("ssh_run", json!({"alias": "box", "command": "echo in"})),
        (
            "ssh_run_on_tag",
            json!({"tag": "lab", "command": "echo in"}),
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
        assert!(answer.to_string().contains("in\\n"), "{answer}");
        // The next call makes a connection of its own.
        held.sshd.kill_sessions();
    }
    let log = client.finish();
    let warned = "`box`: waiting for a touch of the FIDO key";
    assert_eq!(log.matches(warned).count(), 2, "{log}");
}

#[test]
fn run_and_doctor_tell_it_on_the_terminal() {
    let (key, agent) = (FidoKey::ecdsa(), FidoAgent::start());
    agent.add(&key);
    let site = site("touchedcli", &key);
    let run = |words: &[&str]| {
        let mut command = site.command(words);
        command.env("SSH_AUTH_SOCK", agent.socket());
        command.stdin(Stdio::null()).output().unwrap()
    };
    for words in [
        &["run", "box", "--", "echo", "in"][..],
        &["run", "--tag", "lab", "--", "echo", "in"],
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
