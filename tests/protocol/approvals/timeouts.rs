//! `timeout_seconds` of a call that waits for a person: its time begins when the command does.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Asked, choice};
use crate::gate::site::Site;
use crate::support::marker::{Marker, within};

const POLICY: &str = "limits: {max_seconds: 20}
rules:
- {name: rests, action: ask, commands: ['sleep *']}
- {action: allow, commands: ['echo *']}
";
/// In which a task must have ended, on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);
const LOWERED: &str = "timeout_seconds was lowered from 600 to 20, the policy's max_seconds";

fn asked(tag: &str) -> Asked {
    let site = Site::start(tag);
    site.write_policy(POLICY);
    Asked::of(site, "2025-11-25", &json!({"elicitation": {}}))
}

/// Begins a call, lets the person think for longer than the command has, and says yes.
fn after_a_late_yes(asked: &mut Asked, tool: &str, (key, name): (&str, &str), line: &str) -> Value {
    let arguments = json!({key: name, "command": line, "timeout_seconds": 1});
    let id = asked.begin_tool(tool, arguments);
    let question = asked.question();
    std::thread::sleep(Duration::from_millis(1500));
    asked.answer(&question, choice("approve once"));
    let result = asked.result(&id);
    assert_eq!(result.get("isError"), None, "{tool}: {result}");
    result["structuredContent"].clone()
}

fn ended_in_its_time(result: &Value) {
    let told = (&result["timeout"], &result["note"], &result["output"]);
    let note = json!("ended after 1 s (timeout_seconds)");
    assert_eq!(told, (&json!(true), &note, &json!("in\n")), "{result}");
}

#[test]
fn the_wait_for_a_person_is_no_time_of_the_command() {
    let mut asked = asked("asktime");
    let marker = Marker::new();
    let line = marker.fill("echo in && sleep MARKER");
    let on = ("alias", "box");
    ended_in_its_time(&after_a_late_yes(&mut asked, "ssh_run", on, &line));
    let on_tag = after_a_late_yes(&mut asked, "ssh_run_on_tag", ("tag", "lab"), &line);
    ended_in_its_time(&on_tag["results"][0]);
    let task = after_a_late_yes(&mut asked, "ssh_run_async", on, &line);
    let about = json!({"task_id": task["task_id"]});
    let mut ask = |tool: &str| asked.client.call(tool, about.clone())["structuredContent"].clone();
    let has_ended = || ask("ssh_get_task_status")["status"] == "timeout";
    assert!(within(PATIENCE, has_ended));
    ended_in_its_time(&ask("ssh_get_task_result"));
    assert!(marker.is_gone());
}

#[test]
fn more_than_the_policy_allows_is_lowered_where_a_person_is_asked_too() {
    let mut asked = asked("asklowered");
    let line = json!({"alias": "box", "command": "sleep 0", "timeout_seconds": 600});
    let id = asked.begin_tool("ssh_run", line);
    let question = asked.question();
    asked.answer(&question, choice("approve once"));
    let result = asked.result(&id)["structuredContent"].clone();
    let told = (&result["exit_code"], &result["note"]);
    assert_eq!(told, (&json!(0), &json!(LOWERED)), "{result}");
}
