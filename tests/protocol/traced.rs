//! `traceparent` and `tracestate` of a request's `_meta` are in each record of its call.

use serde_json::{Value, json};

use super::modern_meta;
use crate::gate::records::lines;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[test]
fn a_trace_is_in_the_records_of_its_call_if_it_is_valid() {
    let long = format!("a={}", "x".repeat(512));
    let both = json!({"traceparent": PARENT, "tracestate": "rojo=1,congo=2"});
    let none = Value::Null;
    for (meta, parent, state) in [
        (both, json!(PARENT), json!("rojo=1,congo=2")),
        (json!({"traceparent": PARENT}), json!(PARENT), none.clone()),
        (
            json!({"traceparent": PARENT, "tracestate": long}),
            json!(PARENT),
            none.clone(),
        ),
        (
            json!({"traceparent": PARENT, "tracestate": 1}),
            json!(PARENT),
            none.clone(),
        ),
        (
            json!({"traceparent": PARENT.to_uppercase(), "tracestate": "a=1"}),
            none.clone(),
            none.clone(),
        ),
        (json!({"traceparent": [PARENT]}), none.clone(), none.clone()),
        (json!({"tracestate": "a=1"}), none.clone(), none.clone()),
        (
            json!({"traceparent": "\u{1b}[31m\n{\"type\":\"audit\"}"}),
            none.clone(),
            none.clone(),
        ),
        (json!({}), none.clone(), none),
    ] {
        let mut client = Client::initialized(Fixture::one_host(1), "2025-11-25");
        let mut modern = modern_meta();
        modern
            .as_object_mut()
            .unwrap()
            .extend(meta.as_object().unwrap().clone());
        // A denial, and a run whose host does not answer.
        let calls = [
            ("r''m -rf /", &meta),
            ("uptime", &meta),
            ("uptime", &modern),
        ];
        for (command, meta) in calls {
            let arguments = json!({"alias": "web", "command": command});
            client.request(
                "tools/call",
                json!({"name": "ssh_run", "arguments": arguments, "_meta": meta}),
            );
        }
        let records = lines(&client.finish());
        let types = ["policy_decision", "security_event", "audit"];
        let of_calls = |record: &&Value| types.iter().any(|kind| record["type"] == *kind);
        let records: Vec<&Value> = records.iter().filter(of_calls).collect();
        assert!(records.len() >= 4, "{records:?}");
        for record in records {
            assert_eq!(record["traceparent"], parent, "{meta}: {record}");
            assert_eq!(record["tracestate"], state, "{meta}: {record}");
        }
    }
}
