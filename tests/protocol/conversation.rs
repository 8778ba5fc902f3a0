//! The conversation that every official SDK has with the server, in front of a real sshd: what it
//! has to hear, and what becomes of the commands that it cancels.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::gate::site::{POLICY, Site};
use crate::support::marker::{Marker, within};
use crate::support::transcript::Recording;

/// What the server offers beside its tools.
const CAPABILITIES: [&str; 5] = ["completions", "logging", "prompts", "resources", "tools"];
/// Whether it tells of hosts that come and go.
const CHANGES: bool = true;
/// Whether a client is asked about what an `ask` rule matches.
const ASKS: bool = true;

/// All tools, in order.
pub const TOOLS: [&str; 17] = [
    "ssh_ping",
    "ssh_list_hosts",
    "ssh_describe_host",
    "ssh_plan",
    "ssh_run",
    "ssh_run_on_tag",
    "ssh_cancel",
    "ssh_reload_config",
    "ssh_run_async",
    "ssh_get_task_status",
    "ssh_get_task_result",
    "ssh_get_task_output",
    "ssh_cancel_async_task",
    "ssh_read_file",
    "ssh_list_directory",
    "ssh_write_file",
    "ssh_edit_file",
];

/// How long a conversation's command may take to be under way, on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// How a client says which era it wants, and what comes of it.
pub struct Mode {
    /// Its arguments before those that start the server.
    pub arguments: Vec<String>,
    /// The revision that is spoken.
    pub version: &'static str,
    /// Whether the client asks what the server offers, before anything else.
    pub asks: bool,
    /// What it makes of the error for an unknown resource.
    pub unknown_resource: i64,
}

/// The policy of the conversation.
pub fn policy() -> String {
    format!("{POLICY}  - {{action: ask, commands: [echo asked]}}\n")
}

/// What is heard, fact by fact.
fn facts(mode: &Mode) -> Vec<Value> {
    let asked = if ASKS {
        json!([0, "asked\n"])
    } else {
        json!("denied")
    };
    let offered = if mode.asks { &CAPABILITIES[..] } else { &[] };
    let mut facts = vec![
        json!(["version", mode.version]),
        json!(["instructions", mode.asks]),
        json!(["capabilities", offered]),
        json!(["tools", TOOLS]),
        json!(["output schemas", true]),
        json!(["destructive", true]),
        json!(["ping", "pong"]),
        json!(["hosts", ["box"]]),
        json!(["plan echo hi", "allow"]),
        json!(["plan reboot", "deny"]),
        json!(["misspelt", true]),
        json!(["run echo hi", [0, "hi\n"]]),
        json!(["run reboot", "denied"]),
        json!(["run elsewhere", true]),
        json!(["run on tag", [["box", "succeeded", "hi\n"]]]),
        json!(["progress", [0, 1, true]]),
        json!(["task", ["pending", "failed", ["one", "two"], 3]]),
        json!(["cancel", true]),
        json!(["cancelled", true]),
        json!(["aborted", "given up"]),
        json!(["afterwards", "pong"]),
        json!(["unknown tool", -32602]),
    ];
    if offered.contains(&"resources") {
        facts.extend([
            json!(["resources", true]),
            json!(["templates", true]),
            json!(["resource", "box"]),
            json!(["no resource", mode.unknown_resource]),
        ]);
    }
    if offered.contains(&"prompts") {
        facts.extend([json!(["prompts", true]), json!(["prompt", true])]);
    }
    if offered.contains(&"completions") {
        facts.push(json!(["completion", ["box"]]));
    }
    if CHANGES && mode.asks {
        facts.extend([json!(["reloaded", true]), json!(["changed", true])]);
    }
    facts.push(json!(["asked", asked]));
    facts
}

/// Where a conversation takes place.
pub struct Scene {
    pub site: Site,
    pub recording: Recording,
    /// In the command that `ssh_cancel` ends.
    pub cancelled: Marker,
    /// In the command whose request is given up.
    pub aborted: Marker,
}

impl Scene {
    pub fn start(tag: &str) -> Self {
        let site = Site::start(tag);
        site.write_policy(&policy());
        Self {
            site,
            recording: Recording::begin(),
            cancelled: Marker::new(),
            aborted: Marker::new(),
        }
    }

    /// What an SDK starts as the server.
    pub fn server(&self) -> Command {
        let words = self.recording.server();
        let mut server = Command::new(&words[0]);
        server
            .args(&words[1..])
            .envs(self.site.fixture.environment());
        server
    }

    /// Fails unless the facts are as they have to be, nothing cancelled runs on, and every line of
    /// the servers, `sessions` or more, is valid.
    pub fn end(self, mode: &Mode, heard: &[Value], said: &str, sessions: usize) {
        for (heard, expected) in heard.iter().zip(facts(mode)) {
            assert_eq!(*heard, expected, "{said}");
        }
        assert_eq!(heard.len(), facts(mode).len(), "{heard:?}{said}");
        for (marker, how) in [(self.cancelled, "cancelled"), (self.aborted, "given up")] {
            assert!(marker.is_gone(), "the command that was {how} still runs");
        }
        self.recording.check(sessions);
    }
}

/// Has `client`, a driver, converse with the server; in `sessions` processes or more.
pub fn converse(tag: &str, mut client: Command, mode: &Mode, sessions: usize) {
    let scene = Scene::start(tag);
    // The server's own environment is what a client is configured with, and no more.
    let environment: serde_json::Map<String, Value> = scene
        .site
        .fixture
        .environment()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let mut client = client
        .args(&mode.arguments)
        .args(scene.recording.server())
        .env("SERVER_ENVIRONMENT", Value::from(environment).to_string())
        .env("CANCELLED_SLEEP", scene.cancelled.fill("MARKER"))
        .env("ABORTED_SLEEP", scene.aborted.fill("MARKER"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the driver starts: run `make tools`");
    for marker in [&scene.cancelled, &scene.aborted] {
        tell_when_running(&mut client, marker);
    }
    let output = client.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let heard: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    scene.end(mode, &heard, &stderr, sessions);
    assert!(output.status.success(), "{stderr}");
}

/// Waits for the command with the marker and says so to the driver.
fn tell_when_running(client: &mut Child, marker: &Marker) {
    let runs = within(PATIENCE, || {
        !marker.alive().is_empty() || client.try_wait().unwrap().is_some()
    });
    // One that has ended says why by what it wrote.
    let told = writeln!(client.stdin.as_mut().unwrap(), "runs");
    if !runs || told.is_err() {
        client.kill().unwrap();
        let mut said = String::new();
        client
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        client
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        panic!("the command never ran: {said}");
    }
}
