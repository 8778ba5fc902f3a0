//! Any bytes as a trail: the report is a page with no markup but ours, and a line for a terminal acts on none. Of a trail that
//! was written, each byte that is changed, taken away or added is found, where the head is known.
//!
//! The first two bytes of the input choose a place, the third what happens there, the rest is the trail; its lines are also the
//! commands of records that are written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::audit::{Expected, Trail, parse_digest, sha256};
use mcp_ssh::cli::{ChainTold, Terminal, TrailSummary, page, shown_line};
use serde_json::{Value, json};

const FILE: &str = "<img>audit'\".jsonl";
/// Records that are written: more show nothing new.
const MOST_RECORDS: usize = 20;
/// Seconds since 1970 when the report is made.
const NOW: f64 = 1_800_000_000.0;

fuzz_target!(|input: &[u8]| {
    if let [high, low, what, trail @ ..] = input {
        read(trail);
        let (lines, head) = written(trail);
        assert!(verifies(&lines, &head));
        read(&lines);
        let place = usize::from(*high) << 8 | usize::from(*low);
        let other = changed(&lines, place, *what);
        assert!(
            other == lines || !verifies(&other, &head),
            "{}",
            String::from_utf8_lossy(&other)
        );
    }
});

/// Reads a trail as `audit report --html` and `audit tail` do.
fn read(trail: &[u8]) {
    let mut summary = TrailSummary::new(0.0, NOW);
    let mut found = Trail::new(Expected::default());
    let read = found.read(FILE, &mut &*trail, &mut |row| summary.add(row));
    read.expect("memory is read");
    let (counts, chain) = found.finish();
    let told = ChainTold::of(counts, &chain);
    let mut out = Vec::new();
    page(&[FILE.to_owned()], &summary, &told, &mut out).expect("memory is written");
    let text = String::from_utf8(out).expect("a page is text");
    for tag in text.split('<').skip(1) {
        let name: String = tag
            .chars()
            .take_while(|next| next.is_ascii_alphanumeric() || *next == '/')
            .collect();
        let is_ours =
            OURS.contains(&name.trim_start_matches('/')) || tag.starts_with("!doctype html>");
        assert!(is_ours, "<{tag}");
    }
    let acts = |character: char| character.is_control() && character != '\n';
    assert!(!text.contains(acts));
    let terminal = Terminal::new();
    for line in trail.split(|byte| *byte == b'\n') {
        let shown = shown_line(line, &terminal).unwrap_or_default();
        assert!(!shown.contains(char::is_control), "{shown:?}");
    }
}

/// The elements of the page.
const OURS: [&str; 38] = [
    "b",
    "body",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "header",
    "html",
    "i",
    "input",
    "label",
    "legend",
    "main",
    "meta",
    "option",
    "p",
    "rect",
    "section",
    "select",
    "span",
    "style",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "th",
    "thead",
    "title",
    "tr",
];

/// Records whose commands are the lines of a text, chained as docs/AUDIT.md says, and the hash of the last line.
fn written(text: &[u8]) -> (Vec<u8>, String) {
    let mut lines = Vec::new();
    let mut head = "0".repeat(64);
    for (seq, command) in text
        .split(|byte| *byte == b'\n')
        .take(MOST_RECORDS)
        .enumerate()
    {
        let command = String::from_utf8_lossy(command);
        let mut record: Value = json!({
            "type": "policy_decision", "ts": NOW, "alias": command, "hash": "h", "command": command, "allowed": seq % 2 == 0,
            "reason": command, "rule": command,
        });
        record["seq"] = seq.into();
        record["session"] = "s".into();
        record["prev"] = head.into();
        let line = record.to_string();
        head = sha256(line.as_bytes());
        lines.extend_from_slice(line.as_bytes());
        lines.push(b'\n');
    }
    (lines, head)
}

fn verifies(lines: &[u8], head: &str) -> bool {
    let expected = Expected {
        head: parse_digest(head),
        ..Expected::default()
    };
    let mut trail = Trail::new(expected);
    trail
        .read(FILE, &mut &*lines, &mut |_| {})
        .expect("memory is read");
    trail
        .finish()
        .1
        .is_ok_and(|verified| verified.after_head == Some(0))
}

/// The bytes with one more, one less, another one, or without their end from a place on.
fn changed(lines: &[u8], place: usize, what: u8) -> Vec<u8> {
    let mut changed = lines.to_vec();
    let place = place % lines.len();
    match what % 4 {
        0 => changed[place] = what,
        1 => changed.insert(place, what),
        2 => drop(changed.remove(place)),
        _ => changed.truncate(place),
    }
    changed
}
