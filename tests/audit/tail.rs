//! `audit tail`: colours for a person, and a file that is followed whatever becomes of it.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A record of each kind, and what a person sees of it: its words, and the number of their colour.
fn kinds() -> Vec<(Value, &'static str, u8)> {
    let decision = |allowed: bool| json!({"type": "policy_decision", "allowed": allowed});
    let outcome = |status: i32| json!({"type": "audit", "exit_code": status});
    let approval = |event: &str| json!({"type": "approval", "event": event});
    vec![
        (decision(true), "allowed", 32),
        (decision(false), "denied", 31),
        (outcome(0), "exit 0", 32),
        (outcome(3), "exit 3", 31),
        (outcome(-1), "no exit status", 31),
        (approval("asked"), "asked", 33),
        (approval("approved_for_session"), "approved for session", 32),
        (approval("approved_for_minutes"), "approved for minutes", 32),
        (approval("refused"), "refused", 31),
        (approval("declined"), "declined", 31),
        (approval("stranger"), "stranger", 31),
        (approval("same_user"), "same user", 31),
        (approval("invalid"), "invalid", 31),
        (approval("undecided"), "undecided", 33),
        (approval("abandoned"), "abandoned", 33),
        (approval("approved_by_nobody"), "approved by nobody", 33),
        (
            json!({"type": "security_event", "event_type": "invalid_command"}),
            "security: invalid_command",
            31,
        ),
        (json!({"level": "warn"}), "warn", 33),
        (
            json!({"type": "progress", "phase": "running"}),
            "running",
            0,
        ),
    ]
}

#[test]
fn a_terminal_has_colours_unless_it_wants_none() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("audit.jsonl");
    let lines: String = kinds()
        .iter()
        .map(|(record, ..)| format!("{record}\n"))
        .collect();
    fs::write(&file, lines).unwrap();
    let tail = format!(
        "{} audit tail -n 99 {}",
        env!("CARGO_BIN_EXE_mcp-ssh"),
        file.display()
    );
    let seen = |words: &str, no_color: &str| {
        let mut script = Command::new("script");
        let script = script
            .args(["-qec", words, "/dev/null"])
            .env("NO_COLOR", no_color);
        let output = script.stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| panic!("script: {error}: install bsdutils"));
        String::from_utf8(output.stdout)
            .unwrap()
            .replace("\r\n", "\n")
    };
    let expected = |coloured: bool| -> String {
        let line = |(_, words, colour): &(Value, &str, u8)| match (coloured, colour) {
            (false, _) | (true, 0) => format!("01-01 00:00:00 {words}\n"),
            (true, colour) => format!("01-01 00:00:00 \u{1b}[{colour}m{words}\u{1b}[0m\n"),
        };
        kinds().iter().map(line).collect()
    };
    assert_eq!(seen(&tail, ""), expected(true));
    // stdout is what is coloured: stderr may go to a file.
    assert_eq!(seen(&format!("{tail} 2>/dev/null"), ""), expected(true));
    assert_eq!(seen(&tail, "1"), expected(false));
    let piped = expected(false).replace("01-01 00:00:00 ", "1970-01-01T00:00:00Z ");
    assert_eq!(seen(&format!("{tail} | cat"), ""), piped);
}

