//! What the caller and the records are told of what may run on after a call.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use serde_json::{Value, json};

use super::records::{lines, of_type};
use super::site::{Site, ran};
use crate::support::account::Sudoers;
use crate::support::client::Client;
use crate::support::marker::{Marker, within};

/// In which a command has started on a loaded machine.
const STARTED: Duration = Duration::from_secs(10);
/// In which a task must have ended, on a loaded machine.
const ENDED: Duration = Duration::from_secs(30);
const HELD_OPEN: &str = "the command has ended, but something that it started still holds its output open and may run on";
const NOT_ALL_GONE: &str =
    "; the host did not confirm that all of it is gone: something that it started may run on";

fn site(tag: &str, max_seconds: u64) -> (Site, Sudoers) {
    let site = Site::start(tag);
    site.write_policy(&format!(
        "limits: {{max_seconds: {max_seconds}, deny_substrings: []}}\n\
         rules: [{{action: allow, escapes: allow, commands: ['sudo *', 'sh *', 'echo *']}}]\n"
    ));
    let sudoers = Sudoers::of(&site.account);
    (site, sudoers)
}

/// A script that leaves a job in the background.
fn job(site: &Site) -> String {
    let script = site.path("script");
    let folder = script.parent().unwrap();
    fs::set_permissions(folder, Permissions::from_mode(0o711)).unwrap();
    fs::write(&script, "sleep $1 & echo started").unwrap();
    format!("sh {} MARKER", script.display())
}

fn outcomes(client: Client) -> Vec<Value> {
    let records = lines(&client.finish());
    let outcomes = of_type(&records, "audit").into_iter();
    outcomes.map(|record| record["process"].clone()).collect()
}

#[test]
fn a_success_that_leaves_a_job_says_so() {
    let (site, _sudoers) = site("leaves", 20);
    let (job, marker) = (job(&site), Marker::new());
    let (mut client, _held) = site.serve();
    let result = ran(&mut client, &marker.fill(&job));
    assert_eq!(result["exit_code"], 0, "{result}");
    assert_eq!(result["output"], "started\n", "{result}");
    assert_eq!(result["note"], HELD_OPEN, "{result}");
    let result = ran(&mut client, "echo next");
    assert_eq!(result.get("note"), None, "{result}");
    client.close_stdin();
    assert_eq!(outcomes(client), [json!("may_run_on"), Value::Null]);
}

#[test]
fn a_timeout_says_what_may_run_on() {
    let (site, _sudoers) = site("mayrunon", 2);
    let job = job(&site);
    let (mut client, _held) = site.serve();
    for (line, told) in [
        ("sudo -n sleep MARKER", ""),
        (
            "sudo -n sh -c 'trap \"\" TERM; sleep MARKER; true'",
            NOT_ALL_GONE,
        ),
        (job.as_str(), NOT_ALL_GONE),
    ] {
        let marker = Marker::new();
        let result = ran(&mut client, &marker.fill(line));
        let note = format!("ended after 2 s (max_seconds){told}");
        assert_eq!(result["note"], note, "{line}: {result}");
        assert_eq!(marker.alive().is_empty(), told.is_empty(), "{line}");
    }
    client.close_stdin();
    let word = json!("may_run_on");
    assert_eq!(outcomes(client), [Value::Null, word.clone(), word]);
}

#[test]
fn a_tag_run_and_a_task_say_so_too() {
    let (site, _sudoers) = site("leavestoo", 20);
    let (job, marker) = (job(&site), Marker::new());
    let line = marker.fill(&job);
    let (mut client, _held) = site.serve();
    let on_tag = client.call("ssh_run_on_tag", json!({"tag": "lab", "command": line}));
    let row = &on_tag["structuredContent"]["results"][0];
    assert_eq!(row["note"], HELD_OPEN, "{on_tag}");
    let task = client.call("ssh_run_async", json!({"alias": "box", "command": line}));
    let about = json!({"task_id": task["structuredContent"]["task_id"]});
    let mut ask = |tool: &str| client.call(tool, about.clone())["structuredContent"].clone();
    let has_ended = || ask("ssh_get_task_status")["status"] == "completed";
    assert!(within(ENDED, has_ended));
    let result = ask("ssh_get_task_result");
    assert_eq!(result["note"], HELD_OPEN, "{result}");
    client.close_stdin();
    assert_eq!(outcomes(client), [json!("may_run_on"), json!("may_run_on")]);
}

#[test]
fn what_runs_under_sudo_goes_with_the_client() {
    let (site, _sudoers) = site("sudogoes", 60);
    let (mut client, _held) = site.serve();
    let marker = Marker::new();
    let command = marker.fill("sudo -n sleep MARKER");
    let arguments = json!({"alias": "box", "command": command});
    client.begin(
        "tools/call",
        json!({"name": "ssh_run", "arguments": arguments}),
    );
    // What sudo runs: while sudo starts, SIGTERM may be lost on it.
    let is_sleep = |pid: &u32| {
        let name = fs::read_to_string(format!("/proc/{pid}/comm"));
        name.is_ok_and(|name| name == "sleep\n")
    };
    assert!(within(STARTED, || marker.alive().iter().any(is_sleep)));
    client.close_stdin();
    assert!(client.ends().success());
    assert!(marker.is_gone(), "{:?}", marker.alive());
}

#[test]
fn a_person_is_told_at_the_terminal() {
    let (site, _sudoers) = site("persontold", 20);
    let (job, marker) = (job(&site), Marker::new());
    let output = site.run(&["run", "box", &marker.fill(&job)]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    assert!(
        stderr.contains(&format!("mcp-ssh: {HELD_OPEN}\n")),
        "{stderr}"
    );
}
