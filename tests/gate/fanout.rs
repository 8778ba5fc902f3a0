//! One command on many hosts: each its own run, none in the way of another.

use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

use super::ending::GONE;
use super::records::{lines, of_type};
use super::site::{Held, POLICY, Site};
use crate::support::client::Client;
use crate::support::marker::{Marker, within};
use crate::support::silent::Silent;

pub(super) const ALLOW_ALL: &str = "rules: [{action: allow, commands: ['*'], escapes: allow}]\n";

/// Hosts `h0` and so on with the tag `lab`, all of them the one server; those in `elsewhere` are
/// at another port.
pub fn fleet(site: &Site, count: usize, elsewhere: &[(usize, u16)]) {
    let port = |number: usize| {
        let moved = elsewhere.iter().find(|(own, _)| *own == number);
        moved.map_or(site.sshd.port(), |(_, port)| *port)
    };
    let host = |number: usize| {
        let port = port(number);
        format!(
            "- {{alias: h{number}, host: 127.0.0.1, port: {port}, credentials: ops, tags: [lab, n{number}]}}\n"
        )
    };
    let hosts: String = (0..count).map(host).collect();
    site.fixture
        .write("config/servers.yml", &format!("hosts:\n{hosts}"));
    let own = site.sshd.port().to_string();
    let known = site.sshd.known_hosts("127.0.0.1");
    let known: String = elsewhere
        .iter()
        .map(|(_, port)| known.replace(&own, &port.to_string()))
        .chain([known.clone()])
        .collect();
    site.fixture.write("keys/known_hosts", &known);
}

fn on_tag(tag: &str, command: &str) -> Value {
    let arguments = json!({"tag": tag, "command": command});
    json!({"name": "ssh_run_on_tag", "arguments": arguments, "_meta": {"progressToken": "t"}})
}

fn call(client: &mut Client, tag: &str, command: &str) -> Value {
    let result = client.call("ssh_run_on_tag", json!({"tag": tag, "command": command}));
    assert_eq!(result.get("isError"), None, "{result}");
    unfolded(result["structuredContent"].clone())
}

/// The result with all of it in each row: one that an earlier host has, too, is told there alone.
pub fn unfolded(mut fan_out: Value) -> Value {
    let rows = fan_out["results"].as_array_mut().unwrap();
    for at in 0..rows.len() {
        let Some(first) = rows[at].get("same_as").cloned() else {
            continue;
        };
        let mut whole = rows[..at]
            .iter()
            .find(|row| row["alias"] == first)
            .unwrap()
            .clone();
        let own = rows[at].as_object_mut().unwrap();
        own.remove("same_as");
        whole.as_object_mut().unwrap().append(own);
        rows[at] = whole;
    }
    fan_out
}

fn refused(client: &mut Client, tag: &str, command: &str) -> Value {
    let result = client.call("ssh_run_on_tag", json!({"tag": tag, "command": command}));
    assert_eq!(result["isError"], true, "{result}");
    serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap()
}

/// The next progress notification's parameters.
fn progress(client: &mut Client) -> Value {
    let message = client.next();
    assert_eq!(message["method"], "notifications/progress", "{message}");
    message["params"].clone()
}

fn task_id(message: &Value) -> String {
    let words = message["message"].as_str().unwrap();
    words.rsplit(' ').next().unwrap().to_owned()
}

/// How many hosts run `sleep MARKER`: the shell around it may be a second process.
pub(super) fn sleeping(marker: &Marker) -> usize {
    let line = |pid: &u32| std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let pids = marker.alive().into_iter();
    pids.filter(|pid| line(pid).starts_with(b"sleep")).count()
}

pub fn statuses(fan_out: &Value) -> Vec<&str> {
    let results = fan_out["results"].as_array().unwrap().iter();
    results
        .map(|result| result["status"].as_str().unwrap())
        .collect()
}

