//! Signals while a question waits at a terminal: it is as it was before, nothing is written, and after a stop the question
//! comes again.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::init_host::home;
use super::talk::Talk;
use super::tree;
use crate::gate::site::Site;
use crate::support::approver::SocketPlace;
use crate::support::marker::within;
use crate::support::sshd::needs_root;

/// Those that end a process, with what a shell says of it.
const ENDING: [(Signal, i32); 13] = [
    (Signal::HUP, 129),
    (Signal::INT, 130),
    (Signal::QUIT, 131),
    (Signal::USR1, 138),
    (Signal::USR2, 140),
    (Signal::ALARM, 142),
    (Signal::TERM, 143),
    (Signal::STKFLT, 144),
    (Signal::XCPU, 152),
    (Signal::VTALARM, 154),
    (Signal::PROF, 155),
    (Signal::IO, 157),
    (Signal::POWER, 158),
];
/// What stty says of a terminal that shows what is typed, and gives lines.
const ITS_OWN: &str = "isig icanon iexten echo ";
/// A terminal that shows nothing, and gives single bytes.
const CHANGED: &str = "-icanon iexten -echo ";
const HIDDEN: &str = "Secret (it is not shown): ";
const PLAIN: &str = "Directory for the configuration [~/mcp-ssh]: ";
/// How long anything may take on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(60);

/// A conversation with a question that is answered unseen.
fn hidden(root: &Path) -> String {
    let root = root.display();
    format!("mcp-ssh init --host 127.0.0.1:1 --user me --password-file - {root}")
}

/// The line, and then what stty says of the terminal.
fn watched(home: &Path, line: &str) -> Talk {
    Talk::of(home, None, &format!("{line}; end=$?; stty -a; exit $end"))
}

/// The line in a shell with jobs, which says of a job that it was stopped, and lets it go on.
fn as_a_job(home: &Path, line: &str) -> Talk {
    let line =
        format!("set -m; {line}; echo it-was-stopped; stty -a; fg; end=$?; stty -a; exit $end");
    Talk::of(home, None, &line)
}

fn send(process: u32, signal: Signal) {
    let process = Pid::from_raw(process.cast_signed()).unwrap();
    kill_process(process, signal).unwrap();
}

/// What stty, called with these words, says of the terminal of a process.
fn stty(process: u32, words: &[&str]) -> String {
    let device = format!("/proc/{process}/fd/0");
    let stty = Command::new("stty")
        .args(["-F", &device])
        .args(words)
        .output();
    String::from_utf8(stty.unwrap().stdout).unwrap()
}

fn is_stopped(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"));
    stat.is_ok_and(|stat| stat.contains(") T "))
}

#[test]
fn a_signal_at_a_question_ends_it_with_the_terminal_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    let hidden = hidden(&home.path().join("site"));
    let before = tree(home.path());
    for (question, init) in [(HIDDEN, hidden.as_str()), (PLAIN, "mcp-ssh init")] {
        for (signal, ended) in ENDING {
            let mut talk = watched(home.path(), init);
            talk.wait(question);
            send(talk.mcp_ssh(), signal);
            // Before that the end of the input would be an answer.
            talk.wait(ITS_OWN);
            let (status, told) = talk.end();
            assert_eq!(status, ended, "{signal:?}: {told}");
            assert!(
                told.contains("ended by a signal: nothing was written"),
                "{told}"
            );
            assert_eq!(tree(home.path()), before);
        }
    }
}

#[test]
fn after_a_stop_that_nobody_hears_the_question_comes_again_and_shows_nothing() {
    needs_root("asks for the terminal of a process that is not dumpable");
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("site");
    let mut talk = watched(home.path(), &hidden(&root));
    talk.wait(HIDDEN);
    let process = talk.mcp_ssh();
    send(process, Signal::STOP);
    assert!(within(DEADLINE, || is_stopped(process)));
    // As a shell does meanwhile.
    stty(process, &["sane"]);
    send(process, Signal::CONT);
    talk.wait(HIDDEN);
    assert!(stty(process, &["-a"]).contains(CHANGED));
    talk.press("hidden-word\n");
    let (_, told) = talk.end();
    assert!(
        !told.contains("hidden-word") && told.contains(ITS_OWN),
        "{told}"
    );
    let kept = fs::read_to_string(root.join("secrets/127-0-0-1-password"));
    assert_eq!(kept.unwrap(), "hidden-word", "{told}");
}

#[test]
fn a_question_that_is_stopped_lends_the_terminal_and_comes_again() {
    needs_root("asks for the terminal of a process that is not dumpable");
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("site");
    let mut talk = as_a_job(home.path(), &hidden(&root));
    talk.wait(HIDDEN);
    send(talk.mcp_ssh(), Signal::TSTP);
    talk.wait("it-was-stopped");
    talk.wait(ITS_OWN);
    talk.wait(HIDDEN);
    assert!(stty(talk.mcp_ssh(), &["-a"]).contains(CHANGED));
    talk.press("hidden-word\n");
    let (_, told) = talk.end();
    assert!(!told.contains("hidden-word"), "{told}");
    let kept = fs::read_to_string(root.join("secrets/127-0-0-1-password"));
    assert_eq!(kept.unwrap(), "hidden-word", "{told}");

    // Half of an answer that was typed before the stop is no part of the one that is typed behind it.
    let other = home.path().join("other");
    let mut talk = as_a_job(home.path(), "mcp-ssh init");
    talk.answer(PLAIN, "/nowhere");
    talk.wait("/nowhere");
    send(talk.mcp_ssh(), Signal::TSTP);
    talk.wait("it-was-stopped");
    talk.answer(PLAIN, &format!("{}\n", other.display()));
    talk.answer("Host (empty: only files to fill in): ", "\n");
    let (status, told) = talk.end();
    assert_eq!(status, 0, "{told}");
    assert!(other.join("config/servers.yml").is_file(), "{told}");
}

