//! `canary` where the answer does not come in the course of the call: by `input_required`, or by the approver.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use serde_json::{Value, json};

use super::approver_hostile::answer;
use super::modern::{call, retry};
use super::{Asked, choice, reason};
use crate::gate::fanout::{fleet, statuses};
use crate::gate::records::of_type;
use crate::gate::site::Site;
use crate::support::approver::{FakeApprover, HELLO, HookedApprover, SocketPlace};
use crate::support::marker::within;

const POLICY: &str = "limits: {max_seconds: 20}
rules: [{action: allow, commands: ['echo *']}, {action: ask, commands: ['touch *']}]
";

fn asked(tag: &str, approvals: &str) -> Asked {
    let site = Site::start(tag);
    site.write_policy(&format!("{approvals}{POLICY}"));
    fleet(&site, 3, &[]);
    Asked::of(site, "2025-11-25", &json!({}))
}

fn on_tag(line: &str) -> Value {
    json!({"tag": "lab", "command": line, "canary": 1})
}

/// Only the canary has run.
const STOPPED: [&str; 3] = ["succeeded", "not_started", "not_started"];
const ALL: [&str; 3] = ["succeeded"; 3];

impl Asked {
    fn result_of(&mut self, params: &Value) -> Value {
        self.client.result("tools/call", params.clone())
    }

    fn question_of(&mut self, params: &Value) -> Value {
        let result = self.result_of(params);
        assert_eq!(result["resultType"], "input_required", "{result}");
        result
    }

    /// An answer that came too late: the canary has run, and its result is told once.
    fn hears_what_ran(&mut self, late: &Value, stopped: &str) {
        let result = self.result_of(late);
        let content = &result["structuredContent"];
        assert_eq!(statuses(content), STOPPED, "{result}");
        assert_eq!(content["stopped"], stopped, "{result}");
        assert_eq!(content["results"][0]["output"], "x\n", "{result}");
        self.runs_nothing(late);
    }

    /// An answer that has counted before: what ran then, ran, so nothing more is said than what is true of this call.
    fn runs_nothing(&mut self, answered: &Value) {
        let again = self.result_of(answered);
        assert_eq!(again["isError"], true, "{again}");
        let text = again["content"][0]["text"].as_str().unwrap();
        assert!(text.contains("; this call ran nothing"), "{text}");
        assert!(!text.contains("nothing was run"), "{text}");
    }
}

