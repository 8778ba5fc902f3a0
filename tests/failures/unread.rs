//! A client that does not read, or reads slowly: what waits for it is bounded, the server goes on
//! reading, and its memory stays under 64 MiB whatever the client sends.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::until;
use super::vitals::number;
use crate::gate::site::Site;
use crate::support::client::ends;
use crate::support::fixture::Fixture;
use crate::support::marker::{Marker, within};
use crate::support::silent::Silent;

/// KiB that the server ever needs beyond what it has when it is opened: a debug build is 14 MiB then, the shipped
/// one under 4.
const MOST: u64 = 60 * 1024;
/// Bytes of an id that makes an answer long; the line around it stays under 1 MiB.
const LONG: usize = 1_000_000;
/// Answers with such an id that have room; the next one is an error.
pub(super) const FITTING: usize = 33;
/// Such answers in one burst: each of them may be sent while the client seems to read.
const BURST: usize = 3;

/// What is said of a line that is too long while answers wait.
const SKIPPED: &str =
    "the line is longer than 1 MiB and was skipped: `mcp-ssh put` writes files that need more";
/// Lets a command sleep for as long as it takes to send and to read it all.
const PATIENT: &str =
    "limits: {max_seconds: 600}\nrules: [{action: allow, commands: ['sleep *']}]\n";
/// In which some hundred commands have run, on a loaded machine.
const ALL_RUN: Duration = Duration::from_secs(600);

/// A client that reads when it is told to.
pub(super) struct Deaf {
    server: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    /// KiB that it needed to be opened.
    opened: u64,
}

impl Deaf {
    pub(super) fn of(fixture: &Fixture) -> Self {
        Self::with(fixture, Stdio::null())
    }

    /// One whose server writes its records into a file.
    fn recording(fixture: &Fixture, records: &Path) -> Self {
        Self::with(fixture, File::create(records).unwrap().into())
    }

    fn with(fixture: &Fixture, records: Stdio) -> Self {
        let mut server = fixture
            .server()
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(records)
            .spawn()
            .unwrap();
        let mut deaf = Self {
            stdin: server.stdin.take(),
            stdout: BufReader::new(server.stdout.take().unwrap()),
            server,
            opened: 0,
        };
        deaf.send(
            &json!("open"),
            "initialize",
            json!({"protocolVersion": "2025-11-25"}),
        );
        assert_eq!(deaf.answer()["id"], "open");
        deaf.opened = deaf.peak();
        deaf
    }

    /// Sends a line; the server reads it, whatever waits to be read.
    pub(super) fn line(&mut self, line: &str) {
        self.try_line(line).expect("the server reads");
    }

    fn try_line(&mut self, line: &str) -> std::io::Result<()> {
        writeln!(self.stdin.as_mut().unwrap(), "{line}")
    }

    pub(super) fn send(&mut self, id: &Value, method: &str, params: Value) {
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.line(&message.to_string());
    }

    fn run(&mut self, id: &Value, command: &str) {
        let arguments = json!({"alias": "box", "command": command});
        self.send(
            id,
            "tools/call",
            json!({"name": "ssh_run", "arguments": arguments}),
        );
    }

    /// Asks for so many answers of a megabyte.
    pub(super) fn ask_long(&mut self, count: usize) {
        for number in 0..count {
            self.send(&long(number), "ping", json!({}));
        }
    }

    pub(super) fn answer(&mut self) -> Value {
        let mut line = String::new();
        assert!(
            self.stdout.read_line(&mut line).unwrap() > 0,
            "the server has ended"
        );
        serde_json::from_str(&line).unwrap()
    }

    /// Every line that is read from now on, up to the answer to this id.
    pub(super) fn answers_until(&mut self, id: &Value) -> Vec<Value> {
        let mut answers = Vec::new();
        while answers.last().is_none_or(|last: &Value| last["id"] != *id) {
            answers.push(self.answer());
        }
        answers
    }

    fn peak(&self) -> u64 {
        number(self.server.id(), "VmHWM:")
    }

    #[track_caller]
    pub(super) fn needed_little(&self, what: &str) {
        let needed = self.peak() - self.opened;
        assert!(needed < MOST, "{needed} KiB more were needed: {what}");
    }

    pub(super) fn end(mut self) {
        self.needed_little("at the end");
        self.stdin = None;
        assert!(ends(&mut self.server).success());
    }
}

