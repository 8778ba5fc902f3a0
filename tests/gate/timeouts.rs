//! `timeout_seconds`: a call that gives a command less time than the policy does, and one that asks for
//! more.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::cli::{status, text};
use super::ending::GONE;
use super::site::{POLICY, Site};
use crate::support::client::Client;
use crate::support::marker::{Marker, within};

const LOWERED: &str = "timeout_seconds was lowered from 600 to 20, the policy's max_seconds";
/// In which a task must have ended, on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn call(
    client: &mut Client,
    tool: &str,
    target: (&str, &str),
    command: &str,
    seconds: Value,
) -> Value {
    let (key, name) = target;
    let result = client.call(
        tool,
        json!({key: name, "command": command, "timeout_seconds": seconds}),
    );
    assert_eq!(result.get("isError"), None, "{tool} {command}: {result}");
    result["structuredContent"].clone()
}

const BOX: (&str, &str) = ("alias", "box");

#[test]
fn a_command_ends_when_its_call_says() {
    let (mut client, held) = Site::start("ownlimit").serve();
    for seconds in [json!(1), json!(1.0)] {
        let marker = Marker::new();
        let started = Instant::now();
        let line = marker.fill("sh -c 'echo MARKER; exec sleep MARKER'");
        let result = call(&mut client, "ssh_run", BOX, &line, seconds);
        assert!(started.elapsed() < Duration::from_secs(19), "{result}");
        assert_eq!(result["timeout"], true, "{result}");
        assert_eq!(result["note"], "ended after 1 s (timeout_seconds)");
        assert_eq!(result["output"], marker.fill("MARKER\n"));
        assert!(marker.is_gone());
    }
    for (seconds, note) in [
        (json!(19), None),
        (json!(20), None),
        (Value::Null, None),
        (json!(600), Some(LOWERED)),
    ] {
        let result = call(&mut client, "ssh_run", BOX, "echo hi", seconds.clone());
        assert_eq!(
            (&result["output"], &result["exit_code"]),
            (&json!("hi\n"), &json!(0))
        );
        assert_eq!(
            result.get("note").and_then(Value::as_str),
            note,
            "{seconds}"
        );
    }
    drop(held);
}

#[test]
fn more_than_the_policy_allows_is_lowered_and_told() {
    let site = Site::start("lowered");
    site.write_policy(&POLICY.replace("max_seconds: 20", "max_seconds: 1"));
    let (mut client, held) = site.serve();
    let marker = Marker::new();
    let line = marker.fill("sleep MARKER");
    let result = call(&mut client, "ssh_run", BOX, &line, json!(600));
    let note = "ended after 1 s (max_seconds); timeout_seconds was lowered from 600 to 1, the \
                policy's max_seconds";
    assert_eq!(
        (&result["timeout"], &result["note"]),
        (&json!(true), &json!(note))
    );
    assert!(marker.is_gone());
    drop(held);
}

#[test]
fn every_host_of_a_tag_has_it() {
    let (mut client, held) = Site::start("taglimit").serve();
    let lab = ("tag", "lab");
    let marker = Marker::new();
    let line = marker.fill("sleep MARKER");
    let result = call(&mut client, "ssh_run_on_tag", lab, &line, json!(1));
    assert_eq!(result["summary"]["timed_out"], 1, "{result}");
    assert_eq!(
        result["results"][0]["note"],
        "ended after 1 s (timeout_seconds)"
    );
    assert!(marker.is_gone());
    let result = call(&mut client, "ssh_run_on_tag", lab, "echo hi", json!(600));
    assert_eq!(result["summary"]["succeeded"], 1, "{result}");
    assert_eq!(result["results"][0]["note"], LOWERED);
    drop(held);
}

