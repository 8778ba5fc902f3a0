//! `elicitation/create`: a request of the server, in the revisions that have it.

use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::{Asked, POLICY, choice};
use crate::gate::records::of_type;
use crate::gate::site::Site;
use crate::support::client::Client;

#[test]
fn the_person_sees_host_line_and_rule_and_neither_address_nor_user() {
    for revision in ["2025-06-18", "2025-11-25"] {
        let mut asked = Asked::with("seen", revision, &json!({"elicitation": {}}));
        let line = asked.line("ran");
        // Asked for in a disguise; shown as it will be sent.
        let id = asked.begin(&line.replace("touch ", "t'ou'ch   "));
        let question = asked.question();
        assert_eq!(question["id"].as_str().unwrap().len(), 32);
        assert_eq!(
            question["params"],
            json!({
                "message": format!(
                    "May this run on the host box?\nThe policy asks, by rules[0] `files`.\n\
                     The command: {line}"
                ),
                "requestedSchema": {
                    "type": "object",
                    "properties": {"decision": {
                        "type": "string",
                        "title": "Decision",
                        "enum": ["refuse", "approve once", "approve for this session"],
                    }},
                    "required": ["decision"],
                },
            })
        );
        assert!(asked.nothing_ran());
        asked.answer(&question, choice("approve once"));
        asked.succeeded(&id);
        assert!(asked.has_run("ran"));
    }
}

#[test]
fn once_is_once_and_each_question_has_an_id_of_its_own() {
    let mut asked = Asked::legacy("once");
    let line = asked.line("ran");
    let mut ids = Vec::new();
    for _ in 0..2 {
        let id = asked.begin(&line);
        let question = asked.question();
        ids.push(question["id"].clone());
        asked.answer(&question, choice("approve once"));
        asked.succeeded(&id);
        assert!(asked.has_run("ran"));
    }
    assert_ne!(ids[0], ids[1]);
    asked.asks(&line);
    assert!(asked.nothing_ran());
}

#[test]
fn for_the_session_is_that_very_line_on_that_host_until_the_configuration_is_another() {
    let mut asked = Asked::legacy("sess");
    let line = asked.line("ran");
    let id = asked.begin(&line);
    let question = asked.question();
    asked.answer(&question, choice("approve for this session"));
    asked.succeeded(&id);
    assert!(asked.has_run("ran"));
    for same in [line.clone(), line.replace(' ', "   ")] {
        let id = asked.begin(&same);
        asked.succeeded(&id);
        assert!(asked.has_run("ran"), "{same}");
    }
    for other in [
        format!("{line} {line}"),
        format!("{line}2"),
        format!("{line}; echo hi"),
        line.replace("touch ", "touch -c "),
    ] {
        asked.asks(&other);
    }
    // The same files again: nothing has changed.
    asked.reload(POLICY);
    let id = asked.begin(&line);
    asked.succeeded(&id);
    assert!(asked.has_run("ran"));
    asked.reload(&format!("{POLICY}# another\n"));
    asked.asks(&line);
    // Back again: what was forgotten stays forgotten.
    asked.reload(POLICY);
    asked.asks(&line);
    assert!(asked.nothing_ran());
}

/// A yes is held against the files as they are when it comes.
#[test]
fn a_yes_counts_nothing_once_the_files_say_something_else() {
    let mut site = Site::start("late-yes");
    site.write_policy(POLICY);
    site.fixture.deafen();
    let mut asked = Asked::of(site, "2025-11-25", &json!({"elicitation": {}}));
    let line = asked.line("ran");
    let id = asked.begin(&line);
    let question = asked.question();
    let policy = POLICY.replace("action: ask", "action: deny");
    asked
        .client
        .fixture()
        .write_now("config/policy.yml", &policy);
    asked.answer(&question, choice("approve once"));
    assert_eq!(asked.denied(&id), "approval_outdated");
    assert!(asked.nothing_ran());
}

