//! An approver answers in the place of eight kinds of clients, most of which cannot ask their person.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use serde_json::{Value, json};

use super::approver_hostile::answer;
use super::{Asked, POLICY, choice, reason};
use crate::gate::records::of_type;
use crate::gate::site::Site;
use crate::protocol::modern;
use crate::support::approver::{FakeApprover, HELLO, HookedApprover, SocketPlace};
use crate::support::fifo::Fifo;
use crate::support::marker::within;

/// What a client does with a question that it gets.
#[derive(Clone, Copy)]
enum Does {
    Nothing,
    Answers(fn() -> Value),
    Fails,
}

struct Kind {
    name: &'static str,
    revision: &'static str,
    capabilities: fn() -> Value,
    does: Does,
    /// What the assistant is told without an approver.
    alone: &'static str,
}

const LEGACY: &str = "2025-11-25";

fn elicits() -> Value {
    json!({"elicitation": {}})
}

const KINDS: [Kind; 9] = [
    Kind {
        name: "none",
        revision: LEGACY,
        capabilities: || json!({}),
        does: Does::Nothing,
        alone: "approval_required",
    },
    Kind {
        name: "declines",
        revision: LEGACY,
        capabilities: elicits,
        does: Does::Answers(|| json!({"action": "decline"})),
        alone: "approval_declined",
    },
    Kind {
        name: "empty",
        revision: LEGACY,
        capabilities: elicits,
        does: Does::Answers(|| json!({"action": "accept", "content": {}})),
        alone: "approval_undecided",
    },
    Kind {
        name: "bare",
        revision: LEGACY,
        capabilities: elicits,
        does: Does::Answers(|| json!({"action": "accept"})),
        alone: "approval_undecided",
    },
    Kind {
        name: "unknown",
        revision: LEGACY,
        capabilities: elicits,
        does: Does::Answers(|| choice("yes, please")),
        alone: "approval_unclear",
    },
    Kind {
        name: "error",
        revision: LEGACY,
        capabilities: elicits,
        does: Does::Fails,
        alone: "approval_failed",
    },
    Kind {
        name: "silent",
        revision: LEGACY,
        capabilities: elicits,
        does: Does::Nothing,
        alone: "approval_expired",
    },
    Kind {
        name: "ui",
        revision: LEGACY,
        capabilities: || json!({"extensions": {"io.modelcontextprotocol/ui": {}}}),
        does: Does::Nothing,
        alone: "approval_required",
    },
    Kind {
        name: "refuses",
        revision: LEGACY,
        capabilities: elicits,
        does: Does::Answers(|| choice("refuse")),
        alone: "approval_refused",
    },
];

fn asked(kind: &Kind, side: &str, approvals: &str) -> Asked {
    let site = Site::start(&format!("{side}{}", kind.name));
    site.write_policy(&format!("{approvals}{POLICY}"));
    Asked::of(site, kind.revision, &(kind.capabilities)())
}