#[test]
fn a_task_has_it() {
    let (mut client, held) = Site::start("tasklimit").serve();
    let marker = Marker::new();
    let line = marker.fill("sleep MARKER");
    let started = call(&mut client, "ssh_run_async", BOX, &line, json!(1));
    assert_eq!(started.get("note"), None);
    let about = json!({"task_id": started["task_id"]});
    let mut ask = |tool: &str| client.call(tool, about.clone())["structuredContent"].clone();
    assert!(within(PATIENCE, || ask("ssh_get_task_status")["status"]
        == "timeout"));
    let result = ask("ssh_get_task_result");
    assert_eq!(result["max_seconds"], 1, "{result}");
    assert_eq!(result["note"], "ended after 1 s (timeout_seconds)");
    assert!(within(GONE, || marker.alive().is_empty()));
    let started = call(&mut client, "ssh_run_async", BOX, "echo hi", json!(600));
    assert_eq!(started["note"], LOWERED);
    drop(held);
}

#[test]
fn the_rest_of_a_long_output_names_the_time_it_had() {
    let (mut client, held) = Site::start("keptlimit").serve();
    let line = "sh -c 'printf %0100000d 0; echo'";
    let shown = call(&mut client, "ssh_run", BOX, line, json!(7));
    assert_ne!(shown["bytes_left_out"], Value::Null, "{shown}");
    let about = json!({"task_id": shown["task_id"]});
    let kept = client.call("ssh_get_task_result", about);
    assert_eq!(kept["structuredContent"]["max_seconds"], 7);
    drop(held);
}

#[test]
fn a_plan_shows_it() {
    let (mut client, held) = Site::start("planlimit").serve();
    let mut plan = |seconds: Value| {
        let plan = call(&mut client, "ssh_plan", BOX, "echo hi", seconds);
        assert_eq!(
            (&plan["decision"], &plan["limits"]["max_seconds"]),
            (&json!("allow"), &json!(20))
        );
        (plan["timeout_seconds"].clone(), plan["note"].clone())
    };
    assert_eq!(plan(Value::Null), (Value::Null, Value::Null));
    assert_eq!(plan(json!(5)), (json!(5), Value::Null));
    assert_eq!(plan(json!(600)), (json!(20), json!(LOWERED)));
    let refused = client.call(
        "ssh_plan",
        json!({"alias": "box", "command": "id", "timeout_seconds": 0}),
    );
    let why = "the argument `timeout_seconds` of `ssh_plan` must be an integer from 1 to 999999999";
    assert_eq!(refused["content"][0]["text"], why);
    drop(held);
}

#[test]
fn in_a_terminal() {
    let site = Site::start("clilimit");
    let run = |words: &[&str]| {
        let output = site.run(words);
        (status(&output), text(&output.stdout), text(&output.stderr))
    };
    let marker = Marker::new();
    let sleep = marker.fill("sleep MARKER");
    let (code, _, told) = run(&["run", "--timeout-seconds", "1", "box", "--", &sleep]);
    assert_eq!(code, 124, "{told}");
    assert!(
        told.contains("mcp-ssh: ended after 1 s (timeout_seconds)"),
        "{told}"
    );
    assert!(marker.is_gone());
    let (code, out, told) = run(&["run", "--timeout-seconds=600", "box", "--", "echo", "hi"]);
    assert_eq!((code, out.as_str()), (0, "hi\n"), "{told}");
    assert!(told.contains(&format!("mcp-ssh: {LOWERED}")), "{told}");
    let (code, _, told) = run(&[
        "run",
        "--tag",
        "lab",
        "--timeout-seconds",
        "1",
        "--",
        &sleep,
    ]);
    assert_eq!(code, 1, "{told}");
    assert!(
        told.contains("box: ended after 1 s (timeout_seconds)"),
        "{told}"
    );
    for (seconds, shown) in [
        ("5", "\n  time     5 s (timeout_seconds)\n"),
        ("600", LOWERED),
    ] {
        let (code, out, _) = run(&[
            "plan",
            "--timeout-seconds",
            seconds,
            "box",
            "--",
            "echo",
            "hi",
        ]);
        assert_eq!(code, 0);
        assert!(out.contains(shown), "{out}");
    }
    for seconds in ["0", "-1", "1.5", "soon"] {
        let (code, _, told) = run(&[
            "run",
            "--timeout-seconds",
            seconds,
            "box",
            "--",
            "echo",
            "hi",
        ]);
        assert_eq!(code, 2, "{seconds}: {told}");
    }
}
