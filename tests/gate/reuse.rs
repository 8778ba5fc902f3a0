//! Connections are kept and shared, and made anew when they must be.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::site::{Held, Site, ran, refused};
use crate::support::client::Client;
use crate::support::fifo::Fifo;
use crate::support::keys::KeyPair;
use crate::support::marker::{Marker, within};
use crate::support::sshd::Sshd;

/// A site whose user is root: one process serves a connection of root's, so that killing it ends
/// the connection.
fn of_root(tag: &str) -> Site {
    let site = Site::start(tag);
    let entry = "entries:\n- {name: ops, username: root, key_path: id}\n";
    site.fixture.write("config/credentials.yml", entry);
    site
}

/// How often somebody has logged in.
fn logins(held: &Held) -> usize {
    held.sshd.log().matches("Accepted publickey").count()
}

/// How many connections the server has seen end.
fn endings(held: &Held) -> usize {
    held.sshd.log().matches("Disconnected from user").count()
}

/// Begins a command without waiting for its result.
fn begin(client: &mut Client, command: &str) -> Value {
    let arguments = json!({"alias": "box", "command": command});
    client.begin(
        "tools/call",
        json!({"name": "ssh_run", "arguments": arguments}),
    )
}

fn output(client: &mut Client, id: &Value) -> Value {
    client.response(id)["result"]["structuredContent"]["output"].clone()
}

/// Replaces text in servers.yml and has the server read it.
fn change(client: &mut Client, from: &str, to: &str) {
    let path = format!("{}/servers.yml", client.fixture().config());
    let servers = std::fs::read_to_string(&path).unwrap();
    assert!(servers.contains(from), "{servers}");
    std::fs::write(&path, servers.replace(from, to)).unwrap();
    client.signal(Signal::HUP);
}

/// Runs so many commands at the same time, each of which must give its own output.
fn run_at_once(client: &mut Client, count: usize) {
    let ids: Vec<Value> = (0..count)
        .map(|number| begin(client, &format!("echo {number}")))
        .collect();
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(output(client, id), format!("{number}\n"));
    }
}

#[test]
fn commands_share_a_connection_also_at_the_same_time() {
    let (mut client, held) = Site::start("share").serve();
    for number in 0..5 {
        let result = ran(&mut client, &format!("echo {number}"));
        assert_eq!(result["output"], format!("{number}\n"));
    }
    run_at_once(&mut client, 30);
    assert_eq!(logins(&held), 1);
}

#[test]
fn a_server_with_few_sessions_gets_no_more_than_it_takes() {
    let user = KeyPair::ed25519();
    let sshd = Sshd::builder()
        .authorize(&user)
        .config("MaxSessions 2")
        .start();
    let (mut client, held) = Site::of("few", sshd, user).serve();
    run_at_once(&mut client, 20);
    assert_eq!(logins(&held), 1);
    // Each takes one of the ten turns away until two are left; some come for want of a quick end.
    let refusals = held.sshd.log().matches("no more sessions").count();
    assert!((1..=30).contains(&refusals), "{refusals}");
}

/// `MaxSessions 1`, tinysshd: what runs beside another command gets a connection of its own, and waits for nobody.
#[test]
fn a_server_with_one_session_a_connection_runs_commands_at_once_over_several() {
    let user = KeyPair::ed25519();
    let sshd = Sshd::builder()
        .authorize(&user)
        .config("MaxSessions 1")
        .start();
    let site = Site::of("onlyone", sshd, user);
    let pipe = Fifo::make(site.path("pipe"));
    let shared = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(site.path(""), shared).unwrap();
    let shared = std::fs::Permissions::from_mode(0o666);
    std::fs::set_permissions(pipe.path(), shared).unwrap();
    let (mut client, held) = site.serve();
    // The first one runs until the second one is let run, too: it would come after it otherwise.
    let waiting = begin(&mut client, &format!("cat {}", pipe.path().display()));
    let writer = pipe.reader_comes();
    assert_eq!(ran(&mut client, "echo two")["output"], "two\n");
    assert_eq!(logins(&held), 2);
    drop(writer);
    assert_eq!(output(&mut client, &waiting), "");
    // It is remembered, and both connections are kept.
    run_at_once(&mut client, 2);
    assert_eq!(ran(&mut client, "echo on")["output"], "on\n");
    assert_eq!(logins(&held), 2);
}

#[test]
fn a_server_that_takes_no_session_is_told_of() {
    let user = KeyPair::ed25519();
    let sshd = Sshd::builder()
        .authorize(&user)
        .config("MaxSessions 0")
        .start();
    let (mut client, _held) = Site::of("none", sshd, user).serve();
    let refusal = refused(&mut client, "echo x");
    assert_eq!(
        refusal["error"],
        "SSH session refused: Host opens no more sessions"
    );
}

#[test]
fn a_connection_that_died_between_two_commands_is_dialled_again() {
    let (mut client, held) = of_root("died").serve();
    assert_eq!(ran(&mut client, "echo one")["output"], "one\n");
    held.sshd.kill_connections();
    assert_eq!(ran(&mut client, "echo two")["output"], "two\n");
    assert_eq!(logins(&held), 2);
}

