//! Another configuration under a running server: by the tool, by SIGHUP, by itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::{modern, text};
use crate::support::client::Client;
use crate::support::fixture::Fixture;

/// Longer than a change is waited for to be whole.
pub(super) const SETTLED: Duration = Duration::from_millis(800);

/// servers.yml with this one host.
pub(super) fn servers(alias: &str) -> String {
    format!("hosts:\n  - {{alias: {alias}, host: 127.0.0.1, credentials: ops}}\n")
}

/// A client that is told of every reload.
pub(super) fn watching(fixture: Fixture) -> Client {
    let mut client = Client::initialized(fixture, "2025-11-25");
    client.result("logging/setLevel", json!({"level": "info"}));
    client
}

pub(super) fn directory(client: &Client) -> PathBuf {
    PathBuf::from(client.fixture().config())
}

pub(super) fn aliases(client: &mut Client) -> Vec<String> {
    let list = client.call("ssh_list_hosts", json!({}));
    let hosts = list["structuredContent"]["hosts"].as_array();
    let hosts = hosts.unwrap_or_else(|| panic!("no hosts: {list}"));
    let alias = |host: &Value| host["alias"].as_str().unwrap().to_owned();
    hosts.iter().map(alias).collect()
}

/// The next messages are these: methods, and for log messages the level.
pub(super) fn hears(client: &mut Client, what: &str, expected: &[&str]) {
    for expected in expected {
        let message = client.next();
        let method = message["method"].as_str().unwrap_or_default();
        let level = message["params"]["level"].as_str().unwrap_or_default();
        let heard = [method.trim_start_matches("notifications/"), level].join(" ");
        assert_eq!(heard.trim(), *expected, "{what}: {message}");
    }
}

pub(super) const NEW_HOSTS: [&str; 2] = ["message info", "resources/list_changed"];

#[test]
fn by_the_tool() {
    let mut client = watching(Fixture::one_host(22));
    let check = client.fixture().server().arg("check").output().unwrap();
    let check = String::from_utf8(check.stdout).unwrap();
    for _ in 0..2 {
        let result = client.call("ssh_reload_config", json!({}));
        let told = &result["structuredContent"];
        assert_eq!(
            (&told["reloaded"], &told["hosts"]),
            (&json!(true), &json!(1))
        );
        assert_eq!(
            (&told["rules"], &told["credentials"]),
            (&json!(1), &json!(1))
        );
        assert_eq!(told["diagnostics"], json!([]));
        let sha256 = told["config_sha256"].as_str().unwrap();
        assert!(
            check.contains(&format!("config sha256: {sha256}")),
            "{check}"
        );
        assert_eq!(serde_json::from_str::<Value>(text(&result)).unwrap(), *told);
        hears(&mut client, "the tool", &["message info"]);
    }
    client
        .fixture()
        .write("config/servers.yml", &servers("new"));
    client.call("ssh_reload_config", json!({}));
    hears(&mut client, "the tool", &NEW_HOSTS);
    assert_eq!(aliases(&mut client), ["new"]);
    hears_no_more(&mut client, "message info");
}

/// The files are noticed, too: where that is before the tool has loaded them, the tool says so as well.
fn hears_no_more(client: &mut Client, but: &str) {
    if let Some(message) = client.within(SETTLED) {
        let heard = [&message["method"], &message["params"]["level"]];
        let heard = heard.map(|word| word.as_str().unwrap_or_default().to_owned());
        assert_eq!(heard.join(" "), format!("notifications/{but}"));
    }
    client.silence(SETTLED);
}

#[test]
fn by_the_tool_in_vain() {
    let mut client = watching(Fixture::one_host(22));
    let before = client.call("ssh_reload_config", json!({}));
    hears(&mut client, "before", &["message info"]);
    let fixture = client.fixture();
    fixture.write("config/servers.yml", "hosts: [{alais: x, host: h}]\n");
    fixture.write("config/policy.yml", "rules: [{action: alow}]\n");
    let secret = "entries: [{name: ops, username: ops, pasword: hunter2}]\n";
    fixture.write("config/credentials.yml", secret);
    let config = fixture.config();
    let result = client.call("ssh_reload_config", json!({}));
    assert_eq!(result["isError"], true, "{result}");
    let told: Value = serde_json::from_str(text(&result)).unwrap();
    assert_eq!(told["reloaded"], false);
    let in_force = &before["structuredContent"]["config_sha256"];
    assert_eq!(&told["config_sha256"], in_force, "what is in force");
    let lines = told["diagnostics"].to_string();
    for place in ["servers.yml:1:", "policy.yml:1:", "credentials.yml:1:"] {
        assert!(lines.contains(&format!("{config}/{place}")), "{lines}");
    }
    for fault in ["`alais`", "`alow`"] {
        assert!(lines.contains(fault), "{lines}");
    }
    assert!(!result.to_string().contains("hunter2"), "{result}");
    hears(&mut client, "in vain", &["message error"]);
    assert_eq!(aliases(&mut client), ["web"]);
    hears_no_more(&mut client, "message error");
    assert!(!client.finish().contains("hunter2"));
}

