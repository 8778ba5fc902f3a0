//! stderr of `serve` is JSON lines and nothing else, and no command runs, and no question is asked, without its record.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use super::site::{Site, ran, refused};
use crate::openssh::hostile::serve_with;
use crate::support::keys::{Format, KeyPair, write_private};

pub fn lines(stderr: &str) -> Vec<Value> {
    stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect()
}

pub fn of_type<'a>(records: &'a [Value], kind: &str) -> Vec<&'a Value> {
    records
        .iter()
        .filter(|record| record["type"] == kind)
        .collect()
}

/// A host that is seized must not be able to keep what became of a command out of the trail.
#[test]
fn the_last_words_of_a_host_do_not_cost_a_record() {
    let site = Site::start("words");
    let server = serve_with(&KeyPair::ed25519());
    site.write_servers(server.port());
    site.fixture
        .write("keys/known_hosts", &server.known_hosts());
    let (mut client, _held) = site.serve();
    let result = ran(&mut client, "echo at length");
    let records = lines(&client.finish());
    let outcomes = of_type(&records, "audit");
    assert_eq!(outcomes.len(), 1, "{records:?}");
    assert_eq!(outcomes[0]["task_id"], result["task_id"]);
    let error = outcomes[0]["error"].as_str().unwrap();
    assert!(error.starts_with("the server said \"\\u{1}"), "{error}");
}

/// A host knows the password that it was given.
#[test]
fn the_last_words_of_a_host_hold_no_secret() {
    let site = Site::start("lastsecret");
    let server = serve_with(&KeyPair::ed25519());
    site.write_servers(server.port());
    site.fixture
        .write("keys/known_hosts", &server.known_hosts());
    let encrypted = site.user.rewritten(Format::OpenSsh, "open-sesame-7215");
    write_private(&site.path("keys/locked"), &encrypted);
    site.write_credentials("key_path: locked, key_passphrase_secret: phrase");
    site.fixture.write("secrets/phrase", "open-sesame-7215");
    let (mut client, _held) = site.serve();
    ran(&mut client, "echo open-sesame-7215");
    let stderr = client.finish();
    assert!(!stderr.contains("open-sesame-7215"), "{stderr}");
    let records = lines(&stderr);
    let error = &of_type(&records, "audit")[0]["error"];
    assert_eq!(error, "the server said \"[redacted]\"");
}

#[test]
fn every_run_has_its_decision_outcome_and_trace() {
    let (mut client, held) = Site::start("rec").serve();
    let result = ran(&mut client, "echo recorded");
    refused(&mut client, "uptime");
    refused(&mut client, "r''m -rf /");
    refused(&mut client, "echo \u{202e}");
    client.close_stdin();
    let records = lines(&client.finish());
    drop(held);

    let decisions = of_type(&records, "policy_decision");
    let allowed: Vec<_> = decisions.iter().map(|record| &record["allowed"]).collect();
    assert_eq!(allowed, [true, false, false, false]);
    let (intent, denial) = (decisions[0], decisions[1]);
    assert_eq!(intent["alias"], "box");
    assert_eq!(intent["hash"], result["hash"]);
    assert_eq!(intent["task_id"], result["task_id"]);
    assert_eq!(intent["target_ip"], "127.0.0.1");
    assert_eq!(intent["rule"], "rules[0] `what the tests run`");
    assert!(intent["ts"].is_f64());
    assert_eq!(intent["config_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(
        (&denial["stage"], &denial["reason"]),
        (&json!("default"), &json!("no_matching_rule"))
    );

    let outcome = of_type(&records, "audit")[0];
    for field in [
        "hash",
        "task_id",
        "exit_code",
        "bytes_out",
        "bytes_err",
        "cancelled",
        "timeout",
        "target_ip",
    ] {
        assert_eq!(outcome[field], result[field], "{field}");
    }
    assert_eq!(of_type(&records, "trace").len(), 4);
    let place = |kind: &str| records.iter().position(|record| record["type"] == kind);
    assert!(place("policy_decision") < place("audit"));

    let events = of_type(&records, "security_event");
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["event_type"], "command_bypass_attempt");
    assert_eq!(events[0]["blocked_pattern"], "rm -rf /");
    assert_eq!(events[0]["kind"], "security_audit");
    assert_eq!(events[1]["event_type"], "invalid_command");
    assert!(events[1]["timestamp"].as_str().unwrap().ends_with('Z'));
    // What was asked is in no record: only its hash is.
    assert!(
        records
            .iter()
            .all(|record| !record.to_string().contains("recorded"))
    );
}

