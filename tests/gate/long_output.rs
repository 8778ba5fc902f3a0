//! Outputs that are too long to be shown: head and tail, what is left out counted, and the rest
//! to be had without another run.

use std::fs::{Permissions, set_permissions, write};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::fanout::{fleet, unfolded};
use super::site::{POLICY, Site, ran};
use crate::support::client::Client;
use crate::support::marker::within;

/// Output of one result, and what says how much is left out.
const SHOWN: usize = 32 * 1024 + 200;
/// What clients take of one result.
const CLIENTS_LIMIT: usize = 100_000;

/// A file that everybody may read, gone with the value.
pub struct Report {
    directory: TempDir,
    pub lines: Vec<String>,
}

impl Report {
    fn of(lines: Vec<String>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
        let report = Self { directory, lines };
        write(report.path(), report.text()).unwrap();
        report
    }

    /// 5,000 lines of 60 bytes.
    pub fn numbered() -> Self {
        Self::of((0..5_000).map(|n| format!("line {n:054}")).collect())
    }

    fn path(&self) -> String {
        let path = self.directory.path().join("report");
        path.to_str().unwrap().to_owned()
    }

    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    pub fn cat(&self) -> String {
        format!("cat {}", self.path())
    }
}

pub fn ask(client: &mut Client, tool: &str, arguments: Value) -> Value {
    let result = client.call(tool, arguments);
    assert_eq!(result.get("isError"), None, "{tool}: {result}");
    assert!(result.to_string().len() < CLIENTS_LIMIT, "{tool}");
    result["structuredContent"].clone()
}

/// All lines of what is kept, page by page.
pub fn paged(client: &mut Client, task_id: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let arguments = json!({"task_id": task_id, "offset": lines.len(), "max_lines": 1000});
        let page = ask(client, "ssh_get_task_output", arguments);
        let some = page["output_lines"].as_array().unwrap();
        lines.extend(some.iter().map(|line| line.as_str().unwrap().to_owned()));
        assert_eq!(page["next_offset"], lines.len());
        if page["has_more"] == false {
            return lines;
        }
    }
}

/// Whether the rest of a run's output is there.
fn is_kept(client: &mut Client, run: &Value) -> bool {
    let arguments = json!({"task_id": run["task_id"]});
    let result = client.call("ssh_get_task_output", arguments);
    result.get("isError").is_none()
}

#[test]
fn head_and_tail_are_shown_and_the_rest_is_paged() {
    let report = Report::numbered();
    let (mut client, held) = Site::start("long").serve();
    let line = json!({"alias": "box", "command": report.cat()});
    let result = ask(&mut client, "ssh_run", line.clone());
    let output = result["output"].as_str().unwrap();
    assert!(output.len() <= SHOWN, "{} bytes", output.len());
    let (head, tail) = output.split_once("[... ").unwrap();
    let (marker, tail) = tail.split_once(" ...]\n").unwrap();
    let (first, last) = (head.lines().count(), tail.lines().count());
    assert!(first > 200 && last > 200, "{first} and {last} lines");
    assert_eq!(head, report.lines[..first].join("\n") + "\n");
    assert_eq!(tail, report.lines[5_000 - last..].join("\n") + "\n");
    let left_out = 5_000 - first - last;
    let said = format!(
        "{left_out} lines, {} bytes left out: ssh_get_task_output with this task_id and offset \
         {first}",
        left_out * 60
    );
    assert_eq!(marker, said);
    for (key, value) in [
        ("bytes_out", 300_000),
        ("lines_total", 5_000),
        ("lines_left_out", left_out),
        ("bytes_left_out", left_out * 60),
        ("exit_code", 0),
    ] {
        assert_eq!(result[key], value, "{key}");
    }
    assert_eq!(result["truncated"], false);

    let id = json!({"task_id": result["task_id"]});
    assert_eq!(paged(&mut client, &result["task_id"]), report.lines);
    let status = ask(&mut client, "ssh_get_task_status", id.clone());
    assert_eq!(
        (&status["status"], &status["output_lines_available"]),
        (&json!("completed"), &json!(5_000))
    );
    let again = ask(&mut client, "ssh_get_task_result", id.clone());
    assert_eq!(again["output"], result["output"]);
    assert_eq!(again["exit_code"], 0);
    for tool in ["ssh_cancel", "ssh_cancel_async_task"] {
        assert_eq!(ask(&mut client, tool, id.clone())["cancelled"], false);
    }

    // The same of a task.
    let task = ask(&mut client, "ssh_run_async", line)["task_id"].clone();
    let id = json!({"task_id": task});
    assert!(within(Duration::from_secs(10), || {
        ask(&mut client, "ssh_get_task_status", id.clone())["status"] == "completed"
    }));
    let result = ask(&mut client, "ssh_get_task_result", id);
    assert_eq!(result["output"], output);
    assert_eq!(result["lines_left_out"], left_out);
    assert_eq!(paged(&mut client, &task), report.lines);
    drop(held);
}

