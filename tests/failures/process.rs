//! However a run ends, its remote processes are gone within two seconds, and the next command
//! works: also those that are deaf, that fork or that flood, as an ordinary account and as root,
//! alone and beside another command.
//!
//! What is killed is the process group of the command. A process that has left it for a session
//! of its own, by setsid(2), can be told from nobody else's: it lives on, as it does when a person
//! logs out. The rows say which.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, getsid};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{as_root, begin, cancel, policy, told, until};
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
    /// Those that leave for a session of their own, where nobody reaches them.
    left: usize,
}

const fn row(line: &'static str, running: usize, left: usize) -> Row {
    Row {
        line,
        running,
        left,
    }
}

const PLAIN: Row = row("sleep MARKER", 1, 0);
const DEAF: Row = row(
    "sh -c 'trap \"\" TERM HUP INT; sleep MARKER; sleep MARKER'",
    2,
    0,
);
const FLOODS: Row = row("sh SCRIPTS/floods MARKER", 1, 0);
const ROWS: &[Row] = &[
    PLAIN,
    DEAF,
    FLOODS,
    row("sh SCRIPTS/forks MARKER", 3, 0),
    row("sh SCRIPTS/orphans MARKER", 3, 0),
    row("sh SCRIPTS/escapes MARKER", 2, 1),
];

/// What the language of commands has no words for.
const SCRIPTS: &[(&str, &str)] = &[
    ("floods", "while echo $1; do sleep 0.01; done"),
    ("forks", "sleep $1 & sleep $1 & wait"),
    // The parent of one is init; its group is the command's.
    ("orphans", "(sleep $1 &); sleep $1; true"),
    ("escapes", "setsid sleep $1 & wait"),
];

/// The scripts in a folder that every account can read.
fn scripts() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    for (name, text) in SCRIPTS {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn command(row: &Row, scripts: &TempDir, marker: &Marker) -> String {
    let folder = scripts.path().to_str().unwrap();
    marker.fill(row.line).replace("SCRIPTS", folder)
}

fn site(tag: &str, root: bool) -> Site {
    let site = Site::start(tag);
    if root {
        as_root(&site);
    }
    site.write_policy(&policy("max_seconds: 120"));
    site
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

fn start(client: &mut Client, row: &Row, scripts: &TempDir) -> (Marker, Value) {
    let marker = Marker::new();
    let id = begin(client, "box", &command(row, scripts, &marker));
    until(row.line, || {
        let alive = marker.alive();
        let leads = |pid: &&u32| {
            let pid = Pid::from_raw(i32::try_from(**pid).unwrap());
            getsid(pid).ok() == pid
        };
        // sshd begins a session for each command.
        alive.len() >= row.running && alive.iter().filter(leads).count() > row.left
    });
    (marker, id)
}

#[track_caller]
fn gone(marker: &Marker, row: &Row, how: &str) {
    let gone = within(GONE, || marker.alive().len() == row.left);
    assert!(gone, "{how}: {}: {:?}", row.line, marker.alive());
}

fn check(tag: &str, root: bool, beside: bool) {
    let scripts = scripts();
    let (mut client, _held) = site(tag, root).serve();
    let companion = beside.then(|| start(&mut client, &PLAIN, &scripts));
    let next = |client: &mut Client, row: &Row| {
        assert_eq!(ran(client, "echo next")["output"], "next\n", "{}", row.line);
        if let Some((companion, _)) = &companion {
            assert!(!companion.alive().is_empty(), "{}", row.line);
        }
    };
    for row in ROWS {
        let (marker, id) = start(&mut client, row, &scripts);
        cancel(&mut client, &id);
        gone(&marker, row, "cancelled");
        next(&mut client, row);
    }
    limit(&mut client, "max_seconds: 1", "max_seconds", 1);
    for row in ROWS {
        let marker = Marker::new();
        let id = begin(&mut client, "box", &command(row, &scripts, &marker));
        let note = told(&mut client, &id);
        assert!(note.starts_with("ended after 1 s (max_seconds)"), "{note}");
        gone(&marker, row, "timed out");
        next(&mut client, row);
    }
    let cap = "max_seconds: 120, max_output_bytes: 1000";
    limit(&mut client, cap, "max_output_bytes", 1000);
    let (marker, id) = start(&mut client, &FLOODS, &scripts);
    let note = told(&mut client, &id);
    assert!(note.contains("first 1000 bytes were kept"), "{note}");
    gone(&marker, &FLOODS, "at the cap");
    next(&mut client, &FLOODS);
    if let Some((companion, id)) = companion {
        cancel(&mut client, &id);
        gone(&companion, &PLAIN, "the companion");
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
    let scripts = scripts();
    for (tag, end) in ends {
        for root in [false, true] {
            let (mut client, _held) = site(&format!("{tag}{root}"), root).serve();
            let started: Vec<_> = ROWS
                .iter()
                .map(|row| (row, start(&mut client, row, &scripts).0))
                .collect();
            end(&mut client);
            assert!(client.ends().success(), "{tag}");
            for (row, marker) in &started {
                gone(marker, row, &format!("{tag}, root: {root}"));
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
    let command = marker.fill(DEAF.line);
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
    until("it runs", || marker.alive().len() >= DEAF.running);
    client.kill().unwrap();
    client.wait().unwrap();
    drop(stdout);
    assert!(ends(&mut server).success());
    gone(&marker, &DEAF, "the client was killed");
}
