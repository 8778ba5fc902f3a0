//! However a run ends, its remote processes are gone within two seconds, and the next command
//! works: also those that are deaf, that fork or that flood, as an ordinary account and as root,
//! alone and beside another command.
//!
//! What is killed is the process group of the command. A process that has left it for a session
//! of its own, by setsid(2), can be told from nobody else's: it lives on, as it does when a person
//! logs out. The rows say which.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;

use super::{as_root, begin, cancel, told, until};
use crate::gate::site::{Site, ran};
use crate::support::client::{Client, ends};
use crate::support::marker::{Marker, within};

/// In which the processes must be gone.
const GONE: Duration = Duration::from_secs(2);

/// A command that does not end by itself.
struct Row {
    line: &'static str,
    /// Its processes with the marker in their words while it runs, at least.
    running: usize,
    /// Those that are out of reach.
    left: usize,
}

const ROWS: &[Row] = &[
    Row {
        line: "sleep MARKER",
        running: 1,
        left: 0,
    },
    // Deaf to every signal that it can be deaf to.
    Row {
        line: "sh -c 'trap \"\" TERM HUP INT PIPE; sleep MARKER; sleep MARKER'",
        running: 2,
        left: 0,
    },
    Row {
        line: "sh -c 'sleep MARKER & sleep MARKER & wait'",
        running: 3,
        left: 0,
    },
    // Its parent is init, its group the command's.
    Row {
        line: "sh -c '(sleep MARKER &); sleep MARKER'",
        running: 3,
        left: 0,
    },
    FLOOD,
    Row {
        line: "sh -c 'setsid sleep MARKER & wait'",
        running: 2,
        left: 1,
    },
];

const FLOOD: Row = Row {
    line: "sh -c 'while echo MARKER; do sleep 0.01; done'",
    running: 1,
    left: 0,
};

fn site(tag: &str, root: bool) -> Site {
    let site = Site::start(tag);
    if root {
        as_root(&site);
    }
    site.write_policy(&policy("max_seconds: 20"));
    site
}

fn policy(limits: &str) -> String {
    format!("limits: {{{limits}}}\nrules: [{{action: allow, commands: ['*']}}]\n")
}

/// Puts other limits in force, without another connection.
fn limit(client: &mut Client, limits: &str, name: &str, value: u64) {
    client.fixture().write("config/policy.yml", &policy(limits));
    client.signal(Signal::HUP);
    until("the limits are in force", || {
        let host = client.call("ssh_describe_host", json!({"alias": "box"}));
        host["structuredContent"]["policy_limits"][name] == value
    });
}

fn start(client: &mut Client, row: &Row) -> (Marker, serde_json::Value) {
    let marker = Marker::new();
    let id = begin(client, "box", &marker.fill(row.line));
    until(row.line, || marker.alive().len() >= row.running);
    (marker, id)
}

#[track_caller]
fn gone(marker: &Marker, row: &Row, how: &str) {
    let gone = within(GONE, || marker.alive().len() == row.left);
    assert!(gone, "{how}: {}: {:?}", row.line, marker.alive());
}

fn check(tag: &str, root: bool, beside: bool) {
    let (mut client, _held) = site(tag, root).serve();
    let companion = beside.then(|| start(&mut client, &ROWS[0]));
    let next = |client: &mut Client, row: &Row| {
        assert_eq!(ran(client, "echo next")["output"], "next\n", "{}", row.line);
        if let Some((companion, _)) = &companion {
            assert!(!companion.alive().is_empty(), "{}", row.line);
        }
    };
    for row in ROWS {
        let (marker, id) = start(&mut client, row);
        cancel(&mut client, &id);
        gone(&marker, row, "cancelled");
        next(&mut client, row);
    }
    limit(&mut client, "max_seconds: 1", "max_seconds", 1);
    for row in ROWS {
        let marker = Marker::new();
        let id = begin(&mut client, "box", &marker.fill(row.line));
        let note = told(&mut client, &id);
        assert!(note.starts_with("ended after 1 s (max_seconds)"), "{note}");
        gone(&marker, row, "timed out");
        next(&mut client, row);
    }
    let cap = "max_seconds: 20, max_output_bytes: 1000";
    limit(&mut client, cap, "max_output_bytes", 1000);
    let (marker, id) = start(&mut client, &FLOOD);
    let note = told(&mut client, &id);
    assert!(note.contains("first 1000 bytes were kept"), "{note}");
    gone(&marker, &FLOOD, "at the cap");
    next(&mut client, &FLOOD);
    if let Some((companion, id)) = companion {
        cancel(&mut client, &id);
        gone(&companion, &ROWS[0], "the companion");
    }
}

#[test]
fn of_an_ordinary_account() {
    check("alone", false, false);
}

#[test]
fn of_an_ordinary_account_beside_another() {
    check("beside", false, true);
}

#[test]
fn of_root() {
    check("rootalone", true, false);
}

#[test]
fn of_root_beside_another() {
    check("rootbeside", true, true);
}

#[test]
fn the_server_is_told_to_end() {
    type End = fn(&mut Client);
    let ends: [(&str, End); 2] = [
        ("stdin", Client::close_stdin),
        ("sigterm", |client| client.signal(Signal::TERM)),
    ];
    for (tag, end) in ends {
        for root in [false, true] {
            let (mut client, _held) = site(&format!("{tag}{root}"), root).serve();
            let started: Vec<_> = ROWS
                .iter()
                .map(|row| (row, start(&mut client, row).0))
                .collect();
            end(&mut client);
            assert!(client.ends().success(), "{tag}");
            for (row, marker) in &started {
                gone(marker, row, tag);
            }
        }
    }
}

/// The client is killed: nobody says goodbye for it.
#[test]
fn the_client_is_killed() {
    let site = site("clientkilled", false);
    let piped = Stdio::piped;
    let mut client = Command::new("cat")
        .stdin(piped())
        .stdout(piped())
        .spawn()
        .unwrap();
    let mut server = site
        .command(&["serve"])
        .stdin(client.stdout.take().unwrap())
        .stdout(piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let marker = Marker::new();
    let command = marker.fill(ROWS[1].line);
    let mut stdin = client.stdin.take().unwrap();
    for line in [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": {"protocolVersion": "2025-11-25"}}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call",
            "params": {"name": "ssh_run", "arguments": {"alias": "box", "command": command}}}),
    ] {
        writeln!(stdin, "{line}").unwrap();
    }
    let mut stdout = BufReader::new(server.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    until("it runs", || marker.alive().len() >= ROWS[1].running);
    client.kill().unwrap();
    client.wait().unwrap();
    drop(stdout);
    assert!(ends(&mut server).success());
    gone(&marker, &ROWS[1], "the client was killed");
}