impl Drop for Deaf {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn long(number: usize) -> Value {
    json!(format!("{number} {}", "x".repeat(LONG)))
}

pub(super) fn is_left_out(answer: &Value) -> bool {
    let message = answer["error"]["message"].as_str();
    message.is_some_and(|message| message.starts_with("the answer was left out, because"))
}

/// What waits is whole and in order, what has no room is an error under its id, and after that all is
/// as before.
#[test]
fn answers_beyond_the_bound_are_short_errors_under_their_ids() {
    const LISTS: usize = 2500;
    let mut deaf = Deaf::of(&Fixture::empty());
    deaf.ask_long(FITTING + BURST);
    // More than the pipe holds, so that the long ones are answered before the first is read.
    for number in 0..LISTS {
        deaf.send(&json!(number), "tools/list", json!({}));
    }
    deaf.send(&json!("last"), "ping", json!({}));
    let answers = deaf.answers_until(&json!("last"));
    assert_eq!(answers.iter().position(is_left_out), Some(FITTING));
    let (longs, lists) = answers.split_at(FITTING + BURST);
    for (number, answer) in longs.iter().enumerate() {
        assert!(answer["id"] == long(number), "{number}");
        assert_eq!(answer.get("result").is_some(), number < FITTING, "{number}");
    }
    let ids: Vec<Value> = (0..LISTS)
        .map(|id| json!(id))
        .chain([json!("last")])
        .collect();
    assert!(lists.iter().map(|answer| &answer["id"]).eq(&ids));
    assert!(lists.iter().any(is_left_out));
    deaf.send(&json!("again"), "tools/list", json!({}));
    assert!(deaf.answer()["result"]["tools"].is_array());
    deaf.end();
}

/// Nothing that waits to be read holds up a cancellation.
#[test]
fn a_command_is_cancelled_although_nobody_reads() {
    let site = Site::start("deafcancel");
    site.write_policy(PATIENT);
    let mut deaf = Deaf::of(&site.fixture);
    let marker = Marker::new();
    deaf.run(&json!("sleep"), &marker.fill("sleep MARKER"));
    until("it runs", || !marker.alive().is_empty());
    deaf.ask_long(FITTING + BURST);
    let params = json!({"requestId": "sleep"});
    let method = "notifications/cancelled";
    deaf.line(&json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string());
    until("it is cancelled", || marker.alive().is_empty());
    deaf.send(&json!("last"), "ping", json!({}));
    let answers = deaf.answers_until(&json!("last"));
    assert!(answers.iter().all(|answer| answer["id"] != "sleep"));
    deaf.end();
}

/// Many short answers have no room, or a few long ones. Its commands end with it.
#[test]
fn a_client_that_never_reads_is_gone() {
    let site = Site::start("deafgone");
    site.write_policy(PATIENT);
    for (count, bytes) in [(200_000, 1), (100, LONG)] {
        let mut deaf = Deaf::of(&site.fixture);
        let marker = Marker::new();
        deaf.run(&json!("sleep"), &marker.fill("sleep MARKER"));
        until("it runs", || !marker.alive().is_empty());
        deaf.ask_long(FITTING);
        let filler = "x".repeat(bytes);
        let gone = (0..count).position(|number| {
            let id = format!("{number} {filler}");
            let line = json!({"jsonrpc": "2.0", "id": id, "method": "ping"});
            deaf.try_line(&line.to_string()).is_err()
        });
        let least = if bytes == LONG { 4 } else { 10_000 };
        assert!(gone.is_some_and(|gone| gone > least), "{gone:?}");
        assert!(ends(&mut deaf.server).success());
        assert!(marker.is_gone());
    }
}

/// The answers of 32 KB that held a gigabyte.
#[test]
fn outputs_that_nobody_reads_hold_no_more() {
    const CALLS: usize = 600;
    let site = Site::start("deafoutput");
    site.add_to_host("connect_timeout: 600");
    site.write_policy(
        "limits: {max_seconds: 600, deny_substrings: []}\nrules: [{action: allow, escapes: allow, commands: ['sh -c *']}]\n",
    );
    let records = site.path("records");
    let mut deaf = Deaf::recording(&site.fixture, &records);
    // Where the account may look, too.
    let go = std::env::temp_dir().join(format!("deaf-go-{}", std::process::id()));
    let wait = format!("until test -e {}; do sleep 1; done", go.display());
    for number in 0..CALLS {
        deaf.run(
            &json!(number),
            &format!("sh -c '{wait}; printf %032000d 0'"),
        );
    }
    // A call that comes when the room is full of answers is refused: the first ends when the last has come.
    deaf.send(&json!("all"), "ping", json!({}));
    let first = deaf.answer();
    assert_eq!(first["id"], "all", "{first}");
    std::fs::write(&go, "").unwrap();
    let ended = || {
        let records = std::fs::read_to_string(&records).unwrap();
        records.matches(r#""type":"audit""#).count() == CALLS
    };
    let all_ended = within(ALL_RUN, ended);
    std::fs::remove_file(&go).unwrap();
    assert!(all_ended, "not all have ended");
    deaf.needed_little("for outputs");
    let answers: Vec<Value> = (0..CALLS).map(|_| deaf.answer()).collect();
    let left_out = answers.iter().filter(|answer| is_left_out(answer)).count();
    assert!(
        left_out > 0 && left_out < CALLS / 2,
        "{left_out} were left out"
    );
    for answer in answers.iter().filter(|answer| !is_left_out(answer)) {
        let output = answer["result"]["structuredContent"]["output"].as_str();
        assert_eq!(output.map(str::len), Some(32_000), "{answer}");
    }
    deaf.end();
}

/// What is asked for and cannot be answered yet holds memory as well.
#[test]
fn calls_that_wait_beside_answers_that_wait() {
    let host = Silent::start();
    let fixture = Fixture::empty();
    let port = host.port();
    // Longer than it takes to send and to read it all.
    fixture.fill(&format!(
        "  - {{alias: web, host: 127.0.0.1, port: {port}, credentials: ops, connect_timeout: 600}}\n"
    ));
    let mut deaf = Deaf::of(&fixture);
    let arguments = json!({"alias": "web", "command": "uptime"});
    let call = json!({"name": "ssh_run", "arguments": arguments});
    deaf.send(&json!("first"), "tools/call", call.clone());
    let _connection = host.connection();
    for number in 0..3000 {
        deaf.send(&json!(number), "tools/call", call.clone());
    }
    // The calls have more than half of the room.
    deaf.ask_long(FITTING / 2);
    deaf.send(&json!("last"), "ping", json!({}));
    let answers = deaf.answers_until(&json!("last"));
    assert!(answers.iter().any(is_left_out));
    let refused = answers
        .iter()
        .filter(|answer| answer["id"].is_number())
        .count();
    assert!(refused > 900, "{refused}");
    deaf.needed_little("for calls that wait");
}

fn asking(params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{{params}}}}}"#)
}