#[test]
fn everything_but_a_clear_yes_is_a_no() {
    let mut asked = Asked::legacy("no");
    let line = asked.line("ran");
    for (members, reason) in [
        (json!({"result": choice("refuse")}), "approval_refused"),
        (
            json!({"result": {"action": "decline"}}),
            "approval_declined",
        ),
        (
            json!({"result": {"action": "cancel"}}),
            "approval_dismissed",
        ),
        (
            json!({"result": {"action": "accept"}}),
            "approval_undecided",
        ),
        (json!({"result": choice("yes")}), "approval_unclear"),
        (
            json!({"result": {"action": "accept", "content": {"decision": true}}}),
            "approval_unclear",
        ),
        (json!({"result": null}), "approval_unclear"),
        (json!({"result": "approve once"}), "approval_unclear"),
        (
            json!({"error": {"code": -1, "message": "no"}}),
            "approval_failed",
        ),
        (
            json!({"result": choice("approve once"), "error": {"code": -1, "message": "no"}}),
            "approval_failed",
        ),
        (
            json!({"result": choice("approve once"), "jsonrpc": "1.0"}),
            "approval_failed",
        ),
    ] {
        let id = asked.begin(&line);
        let question = asked.question();
        let mut response = json!({"jsonrpc": "2.0", "id": question["id"]});
        for (name, value) in members.as_object().unwrap() {
            response[name] = value.clone();
        }
        asked.client.send(&response);
        assert_eq!(asked.denied(&id), reason, "{members}");
        assert!(asked.nothing_ran(), "{members}");
    }
}

#[test]
fn a_client_that_cannot_ask_is_denied_at_once() {
    for (revision, capabilities) in [
        ("2025-11-25", json!({})),
        ("2025-11-25", json!({"elicitation": {"url": {}}})),
        ("2025-11-25", json!({"elicitation": true})),
        ("2025-11-25", json!({"elicitation": null})),
        ("2025-11-25", json!({"sampling": {}})),
        // Elicitation came later than these.
        ("2025-03-26", json!({"elicitation": {}})),
        ("2024-11-05", json!({"elicitation": {}})),
    ] {
        let mut asked = Asked::with("cannot", revision, &capabilities);
        let line = asked.line("ran");
        let id = asked.begin(&line);
        assert_eq!(asked.denied(&id), "approval_required", "{capabilities}");
        assert!(asked.nothing_ran(), "{capabilities}");
        assert_eq!(asked.held.sshd.log(), "");
    }
    let both = json!({"elicitation": {"form": {}, "url": {}}});
    let mut asked = Asked::with("can", "2025-11-25", &both);
    let line = asked.line("ran");
    asked.asks(&line);
}

#[test]
fn nobody_is_asked_about_what_is_denied_anyway() {
    let mut asked = Asked::legacy("anyway");
    let line = asked.line("ran");
    let id = asked.begin("touch /etc/passwd");
    assert_eq!(asked.denied(&id), "deny_rule");
    let id = asked.begin(&format!("{line}; id"));
    assert_eq!(asked.denied(&id), "no_matching_rule");
    let long = format!("{line} {}", "x".repeat(2000));
    let id = asked.begin(&long);
    assert_eq!(asked.denied(&id), "approval_too_long");
    asked.reload(&format!("network: {{block_ips: [127.0.0.1]}}\n{POLICY}"));
    let id = asked.begin(&line);
    assert_eq!(asked.denied(&id), "address_not_permitted");
    asked.client.silence(Duration::from_millis(100));
    assert!(asked.nothing_ran());
    assert_eq!(asked.held.sshd.log(), "");
}

#[test]
fn strange_late_and_second_answers_change_nothing() {
    let mut asked = Asked::legacy("strange");
    let line = asked.line("ran");
    let id = asked.begin(&line);
    let question = asked.question();
    let yes = choice("approve once");
    for stranger in [
        json!("x"),
        json!(1),
        json!(question["id"].as_str().unwrap().len()),
    ] {
        asked.answer(&json!({"id": stranger}), yes.clone());
    }
    asked.answer(&json!({"id": null}), yes.clone());
    // Reading goes on while the person thinks.
    asked.client.ping();
    let echo = asked.begin("echo hi");
    asked.succeeded(&echo);
    assert!(asked.nothing_ran());
    asked.answer(&question, choice("refuse"));
    asked.answer(&question, yes.clone());
    assert_eq!(asked.denied(&id), "approval_refused");
    asked.answer(&question, yes);
    asked.client.ping();
    assert!(asked.nothing_ran());
}