#[test]
fn a_terminal_has_one_event_a_line() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("audit.jsonl");
    let decision = json!({"type": "policy_decision", "ts": 0, "alias": "web-1", "hash": "ab", "allowed": true,
        "rule": "look", "target_ip": "10.0.0.1", "become": "root", "task_id": "cd", "command": "uptime"});
    let end = json!({"type": "audit", "ts": 1, "alias": "web-1", "hash": "ab", "exit_code": -1, "duration_ms": 24,
        "bytes_out": 3, "error": format!("\u{1b}{}", "very long ".repeat(20)), "task_id": "cd"});
    let done =
        json!({"type": "trace", "ts": 1, "op": "run_done", "task_id": "cd", "elapsed_ms": 24});
    fs::write(&file, format!("{decision}\n{end}\n{done}\n")).unwrap();
    let tail = format!(
        "{} audit tail {}",
        env!("CARGO_BIN_EXE_mcp-ssh"),
        file.display()
    );
    for (columns, cut) in [(0, 80), (80, 80), (60, 60)] {
        let mut script = Command::new("script");
        let words = format!("stty cols {columns}; {tail}");
        let script = script
            .args(["-qec", &words, "/dev/null"])
            .env("NO_COLOR", "1");
        let output = script.stdin(Stdio::null()).output().unwrap();
        let seen = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = seen.lines().collect();
        let [decided, ended] = lines.as_slice() else {
            panic!("{seen}");
        };
        assert_eq!(
            *decided,
            "01-01 00:00:00 allowed web-1 uptime become=root rule=look"
        );
        assert!(
            ended.starts_with("01-01 00:00:01 no exit status web-1 \u{fffd}very long"),
            "{ended}"
        );
        assert_eq!(ended.chars().count(), cut, "{ended}");
        assert!(ended.ends_with('\u{2026}'), "{ended}");
    }
    // Into a pipe goes all of it.
    let output = Command::new("sh").args(["-c", &tail]).output().unwrap();
    let seen = String::from_utf8(output.stdout).unwrap();
    assert_eq!(seen.lines().count(), 3);
    assert!(
        seen.contains("target_ip=10.0.0.1 become=root task_id=cd command=uptime"),
        "{seen}"
    );
}

/// What is no record, and a record that somebody made up, are cut as others are.
#[test]
fn no_line_of_a_terminal_is_wider_than_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("audit.jsonl");
    let long = "long_".repeat(60);
    let security = json!({"type": "security_event", "ts": 0, "event_type": long, "alias": long});
    fs::write(&file, format!("{{{long}\nno JSON {long}\n{security}\n")).unwrap();
    let tail = format!(
        "stty cols 80; {} audit tail {}",
        env!("CARGO_BIN_EXE_mcp-ssh"),
        file.display()
    );
    let mut script = Command::new("script");
    let script = script
        .args(["-qec", &tail, "/dev/null"])
        .env("NO_COLOR", "1");
    let output = script.stdin(Stdio::null()).output().unwrap();
    let seen = String::from_utf8(output.stdout).unwrap();
    let widths: Vec<usize> = seen.lines().map(|line| line.chars().count()).collect();
    assert!(
        widths.len() == 3 && widths.iter().all(|width| *width <= 80),
        "{widths:?}: {seen}"
    );
    let piped = tail.replace("stty cols 80; ", "");
    let output = Command::new("sh").args(["-c", &piped]).output().unwrap();
    let seen = String::from_utf8(output.stdout).unwrap();
    assert!(
        seen.contains(&format!("alias={long}")) || seen.contains(&long),
        "{seen}"
    );
}

struct Following {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Following {
    fn start(file: &std::path::Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-ssh"));
        let command = command.args(["audit", "tail", "--follow"]).arg(file);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn next(&mut self) -> String {
        let line = self.lines.next().unwrap().unwrap();
        line.split_once(' ').unwrap().1.to_owned()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn line(op: &str) -> String {
    json!({"type": "trace", "op": op}).to_string()
}

fn append(file: &std::path::Path, text: &str) -> File {
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)
        .unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn a_file_that_is_emptied_begins_anew() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("audit.jsonl");
    append(&file, &format!("{}\n{}\n", line("one"), line("two")));
    let mut following = Following::start(&file);
    assert_eq!([following.next(), following.next()], ["one", "two"]);
    // logrotate's copytruncate.
    File::create(&file).unwrap().set_len(0).unwrap();
    append(&file, &format!("{}\n", line("three")));
    assert_eq!(following.next(), "three");
    append(&file, &format!("{}\n", line("four")));
    assert_eq!(following.next(), "four");
}

/// A server that was killed while it wrote leaves half a line: what comes in the next file is shown all the same.
#[test]
fn half_a_line_of_a_file_that_was_moved_away_is_not_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("audit.jsonl");
    append(&file, &format!("{}\n", line("one")));
    let mut following = Following::start(&file);
    assert_eq!(following.next(), "one");
    append(&file, "{\"type\":\"tr");
    fs::rename(&file, directory.path().join("audit.jsonl.1")).unwrap();
    append(&file, &format!("{}\n", line("two")));
    let half = following.next();
    assert!(half.contains("record {\"type\":\"tr"), "{half}");
    assert_eq!(following.next(), "two");
}
