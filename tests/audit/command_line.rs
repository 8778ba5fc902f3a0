//! `audit verify` and `audit tail`, as a person or a script calls them.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use super::{ask, audited, chain, sha256, start, text};

pub fn audit(words: &[&str], stdin: &[u8]) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mcp-ssh"))
        .arg("audit")
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that is refused before it reads closes the pipe.
    let _closed = child.stdin.take().unwrap().write_all(stdin);
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn verify_tells_the_head_or_the_first_fault() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let lines = chain(&["a", "a", "b"]);
    let (good, bad) = (path("good"), path("bad"));
    fs::write(&good, text(&lines)).unwrap();
    fs::write(&bad, text(&lines).replace("0.5", "0.6")).unwrap();
    let (first, head) = (sha256(lines[0].as_bytes()), sha256(lines[2].as_bytes()));
    let whole = format!("3 lines of 2 sessions are as written\nhead {head}\n");
    let changed = format!("{bad}:1: was changed, or lines after it were removed\n");
    let there = format!("the expected head is there, 2 lines before the end\n{whole}");
    let none = "0".repeat(64);
    let gone = format!(
        "{good}:3: is the last line, and the expected head is not among the lines: lines were \
         removed from the end, or made anew\n"
    );
    for (words, stdin, expected) in [
        (
            vec!["verify", &*good],
            "",
            (0, whole.clone(), String::new()),
        ),
        (
            vec!["verify", "-"],
            &*text(&lines),
            (0, whole.clone(), String::new()),
        ),
        (vec!["verify", &*bad], "", (1, String::new(), changed)),
        (
            vec!["verify", "--head", &*first, &*good],
            "",
            (0, there, String::new()),
        ),
        (
            vec!["verify", "--head", &*none, &*good],
            "",
            (1, String::new(), gone),
        ),
        (
            vec!["verify", "/nowhere"],
            "",
            (
                1,
                String::new(),
                "/nowhere:0: cannot be read: No such file or directory (os error 2)\n".to_owned(),
            ),
        ),
    ] {
        assert_eq!(audit(&words, stdin.as_bytes()), expected, "{words:?}");
    }
    for words in [vec!["verify"], vec!["verify", "--head", "x", &*good]] {
        assert_eq!(audit(&words, b"").0, 2, "{words:?}");
    }
    let told = |words: &[&str]| -> Value { serde_json::from_str(&audit(words, b"").1).unwrap() };
    assert_eq!(
        told(&["verify", "--json", &good]),
        json!({"valid": true, "lines": 3, "sessions": 2, "notes": [], "lines_after_head": null,
               "head": head})
    );
    assert_eq!(
        told(&["verify", "--json", &bad]),
        json!({"valid": false, "file": bad, "line": 1,
               "fault": "was changed, or lines after it were removed"})
    );
}

#[test]
fn verify_reads_what_a_restarted_container_logged() {
    let lines = [chain(&["a", "a"]), chain(&["b"])].concat();
    let (status, _, stderr) = audit(&["verify", "-"], text(&lines).as_bytes());
    assert!(
        status == 1 && stderr.starts_with("/dev/stdin:3: begins anew: "),
        "{stderr}"
    );
    let (status, stdout, _) = audit(&["verify", "--restarts", "-"], text(&lines).as_bytes());
    let head = sha256(lines[1].as_bytes());
    let note = format!("/dev/stdin:3: begins anew; the head before it is {head}\n");
    assert!(status == 0 && stdout.starts_with(&note), "{stdout}");
}

#[test]
fn tail_shows_the_last_records_of_a_real_file() {
    let (fixture, file) = audited();
    let mut client = start(fixture);
    (0..6).for_each(|_| drop(ask(&mut client)));
    let (status, stdout, stderr) = audit(&["tail", &file], b"");
    assert_eq!(
        (status, stdout.lines().count(), stderr.as_str()),
        (0, 10, "")
    );
    let first = stdout.lines().next().unwrap();
    let (time, rest) = first.split_at(20);
    assert!(time.starts_with("20") && time.ends_with('Z'), "{first}");
    assert!(rest.starts_with(" denied web hash="), "{first}");
    assert!(rest.contains(" reason=deny_substring"), "{first}");
    assert!(!stdout.contains("prev"), "{stdout}");
    for (count, shown) in [("0", 0), ("1", 1), ("3", 3), ("12", 12), ("99", 13)] {
        assert_eq!(
            audit(&["tail", "-n", count, &file], b"").1.lines().count(),
            shown
        );
    }
    // From stdin everything, and the same.
    let all = audit(&["tail", "-n", "99", &file], b"").1;
    assert_eq!(audit(&["tail", "-"], &fs::read(&file).unwrap()).1, all);
}

