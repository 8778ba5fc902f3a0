//! `check --watch`: a check for each change, and the status of the last one.

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::fixture::Fixture;

const ONE_RULE: &str = "rules: [{action: allow, commands: [uptime]}]\n";
const TWO_RULES: &str =
    "rules: [{action: allow, commands: [uptime]}, {action: allow, commands: [id]}]\n";

struct Watching {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watching {
    fn start(fixture: &Fixture, words: &[&str]) -> Self {
        let mut server = fixture.server();
        let server = server.args(["check", "--watch"]).args(words);
        let mut child = server
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }

    /// The lines of one check: from the line with the time to the verdict.
    fn check(&mut self) -> Vec<String> {
        let first = self.line();
        assert!(
            first.starts_with("--- 20") && first.ends_with("Z ---"),
            "{first}"
        );
        let mut lines = Vec::new();
        while lines
            .last()
            .is_none_or(|line: &String| !line.starts_with("verdict: "))
        {
            lines.push(self.line());
        }
        lines
    }

    /// Ends it as Ctrl-C does; gives its status.
    fn interrupt(mut self) -> i32 {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::INT).unwrap();
        self.child.wait().unwrap().code().unwrap()
    }
}

#[test]
fn each_change_of_a_file_is_checked() {
    let fixture = Fixture::one_host(22);
    fixture.write("config/policy.yml", ONE_RULE);
    let mut watching = Watching::start(&fixture, &[]);
    assert!(watching.check().contains(&"rules: 1".to_owned()));
    // Written in place.
    fixture.write("config/policy.yml", TWO_RULES);
    assert!(watching.check().contains(&"rules: 2".to_owned()));
    // Renamed over the old one, as editors do.
    fixture.write("config/new", ONE_RULE);
    fs::rename(
        fixture.path("config/new"),
        fixture.path("config/policy.yml"),
    )
    .unwrap();
    assert!(watching.check().contains(&"rules: 1".to_owned()));
    // The tests of the policy come to be, and do not hold.
    let tests = "- {alias: web, command: id, expect: allow}\n";
    fixture.write("config/policy_tests.yml", tests);
    assert!(
        watching
            .check()
            .contains(&"policy tests: 1, 1 failed".to_owned())
    );
    // Another file of the directory is nobody's.
    fixture.write("config/notes.txt", "x");
    fixture.write("config/policy_tests.yml", &tests.replace("id,", "uptime,"));
    assert!(
        watching
            .check()
            .contains(&"policy tests: 1, 0 failed".to_owned())
    );
    assert_eq!(watching.interrupt(), 0);
}

#[test]
fn the_status_is_that_of_the_last_check() {
    let fixture = Fixture::one_host(22);
    fixture.write("config/policy.yml", ONE_RULE);
    let mut watching = Watching::start(&fixture, &["--json"]);
    let mut object = || -> Value { serde_json::from_str(&watching.line()).unwrap() };
    assert_eq!(object()["ok"], true);
    fixture.write("config/policy.yml", "rules: 1\n");
    assert_eq!(object()["ok"], false);
    assert_eq!(watching.interrupt(), 1);
}