#[test]
fn with_an_approver_each_kind_of_client_runs() {
    for kind in &KINDS {
        let place = SocketPlace::new();
        let _approver = HookedApprover::start(&place, &place.hook(r#""decision":"once""#));
        let mut asked = asked(kind, "w", &place.policy(", same_user: true"));
        let line = asked.line("ran");
        let id = asked.begin(&line);
        asked.succeeded(&id);
        assert!(asked.has_run("ran"), "{}", kind.name);
        let records = asked.records();
        let events = of_type(&records, "approval");
        let told: Vec<_> = events.iter().map(|event| &event["event"]).collect();
        assert_eq!(told, ["asked", "approved_once"]);
        for event in events {
            assert_eq!(event["via"], "approver");
            assert_eq!(event["uid"], rustix::process::geteuid().as_raw());
            assert_eq!(event.get("forwarded"), None);
        }
    }
}

#[test]
fn without_an_approver_each_is_told_what_was_the_matter() {
    for kind in &KINDS {
        let mut asked = asked(kind, "a", "approvals: {timeout: 1}\n");
        let line = asked.line("ran");
        let id = asked.begin(&line);
        match kind.does {
            Does::Nothing => {}
            Does::Answers(answer) => {
                let question = asked.question();
                asked.answer(&question, answer());
            }
            Does::Fails => {
                let question = asked.question();
                asked
                    .client
                    .send(&json!({"jsonrpc": "2.0", "id": question["id"],
                    "error": {"code": -32601, "message": "Method not found"}}));
            }
        }
        let result = asked.result(&id);
        assert_eq!(reason(&result).unwrap(), kind.alone, "{}", kind.name);
        let says_refused = result.to_string().contains("the person refused");
        assert_eq!(says_refused, kind.name == "refuses", "{result}");
        assert!(asked.nothing_ran());
    }
}

#[test]
fn a_modern_client_without_the_capability_runs_with_an_approver_and_gets_the_error_without() {
    let place = SocketPlace::new();
    let site = Site::start("apmod");
    site.write_policy(&format!("{}{POLICY}", place.policy(", same_user: true")));
    let mut asked = Asked::of(site, LEGACY, &json!({}));
    let line = asked.line("ran");
    let call = json!({"name": "ssh_run", "arguments": {"alias": "box", "command": line}});
    let answer = asked.client.request("tools/call", modern(call.clone()));
    assert_eq!(answer["error"]["code"], -32021, "{answer}");
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .contains("mcp-ssh approver")
    );
    let _approver = HookedApprover::start(&place, &place.hook(r#""decision":"once""#));
    let answer = asked.client.request("tools/call", modern(call));
    assert_eq!(
        answer["result"]["structuredContent"]["exit_code"], 0,
        "{answer}"
    );
    assert!(asked.has_run("ran"));
}

#[test]
fn the_policy_says_who_is_asked() {
    let place = SocketPlace::new();
    let _approver = HookedApprover::start(&place, &place.hook(r#""decision":"once""#));
    let site = Site::start("apvia");
    let policy = |via: &str| {
        let more = format!(", same_user: true, via: {via}, forwarded: true");
        format!("{}{POLICY}", place.policy(&more))
    };
    site.write_policy(&policy("[client, approver]"));
    let mut asked = Asked::of(site, LEGACY, &elicits());
    let line = asked.line("ran");
    asked.asks(&line);
    asked.reload(&policy("[client]"));
    asked.asks(&line);
    asked.reload(&policy("[approver]"));
    let id = asked.begin(&line);
    asked.succeeded(&id);
    assert!(asked.has_run("ran"));
    let records = asked.records();
    let by_approver = of_type(&records, "approval")
        .into_iter()
        .filter(|event| event["via"] == "approver");
    let forwarded: Vec<_> = by_approver.map(|event| &event["forwarded"]).collect();
    assert_eq!(forwarded, [true, true]);
}

/// The hosts `a` and `b` of the tag `lab`.
fn two_hosts(tag: &str) -> Site {
    let site = Site::start(tag);
    let port = site.sshd.port();
    let host = |alias| {
        format!(
            "- {{alias: {alias}, host: 127.0.0.1, port: {port}, credentials: ops, tags: [lab]}}\n"
        )
    };
    let hosts = format!("hosts:\n{}{}", host("a"), host("b"));
    site.fixture.write("config/servers.yml", &hosts);
    site
}

#[test]
fn a_tag_run_is_one_question_and_a_grant_for_minutes_holds_for_each_of_its_hosts() {
    let place = SocketPlace::new();
    let hook = place.hook(r#""decision":"minutes","minutes":5"#);
    let approver = HookedApprover::start(&place, &hook);
    let site = two_hosts("aptag");
    site.write_policy(&format!("{}{POLICY}", place.policy(", same_user: true")));
    let mut asked = Asked::of(site, LEGACY, &json!({}));
    let line = asked.line("ran");
    let id = asked.begin_tool("ssh_run_on_tag", json!({"tag": "lab", "command": line}));
    let summary = asked.result(&id)["structuredContent"]["summary"].clone();
    assert_eq!(summary["succeeded"], 2, "{summary}");
    assert!(approver.says("asked: ").contains("2 hosts of lab: touch"));
    for alias in ["a", "b"] {
        let id = asked.begin_tool("ssh_run", json!({"alias": alias, "command": line}));
        asked.succeeded(&id);
    }
    let records = asked.records();
    assert_eq!(of_type(&records, "approval").len(), 2, "asked once");
    let approved = of_type(&records, "policy_decision");
    assert!(
        approved
            .iter()
            .all(|record| record["approved"] == "minutes")
    );
}

/// A person who takes the yes back stops what has not begun.
#[test]
fn a_grant_that_is_withdrawn_counts_for_no_further_host_of_the_tag_run() {
    let place = SocketPlace::new();
    let approver = HookedApprover::start(&place, &place.hook(r#""decision":"session""#));
    let site = two_hosts("aptake");
    let pipe = Fifo::make(place.path().join("pipe"));
    let line = format!("cat {}", pipe.path().display());
    site.write_policy(&format!(
        "{}limits: {{max_parallel: 1, max_seconds: 20}}\nrules: [{{action: ask, commands: ['{line}']}}]\n",
        place.policy(", same_user: true")
    ));
    let mut asked = Asked::of(site, LEGACY, &json!({}));
    let id = asked.begin_tool("ssh_run_on_tag", json!({"tag": "lab", "command": line}));
    let first_host = pipe.reader_comes();
    drop(approver);
    drop(first_host);
    let result = asked.result(&id)["structuredContent"].clone();
    let [first, second] = result["results"].as_array().unwrap().as_slice() else {
        panic!("{result}");
    };
    assert_eq!(first["exit_code"], 0, "{result}");
    assert_eq!(second["reason"], "approval_withdrawn", "{result}");
}

#[test]
fn a_task_waits_for_the_approver_and_tells_what_became_of_it() {
    let place = SocketPlace::new();
    // Answers once there is a file beside it.
    let hook = place.program(&format!(
        "#!/bin/sh\nread -r question\nuntil [ -e {0}/now ]; do sleep 0.05; done\n\
         echo \"$question\" | sed 's/.*\"nonce\":\"\\([0-9a-f]*\\)\".*/{{\"nonce\":\"\\1\",'\"$(cat {0}/now)\"'}}/'\n",
        place.path().display()
    ));
    let _approver = HookedApprover::start(&place, &hook);
    for (decision, status) in [("once", "completed"), ("refuse", "failed")] {
        let site = Site::start("aptask");
        site.write_policy(&format!("{}{POLICY}", place.policy(", same_user: true")));
        let mut asked = Asked::of(site, LEGACY, &json!({}));
        let line = asked.line("ran");
        let id = asked.begin_tool("ssh_run_async", json!({"alias": "box", "command": line}));
        let started = asked.result(&id)["structuredContent"].clone();
        assert_eq!(started["status"], "awaiting_approval", "{started}");
        let task = json!({"task_id": started["task_id"]});
        let status_of = |asked: &mut Asked| {
            let id = asked.begin_tool("ssh_get_task_status", task.clone());
            asked.result(&id)["structuredContent"]["status"].clone()
        };
        assert_eq!(status_of(&mut asked), "awaiting_approval");
        let text = format!("\"decision\":\"{decision}\"");
        std::fs::write(place.path().join("now"), text).unwrap();
        assert!(within(Duration::from_secs(10), || status_of(&mut asked) == status));
        let id = asked.begin_tool("ssh_get_task_result", task);
        let result = asked.result(&id)["structuredContent"].clone();
        match decision {
            "once" => assert_eq!(result["exit_code"], 0, "{result}"),
            _ => assert!(
                result["error"]
                    .as_str()
                    .unwrap()
                    .contains("the person refused"),
                "{result}"
            ),
        }
        assert_eq!(asked.has_run("ran"), decision == "once");
        std::fs::remove_file(place.path().join("now")).unwrap();
    }
}

#[test]
fn a_call_that_waits_tells_so_and_becomes_a_task_before_the_client_gives_up() {
    let place = SocketPlace::new();
    let fake = FakeApprover::start(&place, HELLO);
    let site = Site::start("apwait");
    site.write_policy(&format!("{}{POLICY}", place.policy(", same_user: true")));
    let mut asked = Asked::of(site, LEGACY, &json!({}));
    let line = asked.line("ran");
    let call = json!({"name": "ssh_run", "arguments": {"alias": "box", "command": line},
        "_meta": {"progressToken": "p"}});
    let id = asked.client.begin("tools/call", call);
    let (question, text, mut stream) = fake.question();
    let mut news = Vec::new();
    let result = loop {
        let message = asked.client.next();
        if message["id"] == id {
            break message["result"].clone();
        }
        news.push(message["params"].clone());
    };
    assert!(news.len() > 5, "{news:?}");
    let numbers: Vec<_> = news
        .iter()
        .map(|its| its["progress"].as_u64().unwrap())
        .collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    for told in &news {
        let message = told["message"].as_str().unwrap();
        assert!(
            message.starts_with("waiting for a person's approval"),
            "{message}"
        );
    }
    let started = &result["structuredContent"];
    assert_eq!(started["status"], "awaiting_approval", "{result}");
    assert!(asked.nothing_ran());
    stream
        .write_all(answer(&question, &text, r#""decision":"once""#).as_bytes())
        .unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    let task = json!({"task_id": started["task_id"]});
    let ended = || {
        let id = asked.begin_tool("ssh_get_task_status", task.clone());
        asked.result(&id)["structuredContent"]["status"] == "completed"
    };
    assert!(within(Duration::from_secs(10), ended));
    assert!(asked.has_run("ran"));

    // A task whose question waits can be cancelled.
    let id = asked.begin_tool("ssh_run_async", json!({"alias": "box", "command": line}));
    let started = asked.result(&id)["structuredContent"].clone();
    let (_, _, mut stream) = fake.question();
    let task = json!({"task_id": started["task_id"]});
    let id = asked.begin_tool("ssh_cancel_async_task", task.clone());
    assert_eq!(asked.result(&id)["structuredContent"]["cancelled"], true);
    let mut rest = String::new();
    assert_eq!(
        stream.read_to_string(&mut rest).unwrap(),
        0,
        "it is taken back"
    );
    let id = asked.begin_tool("ssh_get_task_result", task);
    let result = asked.result(&id);
    assert_eq!(result["structuredContent"]["cancelled"], true, "{result}");
    assert!(asked.nothing_ran());
}
