//! What the approver shows of a file: the test is the server that asks.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use serde_json::{Value, json};

use super::approver_hostile::answer;
use crate::support::approver::{ApproverTerminal, HookedApprover, SocketPlace};

const SHA256: &str = "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7";

/// A server's connection to the approver.
struct Asking {
    lines: BufReader<UnixStream>,
    question: Value,
    line: String,
}

impl Asking {
    /// Asks about a file; `change` is what a write changes.
    fn begin(place: &SocketPlace, access: &str, change: Option<&str>) -> Self {
        let stream = UnixStream::connect(place.socket()).unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        let mut hello = String::new();
        lines.read_line(&mut hello).unwrap();
        let hello: Value = serde_json::from_str(&hello).unwrap();
        assert_eq!(
            (&hello["approver"], &hello["files"]),
            (&json!(1), &json!(true))
        );
        let content = change.map_or_else(String::new, |_| format!(" (2 bytes, sha256 {SHA256})"));
        let mut question = json!({
            "nonce": "0123456789abcdef0123456789abcdef",
            "hosts": ["web1"],
            "tag": null,
            "users": ["deploy"],
            "line": format!("{access} `/etc/a (b).conf`{content}"),
            "rules": ["files[0] `config`"],
            "client": "suite 1",
            "server": "mcp-ssh 0.1.0, process 1",
            "config_sha256": "c",
            "expires_in": 300,
            "access": access,
        });
        if let Some(change) = change {
            question["change"] = change.into();
        }
        let line = question.to_string();
        writeln!(&stream, "{line}").unwrap();
        Self {
            lines,
            question,
            line,
        }
    }

    /// The answer that comes; nothing where the approver ends without one.
    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    /// What a person's answer must be, so that it is one to this question.
    fn expected(&self, decision: &str) -> Value {
        let decision = format!("\"decision\":\"{decision}\"");
        serde_json::from_str(&answer(&self.question, &self.line, &decision)).unwrap()
    }
}

#[test]
fn a_change_is_read_page_by_page_before_a_yes_counts() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 20);
    let rows: String = (1..40)
        .map(|number| format!("\n+line {number} of many"))
        .collect();
    let change = format!("@@ -1,1 +1,39 @@\n-old{rows}\n stays\n\\ ␠ is a blank");
    let mut asking = Asking::begin(&place, "write", Some(&change));
    let mut shown = terminal.shows("[space] shows the rest");
    assert!(
        shown.contains("asked: web1: write `/etc/a (b).conf`\u{1b}"),
        "{shown}"
    );
    // No yes before the end, on any page.
    for _ in 0..2 {
        shown += &terminal.press_in_time("y", "read it to its end first");
        shown += &terminal.press_in_time(" ", "shows the rest");
    }
    shown += &terminal.press_in_time(" ", "[y] yes, once");
    for row in [
        "  hosts    │ web1\n",
        "  change   │ \u{1b}[1m@@ -1,1 +1,39 @@\u{1b}[0m\n",
        "           │ \u{1b}[31m-old\u{1b}[0m\n",
        "           │ \u{1b}[32m+line 1 of many\u{1b}[0m\n",
        "           │ \u{1b}[32m+line 20 of many\u{1b}[0m\n",
        "           │ \u{1b}[32m+line 39 of many\u{1b}[0m\n",
        "           │  stays\n",
        "           │ \u{1b}[33m\\ ␠ is a blank\u{1b}[0m\n",
    ] {
        assert!(shown.contains(row), "{row}\n{shown}");
    }
    let file = format!("  file     │ write `/etc/a (b).conf` (2 bytes, sha256 {SHA256})\n");
    assert!(
        shown
            .replace("\n           │ f03fe", "f03fe")
            .contains(&file),
        "{shown}"
    );
    terminal.press_in_time("y", "approved once");
    let answered: Value = serde_json::from_str(&asking.answer()).unwrap();
    assert_eq!(answered, asking.expected("once"));
}

/// A row that goes on in the next one has another margin there: what stands behind it is no row.
#[test]
fn no_row_of_a_change_looks_like_another_or_like_a_field() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 60);
    let crafted = format!(
        "{:67}-old\n{:67}  command  │ uptime\u{1b}[2J\u{202e}\u{5d0}\r",
        "+x", "+y"
    );
    let mut asking = Asking::begin(&place, "edit", Some(&crafted));
    let shown = terminal.shows("[n] no");
    assert!(
        shown.contains("\n           ┆ \u{1b}[32m-old\u{1b}[0m\n"),
        "{shown}"
    );
    let goes_on =
        "\n           ┆ \u{1b}[32m  command  │ uptime\\u{1b}[2J\\u{202e}\\u{5d0}\\u{d}\u{1b}[0m\n";
    assert!(shown.contains(goes_on), "{shown}");
    terminal.press_in_time("n", "refused");
    let answered: Value = serde_json::from_str(&asking.answer()).unwrap();
    assert_eq!(answered, asking.expected("refuse"));

    let mut asking = Asking::begin(&place, "read", None);
    let shown = terminal.shows("[n] no");
    assert!(
        shown.contains("  file     │ read `/etc/a (b).conf`\n"),
        "{shown}"
    );
    assert!(!shown.contains("  change"), "{shown}");
    terminal.press_in_time("y", "approved once");
    assert!(asking.answer().contains("once"));
}

#[test]
fn a_hook_gets_the_change_and_the_log_names_the_file_alone() {
    let place = SocketPlace::new();
    let copy = place.path().join("question");
    let hook = place.program(&format!(
        "#!/bin/sh\ntee '{}' | sed 's/.*\"nonce\":\"\\([0-9a-f]*\\)\".*/{{\"nonce\":\"\\1\",\"decision\":\"once\"}}/'\n",
        copy.display()
    ));
    let approver = HookedApprover::start(&place, &hook);
    let mut asking = Asking::begin(&place, "write", Some("@@ -0,0 +1,1 @@\n+a"));
    let answered: Value = serde_json::from_str(&asking.answer()).unwrap();
    assert_eq!(answered, asking.expected("once"));
    let told: Value = serde_json::from_slice(&std::fs::read(copy).unwrap()).unwrap();
    assert_eq!(told, asking.question);
    assert_eq!(
        approver.says("asked: "),
        "asked: web1: write `/etc/a (b).conf`"
    );
}