/// Nothing of a file reaches a terminal raw, and no line takes much.
#[test]
fn tail_is_safe_with_what_is_no_record() {
    let lines = [
        "{\u{1b}[31mred\u{7}\u{202e}".to_owned(),
        json!({"type": "\u{1b}[2J", "ts": 1.0, "alias": "\u{9b}x", "a\u{1b}": "\u{202e}\n"})
            .to_string(),
        "x".repeat(1_000_000),
        "{\"type\":\"audit\",\"exit_code\":3".to_owned(),
    ];
    let (status, stdout, _) = audit(&["tail", "-"], text(&lines).as_bytes());
    assert_eq!(status, 0);
    let controls = |letter: char| letter.is_control() && letter != '\n';
    assert!(
        !stdout.contains(controls) && !stdout.contains('\u{202e}'),
        "{stdout:?}"
    );
    let shown: Vec<&str> = stdout.lines().collect();
    assert_eq!(shown[0], "no record {\u{fffd}[31mred\u{fffd}\u{fffd}");
    assert_eq!(shown[1].split(' ').next(), Some("1970-01-01T00:00:01Z"));
    assert!(shown.iter().all(|line| line.len() < 300), "{shown:?}");
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("x");
    let (status, _, stderr) = audit(&["tail", missing.to_str().unwrap()], b"");
    assert!(
        status == 1 && stderr.contains("cannot be read: No such file"),
        "{stderr}"
    );
}

/// What comes is shown, from the file that has the name, too; a part of a line is waited for.
#[test]
fn tail_follows_a_file_that_grows_and_is_moved_away() {
    use std::io::{BufRead, BufReader};
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("audit.jsonl");
    let line = |op: &str| json!({"type": "trace", "ts": 1.0, "op": op}).to_string();
    fs::write(&file, format!("{}\n{}\n", line("one"), line("two"))).unwrap();
    let mut tail = Command::new(env!("CARGO_BIN_EXE_mcp-ssh"))
        .args(["audit", "tail", "-f", "-n", "1"])
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut shown = BufReader::new(tail.stdout.take().unwrap()).lines();
    let mut next = || shown.next().unwrap().unwrap();
    assert!(next().ends_with(" two"));
    let mut grown = fs::OpenOptions::new().append(true).open(&file).unwrap();
    let (begin, rest) = (&line("three")[..9], &line("three")[9..]);
    write!(grown, "{}\n{begin}", line("more")).unwrap();
    assert!(next().ends_with(" more"));
    writeln!(grown, "{rest}").unwrap();
    assert!(next().ends_with(" three"));
    fs::rename(&file, directory.path().join("audit.jsonl.1")).unwrap();
    writeln!(grown, "{}", line("late")).unwrap();
    fs::write(&file, format!("{}\n", line("new"))).unwrap();
    assert!(next().ends_with(" late"));
    assert!(next().ends_with(" new"));
    // What is no file is not waited for: each line that is shown is one more look at the path.
    let moved = directory.path().join("audit.jsonl.2");
    fs::rename(&file, &moved).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(&file)
            .status()
            .unwrap()
            .success()
    );
    let mut grown = fs::OpenOptions::new().append(true).open(&moved).unwrap();
    for op in ["beside a fifo", "and again"] {
        writeln!(grown, "{}", line(op)).unwrap();
        assert!(next().ends_with(op));
    }
    fs::remove_file(&file).unwrap();
    fs::write(&file, format!("{}\n", line("last"))).unwrap();
    assert!(next().ends_with(" last"));
    tail.kill().unwrap();
    tail.wait().unwrap();
}

/// What the document shows works: each recipe on a real file, and each command that it names.
#[test]
fn the_recipes_of_the_document_work() {
    let document = include_str!("../../docs/AUDIT.md");
    let (fixture, file) = audited();
    let mut client = start(fixture);
    ask(&mut client);
    let directory = std::path::Path::new(&file).parent().unwrap();
    let hash = "printf %s 'systemctl status nginx' | sha256sum | cut -c1-16\n897ee69a3f0c2f96\n";
    assert!(document.contains(hash));
    let mut recipes = 0;
    for line in document.lines() {
        let line = line.trim_start_matches("$ ");
        let Some(command) = ["jq ", "printf ", "mcp-ssh audit tail -n"]
            .iter()
            .find_map(|start| line.starts_with(start).then_some(line))
        else {
            continue;
        };
        let command = command.replace("mcp-ssh ", concat!(env!("CARGO_BIN_EXE_mcp-ssh"), " "));
        let command = command.replace("TASK_ID", "x");
        let output = Command::new("sh")
            .args(["-c", &command])
            .current_dir(directory)
            .output();
        let Output {
            status,
            stderr,
            stdout,
        } = output.unwrap();
        let stderr = String::from_utf8(stderr).unwrap();
        assert!(
            status.success() && stderr.is_empty(),
            "{command}: {stderr}: apt-get install jq"
        );
        let finds = ["denied", "allowed ==", "config_sha256", "printf", "tail"];
        if finds.iter().any(|part| command.contains(part)) {
            assert!(!stdout.is_empty(), "{command}");
        }
        recipes += 1;
    }
    assert_eq!(recipes, 10);
}
