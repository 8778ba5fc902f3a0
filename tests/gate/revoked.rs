//! A rule that was taken away holds for nothing that is judged afterwards, also where the system tells
//! nobody of changed files.

use std::fs;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::fanout::fleet;
use super::site::{POLICY, Site, ran, refused, ssh_run};
use crate::support::client::Client;
use crate::support::marker::within;
use crate::support::silent::Silent;
use crate::support::sshd::is_root;

/// A site whose servers hear nothing of changed files.
fn deaf(tag: &str) -> Site {
    let mut site = Site::start(tag);
    site.fixture.deafen();
    site
}

/// POLICY without `echo`.
fn without_echo() -> String {
    let policy = POLICY.replace("'echo *', ", "");
    assert_ne!(policy, POLICY);
    policy
}

fn reason(result: &Value) -> Value {
    let text = result["content"][0]["text"].as_str().unwrap();
    serde_json::from_str::<Value>(text).unwrap()["reason"].clone()
}

/// The very next call, a moment after the file was written.
#[test]
fn the_next_call_does_not_run_what_was_revoked() {
    let calls: [(&str, Value); 3] = [
        ("ssh_run", json!({"alias": "box", "command": "echo x"})),
        (
            "ssh_run_async",
            json!({"alias": "box", "command": "echo x"}),
        ),
        ("ssh_run_on_tag", json!({"tag": "lab", "command": "echo x"})),
    ];
    for (tool, arguments) in calls {
        let (mut client, _held) = deaf("next").serve();
        let before = client.call(tool, arguments.clone());
        assert_eq!(before.get("isError"), None, "{tool}: {before}");
        client
            .fixture()
            .write_now("config/policy.yml", &without_echo());
        let after = client.call(tool, arguments);
        let summary = &after["structuredContent"]["summary"];
        let denied = summary["denied"] == 1 || reason(&after) == "no_matching_rule";
        assert!(denied, "{tool}: {after}");
        // It comes back as it went.
        client.fixture().write_now("config/policy.yml", POLICY);
        assert_eq!(ran(&mut client, "echo x")["output"], "x\n");
        let stderr = client.finish();
        assert!(stderr.contains("noticed by the next call only"), "{stderr}");
    }
}

/// A look at a file that waits for its turn has begun nothing.
#[test]
fn a_file_that_waits_for_its_turn_is_not_looked_at_once_its_entry_is_gone() {
    let (host, site) = (Silent::start(), deaf("file"));
    let silent: Vec<(usize, u16)> = (0..9).map(|number| (number, host.port())).collect();
    fleet(&site, 9, &silent);
    let granted = format!("{POLICY}files: [{{action: allow, read: ['/etc/**']}}]\n");
    site.write_policy(&granted);
    let (mut client, held) = site.serve();
    let read = |client: &mut Client, number: usize| {
        let arguments = json!({"alias": format!("h{number}"), "path": "/etc/hosts"});
        let call = json!({"name": "ssh_read_file", "arguments": arguments});
        client.begin("tools/call", call)
    };
    let mut begun = Vec::new();
    for number in 0..8 {
        read(&mut client, number);
        begun.push(host.connection());
    }
    let waiting = read(&mut client, 8);
    assert!(host.is_left_alone(Duration::from_millis(300)));
    client.fixture().write_now("config/policy.yml", POLICY);
    begun.pop();
    let result = client.response(&waiting)["result"].clone();
    let told: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(
        told["error"],
        "the configuration has changed while this waited for its turn: nothing was done"
    );
    assert!(host.is_left_alone(Duration::from_millis(300)));
    drop(held);
}

/// What only tells, tells of files that are written to their end.
#[test]
fn the_next_call_tells_of_what_is_in_force() {
    let (mut client, _held) = deaf("told").serve();
    let plan = |client: &mut Client| {
        let plan = client.call("ssh_plan", json!({"alias": "box", "command": "echo x"}));
        plan["structuredContent"]["decision"].clone()
    };
    assert_eq!(plan(&mut client), "allow");
    client.fixture().write("config/policy.yml", &without_echo());
    const DEADLINE: Duration = Duration::from_secs(20);
    assert!(within(DEADLINE, || plan(&mut client) == "deny"));
    let servers = fs::read_to_string(client.fixture().path("config/servers.yml")).unwrap();
    let hosts = |alias: &str| servers.replace("alias: box", &format!("alias: {alias}"));
    let named = |alias: &str| json!({"alias": alias});
    client.fixture().write("config/servers.yml", &hosts("one"));
    assert!(within(DEADLINE, || {
        let listed = client.call("ssh_list_hosts", json!({}));
        listed["structuredContent"]["hosts"][0]["alias"] == "one"
    }));
    client.fixture().write("config/servers.yml", &hosts("two"));
    assert!(within(DEADLINE, || {
        let described = client.call("ssh_describe_host", named("two"));
        described["structuredContent"]["alias"] == "two"
    }));
    client
        .fixture()
        .write("config/servers.yml", &hosts("three"));
    let uri = json!({"uri": "ssh://host/three/capabilities"});
    assert!(within(DEADLINE, || {
        let read = client.request("resources/read", uri.clone());
        read.to_string().contains("host_key_known")
    }));
}

/// A configuration with a fault changes nothing, and is told once.
#[test]
fn a_broken_file_revokes_nothing_and_allows_nothing() {
    let (mut client, _held) = deaf("broken").serve();
    client
        .fixture()
        .write("config/policy.yml", "rules: [{action: alow}]\n");
    for _ in 0..3 {
        assert_eq!(ran(&mut client, "echo x")["output"], "x\n");
        assert_eq!(refused(&mut client, "uptime")["reason"], "no_matching_rule");
    }
    fs::remove_file(client.fixture().path("config/policy.yml")).unwrap();
    assert_eq!(ran(&mut client, "echo x")["output"], "x\n");
    client.fixture().write("config/policy.yml", &without_echo());
    assert_eq!(refused(&mut client, "echo x")["reason"], "no_matching_rule");
    let stderr = client.finish();
    assert_eq!(
        stderr.matches("configuration not reloaded").count(),
        2,
        "{stderr}"
    );
}

/// Another directory is mounted over the configuration: nothing in the old one has changed.
#[test]
fn a_directory_that_is_mounted_over_the_old_one_counts_for_the_next_call() {
    assert!(
        is_root(),
        "this test mounts a directory: run the tests as root"
    );
    let site = Site::start("mounted");
    let config = site.path("config");
    let other = site.path("other");
    fs::create_dir(&other).unwrap();
    for file in ["servers.yml", "credentials.yml"] {
        fs::copy(config.join(file), other.join(file)).unwrap();
    }
    fs::write(other.join("policy.yml"), without_echo()).unwrap();
    let (mut client, _held) = site.serve_by(|server| {
        let mut unshared = Command::new("unshare");
        let program = server.get_program().to_owned();
        unshared
            .args(["--mount", "--propagation", "private"])
            .arg(program);
        unshared
    });
    assert_eq!(ran(&mut client, "echo x")["output"], "x\n");
    let namespace = format!("--mount=/proc/{}/ns/mnt", client.pid());
    let mounted = Command::new("nsenter")
        .arg(namespace)
        .args(["mount", "--bind"])
        .args([&other, &config])
        .status();
    assert!(mounted.unwrap().success());
    let after = ssh_run(&mut client, "echo x");
    assert_eq!(reason(&after), "no_matching_rule", "{after}");
}
