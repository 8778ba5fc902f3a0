//! A host whose name has several addresses, of which the first does not answer: reached in a run, through
//! a jump host and by `keyscan`, as recorded. The name is looked up in /etc/hosts.

use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};

use super::records::of_type;
use super::site::{POLICY, Site};
use crate::support::keys::KeyPair;
use crate::support::marker::{Marker, within};
use crate::support::resolver::program;
use crate::support::sshd::Sshd;

/// sshd listens on 127.0.0.1 alone.
const HOSTS: &str = "::1 both\n127.0.0.1 both\n";

fn run(site: &Site, words: &[&str]) -> Output {
    let mut command = program(&site.fixture, HOSTS, "", "");
    command.args(words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

/// `box` is at `both`.
fn site(tag: &str) -> Site {
    let site = Site::start(tag);
    let port = site.sshd.port();
    site.fixture.write(
        "config/servers.yml",
        &format!("hosts:\n- {{alias: box, host: both, port: {port}, credentials: ops}}\n"),
    );
    site.fixture
        .write("keys/known_hosts", &site.sshd.known_hosts("both"));
    site
}

#[test]
fn a_run_reaches_the_address_that_answers_and_records_both() {
    let site = site("twoaddrs");
    let output = run(&site, &["run", "box", "--", "echo", "hi"]);
    let stderr = text(&output.stderr);
    assert_eq!(text(&output.stdout), "hi\n", "{stderr}");
    let records: Vec<Value> = stderr
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let decision = of_type(&records, "policy_decision")[0];
    assert_eq!(decision["target_ip"], "::1");
    assert_eq!(decision["target_ips"], json!(["::1", "127.0.0.1"]));
    let end = of_type(&records, "audit")[0];
    assert_eq!(end["target_ip"], "127.0.0.1");
}

#[test]
fn what_the_policy_blocks_is_not_among_them() {
    let site = site("oneblocked");
    site.write_policy(&format!("network: {{block_cidrs: ['::1']}}\n{POLICY}"));
    let output = run(&site, &["run", "box", "--", "echo", "hi"]);
    let stderr = text(&output.stderr);
    assert_eq!(text(&output.stdout), "hi\n", "{stderr}");
    assert!(!stderr.contains("::1"), "{stderr}");
    site.write_policy(&format!(
        "network: {{block_cidrs: [127.0.0.0/8]}}\n{POLICY}"
    ));
    let output = run(&site, &["run", "box", "--", "echo", "hi"]);
    assert_eq!(text(&output.stdout), "", "{}", text(&output.stderr));
    assert_eq!(site.sshd.log().matches("Accepted publickey").count(), 1);
}

#[test]
fn a_jump_host_is_reached_at_the_address_that_answers_and_dials_so() {
    let user = KeyPair::ed25519();
    let bastion = Sshd::builder().authorize(&user).start();
    let target = Sshd::builder().authorize(&user).start();
    let (near, far) = (bastion.port(), target.port());
    let known_hosts = bastion.known_hosts("both") + &target.known_hosts("both");
    let site = Site::of("twojump", target, user);
    site.fixture.write(
        "config/servers.yml",
        &format!(
            "hosts:\n- {{alias: bastion, host: both, port: {near}, credentials: ops}}\n\
             - {{alias: box, host: both, port: {far}, credentials: ops, jump: bastion}}\n"
        ),
    );
    site.fixture.write("keys/known_hosts", &known_hosts);
    let output = run(&site, &["run", "box", "--", "echo", "hi"]);
    assert_eq!(text(&output.stdout), "hi\n", "{}", text(&output.stderr));
    assert_eq!(bastion.log().matches("Accepted publickey").count(), 1);
}

#[test]
fn keyscan_asks_the_address_that_answers() {
    let site = site("twoscan");
    let target = format!("both:{}", site.sshd.port());
    let output = run(&site, &["keyscan", &target]);
    let lines = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(lines.lines().count(), 1, "{lines}");
    assert!(lines.starts_with(&format!("[both]:{} ", site.sshd.port())));
}

/// A connection of root's runs one command at a time, so that the eleventh call waits for its turn, and
/// needs a connection of its own then.
#[test]
fn an_address_that_a_reload_forbade_is_not_dialled() {
    let site = Site::start("forbidden");
    let root = "entries:\n- {name: ops, username: root, key_path: id}\n";
    site.fixture.write("config/credentials.yml", root);
    let (mut client, held) = site.serve();
    let marker = Marker::new();
    let begin = |client: &mut crate::support::client::Client, command: &str| {
        let arguments = json!({"alias": "box", "command": command});
        let call = json!({"name": "ssh_run", "arguments": arguments});
        client.begin("tools/call", call)
    };
    let busy = marker.fill("sleep MARKER");
    let busy: Vec<Value> = (0..10).map(|_| begin(&mut client, &busy)).collect();
    let logins = || held.sshd.log().matches("Accepted publickey").count();
    let all_run = || logins() == 10 && marker.alive().len() >= 10;
    assert!(within(Duration::from_secs(60), all_run));
    let late = begin(&mut client, "echo late");
    client.ping();
    let policy = format!("network: {{block_cidrs: [127.0.0.0/8]}}\n{POLICY}");
    client.fixture().write("config/policy.yml", &policy);
    let reload = client.call("ssh_reload_config", json!({}));
    assert_eq!(reload["structuredContent"]["reloaded"], true, "{reload}");
    let params = json!({"requestId": busy[0]});
    client.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}));
    let answer = client.response(&late);
    let told = answer["result"]["content"][0]["text"].as_str().unwrap();
    assert!(
        told.contains("SSH connection not made: The reloaded policy permits none"),
        "{told}"
    );
    assert_eq!(logins(), 10);
}
