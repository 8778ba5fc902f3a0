//! Ending a command of root's never reaches a daemon, whenever the connection goes and however slow the
//! login is.
//!
//! Each system is a PID namespace of its own: a mistake there kills nothing else. The real binary serves
//! an MCP client outside of it.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::machine::{Init, Machine, Proc, Setup};
use crate::support::marker::{Marker, within};

/// How the command is ended.
#[derive(Clone, Copy, Debug)]
enum Way {
    TimedOut,
    Capped,
    Cancelled,
    /// The client closes our stdin.
    Eof,
    /// SIGTERM to us.
    Told,
    /// SIGKILL to us right after a cancel, before a killer's shell has started.
    Killed,
    /// SIGKILL to the sshd of the connection at the same moment.
    Cut,
}

const WAYS: [Way; 7] = [
    Way::TimedOut,
    Way::Capped,
    Way::Cancelled,
    Way::Eof,
    Way::Told,
    Way::Killed,
    Way::Cut,
];
/// How long what is awaited may take on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(40);
const UNCONFIRMED: &str = "the host did not confirm";

#[test]
fn no_daemon_dies_with_a_command_while_logins_are_fast() {
    every_way("0");
}

#[test]
fn no_daemon_dies_with_a_command_while_logins_take_a_moment() {
    every_way("0.3");
}

#[test]
fn no_daemon_dies_with_a_command_while_logins_take_as_long_as_a_killer_has() {
    every_way("1.4");
}

#[test]
fn no_daemon_dies_with_a_command_while_logins_are_slow() {
    every_way("3");
}

fn every_way(delay: &'static str) {
    for init in [Init::Shell, Init::Sshd] {
        let machine = Machine::start(Setup {
            init,
            delay,
            ..Setup::default()
        });
        let heir = machine.script("heir", "setsid sleep $1 </dev/null >/dev/null 2>&1 &\n");
        let left: Vec<[Marker; 2]> = std::thread::scope(|scope| {
            let (machine, heir) = (&machine, &heir);
            let started = WAYS.map(|way| scope.spawn(move || end(machine, heir, way)));
            started.map(|one| one.join().unwrap()).into()
        });
        // Whatever was asked of the host last has begun and ended, however slow its login was.
        machine.settle(&left.iter().flatten().collect::<Vec<_>>());
        for ([_, heir], way) in left.iter().zip(WAYS) {
            assert!(!heir.alive().is_empty(), "{init:?}, delay {delay}, {way:?}");
        }
        assert_eq!(machine.dead_daemons(), 0, "{init:?}, delay {delay}");
        assert!(machine.listens(), "{init:?}, delay {delay}");
        let mut client = connected(&machine, "root", "max_seconds: 30");
        let next = run(&mut client, "echo next");
        assert_eq!(next["output"], "next\n", "{init:?}, delay {delay}: {next}");
    }
}

/// Runs a command and ends it, after one that leaves a daemon which has inherited the connection's
/// environment.
fn end(machine: &Machine, heir: &str, way: Way) -> [Marker; 2] {
    let (marker, daemon) = (Marker::new(), Marker::new());
    let (limits, line) = match way {
        Way::TimedOut => ("max_seconds: 5", "sleep MARKER"),
        Way::Capped => ("max_seconds: 60, max_output_bytes: 1000", "yes MARKER"),
        _ => ("max_seconds: 60", "sleep MARKER"),
    };
    let mut client = connected(machine, "root", limits);
    let started = run(&mut client, &daemon.fill(&format!("sh {heir} MARKER")));
    assert_eq!(started["exit_code"], 0, "{way:?}: {started}");
    let id = begin(&mut client, &marker.fill(line));
    let runs = |its: &crate::support::machine::Seen| {
        marker.is_in(&its.words) && its.words.starts_with(line.split(' ').next().unwrap())
    };
    let find = || machine.processes().into_iter().find(runs);
    if !matches!(way, Way::Capped) {
        assert!(within(PATIENCE, || find().is_some()), "{way:?}: never ran");
    }
    match way {
        Way::TimedOut | Way::Capped => confirmed_or_told(&result(&mut client, &id), &marker, way),
        Way::Cancelled => cancel(&mut client, &id),
        Way::Eof => {
            client.close_stdin();
            assert!(client.ends().success());
        }
        Way::Told => {
            client.signal(Signal::TERM);
            assert!(client.ends().success());
        }
        Way::Killed => {
            cancel(&mut client, &id);
            std::thread::sleep(Duration::from_millis(50));
            client.signal(Signal::KILL);
        }
        Way::Cut => {
            let sshd = machine.connection_of(find().unwrap().pid);
            cancel(&mut client, &id);
            std::thread::sleep(Duration::from_millis(50));
            kill(sshd);
        }
    }
    if matches!(way, Way::Cancelled) {
        // The connection goes after it, or the command does.
        run(&mut client, "echo next");
    }
    [marker, daemon]
}

