//! `audit report`: its counts by hand, as text and as a page, and the file that it writes.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::{chained, command_line::audit, sha256, text};

/// A day of three sessions: each line is what it says, and the tables are counted by hand below.
pub fn day() -> Vec<String> {
    let decision = |ts: f64, alias: &str, task: &str, more: Value| {
        let mut record = json!({"type": "policy_decision", "ts": ts, "alias": alias, "hash": "0123456789abcdef",
            "allowed": true, "rule": "rules[0] `look`", "task_id": task, "client": "suite 1"});
        record
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        record
    };
    let outcome = |ts: f64, alias: &str, task: &str, more: Value| {
        let mut record = json!({"type": "audit", "ts": ts, "alias": alias, "hash": "0123456789abcdef",
            "exit_code": 0, "duration_ms": 1500, "bytes_out": 1, "bytes_err": 0, "task_id": task});
        record
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        record
    };
    let denied =
        json!({"allowed": false, "reason": "default_deny", "rule": null, "command": "reboot"});
    let person = |ts: f64, event: &str| {
        json!({"type": "approval", "ts": ts, "event": event, "aliases": ["web", "db"], "hash": "fedcba9876543210",
            "rules": ["rules[1] `restart`"], "task_id": "t4", "via": "approver", "uid": 1000, "forwarded": true})
    };
    let start = 1_795_824_000.0;
    chained(&[
        (
            "a",
            decision(start, "web", "t1", json!({"command": "uptime"})),
        ),
        (
            "a",
            outcome(start + 2.0, "web", "t1", json!({"command": "uptime"})),
        ),
        (
            "a",
            decision(start + 3.0, "web", "t2", json!({"become": "root"})),
        ),
        (
            "a",
            outcome(
                start + 65.0,
                "web",
                "t2",
                json!({"exit_code": 3, "duration_ms": 62_000}),
            ),
        ),
        ("b", decision(start + 70.0, "db", "t3", denied.clone())),
        ("b", decision(start + 71.0, "web", "t3", denied)),
        ("b", person(start + 80.0, "asked")),
        ("b", person(start + 90.0, "refused")),
        (
            "b",
            json!({"type": "security_event", "ts": start + 95.0, "event_type": "invalid_command",
            "reason": "hostile_characters", "alias": "db"}),
        ),
        ("c", decision(start + 86_400.0, "db", "t5", json!({}))),
        (
            "c",
            outcome(
                start + 86_401.0,
                "db",
                "t5",
                json!({"exit_code": -1, "error": "connection refused"}),
            ),
        ),
        ("c", decision(start + 86_402.0, "db", "t6", json!({}))),
        (
            "c",
            json!({"type": "trace", "ts": start + 86_403.0, "op": "run_done"}),
        ),
    ])
}

/// The rows of one table of a page: each a line of its cells' texts.
fn table(page: &str, id: &str) -> Vec<String> {
    let begins = format!("id={id}>");
    let section = page.split_once(&begins).unwrap().1;
    let section = section.split_once("</section>").unwrap().0;
    let section = section.replace("</table>", "<p");
    let rows = section.split("<tr").skip(1);
    let rows = rows.map(|row| row.split("<p").next().unwrap());
    let rows = rows.filter(|row| !row.contains("<th scope=col"));
    let row = |row: &str| {
        let mut text = String::new();
        for piece in row.split('<').skip(1) {
            let (tag, words) = piece.split_once('>').unwrap();
            if tag.starts_with("td") || tag.starts_with("th ") {
                text.push('|');
            }
            text.push_str(words.trim());
        }
        text
    };
    rows.map(row).collect()
}

