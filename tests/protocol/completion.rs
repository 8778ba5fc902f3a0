//! completion/complete: what begins as was typed, at most a hundred, and every refusal.

use serde_json::{Value, json};

use super::modern;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

const REVISIONS: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

fn prompt(name: &str, argument: &str, value: &str) -> Value {
    let reference = json!({"type": "ref/prompt", "name": name});
    json!({"ref": reference, "argument": {"name": argument, "value": value}})
}

fn resource(uri: &str, argument: &str, value: &str) -> Value {
    let reference = json!({"type": "ref/resource", "uri": uri});
    json!({"ref": reference, "argument": {"name": argument, "value": value}})
}

#[test]
fn aliases_and_tags_that_begin_so() {
    let fixture = Fixture::empty();
    fixture.fill(
        "  - {alias: web1, host: 127.0.0.1, credentials: ops, tags: [front, eu]}\n\
         \x20 - {alias: Web2, host: 127.0.0.1, credentials: ops, tags: [front, us]}\n\
         \x20 - {alias: db.1, host: 127.0.0.1, credentials: ops, tags: [eu]}\n",
    );
    let mut client = Client::initialized(fixture, "2025-11-25");
    let usage = "ssh_orchestrator_usage";
    let denied = "ssh_policy_denied_guidance";
    let host = "ssh://host/{alias}";
    for (params, expected) in [
        (prompt(usage, "alias", ""), "web1 Web2 db.1"),
        (prompt(usage, "alias", "WE"), "web1 Web2"),
        (prompt(usage, "alias", "web2"), "Web2"),
        (prompt(usage, "alias", "web22"), ""),
        (prompt(usage, "alias", "eb"), ""),
        (prompt(usage, "alias", "d*"), ""),
        (prompt(usage, "alias", "é"), ""),
        (prompt(usage, "tag", ""), "eu front us"),
        (prompt(usage, "tag", "F"), "front"),
        (prompt(denied, "alias", "db."), "db.1"),
        (prompt(denied, "command", "up"), ""),
        (resource(host, "alias", "w"), "web1 Web2"),
        (resource("ssh://host/{alias}/tags", "alias", "d"), "db.1"),
        (
            resource("ssh://host/{alias}/capabilities", "alias", "d"),
            "db.1",
        ),
    ] {
        let expected: Vec<&str> = expected.split_whitespace().collect();
        let completion = json!({"values": expected, "total": expected.len(), "hasMore": false});
        let result = client.result("completion/complete", params.clone());
        assert_eq!(result, json!({"completion": completion}), "{params}");
        let result = client.result("completion/complete", modern(params));
        assert_eq!(result["completion"], completion);
        assert_eq!(result["resultType"], "complete");
    }
}

#[test]
fn at_most_a_hundred_and_how_many_there_are() {
    for revision in REVISIONS {
        let mut client = Client::initialized(Fixture::many_hosts(10_000), revision);
        for (begun, total, shown) in [
            ("", 10_000, 100),
            ("h99", 111, 100),
            ("h9999", 1, 1),
            ("h123", 11, 11),
        ] {
            let result = client.result(
                "completion/complete",
                prompt("ssh_network_denied_guidance", "alias", begun),
            );
            let completion = &result["completion"];
            let values = completion["values"].as_array().unwrap();
            assert_eq!(values.len(), shown, "{begun}");
            assert!(
                values
                    .iter()
                    .all(|value| value.as_str().unwrap().starts_with(begun))
            );
            assert_eq!(completion["total"], total, "{begun}");
            assert_eq!(completion["hasMore"], total > shown, "{begun}");
        }
    }
}

#[test]
fn each_refusal() {
    let alias = json!({"name": "alias", "value": ""});
    for revision in REVISIONS {
        let mut client = Client::initialized(Fixture::one_host(22), revision);
        for params in [
            json!({}),
            json!({"argument": alias}),
            json!({"ref": "ref/prompt", "argument": alias}),
            json!({"ref": {"name": "ssh_orchestrator_usage"}, "argument": alias}),
            json!({"ref": {"type": "ref/tool", "name": "ssh_run"}, "argument": alias}),
            json!({"ref": {"type": "ref/prompt"}, "argument": alias}),
            json!({"ref": {"type": "ref/prompt", "name": 1}, "argument": alias}),
            prompt("ssh_no_such_prompt", "alias", ""),
            prompt("ssh://host/{alias}", "alias", ""),
            prompt("ssh_orchestrator_usage", "command", ""),
            prompt("ssh_orchestrator_usage", "", ""),
            resource("ssh://hosts", "alias", ""),
            resource("ssh://host/web", "alias", ""),
            resource("ssh://host/{tag}", "alias", ""),
            resource("ssh_orchestrator_usage", "alias", ""),
            resource("ssh://host/{alias}", "tag", ""),
            json!({"ref": {"type": "ref/resource", "uri": "ssh://host/{alias}"}}),
            json!({
                "ref": {"type": "ref/resource", "uri": "ssh://host/{alias}"},
                "argument": {"name": "alias"},
            }),
            json!({
                "ref": {"type": "ref/resource", "uri": "ssh://host/{alias}"},
                "argument": {"name": "alias", "value": 1},
            }),
        ] {
            for params in [params.clone(), modern(params)] {
                let answer = client.request("completion/complete", params.clone());
                assert_eq!(answer["error"]["code"], -32602, "{params}: {answer}");
            }
        }
        client.result(
            "completion/complete",
            resource("ssh://host/{alias}", "alias", "w"),
        );
    }
}