/// It may have gone by itself.
fn kill(pid: u32) {
    let pid = Pid::from_raw(pid.cast_signed()).unwrap();
    let _gone = kill_process(pid, Signal::KILL);
}

/// What is said to be gone is gone.
fn confirmed_or_told(result: &Value, marker: &Marker, way: Way) {
    let note = result["note"].as_str().unwrap_or_default();
    if !note.contains(UNCONFIRMED) {
        assert!(marker.is_gone(), "{way:?}: {result}: {:?}", marker.alive());
    }
}

/// The killer does its work with every shell that may be the account's, and with every `sh`.
#[test]
fn a_command_is_gone_whatever_shells_the_host_has() {
    for (shell, sh) in [
        ("/bin/sh", None),
        ("/bin/bash", None),
        ("/bin/busybox sh", None),
        ("/bin/zsh", None),
        ("/bin/mksh", None),
        ("/bin/tcsh", None),
        ("/usr/bin/fish", None),
        ("/bin/sh", Some("/bin/bash")),
        ("/bin/sh", Some("/bin/busybox sh")),
        ("/bin/bash", Some("/bin/mksh")),
    ] {
        let machine = Machine::start(Setup {
            shell,
            sh,
            ..Setup::default()
        });
        let mut client = connected(&machine, "root", "max_seconds: 1");
        let marker = Marker::new();
        let result = run(&mut client, &marker.fill("sleep MARKER"));
        assert_eq!(result["timeout"], true, "{shell}, {sh:?}: {result}");
        let note = result["note"].as_str().unwrap();
        assert!(!note.contains(UNCONFIRMED), "{shell}, {sh:?}: {note}");
        assert!(marker.is_gone(), "{shell}, {sh:?}: {:?}", marker.alive());
        assert_eq!(run(&mut client, "echo next")["output"], "next\n");
        assert_eq!(machine.dead_daemons(), 0, "{shell}, {sh:?}");
    }
}

/// Nothing proves then which process is the command.
#[test]
fn nothing_is_killed_where_proc_cannot_be_read() {
    let machine = Machine::start(Setup {
        proc: Proc::Hidden,
        ..Setup::default()
    });
    let mut client = connected(&machine, "root", "max_seconds: 1");
    let marker = Marker::new();
    let result = run(&mut client, &marker.fill("sleep MARKER"));
    let note = result["note"].as_str().unwrap();
    assert!(note.contains(UNCONFIRMED), "{result}");
    assert!(!marker.alive().is_empty());
    machine.settle(&[&marker]);
    assert_eq!(machine.dead_daemons(), 0);
    assert!(machine.listens());
}

/// A server of ours in front of the system.
pub fn connected(machine: &Machine, username: &str, limits: &str) -> Client {
    Client::initialized(machine.fixture(username, limits), "2025-11-25")
}

pub fn begin(client: &mut Client, command: &str) -> Value {
    let arguments = json!({"alias": "box", "command": command});
    client.begin(
        "tools/call",
        json!({"name": "ssh_run", "arguments": arguments}),
    )
}

pub fn cancel(client: &mut Client, id: &Value) {
    let params = json!({"requestId": id});
    client.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}));
}

pub fn run(client: &mut Client, command: &str) -> Value {
    let id = begin(client, command);
    result(client, &id)
}

/// The structured content of a call, or what was said instead.
pub fn result(client: &mut Client, id: &Value) -> Value {
    while let Some(message) = client.within(PATIENCE) {
        if message.get("id") == Some(id) {
            let result = &message["result"];
            let content = result.get("structuredContent");
            return content.unwrap_or(result).clone();
        }
    }
    panic!("no answer to {id}: {}", client.stderr_so_far());
}