#[test]
fn as_many_faults_as_can_be_read() {
    let fixture = Fixture::one_host(22);
    let hosts: String = (0..2000)
        .map(|n| format!("- {{alias: h{n}, x: 1}}\n"))
        .collect();
    fixture.write("config/servers.yml", &format!("hosts:\n{hosts}"));
    let mut client = Client::start(fixture);
    let call = modern(json!({"name": "ssh_reload_config"}));
    let result = client.result("tools/call", call);
    assert_eq!(result["isError"], true);
    let told: Value = serde_json::from_str(text(&result)).unwrap();
    assert_eq!(told.get("config_sha256"), None, "nothing is in force");
    let lines = told["diagnostics"].as_array().unwrap();
    assert_eq!(lines.len(), 51);
    let last = lines[50].as_str().unwrap();
    assert!(
        last.starts_with("and ") && last.contains("mcp-ssh check"),
        "{last}"
    );
    assert!(result.to_string().len() < 30_000);
}

#[test]
fn not_for_a_configuration_with_a_fault() {
    let mut client = watching(Fixture::one_host(22));
    for file in ["servers.yml", "credentials.yml", "policy.yml"] {
        let path = directory(&client).join(file);
        let good = fs::read(&path).unwrap();
        fs::write(&path, "{").unwrap();
        hears(&mut client, file, &["message error"]);
        fs::remove_file(&path).unwrap();
        hears(&mut client, file, &["message error"]);
        assert_eq!(aliases(&mut client), ["web"], "{file}");
        fs::write(&path, &good).unwrap();
        hears(&mut client, file, &["message info"]);
    }
    fs::remove_dir_all(directory(&client)).unwrap();
    hears(&mut client, "no directory", &["message error"]);
    assert_eq!(aliases(&mut client), ["web"]);
    client.silence(SETTLED);
    let stderr = client.finish();
    for file in ["servers.yml", "credentials.yml", "policy.yml"] {
        assert!(
            stderr.contains(&format!("{file}: no such file")),
            "{stderr}"
        );
    }
}

#[test]
fn not_when_nothing_is_another() {
    let mut client = watching(Fixture::one_host(22));
    let servers = directory(&client).join("servers.yml");
    let same = fs::read(&servers).unwrap();
    fs::write(&servers, &same).unwrap();
    fs::set_permissions(&servers, PermissionsExt::from_mode(0o600)).unwrap();
    client
        .fixture()
        .write("config/notes.txt", "not of the configuration\n");
    client.fixture().write("config/policy_tests.yml", "[]\n");
    client.silence(SETTLED);
    assert!(!client.finish().contains("reload"));
}

#[test]
fn once_in_a_storm_of_signals() {
    let mut client = watching(Fixture::one_host(22));
    client
        .fixture()
        .write("config/servers.yml", &servers("new"));
    for _ in 0..200 {
        client.signal(Signal::HUP);
    }
    let mut changed = 0;
    client.call("ssh_reload_config", json!({}));
    client.fixture().write("config/servers.yml", "{");
    loop {
        let message = client.next();
        changed += usize::from(message["method"] == "notifications/resources/list_changed");
        if message["params"]["level"] == "error" {
            break;
        }
    }
    assert_eq!(changed, 1);
    while let Some(message) = client.within(SETTLED) {
        // The last signals may come after the file, and tell of the same fault.
        assert_eq!(message["params"]["level"], "error", "{message}");
    }
    assert_eq!(aliases(&mut client), ["new"]);
}

/// No timer looks for changes.
#[test]
fn an_idle_server_sleeps() {
    let client = watching(Fixture::one_host(22));
    let switches = || {
        let status = fs::read_to_string(format!("/proc/{}/status", client.pid())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("voluntary_ctxt_switches"));
        line.unwrap().to_owned()
    };
    std::thread::sleep(Duration::from_secs(1));
    let before = switches();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(switches(), before);
}
