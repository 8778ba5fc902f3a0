//! Commands under sudo and its like, on systems of their own, with sudo as it is and as Debian sets it up:
//! what is said to be gone is gone, for root and for an ordinary account.

use std::time::Duration;

use serde_json::Value;

use super::reaping::{PATIENCE, begin, cancel, connected, result, run};
use crate::support::client::Client;
use crate::support::machine::{Machine, ORDINARY, Setup, Sudo};
use crate::support::marker::{Marker, within};

const MAY_RUN_ON: &str = "may run on";
/// In which everything is gone that is said to be.
const GONE: Duration = Duration::from_secs(2);

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It is gone, and the result does not say otherwise.
    Certain,
    /// It is gone, or the result says that it may not be.
    Told,
}

/// Runs the command until its time is up.
fn timed_out(client: &mut Client, line: &str) -> (Marker, String) {
    let marker = Marker::new();
    let result = run(client, &marker.fill(line));
    assert_eq!(result["timeout"], true, "{line}: {result}");
    (marker, note(&result))
}

fn note(result: &Value) -> String {
    result["note"].as_str().unwrap_or_default().to_owned()
}

fn check(machine: &Machine, username: &str, rows: &[(&str, End)]) {
    let mut client = connected(machine, username, "max_seconds: 2");
    for (line, end) in rows {
        let (mut marker, mut note) = timed_out(&mut client, line);
        for _ in 0..2 {
            if *end == End::Certain && note.contains(MAY_RUN_ON) {
                // A loaded machine takes longer than there is.
                (marker, note) = timed_out(&mut client, line);
            }
        }
        let told = format!("{username}: {line}: {note}");
        if !note.contains(MAY_RUN_ON) {
            assert!(!note.contains("did not confirm"), "{told}");
            let gone = within(GONE, || marker.alive().is_empty());
            assert!(gone, "{told}: {:?}", marker.alive());
        } else {
            assert_eq!(*end, End::Told, "{told}");
        }
        assert_eq!(run(&mut client, "echo next")["output"], "next\n", "{told}");
    }
    assert_eq!(machine.dead_daemons(), 0);
}

fn every_sudo(username: &str, rows: &[(&str, End)]) {
    for sudo in [Sudo::Plain, Sudo::WithTerminal] {
        let machine = Machine::start(Setup {
            sudo,
            ..Setup::default()
        });
        check(&machine, username, rows);
    }
}

#[test]
fn of_an_ordinary_account() {
    every_sudo(
        ORDINARY,
        &[
            ("sudo -n sleep MARKER", End::Certain),
            ("sudo -n sleep MARKER | cat", End::Certain),
            // Without a terminal, sudo tells its own child and not that one's.
            ("sudo -n -u root sh -c 'sleep MARKER; true'", End::Told),
            // Nobody sees what it leaves.
            ("sudo -n sleep MARKER >/dev/null 2>&1", End::Told),
            (
                "sudo -n sh -c 'trap \"\" TERM HUP; sleep MARKER; sleep MARKER'",
                End::Told,
            ),
        ],
    );
}

/// No signal reaches a session of root's: the killer asks first, too.
#[test]
fn of_root() {
    every_sudo(
        "root",
        &[
            ("sudo -n sleep MARKER", End::Certain),
            ("sudo -n -u ordinary sleep MARKER", End::Certain),
            // They wait for two seconds, which is longer than there is.
            ("runuser -u ordinary -- sleep MARKER", End::Told),
            // It tells its own child and not that one's, and waits for two seconds: too long.
            ("su ordinary -s /bin/sh -c 'sleep MARKER; true'", End::Told),
        ],
    );
}

/// `su` begins a session for what it runs, out of a kill's reach.
#[test]
fn what_su_runs_for_root_is_asked_to_end() {
    let machine = Machine::start(Setup::default());
    let mut client = connected(&machine, "root", "max_seconds: 60");
    let marker = Marker::new();
    let line = marker.fill("su ordinary -s /bin/sh -c 'exec sleep MARKER'");
    let id = begin(&mut client, &line);
    let words = marker.fill("sleep MARKER");
    let sleeps = || {
        let processes = machine.processes();
        processes.iter().any(|its| its.words.trim_end() == words)
    };
    assert!(within(PATIENCE, sleeps), "it never ran");
    cancel(&mut client, &id);
    assert!(within(GONE, || !sleeps()), "{:?}", machine.processes());
}

/// The shell has ended, so that no signal reaches its job: the call says so.
#[test]
fn a_job_that_holds_the_output_is_told() {
    let machine = Machine::start(Setup::default());
    let script = machine.script("job", "sleep $1 & echo started\n");
    for username in [ORDINARY, "root"] {
        let mut client = connected(&machine, username, "max_seconds: 60");
        let marker = Marker::new();
        let ended = run(&mut client, &marker.fill(&format!("sh {script} MARKER")));
        assert_eq!(ended["exit_code"], 0, "{username}: {ended}");
        assert_eq!(ended["output"], "started\n");
        assert!(note(&ended).contains(MAY_RUN_ON), "{username}: {ended}");
        assert!(!marker.alive().is_empty(), "{username}");
        let quiet = machine.script("quiet", "sleep $1 >/dev/null 2>&1 & echo started\n");
        let id = begin(&mut client, &marker.fill(&format!("sh {quiet} MARKER")));
        assert_eq!(note(&result(&mut client, &id)), "", "{username}");
    }
}