/// What the server answers to `ssh_run` of a client with these capabilities while nobody reads its
/// stderr any more: each write to it is EPIPE.
fn unrecorded(site: &Site, capabilities: &Value, command: &str) -> String {
    let mut server = site
        .command(&["serve"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(server.stderr.take());
    let mut stdin = server.stdin.take().unwrap();
    for line in [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": capabilities,
            "clientInfo": {"name": "test", "version": "1"}}}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
            "name": "ssh_run", "arguments": {"alias": "box", "command": command}}}),
    ] {
        writeln!(stdin, "{line}").unwrap();
    }
    let mut stdout = BufReader::new(server.stdout.take().unwrap()).lines();
    let answer: Value = serde_json::from_str(&stdout.nth(1).unwrap().unwrap()).unwrap();
    drop(stdin);
    assert!(server.wait().unwrap().success());
    answer["result"]["content"][0]["text"]
        .as_str()
        .unwrap()
        .to_owned()
}

const UNRECORDED: &str = "the audit record could not be written, so nothing was run";

#[test]
fn no_record_no_run() {
    let site = Site::start("norec");
    let told = unrecorded(&site, &json!({}), "echo hi");
    assert!(told.contains(UNRECORDED), "{told}");
    assert_eq!(site.sshd.log(), "");
}

#[test]
fn no_record_no_question() {
    let site = Site::start("noq");
    site.write_policy("rules: [{action: ask, commands: ['touch *']}]\n");
    let told = unrecorded(&site, &json!({"elicitation": {}}), "touch /tmp/x");
    assert!(told.contains(UNRECORDED), "{told}");
    assert_eq!(site.sshd.log(), "");
}

#[test]
fn a_broken_reload_keeps_what_runs_and_says_so() {
    let site = Site::start("reload");
    let policy = site.path("config/policy.yml");
    let (mut client, held) = site.serve();
    ran(&mut client, "echo before");

    let hang_up = |client: &mut crate::support::client::Client| {
        client.signal(rustix::process::Signal::HUP);
        std::thread::sleep(std::time::Duration::from_millis(300));
    };
    std::fs::write(&policy, "rules: [{action: alow}]\n").unwrap();
    hang_up(&mut client);
    ran(&mut client, "echo still");

    std::fs::write(&policy, "rules: []\n").unwrap();
    hang_up(&mut client);
    assert_eq!(refused(&mut client, "echo denied")["stage"], "default");
    client.close_stdin();
    let stderr = client.finish();
    drop(held);
    assert!(lines(&stderr).iter().any(|line| {
        let text = line["msg"].as_str().unwrap_or_default();
        text.contains("not reloaded") && text.contains("unknown action `alow`")
    }));
}

/// In a network namespace of its own, so that no lookup leaves this machine.
#[test]
fn a_host_whose_name_has_no_address_leaves_its_decision() {
    let site = Site::start("unresolved");
    site.fixture.write(
        "config/servers.yml",
        "hosts: [{alias: box, host: nowhere.invalid, credentials: ops}]\n",
    );
    let output = std::process::Command::new("unshare")
        .args([
            "--net",
            env!("CARGO_BIN_EXE_mcp-ssh"),
            "run",
            "box",
            "--",
            "echo",
            "hi",
        ])
        .envs(site.fixture.environment())
        .output()
        .expect("unshare runs: `apt-get install util-linux`");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(255), "{stderr}");
    assert!(
        stderr.contains("SSH hostname resolution failed: DNS lookup failed"),
        "{stderr}"
    );
    let decision = stderr.lines().find(|line| line.contains("policy_decision"));
    let decision: Value = serde_json::from_str(decision.unwrap()).unwrap();
    assert_eq!(
        (&decision["allowed"], &decision["target_ip"]),
        (&json!(true), &Value::Null)
    );
    let end = stderr.lines().find(|line| line.contains("\"audit\""));
    let end: Value = serde_json::from_str(end.unwrap()).unwrap();
    assert_eq!(end["task_id"], decision["task_id"]);
    assert_eq!(
        (&end["exit_code"], end.get("target_ip")),
        (&json!(-1), None)
    );
    assert!(end["error"].as_str().unwrap().contains("nowhere.invalid"));
}