#[test]
fn the_summary_counts_what_the_trail_holds() {
    let lines = day();
    let (status, stdout, stderr) = audit(&["report", "-"], text(&lines).as_bytes());
    assert_eq!((status, stderr.as_str()), (0, ""));
    let head = sha256(lines[12].as_bytes());
    let expected = format!(
        "The chain is whole: 13 lines of 3 sessions are as written\nhead {head}\n\
         Lines that are gone from the end leave a chain that is whole: compare the head with one that was noted \
         elsewhere (--head).\n\
         2026-11-28 00:00:00 to 2026-11-29 00:00:03 UTC
        3  sessions
        4  commands were allowed
        1  ended with exit status 0
        2  failed
        1  of them never ran
        1  have no end on record
        2  were denied
        1  questions to a person
        1  of them refused
        1  security events

By host
        1 succeeded, 1 failed, 1 denied, 1 asked  web
        0 succeeded, 1 failed, 1 denied, 0 asked  db

By rule
        4 allowed, 0 denied, 0 asked  rules[0] `look`
        0 allowed, 0 denied, 1 asked  rules[1] `restart`

By sudo, as
        1 allowed, 0 denied, 0 asked  root

Most denied
        2  default_deny: reboot

Approvals
  2026-11-28 00:01:20  refused (approver, forwarded by user 1000); web, db: rules[1] `restart`

Slowest
   1 min 2 s  web: 0123456789abcdef
       1.5 s  web: uptime
       1.5 s  db: 0123456789abcdef
"
    );
    assert_eq!(stdout, expected);
}

#[test]
fn since_leaves_out_what_was_before_and_the_chain_is_that_of_all() {
    let lines = text(&day());
    for (since, allowed) in [
        ("2026-11-29", Some(2)),
        ("2026-11-28T00:00:03", Some(3)),
        ("2026-11-28 00:00:04Z", Some(2)),
        ("60000w", Some(4)),
        ("yesterday", None),
        ("7", None),
        ("-1d", None),
    ] {
        let words = ["report", "--since", since, "-"];
        let (status, stdout, stderr) = audit(&words, lines.as_bytes());
        let Some(allowed) = allowed else {
            assert_eq!((status, stdout.as_str()), (2, ""), "{since}");
            assert!(stderr.contains("--since is 24h"), "{stderr}");
            continue;
        };
        assert_eq!((status, stderr.as_str()), (0, ""), "{since}");
        assert!(stdout.contains("13 lines of 3 sessions"), "{stdout}");
        let told = format!("{allowed:>9}  commands were allowed");
        assert!(stdout.contains(&told), "{since}: {stdout}");
    }
}

#[test]
fn a_chain_that_is_broken_is_reported_and_the_status_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let page = directory.path().join("page.html");
    let changed = text(&day()).replace("suite 1", "suite 2");
    let words = ["report", "--html", page.to_str().unwrap(), "-"];
    let (status, stdout, stderr) = audit(&words, changed.as_bytes());
    let fault = "/dev/stdin:1: was changed, or lines after it were removed";
    assert_eq!((status, stderr.trim_end()), (1, fault));
    assert!(stdout.starts_with("The chain is broken; see "), "{stdout}");
    let page = fs::read_to_string(page).unwrap();
    let told = format!("<b>First bad line</b> <code>{fault}</code>");
    assert!(page.contains(&told) && page.contains("class=\"chain bad\""));
    let (status, stdout, _) = audit(&["report", "-"], changed.as_bytes());
    assert_eq!(status, 1);
    let told = format!("The chain is broken\nfirst bad line {fault}\n");
    assert!(stdout.starts_with(&told), "{stdout}");
    // What is on the lines is reported all the same.
    assert!(
        stdout.contains("        4  commands were allowed\n"),
        "{stdout}"
    );
}