#[test]
fn a_cancelled_call_takes_its_question_back() {
    let mut asked = Asked::legacy("cancel");
    let line = asked.line("ran");
    for tool in ["ssh_run", "ssh_run_async"] {
        let id = asked.begin_tool(tool, json!({"alias": "box", "command": line}));
        let question = asked.question();
        asked.client.send(
            &json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
            "params": {"requestId": id}}),
        );
        let taken_back = asked.client.next();
        assert_eq!(taken_back["method"], "notifications/cancelled");
        assert_eq!(taken_back["params"]["requestId"], question["id"]);
        asked.answer(&question, choice("approve for this session"));
        asked.client.ping();
        assert!(asked.nothing_ran(), "{tool}");
        asked.asks(&line);
    }
}

#[test]
fn the_end_of_the_client_or_the_server_ends_the_question() {
    let stops: [fn(&mut Client); 2] = [Client::close_stdin, |client| client.signal(Signal::TERM)];
    for stop in stops {
        let mut asked = Asked::legacy("end");
        let line = asked.line("ran");
        asked.begin(&line);
        let question = asked.question();
        stop(&mut asked.client);
        let code = asked.client.ends().code();
        assert_eq!(code, Some(0), "{}", asked.client.stderr());
        let taken_back = asked.client.next();
        assert_eq!(taken_back["params"]["requestId"], question["id"]);
        assert!(asked.nothing_ran());
    }
}

#[test]
fn a_yes_under_another_configuration_is_none() {
    let mut asked = Asked::legacy("outdated");
    let line = asked.line("ran");
    for yes in ["approve once", "approve for this session"] {
        let id = asked.begin(&line);
        let question = asked.question();
        asked.reload(&format!("{POLICY}# {yes}\n"));
        asked.answer(&question, choice(yes));
        assert_eq!(asked.denied(&id), "approval_outdated");
        assert!(asked.nothing_ran());
        asked.asks(&line);
    }
    // A reload that fails, or that changes nothing, leaves the question as it is.
    let id = asked.begin(&line);
    let question = asked.question();
    asked.reload(&format!("{POLICY}# approve for this session\n"));
    asked
        .client
        .fixture()
        .write("config/policy.yml", "rules: 7\n");
    asked.client.signal(Signal::HUP);
    asked.client.ping();
    asked.answer(&question, choice("approve once"));
    asked.succeeded(&id);
    assert!(asked.has_run("ran"));
}

#[test]
fn a_task_begins_once_the_person_has_said_yes() {
    let mut asked = Asked::legacy("task");
    let arguments = json!({"alias": "box", "command": asked.line("ran")});
    let id = asked.begin_tool("ssh_run_async", arguments.clone());
    let question = asked.question();
    asked.answer(&question, choice("refuse"));
    assert_eq!(asked.denied(&id), "approval_refused");
    let id = asked.begin_tool("ssh_run_async", arguments);
    let question = asked.question();
    asked.client.ping();
    assert!(asked.nothing_ran());
    asked.answer(&question, choice("approve once"));
    let task = asked.result(&id)["structuredContent"]["task_id"].clone();
    assert_ne!(task, Value::Null);
    let ran = || asked.has_run("ran");
    assert!(crate::support::marker::within(Duration::from_secs(10), ran));
}

/// After a yes the files are looked at once more; whoever cancels then is heard while they are being written.
#[test]
fn a_cancel_is_heard_between_the_yes_and_the_run() {
    for (tool, on) in [("ssh_run", "alias"), ("ssh_run_on_tag", "tag")] {
        let mut asked = Asked::legacy("between");
        let line = asked.line("ran");
        let host = if on == "tag" { "lab" } else { "box" };
        let id = asked.begin_tool(tool, json!({on: host, "command": line}));
        let question = asked.question();
        let policy = format!("{}/policy.yml", asked.client.fixture().config());
        let written = AtomicBool::new(false);
        let write = || {
            let mut file = File::options().append(true).open(&policy).unwrap();
            file.write_all(b"# more\n").unwrap();
        };
        write();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !written.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(20));
                    write();
                }
            });
            asked.answer(&question, choice("approve once"));
            asked.client.ping();
            asked.client.send(
                &json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
                "params": {"requestId": id}}),
            );
            asked.client.ping();
            written.store(true, Ordering::Relaxed);
        });
        assert!(asked.nothing_ran());
        let records = asked.records();
        let events = of_type(&records, "approval");
        let names: Vec<_> = events.iter().map(|event| &event["event"]).collect();
        assert_eq!(names, ["asked", "cancelled"], "{tool}");
    }
}
