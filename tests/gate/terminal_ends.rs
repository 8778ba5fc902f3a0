//! A command from a terminal that goes away, and output that cannot be written.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::records::{lines, of_type};
use super::site::Site;
use crate::support::fifo::Fifo;

/// Each signal that ends a process which does nothing about it, and tells of no fault in it.
pub const ENDING: [Signal; 13] = [
    Signal::HUP,
    Signal::TERM,
    Signal::INT,
    Signal::QUIT,
    Signal::ALARM,
    Signal::USR1,
    Signal::USR2,
    Signal::STKFLT,
    Signal::XCPU,
    Signal::VTALARM,
    Signal::PROF,
    Signal::IO,
    Signal::POWER,
];

/// A site whose only command reads a pipe.
fn reading_a_pipe(tag: &str) -> (Site, Fifo, String) {
    let site = Site::start(tag);
    let pipe = Fifo::make(site.path("pipe"));
    let line = format!("cat {}", pipe.path().display());
    site.write_policy(&format!(
        "limits: {{max_seconds: 20}}\nrules: [{{action: allow, commands: ['{line}']}}]\n"
    ));
    (site, pipe, line)
}

/// `program` before a subcommand of this configuration.
fn started_by(program: &[&str], command: &Command) -> Command {
    let mut started = Command::new(program[0]);
    started.args(&program[1..]).arg(command.get_program());
    started.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => started.env(name, value),
            None => started.env_remove(name),
        };
    }
    started
}

/// Whichever signal it is that would end this process, it ends the command on the host, and the trail.
#[test]
fn a_terminal_that_goes_away_ends_the_command_and_the_trail() {
    for signal in ENDING {
        let (site, pipe, line) = reading_a_pipe("hangup");
        let mut run = site.command(&["run", "box", "--", &line]);
        let run = run.stdout(Stdio::null()).stderr(Stdio::piped());
        let run = run.spawn().unwrap();
        let _open = pipe.reader_comes();
        kill_process(Pid::from_child(&run), signal).unwrap();
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{signal:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        let records = told.strip_suffix("mcp-ssh: cancelled\n").unwrap();
        let records = lines(records);
        let ended = of_type(&records, "audit");
        assert_eq!(ended.len(), 1, "{signal:?}: {records:?}");
        assert_eq!(ended[0]["cancelled"], true, "{signal:?}");
    }
}

#[test]
fn nohup_keeps_it_running() {
    let (site, pipe, line) = reading_a_pipe("nohup");
    let command = site.command(&["run", "box", "--", &line]);
    let mut nohup = started_by(&["nohup"], &command);
    let nohup = nohup.stdin(Stdio::null()).stdout(Stdio::piped());
    let run = nohup.stderr(Stdio::null()).spawn().unwrap();
    let mut file = pipe.reader_comes();
    kill_process(Pid::from_child(&run), Signal::HUP).unwrap();
    file.write_all(b"the end\n").unwrap();
    drop(file);
    let output = run.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), &*output.stdout),
        (Some(0), &b"the end\n"[..])
    );
}

/// What was asked for is gone: that is no success. A reader that has seen enough is.
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let site = Site::start("full");
    for words in [
        vec!["run", "box", "--", "echo", "hi"],
        vec!["run", "--json", "box", "--", "echo", "hi"],
        vec!["run", "--tag", "lab", "--", "echo", "hi"],
        vec!["plan", "box", "--", "echo", "hi"],
        vec!["hosts"],
        vec!["hosts", "--json"],
        vec!["--help"],
    ] {
        let mut command = site.command(&words);
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}: {told}");
        assert!(
            told.ends_with(
                "mcp-ssh: the output could not be written: No space left on device (os error 28)\n"
            ),
            "{words:?}: {told}"
        );

        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = site.command(&words).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}");
    }
}

/// Where records cannot be written, nothing runs: that is no status of the command.
#[test]
fn a_stderr_that_is_full_runs_nothing_and_says_so_by_its_status() {
    let (site, _pipe, line) = reading_a_pipe("fullerr");
    for level in ["WARN", "DEBUG"] {
        let mut command = site.command(&["run", "box", "--", &line]);
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = command.env("LOG_LEVEL", level).stderr(full).output();
        assert_eq!(output.unwrap().status.code(), Some(255), "{level}");
    }
}

/// `ulimit -f`: the system would end the process by SIGXFSZ.
#[test]
fn a_file_that_may_not_grow_is_an_error_of_its_own() {
    let site = Site::start("xfsz");
    let file = site.path("out");
    let command = site.command(&["run", "box", "--", "echo", "hi"]);
    let mut shell = started_by(&["sh", "-c", "ulimit -f 0; exec \"$@\"", "sh"], &command);
    let output = shell.stdout(File::create(&file).unwrap()).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("File too large"), "{told}");
}