/// Lines of ten megabytes that become more than they are.
#[test]
fn whatever_a_long_line_holds() {
    const BYTES: usize = 10 * 1024 * 1024 - 200;
    let id = |unit: &str| {
        let id = unit.repeat(BYTES / unit.len());
        format!(r#"{{"jsonrpc":"2.0","id":"{id}","method":"ping"}}"#)
    };
    for line in [
        id("x"),
        id(r"\u00e9"),
        id(r"\u0001"),
        asking(&format!(r#""a":"{}""#, r"\ud800".repeat(BYTES / 6))),
        asking(&format!(r#""a":[{}0]"#, "0,".repeat(BYTES / 2))),
        "x".repeat(BYTES),
    ] {
        let begins = &line[..70];
        let mut deaf = Deaf::of(&Fixture::empty());
        for _ in 0..2 {
            deaf.line(&line);
            let answer = deaf.answer();
            assert_ne!(answer["error"]["message"], SKIPPED);
        }
        deaf.needed_little(begins);
        // To a client that does not read such lines are not worth their room.
        deaf.ask_long(5);
        deaf.line(&line);
        deaf.send(&json!("last"), "ping", json!({}));
        let answers = deaf.answers_until(&json!("last"));
        assert_eq!(answers[5]["error"]["message"], SKIPPED, "{begins}");
        deaf.end();
    }
}

/// Lines of many values, while as much as may waits to be read.
#[test]
fn whatever_a_line_holds_beside_answers_that_wait() {
    let mut deaf = Deaf::of(&Fixture::empty());
    deaf.ask_long(FITTING);
    let keys: Vec<String> = (0..19_000).map(|key| format!("\"{key}\":{{}}")).collect();
    for params in [
        keys.join(","),
        format!(r#""a":[{}0]"#, "{},".repeat(19_000)),
    ] {
        (0..10).for_each(|_| deaf.line(&asking(&params)));
    }
    deaf.send(&json!("last"), "ping", json!({}));
    deaf.answers_until(&json!("last"));
    deaf.end();
}