#[test]
fn the_page_has_each_table_and_joins_a_run_to_one_row() {
    let directory = tempfile::tempdir().unwrap();
    let (file, page) = (
        directory.path().join("audit.jsonl"),
        directory.path().join("page.html"),
    );
    fs::write(&file, text(&day())).unwrap();
    let words = [
        "report",
        file.to_str().unwrap(),
        "--html",
        page.to_str().unwrap(),
    ];
    assert_eq!(audit(&words, b"").0, 0);
    assert_eq!(
        fs::metadata(&page).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let page = fs::read_to_string(page).unwrap();
    assert_eq!(
        table(&page, "sessions"),
        [
            "|c|suite 1|2026-11-29 00:00:00|3.0 s||0|1|0|0",
            "|b|suite 1|2026-11-28 00:01:10|25.0 s||0|0|2|1",
            "|a|suite 1|2026-11-28 00:00:00|1 min 5 s||1|1|0|0",
        ]
    );
    assert_eq!(table(&page, "hosts"), ["|web|1|1|1|1|", "|db|0|1|1|0|"]);
    assert_eq!(
        table(&page, "rules"),
        ["|rules[0] `look`|4|0|0|", "|rules[1] `restart`|0|0|1|"]
    );
    assert_eq!(table(&page, "users"), ["|root|1|0|"]);
    assert_eq!(
        table(&page, "denials"),
        ["|2|default_deny|reboot|0123456789abcdef|2026-11-28 00:01:11"]
    );
    assert_eq!(
        table(&page, "approvals"),
        [
            "|2026-11-28 00:01:20|web, db|rules[1] `restart`|fedcba9876543210||approver, forwarded by user 1000|refused|10.0 s"
        ]
    );
    assert_eq!(table(&page, "slowest").len(), 3);
    assert_eq!(
        table(&page, "records-title"),
        [
            "|2026-11-29 00:00:02|no end|db|0123456789abcdef|rules[0] `look`||suite 1|12",
            "|2026-11-29 00:00:00|failed|db|0123456789abcdef|rules[0] `look`connection refused|1.5 s|suite 1|10",
            "|2026-11-28 00:01:35|security|db||invalid_command: hostile_characters|||9",
            "|2026-11-28 00:01:30|approval|web and 1 more|fedcba9876543210|rules[1] `restart`refused; approver, forwarded by user 1000|||8",
            "|2026-11-28 00:01:20|approval|web and 1 more|fedcba9876543210|rules[1] `restart`asked; approver, forwarded by user 1000|||7",
            "|2026-11-28 00:01:11|denied|web|reboot|default_deny||suite 1|6",
            "|2026-11-28 00:01:10|denied|db|reboot|default_deny||suite 1|5",
            "|2026-11-28 00:00:03|failed|web|0123456789abcdef|rules[0] `look`as root; exit 3|1 min 2 s|suite 1|3",
            "|2026-11-28 00:00:00|succeeded|web|uptime|rules[0] `look`|1.5 s|suite 1|1",
        ]
    );
}

#[test]
fn each_answer_is_told_by_its_sense_and_by_whom() {
    let senses: [(&str, &[&str]); 3] = [
        (
            "s",
            &[
                "approved_once",
                "approved_for_session",
                "approved_for_minutes",
            ],
        ),
        (
            "d",
            &["refused", "declined", "stranger", "same_user", "invalid"],
        ),
        (
            "f",
            &[
                "dismissed",
                "undecided",
                "unclear",
                "failed",
                "abandoned",
                "expired",
                "cancelled",
                "approved_by_nobody",
            ],
        ),
    ];
    for (class, events) in senses {
        for event in events {
            for (more, by) in [
                (json!({"via": "client"}), "client"),
                (json!({"via": "terminal", "forwarded": true}), "terminal"),
                (
                    json!({"via": "approver", "uid": 1000}),
                    "approver, user 1000",
                ),
                (json!({"via": 7, "uid": "root"}), ""),
            ] {
                let mut record = json!({"type": "approval", "event": event, "aliases": ["web"], "hash": "h",
                    "rules": ["ask"], "ts": 1.8e9});
                record
                    .as_object_mut()
                    .unwrap()
                    .extend(more.as_object().unwrap().clone());
                let lines = text(&chained(&[("s", record)]));
                let directory = tempfile::tempdir().unwrap();
                let page = directory.path().join("page.html");
                let words = ["report", "--html", page.to_str().unwrap(), "-"];
                assert_eq!(audit(&words, lines.as_bytes()).0, 0);
                let page = fs::read_to_string(page).unwrap();
                let word = event.replace('_', " ");
                let row = format!("|2027-01-15 08:00:00|web|ask|h||{by}|{word}|0 ms");
                assert_eq!(table(&page, "approvals"), [row]);
                assert!(
                    page.contains(&format!("<b class=\"e {class}\">{word}</b>")),
                    "{event}"
                );
            }
        }
    }
}