/// Five seconds is how long a connection that was used before may take to answer.
#[test]
fn a_connection_that_no_longer_answers_is_dialled_again() {
    let (mut client, held) = of_root("frozen").serve();
    assert_eq!(ran(&mut client, "echo one")["output"], "one\n");
    held.sshd.freeze_connections();
    assert_eq!(ran(&mut client, "echo two")["output"], "two\n");
    assert_eq!(logins(&held), 2);
}

#[test]
fn a_command_whose_connection_dies_is_not_sent_again() {
    let (mut client, held) = of_root("once").serve();
    let marker = Marker::new();
    let id = begin(&mut client, &marker.fill("sleep MARKER"));
    assert!(within(Duration::from_secs(5), || marker.alive().len() == 1));
    held.sshd.kill_connections();
    let result = client.response(&id)["result"]["structuredContent"].clone();
    let note = result["note"].as_str().unwrap();
    assert!(note.contains("the connection was lost"), "{result}");
    assert_eq!(ran(&mut client, "echo two")["output"], "two\n");
    // What the server has left behind, once.
    let left = marker.alive();
    assert_eq!((left.len(), logins(&held)), (1, 2));
    for pid in left {
        let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
        kill_process(pid, Signal::KILL).unwrap();
    }
}

#[test]
fn an_idle_connection_is_closed_and_another_made_when_it_is_wanted() {
    let site = Site::start("idle");
    site.add_to_host("idle_timeout: 1");
    let (mut client, held) = site.serve();
    ran(&mut client, "echo one");
    assert!(
        within(Duration::from_secs(5), || endings(&held) == 1),
        "{}",
        held.sshd.log()
    );
    ran(&mut client, "echo two");
    assert_eq!(logins(&held), 2);
}

#[test]
fn a_connection_in_use_is_not_idle() {
    let site = Site::start("busy");
    site.add_to_host("idle_timeout: 1");
    let (mut client, held) = site.serve();
    assert_eq!(ran(&mut client, "sleep 3")["exit_code"], 0);
    assert_eq!((logins(&held), endings(&held)), (1, 0));
}

#[test]
fn a_reload_that_changes_a_host_closes_its_connection_after_what_runs() {
    let site = Site::start("changed");
    site.add_to_host("connect_timeout: 10");
    let (mut client, held) = site.serve();
    let id = begin(&mut client, "sleep 2");
    assert!(within(Duration::from_secs(5), || logins(&held) == 1));
    change(&mut client, "connect_timeout: 10", "connect_timeout: 11");
    assert!(within(Duration::from_secs(5), || {
        ran(&mut client, "echo new");
        logins(&held) == 2
    }));
    assert_eq!(endings(&held), 0);
    assert_eq!(
        client.response(&id)["result"]["structuredContent"]["exit_code"],
        0
    );
    assert!(within(Duration::from_secs(5), || endings(&held) == 1));
}

#[test]
fn a_reload_that_changes_nothing_of_a_host_keeps_its_connection() {
    let (mut client, held) = Site::start("same").serve();
    ran(&mut client, "echo one");
    change(&mut client, "tags: [lab]", "tags: [lab, more]");
    assert!(within(Duration::from_secs(5), || {
        let host = client.call("ssh_describe_host", json!({"alias": "box"}));
        host["structuredContent"]["tags"][1] == "more"
    }));
    ran(&mut client, "echo two");
    assert_eq!((logins(&held), endings(&held)), (1, 0));
}

#[test]
fn a_revoked_host_key_ends_the_use_of_its_connection() {
    let site = Site::start("revoked");
    let known_hosts = site.path("keys/known_hosts");
    let (mut client, held) = site.serve();
    ran(&mut client, "echo one");
    let lines = std::fs::read_to_string(&known_hosts).unwrap();
    std::fs::write(&known_hosts, format!("@revoked {lines}{lines}")).unwrap();
    let refusal = refused(&mut client, "echo two");
    assert!(
        refusal["error"].as_str().unwrap().contains("revoked"),
        "{refusal}"
    );
    assert!(within(Duration::from_secs(5), || endings(&held) == 1));
    std::fs::write(&known_hosts, lines).unwrap();
    assert_eq!(ran(&mut client, "echo three")["exit_code"], 0);
}

#[test]
fn the_end_of_the_server_closes_connections_in_order() {
    let (mut client, held) = Site::start("order").serve();
    ran(&mut client, "echo one");
    client.close_stdin();
    assert!(client.ends().success());
    assert!(
        within(Duration::from_secs(5), || {
            held.sshd.log().contains("Received disconnect from")
        }),
        "{}",
        held.sshd.log()
    );
}

#[test]
fn root_gets_a_connection_for_each_command_at_a_time() {
    let (mut client, held) = of_root("roots").serve();
    let marker = Marker::new();
    let long = begin(&mut client, &marker.fill("sleep MARKER"));
    assert!(within(Duration::from_secs(5), || marker.alive().len() == 1));
    for _ in 0..3 {
        assert_eq!(ran(&mut client, "echo beside")["output"], "beside\n");
    }
    assert_eq!(logins(&held), 2);
    client.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": long}}));
    assert!(marker.is_gone());
    assert_eq!(ran(&mut client, "echo after")["output"], "after\n");
    assert_eq!(logins(&held), 2);
}