#[test]
fn what_is_shown_whole_is_not_kept() {
    let fits = Report::of(vec!["x".repeat(32 * 1024 - 1)]);
    let (mut client, held) = Site::start("fits").serve();
    let result = ran(&mut client, &fits.cat());
    assert_eq!(result["output"], fits.text());
    assert_eq!(result.get("bytes_left_out"), None);
    assert!(!is_kept(&mut client, &result));
    drop(held);
}

#[test]
fn stderr_has_its_part_of_the_bound() {
    let report = Report::numbered();
    let (mut client, held) = Site::start("longerr").serve();
    let command = format!("sh -c 'cat {} >&2; echo done'", report.path());
    let result = ran(&mut client, &command);
    let (output, stderr) = (&result["output"], &result["stderr"]);
    let (output, stderr) = (output.as_str().unwrap(), stderr.as_str().unwrap());
    assert!(output.len() + stderr.len() <= SHOWN);
    assert!(stderr.len() > 10_000 && output.len() > 10_000);
    assert!(output.contains("ssh_get_task_output"));
    assert!(stderr.contains(" left out ...]"), "{stderr}");
    assert_eq!(result["bytes_err"], 300_000);
    assert_eq!(paged(&mut client, &result["task_id"]).len(), 5_001);
    drop(held);
}

#[test]
fn the_hosts_share_what_is_shown_and_each_rest_is_paged() {
    let report = Report::numbered();
    let site = Site::start("longtag");
    fleet(&site, 12, &[]);
    let (mut client, held) = site.serve();
    let arguments = json!({"tag": "lab", "command": report.cat()});
    let fan_out = unfolded(ask(&mut client, "ssh_run_on_tag", arguments));
    assert_eq!(fan_out["summary"]["succeeded"], 12);
    assert_eq!(fan_out["truncated"], false);
    let mut shown = 0;
    for result in fan_out["results"].as_array().unwrap() {
        let output = result["output"].as_str().unwrap();
        assert!(output.len() > 2_000, "{output}");
        shown += output.len();
        assert_eq!(result["bytes_out"], 300_000);
        assert_eq!(paged(&mut client, &result["task_id"]), report.lines);
    }
    assert!(shown <= 32 * 1024 + 12 * 100, "{shown} bytes");
    drop(held);
}

#[test]
fn the_rest_is_kept_for_task_result_ttl() {
    let report = Report::numbered();
    let site = Site::start("longttl");
    site.write_policy(&POLICY.replace("max_seconds: 20", "max_seconds: 20, task_result_ttl: 1"));
    let (mut client, held) = site.serve();
    let result = ran(&mut client, &report.cat());
    assert!(is_kept(&mut client, &result));
    assert!(within(Duration::from_secs(5), || !is_kept(
        &mut client,
        &result
    )));
    drop(held);
}

/// The oldest goes first, and never keeps a task from being made.
#[test]
fn what_is_kept_has_a_bound() {
    let site = Site::start("longmany");
    let limits = "max_seconds: 20, max_output_bytes: 5000000";
    site.write_policy(&POLICY.replace("max_seconds: 20", limits));
    let (mut client, held) = site.serve();
    let runs: Vec<Value> = (0..4).map(|_| ran(&mut client, "yes")).collect();
    let kept: Vec<bool> = runs.iter().map(|run| is_kept(&mut client, run)).collect();
    assert_eq!(kept, [false, true, true, true]);
    // Room for twelve tasks of 5 MB; of what is kept as much goes as they need.
    let line = json!({"alias": "box", "command": "sleep 15"});
    for _ in 0..12 {
        ask(&mut client, "ssh_run_async", line.clone());
    }
    let kept: Vec<bool> = runs.iter().map(|run| is_kept(&mut client, run)).collect();
    assert_eq!(kept, [false, false, false, true]);
    drop(held);
}

/// Where tasks have all the room, the result says how to ask for less.
#[test]
fn what_cannot_be_kept_says_so() {
    let report = Report::numbered();
    let site = Site::start("longfull");
    let limits = "max_seconds: 20, max_output_bytes: 10000000";
    site.write_policy(&POLICY.replace("max_seconds: 20", limits));
    let (mut client, held) = site.serve();
    for _ in 0..8 {
        let line = json!({"alias": "box", "command": "sleep 15"});
        ask(&mut client, "ssh_run_async", line);
    }
    let result = ran(&mut client, &report.cat());
    let output = result["output"].as_str().unwrap();
    assert!(
        output.contains("left out: not kept, print less with head"),
        "{output}"
    );
    assert!(!is_kept(&mut client, &result));
    drop(held);
}

#[test]
fn a_terminal_is_shown_everything() {
    let report = Report::numbered();
    let site = Site::start("longcli");
    let printed = site.run(&["run", "box", "--", &report.cat()]);
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), report.text());
    let printed = site.run(&["run", "--json", "box", "--", &report.cat()]);
    let result: Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert_eq!(result["output"], report.text());
    let printed = site.run(&["run", "--tag", "lab", "--", &report.cat()]);
    let lines = String::from_utf8(printed.stdout).unwrap();
    assert_eq!(lines.lines().count(), 5_000);
}