#[test]
fn a_stalled_a_denied_and_a_closed_host_change_nothing_for_seventeen_others() {
    let stalled = Silent::start();
    let closed = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let site = Site::start("fleet");
    fleet(&site, 20, &[(3, stalled.port()), (7, closed)]);
    site.write_policy(&format!(
        "{POLICY}  - {{action: deny, aliases: [h5], commands: ['echo *']}}\n"
    ));
    let (mut client, held) = site.serve();
    let id = client.begin("tools/call", on_tag("lab", "echo here"));
    let begun = progress(&mut client);
    assert_eq!(
        (&begun["progress"], &begun["total"]),
        (&json!(0), &json!(20))
    );
    let mut last = begun.clone();
    // All but one are done while that one goes on saying nothing.
    while last["progress"] != 19 {
        let next = progress(&mut client);
        assert!(
            next["progress"].as_u64() > last["progress"].as_u64(),
            "{next}"
        );
        assert_eq!(next["progressToken"], "t");
        last = next;
    }
    assert!(
        last["message"]
            .as_str()
            .unwrap()
            .ends_with("done (19 of 20)")
    );
    let cancelled = client.begin(
        "tools/call",
        json!({"name": "ssh_cancel", "arguments": {"task_id": task_id(&begun)}}),
    );
    let cancelled = client.response(&cancelled);
    assert_eq!(cancelled["result"]["structuredContent"]["cancelled"], true);
    let fan_out = unfolded(client.response(&id)["result"]["structuredContent"].clone());

    let mut expected = vec!["succeeded"; 20];
    (expected[3], expected[5], expected[7]) = ("cancelled", "denied", "failed");
    assert_eq!(statuses(&fan_out), expected);
    for (number, result) in fan_out["results"].as_array().unwrap().iter().enumerate() {
        assert_eq!(result["alias"], format!("h{number}"));
        if result["status"] == "succeeded" {
            assert_eq!(result["output"], "here\n");
        }
    }
    assert_eq!(fan_out["results"][5]["denied"], true);
    assert_eq!(fan_out["results"][5]["stage"], "rule");
    assert!(
        fan_out["results"][7]["error"]
            .as_str()
            .unwrap()
            .contains("refused")
    );
    assert_eq!(
        fan_out["summary"],
        json!({"total": 20, "succeeded": 17, "failed": 1, "denied": 1, "timed_out": 0, "cancelled": 1, "not_started": 0})
    );
    assert_eq!(fan_out["truncated"], false);
    client.close_stdin();
    let records = lines(&client.finish());
    let decisions = of_type(&records, "policy_decision");
    let aliases: std::collections::BTreeSet<_> = decisions
        .iter()
        .map(|record| record["alias"].as_str().unwrap())
        .collect();
    assert_eq!((decisions.len(), aliases.len()), (20, 20));
    // The denied one has no outcome: it never ran.
    assert_eq!(of_type(&records, "audit").len(), 19);
    drop(held);
}

#[test]
fn cancelled_the_running_ones_are_killed_and_the_waiting_ones_never_begin() {
    let site = Site::start("fancel");
    fleet(&site, 6, &[]);
    site.write_policy(&POLICY.replace("max_seconds: 20", "max_seconds: 20, max_parallel: 3"));
    let (mut client, held) = site.serve();
    let marker = Marker::new();
    let arguments = json!({"tag": "lab", "command": marker.fill("sleep MARKER")});
    let params = json!({"name": "ssh_run_on_tag", "arguments": arguments});
    let id = client.begin("tools/call", params);
    assert!(within(Duration::from_secs(8), || sleeping(&marker) == 3));
    client.send(&json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}
    }));
    assert!(within(GONE, || marker.alive().is_empty()));
    client.silence(Duration::from_millis(300));
    client.ping();
    client.close_stdin();
    let records = lines(&client.finish());
    assert_eq!(of_type(&records, "policy_decision").len(), 3);
    let outcomes = of_type(&records, "audit");
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes.iter().all(|record| record["cancelled"] == true));
    drop(held);
}

#[test]
fn no_more_hosts_at_once_than_the_strictest_of_them_allows() {
    let host = Silent::start();
    let site = Site::start("width");
    let all: Vec<(usize, u16)> = (0..6).map(|number| (number, host.port())).collect();
    fleet(&site, 6, &all);
    site.write_policy(&format!(
        "limits: {{max_parallel: 5}}\noverrides: {{aliases: {{h4: {{max_parallel: 2}}}}}}\n{ALLOW_ALL}"
    ));
    let (mut client, held) = site.serve();
    client.begin("tools/call", on_tag("lab", "true"));
    let first = [host.connection(), host.connection()];
    assert!(host.is_left_alone(Duration::from_millis(300)));
    // Each that ends makes room for one.
    let [one, _other] = first;
    drop(one);
    let _third = host.connection();
    assert!(host.is_left_alone(Duration::from_millis(300)));
    drop(held);
}

#[test]
fn no_more_tag_runs_at_once_than_four() {
    let host = Silent::start();
    let site = Site::start("four");
    let silent: Vec<(usize, u16)> = (0..6).map(|number| (number, host.port())).collect();
    fleet(&site, 6, &silent);
    let (mut client, held) = site.serve();
    let run = |number: usize| {
        let arguments = json!({"tag": format!("n{number}"), "command": "echo x"});
        json!({"name": "ssh_run_on_tag", "arguments": arguments})
    };
    let mut connections: Vec<_> = (0..4)
        .map(|number| {
            client.begin("tools/call", run(number));
            host.connection()
        })
        .collect();
    let waiting = [run(4), run(5)].map(|params| client.begin("tools/call", params));
    assert!(host.is_left_alone(Duration::from_millis(300)));
    client.send(&json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": waiting[0]}
    }));
    client.silence(Duration::from_millis(200));
    // One that ends makes room; the one that was cancelled never comes.
    connections.pop();
    connections.push(host.connection());
    assert!(host.is_left_alone(Duration::from_millis(300)));
    drop(held);
}

