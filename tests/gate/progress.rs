//! A call that waits tells how it goes, and by what identifier it is cancelled.

use std::time::Duration;

use serde_json::json;

use super::ending::wait_until_running;
use super::records::{lines, of_type};
use super::site::{POLICY, Site};
use super::tasks::{ask, failed};
use crate::support::marker::Marker;

#[test]
fn a_call_that_waits_is_cancelled_by_the_identifier_in_its_first_progress() {
    let (mut client, held) = Site::start("syncid").serve();
    let marker = Marker::new();
    let arguments = json!({"alias": "box", "command": marker.fill("sleep MARKER")});
    let params = json!({"name": "ssh_run", "arguments": arguments, "_meta": {"progressToken": 7}});
    let id = client.begin("tools/call", params);
    let first = client.next();
    assert_eq!(first["method"], "notifications/progress", "{first}");
    assert_eq!(first["params"]["progressToken"], 7);
    let message = first["params"]["message"].as_str().unwrap();
    let task_id = message.rsplit(' ').next().unwrap().to_owned();
    wait_until_running(&marker);
    // It is a run, not a task.
    failed(&mut client, "ssh_cancel_async_task", &task_id);
    let told = ask(&mut client, "ssh_cancel", &task_id);
    assert_eq!(told["cancelled"], true);
    let answer = client.response(&id);
    let result = &answer["result"]["structuredContent"];
    assert_eq!(
        (&result["cancelled"], &result["task_id"]),
        (&json!(true), &json!(task_id))
    );
    assert!(marker.is_gone());
    failed(&mut client, "ssh_cancel", &task_id);
    client.close_stdin();
    let records = lines(&client.finish());
    assert_eq!(of_type(&records, "policy_decision")[0]["task_id"], *task_id);
    drop(held);
}

#[test]
fn a_long_run_is_reported_to_the_client_and_the_records() {
    let site = Site::start("ticks");
    let limits = "max_seconds: 20, task_progress_interval: 1";
    site.write_policy(&POLICY.replace("max_seconds: 20", limits));
    let (mut client, held) = site.serve();
    let arguments = json!({"alias": "box", "command": "sh -c 'echo 12345; sleep 2.6'"});
    let params =
        json!({"name": "ssh_run", "arguments": arguments, "_meta": {"progressToken": "p"}});
    let id = client.begin("tools/call", params);
    let mut numbers = Vec::new();
    let answer = loop {
        let message = client.next();
        if message["id"] == id {
            break message;
        }
        numbers.push(message["params"]["progress"].as_u64().unwrap());
    };
    assert!(
        numbers.len() >= 3 && numbers.is_sorted_by(|one, next| one < next),
        "{numbers:?}"
    );
    client.silence(Duration::from_millis(1300));
    client.close_stdin();
    let records = lines(&client.finish());
    let progress = of_type(&records, "progress");
    assert_eq!(progress.len(), numbers.len() - 1);
    let run = &answer["result"]["structuredContent"];
    assert_eq!(progress[0]["task_id"], run["task_id"]);
    assert_eq!(progress[1]["phase"], "running");
    assert_eq!(progress[1]["bytes_read"], 6);
    assert!(progress[1]["elapsed_ms"].as_u64() > progress[0]["elapsed_ms"].as_u64());
    drop(held);
}