/// The shell has the terminal then: whoever touched it would be stopped again, and never end.
#[test]
fn a_stopped_question_ends_by_a_signal_without_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    let init = hidden(&home.path().join("site"));
    for lets_go_on in ["kill -CONT %1", "bg"] {
        // A wait ends with 149 where it finds the job stopped.
        let line = format!(
            "set -m; {init}; kill %1; {lets_go_on}; end=149; while [ $end = 149 ]; do wait %1; end=$?; done; \
             echo it-ended-by-$end; stty -a"
        );
        let mut talk = Talk::of(home.path(), None, &line);
        talk.wait(HIDDEN);
        send(talk.mcp_ssh(), Signal::TSTP);
        talk.wait("it-ended-by-143");
        talk.wait(ITS_OWN);
        talk.end();
    }
}

/// Where no shell could let it go on, SIGTSTP stops nothing, as the system has it.
#[test]
fn a_terminal_without_jobs_stops_nothing() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("site");
    let mut talk = watched(home.path(), &hidden(&root));
    talk.wait(HIDDEN);
    let process = talk.mcp_ssh();
    send(process, Signal::TSTP);
    send(process, Signal::TERM);
    talk.wait(ITS_OWN);
    let (status, told) = talk.end();
    assert_eq!(status, 143, "{told}");
}

#[test]
fn a_yes_that_was_typed_before_the_key_was_shown_is_no_answer() {
    let site = Site::start("ahead");
    let home = home(&site);
    let before = tree(home.path());
    let mut talk = watched(home.path(), "mcp-ssh init");
    talk.answer(PLAIN, "\n");
    let host = format!("127.0.0.1:{}", site.sshd.port());
    talk.answer(
        "Host (empty: only files to fill in): ",
        &format!("{host}\nyes\n"),
    );
    talk.answer("Is it the host's own?", "no\n");
    let (status, told) = talk.end();
    assert_eq!(status, 1, "{told}");
    assert!(
        told.contains("a host whose key nobody has compared"),
        "{told}"
    );
    assert_eq!(tree(home.path()), before);
}

/// Half of a `yes` from before a stop is no part of the answer to the question that is put again.
#[test]
fn an_approval_that_is_stopped_is_asked_for_again() {
    let site = Site::start("stopped");
    site.write_policy("rules: [{name: files, action: ask, commands: ['touch *']}]\n");
    let files = tempfile::tempdir().unwrap();
    fs::set_permissions(files.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let file = files.path().join("ran");
    let variables = site.fixture.environment().into_iter();
    let variables: Vec<_> = variables
        .map(|(name, value)| format!("{name}='{value}'"))
        .collect();
    let line = format!(
        "env {} mcp-ssh run box -- touch {}",
        variables.join(" "),
        file.display()
    );
    let mut talk = as_a_job(files.path(), &line);
    talk.answer("any other word to refuse it", "y");
    talk.wait("y");
    send(talk.mcp_ssh(), Signal::TSTP);
    talk.wait("it-was-stopped");
    talk.wait(ITS_OWN);
    talk.answer("any other word to refuse it", "\nno\n");
    talk.wait(ITS_OWN);
    let (status, told) = talk.end();
    assert_eq!((status, file.exists()), (77, false), "{told}");
}

#[test]
fn the_approver_puts_the_terminal_back_however_it_ends() {
    needs_root("asks for the terminal of a process that is not dumpable");
    let home = tempfile::tempdir().unwrap();
    let place = SocketPlace::new();
    let line = format!("mcp-ssh approver --socket {}", place.socket().display());
    let single = |process| within(DEADLINE, || stty(process, &["-a"]).contains(CHANGED));
    for signal in ENDING
        .map(|(signal, _)| Some(signal))
        .into_iter()
        .chain([None])
    {
        let mut talk = watched(home.path(), &line);
        talk.wait("waiting on ");
        let process = talk.mcp_ssh();
        assert!(single(process), "{signal:?}");
        match signal {
            Some(signal) => send(process, signal),
            None => talk.press("q"),
        }
        talk.wait(ITS_OWN);
        let (status, told) = talk.end();
        assert_eq!(status, 0, "{signal:?}: {told}");
    }
    let mut talk = as_a_job(home.path(), &line);
    talk.wait("waiting on ");
    let process = talk.mcp_ssh();
    assert!(single(process));
    send(process, Signal::TSTP);
    talk.wait("it-was-stopped");
    talk.wait(ITS_OWN);
    assert!(single(process));
    send(process, Signal::TERM);
    talk.wait(ITS_OWN);
    let (status, told) = talk.end();
    assert_eq!(status, 0, "{told}");
}
