//! What is written down of a question and its answer.

use serde_json::{Value, json};

use super::{Asked, choice};
use crate::gate::records::of_type;

#[test]
fn every_question_and_every_answer_has_its_record() {
    let mut asked = Asked::legacy("aud");
    let line = asked.line("ran");
    let answers = ["approve once", "refuse", "approve for this session"];
    for answer in answers {
        let id = asked.begin(&line);
        let question = asked.question();
        asked.answer(&question, choice(answer));
        asked.result(&id);
    }
    let id = asked.begin(&line);
    asked.succeeded(&id);
    let other = asked.line("other");
    let id = asked.begin(&other);
    let question = asked.question();
    asked.answer(&question, json!({"action": "cancel"}));
    asked.denied(&id);
    let id = asked.begin(&other);
    asked.question();
    asked.client.send(
        &json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
        "params": {"requestId": id}}),
    );
    asked.client.next();
    let call = json!({"name": "ssh_run", "arguments": {"alias": "box", "command": line},
        "requestState": "forged"});
    asked
        .client
        .request("tools/call", crate::protocol::modern(call));
    let records = asked.records();

    let events = of_type(&records, "approval");
    let names: Vec<&str> = events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "asked",
            "approved_once",
            "asked",
            "refused",
            "asked",
            "approved_for_session",
            "asked",
            "dismissed",
            "asked",
            "cancelled",
            "invalid",
        ]
    );
    let (question, answer) = (events[0], events[1]);
    for record in [question, answer] {
        assert_eq!(record["aliases"], json!(["box"]));
        assert_eq!(record["rules"], json!(["rules[0] `files`"]));
        assert_eq!(record["client"], "suite 1");
        assert_eq!(record["config_sha256"].as_str().unwrap().len(), 64);
        assert_eq!(record["task_id"], question["task_id"]);
        assert_eq!(record["request_id"], "1002");
    }
    let stands = question["expires"].as_f64().unwrap() - question["ts"].as_f64().unwrap();
    assert!((299.0..301.0).contains(&stands), "{stands}");
    assert_eq!(answer["expires"], Value::Null);

    let decisions = of_type(&records, "policy_decision");
    let told = |decision: &&Value| {
        let word = |key: &str| decision[key].as_str().unwrap_or("-").to_owned();
        [
            decision["allowed"].to_string(),
            word("approved"),
            word("reason"),
        ]
        .join(" ")
    };
    let told: Vec<String> = decisions.iter().map(told).collect();
    assert_eq!(
        told,
        [
            "true once -",
            "false - approval_refused",
            "true session -",
            "true session -",
            "false - approval_dismissed",
        ]
    );
    assert_eq!(decisions[0]["task_id"], question["task_id"]);
    assert_eq!(decisions[0]["hash"], question["hash"]);
    // Asked, answered, decided, run: in this order.
    let place = |kind: &str| records.iter().position(|record| record["type"] == kind);
    assert!(place("approval") < place("policy_decision"));
    assert!(place("policy_decision") < place("audit"));
    assert!(
        records
            .iter()
            .all(|record| !record.to_string().contains("touch"))
    );
}
