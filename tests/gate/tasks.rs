//! Commands that outlive their request: followed, paged, cancelled, forgotten.

use std::collections::HashSet;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::ending::{GONE, wait_until_running};
use super::records::{lines, of_type};
use super::site::{POLICY, Site, refused};
use crate::support::client::Client;
use crate::support::fixture::Fixture;
use crate::support::keys::KeyPair;
use crate::support::marker::{Marker, within};
use crate::support::sshd::Sshd;

fn start(client: &mut Client, command: &str) -> Value {
    let arguments = json!({"alias": "box", "command": command});
    let result = client.call("ssh_run_async", arguments);
    assert_eq!(result.get("isError"), None, "{command}: {result}");
    result["structuredContent"].clone()
}

/// Starts a task and gives its identifier.
fn begun(client: &mut Client, command: &str) -> String {
    start(client, command)["task_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(super) fn ask(client: &mut Client, tool: &str, task_id: &str) -> Value {
    let result = client.call(tool, json!({"task_id": task_id}));
    assert_eq!(result.get("isError"), None, "{tool}: {result}");
    result["structuredContent"].clone()
}

pub(super) fn failed(client: &mut Client, tool: &str, task_id: &str) -> String {
    let result = client.call(tool, json!({"task_id": task_id}));
    assert_eq!(result["isError"], true, "{tool}: {result}");
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

fn state(client: &mut Client, task_id: &str) -> String {
    let status = ask(client, "ssh_get_task_status", task_id);
    status["status"].as_str().unwrap().to_owned()
}

/// Polls until the task's state is one of those that `wanted` names.
fn until(client: &mut Client, task_id: &str, wanted: &[&str]) -> String {
    let mut last = String::new();
    for _ in 0..1000 {
        last = state(client, task_id);
        if wanted.contains(&last.as_str()) {
            return last;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("still {last}");
}

const ENDS: [&str; 4] = ["completed", "failed", "cancelled", "timeout"];

fn page(client: &mut Client, task_id: &str, range: Value) -> Value {
    let mut arguments = range;
    arguments["task_id"] = task_id.into();
    let result = client.call("ssh_get_task_output", arguments);
    assert_eq!(result.get("isError"), None, "{result}");
    result["structuredContent"].clone()
}

#[test]
fn a_task_is_followed_while_it_runs_and_cancelled() {
    let (mut client, held) = Site::start("task").serve();
    let marker = Marker::new();
    let made = start(
        &mut client,
        &marker.fill("sh -c 'echo one; echo two; printf thr; exec sleep MARKER'"),
    );
    let id = made["task_id"].as_str().unwrap();
    assert_eq!(
        (&made["status"], &made["keepAlive"], &made["pollFrequency"]),
        (&json!("pending"), &json!(300), &json!(5))
    );
    wait_until_running(&marker);
    for _ in 0..500 {
        if ask(&mut client, "ssh_get_task_status", id)["bytes_read"] == 11 {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let status = ask(&mut client, "ssh_get_task_status", id);
    assert_eq!(
        (
            &status["status"],
            &status["bytes_read"],
            &status["output_lines_available"]
        ),
        (&json!("running"), &json!(11), &json!(3)),
        "{status}"
    );
    let output = page(&mut client, id, json!({"offset": 1}));
    assert_eq!(output["output_lines"], json!(["two", "thr"]));
    assert_eq!(
        (&output["next_offset"], &output["has_more"]),
        (&json!(2), &json!(false))
    );
    let early = failed(&mut client, "ssh_get_task_result", id);
    assert!(early.starts_with("the task has not ended"), "{early}");

    let told = ask(&mut client, "ssh_cancel_async_task", id);
    assert_eq!(
        (&told["cancelled"], &told["task_id"]),
        (&json!(true), &json!(id))
    );
    assert!(within(GONE, || marker.alive().is_empty()));
    until(&mut client, id, &["cancelled"]);
    assert_eq!(
        ask(&mut client, "ssh_get_task_status", id)["bytes_read"],
        11
    );
    let result = ask(&mut client, "ssh_get_task_result", id);
    assert_eq!(result["output"], "one\ntwo\nthr");
    assert_eq!(
        (&result["cancelled"], &result["exit_code"]),
        (&json!(true), &json!(-1))
    );
    for tool in ["ssh_cancel_async_task", "ssh_cancel"] {
        let again = ask(&mut client, tool, id);
        assert_eq!(again["cancelled"], false, "{tool}");
    }
    drop(held);
}

#[test]
fn each_end_has_its_state_and_its_records() {
    let site = Site::start("ends");
    site.write_policy(&POLICY.replace("max_seconds: 20", "max_seconds: 2"));
    let (mut client, held) = site.serve();
    for (command, end, code) in [
        ("echo done", "completed", 0),
        ("sh -c 'exit 3'", "failed", 3),
        ("sleep 9", "timeout", -1),
    ] {
        let id = begun(&mut client, command);
        assert_eq!(until(&mut client, &id, &ENDS), end, "{command}");
        let result = ask(&mut client, "ssh_get_task_result", &id);
        assert_eq!(
            (&result["status"], &result["exit_code"]),
            (&json!(end), &json!(code))
        );
        assert_eq!(result["timeout"], end == "timeout");
        assert_eq!(result["max_seconds"], 2);
        assert_eq!(
            (&result["task_id"], &result["alias"]),
            (&json!(id), &json!("box"))
        );
        let status = ask(&mut client, "ssh_get_task_status", &id);
        assert_eq!(status["progress_percent"], 100);
    }
    // A host that cannot be reached: allowed, so it is a task, and its result says why it failed.
    held.sshd.kill_connections();
    client.fixture().write("keys/known_hosts", "");
    let id = begun(&mut client, "echo x");
    until(&mut client, &id, &["failed"]);
    let result = ask(&mut client, "ssh_get_task_result", &id);
    assert!(
        result["error"].as_str().unwrap().contains("host key"),
        "{result}"
    );
    assert_eq!(
        (&result["exit_code"], &result["output"]),
        (&json!(-1), &json!(""))
    );
    client.close_stdin();
    let records = lines(&client.finish());
    assert_eq!(of_type(&records, "policy_decision").len(), 4);
    let outcomes = of_type(&records, "audit");
    assert_eq!(outcomes[3]["task_id"], *id);
    drop(held);
}

#[test]
fn what_is_denied_is_no_task() {
    let (mut client, held) = Site::start("taskdeny").serve();
    let arguments = json!({"alias": "box", "command": "uptime"});
    let denial = client.call("ssh_run_async", arguments);
    assert_eq!(denial["isError"], true);
    let denial: Value =
        serde_json::from_str(denial["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(denial, refused(&mut client, "uptime"));
    assert_eq!(
        (&denial["status"], denial.get("task_id")),
        (&json!("denied"), None)
    );
    let unknown = json!({"alias": "nobody", "command": "echo x"});
    let unknown = client.call("ssh_run_async", unknown);
    assert_eq!(unknown["isError"], true);
    assert_eq!(held.sshd.log(), "");
}

#[test]
fn identifiers_cannot_be_guessed_from_one_another() {
    let (mut client, held) = Site::start("ids").serve();
    let ids: Vec<String> = (0..8).map(|_| begun(&mut client, "echo x")).collect();
    let heads: HashSet<&str> = ids.iter().map(|id| &id[..8]).collect();
    let tails: HashSet<&str> = ids.iter().map(|id| &id[24..]).collect();
    assert_eq!((heads.len(), tails.len()), (8, 8), "{ids:?}");
    for id in &ids {
        assert_eq!(id.len(), 32);
        assert!(id.chars().all(|digit| digit.is_ascii_hexdigit()));
        assert!(!id.contains("box"));
    }
    drop(held);
}

#[test]
fn a_result_is_kept_for_its_time_and_then_gone() {
    let site = Site::start("ttl");
    site.write_policy(&POLICY.replace("max_seconds: 20", "max_seconds: 20, task_result_ttl: 2"));
    let (mut client, held) = site.serve();
    let id = begun(&mut client, "echo kept");
    until(&mut client, &id, &["completed"]);
    assert_eq!(
        ask(&mut client, "ssh_get_task_result", &id)["output"],
        "kept\n"
    );
    let status = ask(&mut client, "ssh_get_task_status", &id);
    assert!(status["keepAlive"].as_u64().unwrap() <= 2);
    let mut polls = 0;
    while client
        .call("ssh_get_task_status", json!({"task_id": id}))
        .get("isError")
        .is_none()
    {
        polls += 1;
        assert!(polls < 500, "it is kept for ever");
        std::thread::sleep(Duration::from_millis(10));
    }
    for tool in [
        "ssh_get_task_result",
        "ssh_get_task_output",
        "ssh_cancel_async_task",
    ] {
        let said = failed(&mut client, tool, &id);
        assert!(said.contains("task_result_ttl"), "{tool}: {said}");
    }
    let said = failed(&mut client, "ssh_cancel", &id);
    assert!(
        said.starts_with("nothing that runs has the task_id"),
        "{said}"
    );
    drop(held);
}

#[test]
fn tasks_hold_only_so_much_output() {
    let site = Site::start("room");
    let limits = "max_seconds: 20, max_output_bytes: 100000000, task_result_ttl: 1";
    site.write_policy(&POLICY.replace("max_seconds: 20", limits));
    let (mut client, held) = site.serve();
    let ids: Vec<String> = (0..8).map(|_| begun(&mut client, "sleep 19")).collect();
    let arguments = json!({"alias": "box", "command": "echo x"});
    let full = client.call("ssh_run_async", arguments);
    assert_eq!(full["isError"], true);
    let said = full["content"][0]["text"].as_str().unwrap();
    assert!(said.contains("67108864 is the most there may be"), "{said}");
    assert!(said.contains("ssh_cancel_async_task"), "{said}");
    // One that has ended holds only what it printed.
    ask(&mut client, "ssh_cancel_async_task", &ids[3]);
    until(&mut client, &ids[3], &["cancelled"]);
    let id = begun(&mut client, "yes");
    until(&mut client, &id, &["failed"]);
    let result = ask(&mut client, "ssh_get_task_result", &id);
    assert_eq!(
        (&result["truncated"], &result["bytes_out"]),
        (&json!(true), &json!(8_388_608))
    );
    assert!(result["note"].as_str().unwrap().contains("its share"));
    drop(held);
}

#[test]
fn a_task_ends_with_the_server() {
    type End = fn(&mut Client);
    let ends: [(&str, End); 2] = [
        ("taskterm", |client| client.signal(Signal::TERM)),
        ("taskeof", |client| client.close_stdin()),
    ];
    for (tag, end) in ends {
        let (mut client, held) = Site::start(tag).serve();
        let marker = Marker::new();
        begun(&mut client, &marker.fill("sleep MARKER"));
        begun(
            &mut client,
            &marker.fill("sh -c 'trap \"\" TERM HUP; sleep MARKER'"),
        );
        assert!(within(Duration::from_secs(5), || marker.alive().len() >= 3));
        end(&mut client);
        assert!(client.ends().success(), "{tag}");
        assert!(marker.is_gone(), "{tag}");
        let records = lines(&client.stderr());
        let outcomes = of_type(&records, "audit");
        assert_eq!(outcomes.len(), 2, "{tag}");
        assert!(outcomes.iter().all(|record| record["cancelled"] == true));
        drop(held);
    }
}

#[test]
fn a_task_keeps_the_configuration_that_it_started_under() {
    let (mut client, held) = Site::start("taskconf").serve();
    let fifo = fifo(client.fixture());
    let id = begun(&mut client, &format!("cat {fifo}"));
    client.fixture().write("config/policy.yml", "rules: []\n");
    client.signal(Signal::HUP);
    let denied = |client: &mut Client| {
        let arguments = json!({"alias": "box", "command": "echo x"});
        client.call("ssh_run_async", arguments)["isError"] == true
    };
    let mut tries = 0;
    while !denied(&mut client) {
        tries += 1;
        assert!(tries < 500, "the new policy never came");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(["pending", "running"].contains(&state(&mut client, &id).as_str()));
    std::fs::write(&fifo, "went\n").unwrap();
    until(&mut client, &id, &["completed"]);
    assert_eq!(
        ask(&mut client, "ssh_get_task_result", &id)["output"],
        "went\n"
    );
    drop(held);
}

/// A pipe that the remote user may read from: the command lasts until it is written to.
fn fifo(fixture: &Fixture) -> String {
    let config = PathBuf::from(fixture.config());
    let open = Permissions::from_mode(0o755);
    set_permissions(config.parent().unwrap(), open.clone()).unwrap();
    set_permissions(&config, open.clone()).unwrap();
    let fifo = config.join("go");
    let made = Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    set_permissions(&fifo, open).unwrap();
    fifo.to_str().unwrap().to_owned()
}

#[test]
fn no_secret_is_in_the_output_of_a_task_that_runs() {
    let sshd = Sshd::builder().config("PasswordAuthentication yes").start();
    let site = Site::of("tasksec", sshd, KeyPair::ed25519());
    let secret = site.account.password.clone();
    site.fixture.write("secrets/pw", &format!("{secret}\n"));
    site.write_credentials("password_secret: pw");
    let (mut client, held) = site.serve();
    let marker = Marker::new();
    let command = format!("sh -c 'echo is {secret}; exec sleep MARKER'");
    let id = begun(&mut client, &marker.fill(&command));
    wait_until_running(&marker);
    let mut seen = page(&mut client, &id, json!({}));
    for _ in 0..500 {
        if seen["total_lines"] == 1 {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
        seen = page(&mut client, &id, json!({}));
    }
    assert_eq!(seen["output_lines"], json!(["is [redacted]"]));
    drop(held);
}
