//! `notifications/message`: only for those who set a level, and nothing that is nobody's business.

use std::net::TcpListener;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::modern;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

const NONE: [Value; 0] = [];
const LEVELS: [&str; 8] = [
    "debug",
    "info",
    "notice",
    "warning",
    "error",
    "critical",
    "alert",
    "emergency",
];

/// A host whose port is closed.
fn closed() -> Fixture {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    Fixture::one_host(listener.local_addr().unwrap().port())
}

fn run() -> Value {
    json!({"name": "ssh_run", "arguments": {"alias": "web", "command": "uptime"}})
}

/// The messages that come before the answer to `params`.
fn messages(client: &mut Client, params: Value) -> Vec<Value> {
    let id = client.begin("tools/call", params);
    let mut messages = Vec::new();
    loop {
        let message = client.next();
        if message["id"] == id {
            return messages;
        }
        assert_eq!(message["method"], "notifications/message", "{message}");
        messages.push(message["params"].clone());
    }
}

fn refused() -> Value {
    json!({"level": "warning", "logger": "ssh",
        "data": "`web`: SSH connection refused: Port may be closed or firewall blocking"})
}

#[test]
fn a_session_hears_what_is_as_severe_as_it_wants() {
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut client = Client::initialized(closed(), revision);
        assert_eq!(
            messages(&mut client, run()),
            NONE,
            "none before a level is set"
        );
        for (number, level) in LEVELS.iter().enumerate() {
            let set = client.result("logging/setLevel", json!({"level": level}));
            assert_eq!(set, json!({}));
            let expected = if number <= 3 { vec![refused()] } else { vec![] };
            assert_eq!(messages(&mut client, run()), expected, "{revision} {level}");
        }
        client.silence(Duration::from_millis(200));
        client.result("initialize", json!({"protocolVersion": revision}));
        assert_eq!(messages(&mut client, run()), NONE, "a new session");
    }
}

#[test]
fn a_level_is_one_of_eight_words() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    for level in [
        json!("warn"),
        json!("INFO"),
        json!(""),
        json!(3),
        Value::Null,
        json!(["info"]),
    ] {
        let refusal = client.request("logging/setLevel", json!({"level": level}));
        assert_eq!(refusal["error"]["code"], -32602, "{refusal}");
        // A member of `_meta` that is null is left out.
        if level.is_null() {
            continue;
        }
        let mut list = modern(json!({}));
        list["_meta"]["io.modelcontextprotocol/logLevel"] = level;
        let refusal = client.request("tools/list", list);
        assert_eq!(refusal["error"]["code"], -32602, "{refusal}");
        let message = refusal["error"]["message"].as_str().unwrap();
        assert!(
            message.contains("debug, info, notice, warning"),
            "{message}"
        );
    }
    let refusal = client.request("logging/setLevel", json!({}));
    assert_eq!(refusal["error"]["code"], -32602, "{refusal}");
}

#[test]
fn a_modern_request_hears_of_itself_only() {
    let mut client = Client::start(closed());
    assert_eq!(messages(&mut client, modern(run())), NONE);
    for (level, expected) in [("debug", 1), ("warning", 1), ("error", 0)] {
        let mut params = modern(run());
        params["_meta"]["io.modelcontextprotocol/logLevel"] = json!(level);
        let heard = messages(&mut client, params);
        assert_eq!(heard, vec![refused(); expected], "{level}");
        assert_eq!(messages(&mut client, modern(run())), NONE);
    }
    // Nor does it hear what concerns nobody's request.
    client.fixture().write("config/policy.yml", "{");
    client.silence(Duration::from_millis(800));
}

#[test]
fn each_host_of_a_tag_and_no_denial() {
    let mut client = Client::initialized(closed(), "2025-11-25");
    client.result("logging/setLevel", json!({"level": "debug"}));
    for (command, expected) in [("uptime", vec![refused()]), ("reboot", vec![])] {
        let arguments = json!({"tag": "front", "command": command});
        let call = json!({"name": "ssh_run_on_tag", "arguments": arguments});
        assert_eq!(messages(&mut client, call), expected);
        let arguments = json!({"alias": "web", "command": command});
        let call = json!({"name": "ssh_run", "arguments": arguments});
        assert_eq!(messages(&mut client, call), expected);
    }
}

#[test]
fn the_end_is_told() {
    for (level, expected) in [("notice", 1), ("warning", 0)] {
        let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
        client.result("logging/setLevel", json!({"level": level}));
        client.signal(Signal::TERM);
        assert_eq!(client.ends().code(), Some(0));
        let told = client.rest();
        assert_eq!(told.len(), expected, "{level}: {told:?}");
        for message in told {
            let params = &message["params"];
            assert_eq!(
                (&params["level"], &params["logger"]),
                (&json!("notice"), &json!("server"))
            );
        }
    }
}
