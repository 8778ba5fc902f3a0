//! One record of the trail as one line for a person.
//!
//! Takes the bytes of a line. Gives when, what, where, and the other fields: all of them into a pipe; on a terminal what
//! tells most, cut to its width, and no line for the end of a run, which the outcome tells. Refuses control
//! characters: none of the file reaches a terminal.

use serde_json::{Map, Value};

use super::terminal_text::foreign;
use super::{Paint, Terminal};
use crate::audit::ApprovalSense;
use crate::clock;
use mcp_ssh_yaml::diagnostic::visible;

/// What stands before a line that is no record.
const NO_RECORD: &str = "no record";
/// How much of a line is shown that is a piece of a record.
const SHOWN: usize = 200;
/// Fields that speak for themselves, and those that need their name; on a terminal.
const TELLING: [&str; 7] = [
    "command",
    "access",
    "path",
    "msg",
    "error",
    "reason",
    "attempted_path",
];
const NAMED: [&str; 9] = [
    "become",
    "resolved",
    "rule",
    "approved",
    "by",
    "via",
    "exit_signal",
    "process",
    "kex",
];
/// Fields that are shown in front, or that only a proof needs.
const PLUMBING: [&str; 21] = [
    "type",
    "ts",
    "timestamp",
    "seq",
    "session",
    "prev",
    "config_sha256",
    "request_id",
    "traceparent",
    "tracestate",
    "output_sha256",
    "kind",
    "level",
    "alias",
    "allowed",
    "exit_code",
    "event",
    "event_type",
    "target",
    "op",
    "phase",
];

/// The line of a record; none where another line tells the same.
pub fn shown_line(line: &[u8], terminal: &Terminal) -> Option<String> {
    let width = terminal.columns();
    let Ok(Value::Object(record)) = serde_json::from_slice(line) else {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        let told: String = if text.starts_with('{') {
            let begin: String = text.chars().take(SHOWN).collect();
            shown(&begin, width)
        } else {
            format!(
                "({} bytes, not shown: this may be another file)",
                text.len()
            )
        };
        let room = width.unwrap_or(usize::MAX);
        return Some(format!(
            "{} {}",
            terminal.coloured(NO_RECORD, Paint::Red),
            cut(&told, room.saturating_sub(columns(NO_RECORD) + 1))
        ));
    };
    if width.is_some() && text(&record, "op") == Some("run_done") {
        return None;
    }
    let ts = record.get("ts").and_then(Value::as_f64);
    let time = clock::timestamp(ts.unwrap_or_default());
    let (what, paint) = what(&record);
    let what = shown(&what, width);
    let alias = text(&record, "alias").unwrap_or_default();
    let (time, rest) = match width {
        None => (time, format!("{alias}{}", every_field(&record))),
        // The day and the second: `11-30 07:12:03`.
        Some(_) => {
            let day_and_second = time.get(5..19).unwrap_or(&time).replace('T', " ");
            (
                day_and_second,
                format!("{alias}{}", telling_fields(&record)),
            )
        }
    };
    let rest = shown(rest.trim(), width);
    let room = width.unwrap_or(usize::MAX);
    let what = cut(&what, room.saturating_sub(time.len() + 1));
    let rest = cut(&rest, room.saturating_sub(time.len() + columns(&what) + 2));
    let what = match paint {
        Some(paint) => terminal.coloured(&what, paint),
        None => what,
    };
    Some(format!("{time} {what} {rest}").trim_end().to_owned())
}

/// Without what a terminal obeys or nobody sees; for a terminal also without letters that turn its line around.
fn shown(text: &str, width: Option<usize>) -> String {
    match width {
        Some(_) => foreign(text),
        None => text.chars().map(visible).collect(),
    }
}

/// The text, or its beginning and a sign of the cut, in so many columns.
fn cut(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    if room == 0 {
        return String::new();
    }
    let mut left = room.saturating_sub(1);
    let fits = |character: &char| {
        let taken = columns_of(*character);
        let fits = taken <= left;
        left = left.saturating_sub(taken);
        fits
    };
    text.chars().take_while(fits).chain(['\u{2026}']).collect()
}

fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// How many columns a terminal gives a character: two to those of East Asia and to pictures (Unicode, UAX 11).
fn columns_of(character: char) -> usize {
    match u32::from(character) {
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Every field that is no plumbing.
fn every_field(record: &Map<String, Value>) -> String {
    let is_said = |key: &str, value: &Value| {
        !PLUMBING.contains(&key) && !matches!(value, Value::Null | Value::Bool(false))
    };
    let said = record.iter().filter(|(key, value)| is_said(key, value));
    said.map(|(key, value)| match value.as_str() {
        Some(text) if !text.contains([' ', '"']) => format!(" {key}={text}"),
        Some(_) | None => format!(" {key}={value}"),
    })
    .collect()
}

/// What tells most, first; the hash where there is no command.
fn telling_fields(record: &Map<String, Value>) -> String {
    let sentences = TELLING.iter().filter_map(|key| text(record, key));
    let mut said: String = sentences.map(|text| format!(" {text}")).collect();
    let named = NAMED
        .iter()
        .filter_map(|key| Some((key, text(record, key)?)));
    said.extend(named.map(|(key, text)| format!(" {key}={text}")));
    if let Some(duration) = record.get("duration_ms").and_then(Value::as_u64) {
        said += &format!(" {duration} ms");
    }
    if let Some(hash) = text(record, "hash")
        .filter(|_| !record.contains_key("command") && !record.contains_key("path"))
    {
        said += &format!(" hash={hash}");
    }
    said
}

/// What a record tells of, in two words, and whether that is good or bad; a question, and an end without a decision, is
/// neither.
fn what(record: &Map<String, Value>) -> (String, Option<Paint>) {
    let kind = text(record, "type").or(text(record, "level"));
    let (green, red) = (Some(Paint::Green), Some(Paint::Red));
    match kind.unwrap_or("unknown") {
        "policy_decision" if record.get("allowed") == Some(&Value::Bool(true)) => {
            ("allowed".to_owned(), green)
        }
        "policy_decision" => ("denied".to_owned(), red),
        "connection" => ("connected".to_owned(), None),
        "audit" if record.contains_key("access") => {
            let is_done = record.get("exit_code") == Some(&Value::from(0));
            let told = if is_done { "done" } else { "not done" };
            (told.to_owned(), if is_done { green } else { red })
        }
        "audit" => match record.get("exit_code").and_then(Value::as_i64) {
            Some(0) => ("exit 0".to_owned(), green),
            Some(-1) | None => ("no exit status".to_owned(), red),
            Some(status) => (format!("exit {status}"), red),
        },
        "security_event" => {
            let event = text(record, "event_type").unwrap_or("unknown");
            (format!("security: {event}"), red)
        }
        "approval" => {
            let event = text(record, "event").unwrap_or("unknown");
            let paint = match ApprovalSense::of(event) {
                ApprovalSense::Approved => Paint::Green,
                ApprovalSense::Refused | ApprovalSense::Uncounted => Paint::Red,
                ApprovalSense::Asked | ApprovalSense::Undecided => Paint::Yellow,
            };
            (event.replace('_', " "), Some(paint))
        }
        "error" => ("error".to_owned(), red),
        "warn" => ("warn".to_owned(), Some(Paint::Yellow)),
        other => {
            let more = text(record, "phase").or(text(record, "op"));
            (more.unwrap_or(other).to_owned(), None)
        }
    }
}

fn text<'r>(record: &'r Map<String, Value>, key: &str) -> Option<&'r str> {
    record.get(key).and_then(Value::as_str)
}
