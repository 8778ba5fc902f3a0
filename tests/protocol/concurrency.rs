//! Commands run while the server reads: answers in any order, cancellation, ids in use.

use std::time::Duration;

use serde_json::{Value, json};

use super::modern;
use crate::support::client::Client;
use crate::support::fixture::Fixture;
use crate::support::silent::Silent;

fn run() -> Value {
    json!({"name": "ssh_run", "arguments": {"alias": "web", "command": "uptime"}})
}

fn request(id: &Value, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn cancel(id: &Value) -> Value {
    json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}})
}

#[test]
fn everything_else_is_answered_while_a_command_runs() {
    let host = Silent::start();
    let mut client = Client::initialized(Fixture::one_host(host.port()), "2025-11-25");
    client.begin("tools/call", run());
    let _connection = host.connection();
    client.ping();
    client.result("tools/list", json!({}));
    client.call("ssh_list_hosts", json!({}));
    client.call("ssh_plan", json!({"alias": "web", "command": "uptime"}));
    client.result("server/discover", modern(json!({})));
    client.finish();
}

#[test]
fn a_cancelled_command_hangs_up_and_is_never_answered() {
    let host = Silent::start();
    let mut client = Client::initialized(Fixture::one_host(host.port()), "2025-11-25");
    for id in [json!(1), json!("1"), json!(""), json!(-1)] {
        client.send(&request(&id, "tools/call", run()));
        let _connection = host.connection();
        // Near misses and repetitions change nothing.
        client.send(&cancel(&json!("other")));
        client.send(&cancel(&id));
        client.send(&cancel(&id));
        client.silence(Duration::from_millis(300));
        client.ping();
    }
    client.finish();
}

#[test]
fn cancelling_one_leaves_the_other() {
    let host = Silent::start();
    let mut client = Client::initialized(Fixture::one_host(host.port()), "2025-11-25");
    client.send(&request(&json!(1), "tools/call", run()));
    client.send(&request(&json!("1"), "tools/call", run()));
    let connection = host.connection();
    client.send(&cancel(&json!(1)));
    client.silence(Duration::from_millis(200));
    // The host hangs up: the command that is left fails, and says so under its own id.
    drop(connection);
    client.close_stdin();
    let answer = client.response(&json!("1"));
    assert!(answer.get("result").is_some(), "{answer}");
}

#[test]
fn an_id_in_use_is_refused_and_free_again_afterwards() {
    let host = Silent::start();
    let mut client = Client::initialized(Fixture::one_host(host.port()), "2025-11-25");
    client.send(&request(&json!(5), "tools/call", run()));
    let _connection = host.connection();
    for (method, params) in [
        ("ping", json!({})),
        ("tools/call", run()),
        ("no/such", json!({})),
        ("tools/list", modern(json!({}))),
    ] {
        client.send(&request(&json!(5), method, params));
        let answer = client.next();
        assert_eq!(answer["error"]["code"], -32600, "{method}: {answer}");
        assert_eq!(answer["id"], 5);
    }
    // The same digits as text are another id.
    client.send(&request(&json!("5"), "ping", json!({})));
    assert_eq!(client.next()["id"], "5");
    client.send(&cancel(&json!(5)));
    client.silence(Duration::from_millis(300));
    client.send(&request(&json!(5), "ping", json!({})));
    assert_eq!(
        client.next(),
        json!({"jsonrpc": "2.0", "id": 5, "result": {}})
    );
}

#[test]
fn a_thousand_quick_calls_at_once() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    let ids: Vec<Value> = (0..1000)
        .map(|_| client.begin("tools/call", json!({"name": "ssh_list_hosts"})))
        .collect();
    for id in ids {
        let answer = client.response(&id);
        assert_eq!(
            answer["result"]["structuredContent"]["hosts"][0]["alias"],
            "web"
        );
    }
    client.finish();
}

#[test]
fn a_thousand_commands_at_once() {
    let host = Silent::start();
    let mut client = Client::initialized(Fixture::one_host(host.port()), "2025-11-25");
    let ids: Vec<Value> = (0..1000)
        .map(|_| client.begin("tools/call", run()))
        .collect();
    let _connection = host.connection();
    client.ping();
    for id in &ids {
        client.send(&cancel(id));
    }
    client.ping();
    client.silence(Duration::from_millis(300));
    client.finish();
}

/// As many commands at once as the server runs; the next one waits its turn.
#[test]
fn commands_over_the_limit_wait_their_turn() {
    let silent = Silent::start();
    let fixture = Fixture::empty();
    let port = silent.port();
    let host = |number: usize| {
        format!("  - {{alias: h{number}, host: 127.0.0.1, port: {port}, credentials: ops}}\n")
    };
    fixture.fill(&(0..102).map(host).collect::<String>());
    let mut client = Client::initialized(fixture, "2025-11-25");
    let ids: Vec<Value> = (0..102)
        .map(|number| {
            let arguments = json!({"alias": format!("h{number}"), "command": "uptime"});
            client.begin(
                "tools/call",
                json!({"name": "ssh_run", "arguments": arguments}),
            )
        })
        .collect();
    let connections: Vec<_> = (0..100).map(|_| silent.connection()).collect();
    assert!(silent.is_left_alone(Duration::from_millis(300)));
    client.ping();
    for id in [&ids[101], &ids[0]] {
        client.send(&cancel(id));
    }
    // The one that was cancelled while it waited never comes; the other waiting one does.
    drop(silent.connection());
    assert!(silent.is_left_alone(Duration::from_millis(300)));
    drop(connections);
}

/// However many commands one host keeps waiting, others have their turn.
#[test]
fn a_host_that_says_nothing_holds_up_no_other() {
    let (silent, other) = (Silent::start(), Silent::start());
    let fixture = Fixture::empty();
    let line = |alias: &str, port: u16| {
        format!("  - {{alias: {alias}, host: 127.0.0.1, port: {port}, credentials: ops}}\n")
    };
    fixture.fill(&(line("web", silent.port()) + &line("other", other.port())));
    let mut client = Client::initialized(fixture, "2025-11-25");
    for _ in 0..200 {
        client.begin("tools/call", run());
    }
    drop(silent.connection());
    let arguments = json!({"alias": "other", "command": "uptime"});
    client.begin(
        "tools/call",
        json!({"name": "ssh_run", "arguments": arguments}),
    );
    drop(other.connection());
}