/// Four tag runs that hold every turn, each on a host that says nothing.
fn crowded(name: &str) -> (Silent, Client, Held, Vec<TcpStream>) {
    crowded_at(Site::start(name))
}

fn crowded_at(site: Site) -> (Silent, Client, Held, Vec<TcpStream>) {
    let host = Silent::start();
    let silent: Vec<(usize, u16)> = (0..5).map(|number| (number, host.port())).collect();
    fleet(&site, 5, &silent);
    let (mut client, held) = site.serve();
    let begin = |number: usize| {
        client.begin("tools/call", on_tag(&format!("n{number}"), "echo x"));
        host.connection()
    };
    let connections = (0..4).map(begin).collect();
    (host, client, held, connections)
}

/// It has not begun, so nothing of it goes on under what is no longer in force.
#[test]
fn what_waits_for_its_turn_while_the_policy_changes_never_begins() {
    let mut site = Site::start("late");
    // The server hears of the change by nothing but its own look.
    site.fixture.deafen();
    let (host, mut client, held, mut connections) = crowded_at(site);
    let waiting = client.begin("tools/call", on_tag("n4", "echo x"));
    assert!(host.is_left_alone(Duration::from_millis(300)));
    let policy = POLICY.replace("'echo *', ", "");
    assert_ne!(policy, POLICY);
    client.fixture().write_now("config/policy.yml", &policy);
    connections.pop();
    let result = client.response(&waiting)["result"].clone();
    assert_eq!(result["isError"], true, "{result}");
    let told: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(
        told["error"],
        "the configuration has changed while this waited for its turn: nothing was run"
    );
    assert!(host.is_left_alone(Duration::from_millis(300)));
    drop(held);
}

#[test]
fn what_waits_holds_a_bounded_number_of_bytes() {
    let (_host, mut client, held, _connections) = crowded("bytes");
    let mut begin = |id: usize| {
        let mut params = on_tag("n4", "echo x");
        params["_meta"]["progressToken"] = json!(id);
        let call = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
        client.raw(format!("{call}{}\n", " ".repeat(1024 * 1024)).as_bytes());
        json!(id)
    };
    let refused = (0..64).map(&mut begin).last().unwrap();
    let refused = client.response(&refused);
    assert_eq!(
        refused["error"]["message"],
        "the requests under way and the answers that wait to be read hold as much as they may; \
         read, or wait for one to be answered",
        "{refused}"
    );
    drop(held);
}

#[test]
fn too_many_hosts_or_none_and_nothing_runs() {
    let site = Site::start("hosts");
    fleet(&site, 4, &[]);
    site.write_policy(&format!(
        "limits: {{max_hosts: 9}}\noverrides: {{aliases: {{h2: {{max_hosts: 3}}}}}}\n{ALLOW_ALL}"
    ));
    let (mut client, held) = site.serve();
    for (tag, error) in [
        (
            "lab",
            "4 hosts have the tag, and the policy lets a tag run have 3 at most (max_hosts): nothing was run",
        ),
        ("none", "no host has the tag `none`"),
        ("a b\u{7}", "no host has that tag"),
        ("", "no host has that tag"),
    ] {
        let refusal = refused(&mut client, tag, "true");
        assert_eq!(refusal["error"], error);
        assert_eq!(refusal["status"], "failed");
        assert!(refusal["hint"].is_string());
    }
    assert_eq!(held.sshd.log(), "");
    assert_eq!(call(&mut client, "n2", "true")["summary"]["succeeded"], 1);
}

#[test]
fn the_hosts_share_what_is_kept_of_their_output() {
    let site = Site::start("share");
    fleet(&site, 16, &[]);
    let limits = "max_seconds: 20, max_output_bytes: 10000000";
    let policy = POLICY.replace("max_seconds: 20", limits);
    site.write_policy(&format!(
        "overrides: {{aliases: {{h1: {{max_output_bytes: 1000}}}}}}\n{policy}"
    ));
    let (mut client, held) = site.serve();
    let fan_out = call(&mut client, "lab", "yes");
    assert_eq!(fan_out["truncated"], true);
    assert_eq!(fan_out["summary"]["failed"], 16);
    for result in fan_out["results"].as_array().unwrap() {
        let (bytes, said) = match result["alias"] == "h1" {
            true => (1000, "max_output_bytes"),
            false => (8 * 1024 * 1024 / 16, "its share"),
        };
        assert_eq!(result["truncated"], true);
        assert_eq!(result["bytes_out"], bytes, "{}", result["alias"]);
        assert!(
            result["note"].as_str().unwrap().contains(said),
            "{}",
            result["note"]
        );
    }
    // Alone, a host has all that the policy gives it.
    let alone = call(&mut client, "n2", "sh -c 'yes | head -c 600000'");
    assert_eq!(alone["results"][0]["bytes_out"], 600_000);
    assert_eq!(alone["truncated"], false);
    drop(held);
}