fn message(asking: &Value) -> String {
    let params = &asking["inputRequests"]["approval"]["params"];
    params["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_modern_client_asks_between_two_calls_and_the_canary_runs_once() {
    let mut asked = asked("canmod", "");
    let params = call("ssh_run_on_tag", on_tag("echo x"));
    for (decision, expected, stopped) in [
        ("approve once", ALL, Value::Null),
        ("refuse", STOPPED, json!("approval_refused")),
    ] {
        let asking = asked.question_of(&params);
        let told = message(&asking);
        assert!(
            told.starts_with("May this run on 2 hosts of the tag lab (h1, h2), too?"),
            "{told}"
        );
        let answered = retry(&params, &asking, choice(decision));
        let result = asked.result_of(&answered);
        assert_eq!(statuses(&result["structuredContent"]), expected, "{result}");
        assert_eq!(result["structuredContent"]["stopped"], stopped);
        // It cannot be played again.
        asked.runs_nothing(&answered);
    }
    // With a rule that asks there are two questions, one after the other.
    let line = asked.line("ran");
    let params = call("ssh_run_on_tag", on_tag(&line));
    let first = asked.question_of(&params);
    assert!(message(&first).contains("by rules[1]"), "{first}");
    assert!(asked.nothing_ran());
    let second = asked.question_of(&retry(&params, &first, choice("approve once")));
    assert!(
        message(&second).contains("by `canary` of this call"),
        "{second}"
    );
    let result = asked.result_of(&retry(&params, &second, choice("approve once")));
    assert_eq!(statuses(&result["structuredContent"]), ALL, "{result}");
    // Another configuration, and the canary's result is not lost.
    let params = call("ssh_run_on_tag", on_tag("echo y"));
    let asking = asked.question_of(&params);
    asked.reload(&format!("{POLICY}# another\n"));
    let result = asked.result_of(&retry(&params, &asking, choice("approve once")));
    assert_eq!(statuses(&result["structuredContent"]), STOPPED, "{result}");
    assert_eq!(result["structuredContent"]["stopped"], "approval_outdated");
    let records = asked.records();
    let decided = of_type(&records, "policy_decision");
    let canary = decided.iter().filter(|its| its["alias"] == "h0");
    assert_eq!(canary.count(), 4, "once for each run");
    assert_eq!(of_type(&records, "tag_run").len(), 4);
}

/// Whoever has used the answer up, the call to which it belongs is told what its canary did.
#[test]
fn an_answer_that_another_call_has_brought_ends_the_run_with_its_results() {
    let mut asked = asked("canother", "");
    let params = call("ssh_run_on_tag", on_tag("echo x"));
    let asking = asked.question_of(&params);
    let other = call("ssh_run_on_tag", on_tag("echo y"));
    asked.runs_nothing(&retry(&other, &asking, choice("approve once")));
    let answered = retry(&params, &asking, choice("approve once"));
    asked.hears_what_ran(&answered, "approval_invalid");
    let records = asked.records();
    assert_eq!(of_type(&records, "tag_run").len(), 1);
}

/// The client is not asked, and is told what has run: it must not run again for want of an answer.
#[test]
fn where_too_many_questions_are_open_the_run_ends_with_its_results() {
    let mut asked = asked("cancrowd", "");
    let open: Vec<(Value, Value)> = (0..16)
        .map(|number| {
            let line = asked.line(&format!("f{number}"));
            let params = call("ssh_run", json!({"alias": "h0", "command": line}));
            let asking = asked.question_of(&params);
            (params, asking)
        })
        .collect();
    let params = call("ssh_run_on_tag", on_tag("echo x"));
    // More of them than may wait for an answer: none of these does.
    for _ in 0..5 {
        let result = asked.result_of(&params);
        let content = &result["structuredContent"];
        assert_eq!(content["stopped"], "approval_crowded", "{result}");
        assert_eq!(statuses(content), STOPPED, "{result}");
        assert_eq!(content["results"][0]["output"], "x\n", "{result}");
    }
    let (first, asking) = &open[0];
    let refused = asked.result_of(&retry(first, asking, choice("refuse")));
    assert_eq!(reason(&refused).unwrap(), "approval_refused");
    let asking = asked.question_of(&params);
    let result = asked.result_of(&retry(&params, &asking, choice("approve once")));
    assert_eq!(statuses(&result["structuredContent"]), ALL, "{result}");
    // The question of a rule is about a run of which nothing has begun.
    asked.question_of(&params);
    let line = asked.line("none");
    let denied = asked.result_of(&call("ssh_run_on_tag", on_tag(&line)));
    assert_eq!(reason(&denied).unwrap(), "approval_crowded");
    assert!(asked.nothing_ran());
    let records = asked.records();
    let ends = of_type(&records, "tag_run");
    let crowded = ends
        .iter()
        .filter(|its| its["stopped"] == "approval_crowded");
    assert_eq!(crowded.count(), 5);
}

#[test]
fn nobody_comes_back_with_an_answer_and_the_run_ends() {
    let mut asked = asked("canlapse", "approvals: {timeout: 1}\n");
    let params = call("ssh_run_on_tag", on_tag("echo x"));
    // More of them than may wait at once: nothing of one that has ended is left for the next.
    for ends in 1..=5 {
        let asking = asked.question_of(&params);
        let told = || asked.client.stderr_so_far().matches("\"tag_run\"").count();
        assert!(within(Duration::from_secs(20), || told() == ends));
        if ends == 5 {
            let late = retry(&params, &asking, choice("approve once"));
            asked.hears_what_ran(&late, "approval_expired");
        }
    }
    let records = asked.records();
    for end in of_type(&records, "tag_run") {
        assert_eq!(
            (&end["stopped"], &end["not_started"]),
            (&json!("approval_expired"), &json!(2))
        );
    }
    let canaries = of_type(&records, "policy_decision");
    let canaries = canaries.iter().filter(|its| its["alias"] == "h0");
    assert_eq!(canaries.count(), 5);
}

#[test]
fn a_run_that_waits_between_two_calls_can_be_cancelled() {
    let mut asked = asked("cancan", "");
    let mut params = call("ssh_run_on_tag", on_tag("echo x"));
    params["_meta"]["progressToken"] = json!("p");
    let id = asked.client.begin("tools/call", params.clone());
    let begun = asked.client.next()["params"]["message"].clone();
    let task_id = begun
        .as_str()
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap()
        .to_owned();
    let asking = loop {
        let message = asked.client.next();
        if message["id"] == id {
            break message["result"].clone();
        }
    };
    assert_eq!(asking["resultType"], "input_required", "{asking}");
    let cancel = asked.begin_tool("ssh_cancel", json!({"task_id": task_id}));
    assert_eq!(
        asked.result(&cancel)["structuredContent"]["cancelled"],
        true
    );
    let ended = || asked.client.stderr_so_far().contains("\"tag_run\"");
    assert!(within(Duration::from_secs(20), ended));
    // The answer comes too late.
    let late = retry(&params, &asking, choice("approve once"));
    asked.hears_what_ran(&late, "cancelled");
    // One that still waits ends with the server.
    asked.question_of(&call("ssh_run_on_tag", on_tag("echo y")));
    let records = asked.records();
    let ends = of_type(&records, "tag_run");
    assert_eq!(ends.len(), 2);
    for end in ends {
        assert_eq!(
            (&end["stopped"], &end["not_started"]),
            (&json!("cancelled"), &json!(2))
        );
    }
}

#[test]
fn an_approver_decides_and_sees_the_canaries() {
    let place = SocketPlace::new();
    let hook = place.program(&format!(
        "#!/bin/sh\nread -r question\nprintf '%s' \"$question\" > {0}/seen\n\
         printf '%s\\n' \"$question\" | sed 's/.*\"nonce\":\"\\([0-9a-f]*\\)\".*/{{\"nonce\":\"\\1\",\"decision\":\"session\"}}/'\n",
        place.path().display()
    ));
    let approver = HookedApprover::start(&place, &hook);
    let mut asked = asked("canapp", &place.policy(", same_user: true"));
    for _ in 0..2 {
        let id = asked.begin_tool("ssh_run_on_tag", on_tag("echo here"));
        let result = asked.result(&id);
        assert_eq!(statuses(&result["structuredContent"]), ALL, "{result}");
        // A yes for the session is one to this run.
        let told = approver.says("asked: ");
        assert!(
            told.contains("2 hosts of lab after its canaries: echo here"),
            "{told}"
        );
    }
    let seen: Value =
        serde_json::from_slice(&std::fs::read(place.path().join("seen")).unwrap()).unwrap();
    assert_eq!(seen["hosts"], json!(["h1", "h2"]));
    assert_eq!(
        seen["canaries"],
        "h0: exit status 0, 1 line printed\n  here"
    );
}

#[test]
fn an_approver_that_would_not_show_the_canaries_is_not_asked() {
    let place = SocketPlace::new();
    let _fake = FakeApprover::start(&place, HELLO);
    let mut asked = asked("canold", &place.policy(", same_user: true"));
    let id = asked.begin_tool("ssh_run_on_tag", on_tag("echo here"));
    let result = asked.result(&id)["structuredContent"].clone();
    assert_eq!(statuses(&result), STOPPED);
    assert_eq!(result["stopped"], "approval_old_approver");
}

#[test]
fn a_call_that_waits_becomes_a_task_and_goes_on_when_the_approver_answers() {
    let place = SocketPlace::new();
    let hello = "{\"approver\":1,\"waiting\":0,\"canaries\":true}\n";
    let fake = FakeApprover::start(&place, hello);
    let mut asked = asked("cantask", &place.policy(", same_user: true"));
    let params = json!({"name": "ssh_run_on_tag", "arguments": on_tag("echo here"),
        "_meta": {"progressToken": "p"}});
    let id = asked.client.begin("tools/call", params);
    let (question, text, mut stream) = fake.question();
    let other = asked.begin_tool("ssh_run_on_tag", on_tag("echo there"));
    let (_, _, mut taken_back) = fake.question();
    let mut numbers = Vec::new();
    let result = loop {
        let message = asked.client.next();
        if message["id"] == id {
            break message["result"].clone();
        }
        numbers.push(message["params"]["progress"].as_u64().unwrap());
    };
    let other = asked.result(&other)["structuredContent"].clone();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    let started = &result["structuredContent"];
    assert_eq!(
        (&started["status"], &started["tag"]),
        (&json!("awaiting_approval"), &json!("lab")),
        "{result}"
    );
    let task = json!({"task_id": started["task_id"]});
    let mut status = || {
        let id = asked.begin_tool("ssh_get_task_status", task.clone());
        asked.result(&id)["structuredContent"]["status"].clone()
    };
    assert_eq!(status(), "awaiting_approval");
    let yes = answer(&question, &text, r#""decision":"once""#);
    stream.write_all(yes.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    assert!(within(Duration::from_secs(20), || status() == "completed"));
    let id = asked.begin_tool("ssh_get_task_result", task);
    let result = asked.result(&id)["structuredContent"].clone();
    assert_eq!(statuses(&result), ALL);
    // One that waits can be cancelled.
    let task = json!({"task_id": other["task_id"]});
    let id = asked.begin_tool("ssh_cancel_async_task", task.clone());
    assert_eq!(asked.result(&id)["structuredContent"]["cancelled"], true);
    let mut rest = String::new();
    assert_eq!(taken_back.read_to_string(&mut rest).unwrap(), 0);
    let ended = |asked: &mut Asked| {
        let id = asked.begin_tool("ssh_get_task_result", task.clone());
        asked.result(&id)["structuredContent"].clone()
    };
    assert!(within(
        Duration::from_secs(20),
        || ended(&mut asked)["status"] == "cancelled"
    ));
    let cancelled = ended(&mut asked);
    assert_eq!(statuses(&cancelled), STOPPED);
    assert_eq!(cancelled["stopped"], "cancelled");
    assert_eq!(
        (&result["status"], &result["summary"]["succeeded"]),
        (&json!("completed"), &json!(3))
    );
}
