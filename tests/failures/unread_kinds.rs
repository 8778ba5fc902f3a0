//! A client that does not read, whatever kind of answer or news waits for it: documents, lists, errors with and without
//! an id, refusals of calls, reloads, messages of the log, progress.

use serde_json::{Value, json};

use super::unread::{Deaf, FITTING, is_left_out};
use crate::support::fixture::Fixture;

/// More answers of a kilobyte than have room beside [`FITTING`] long ones; what has none is an error.
const MANY: usize = 1500;

/// A request, by its number.
type Asking = fn(usize) -> (&'static str, Value);

/// Asks so often, while nobody reads; then reads it all.
fn ask(fixture: &Fixture, what: &str, asking: Asking) {
    let mut deaf = Deaf::of(fixture);
    deaf.ask_long(FITTING);
    for number in 0..MANY {
        let (method, mut params) = asking(number);
        // More than the pipe holds, so that most are answered before the first answer is read.
        params["_meta"] = json!({"pad": "x".repeat(2000)});
        deaf.send(&json!(number), method, params);
    }
    deaf.send(&json!("last"), "ping", json!({}));
    let answers = deaf.answers_until(&json!("last"));
    let answered = answers.iter().filter(|answer| answer["id"].is_u64());
    assert_eq!(answered.count(), MANY, "{what}: each is answered");
    let whole = answers.iter().filter(|answer| !is_left_out(answer)).count();
    assert!((FITTING + 10..MANY).contains(&whole), "{what}: {whole}");
    deaf.needed_little(what);
    deaf.send(&json!("again"), "ping", json!({}));
    assert_eq!(deaf.answer()["id"], "again", "{what}");
    deaf.end();
}

/// The members of a call.
fn call(name: &str, arguments: Value) -> (&'static str, Value) {
    ("tools/call", json!({"name": name, "arguments": arguments}))
}

#[test]
fn documents_lists_and_errors() {
    let fixture = Fixture::many_hosts(100);
    let rows: [(&str, Asking); 6] = [
        ("documents", |_| {
            ("resources/read", json!({"uri": "ssh://hosts"}))
        }),
        ("lists", |_| ("resources/list", json!({}))),
        ("hosts", |_| call("ssh_list_hosts", json!({}))),
        ("hosts of a tag", |_| {
            call("ssh_list_hosts", json!({"tag": "even"}))
        }),
        ("plans", |_| {
            let words = "echo a; ".repeat(100);
            call("ssh_plan", json!({"alias": "h0", "command": words}))
        }),
        ("prompts", |_| {
            let name = "ssh_orchestrator_usage";
            ("prompts/get", json!({"name": name}))
        }),
    ];
    for (what, asking) in rows {
        ask(&fixture, what, asking);
    }
}

/// What cannot be answered under an id is an answer, too.
#[test]
fn lines_that_are_no_messages() {
    const LINES: usize = 9_000;
    let mut deaf = Deaf::of(&Fixture::empty());
    deaf.ask_long(FITTING);
    // More than the pipe holds.
    let filler = "x".repeat(200);
    for number in 0..LINES {
        deaf.line(&format!("no JSON {number} {filler}"));
    }
    deaf.send(&json!("last"), "ping", json!({}));
    let answers = deaf.answers_until(&json!("last"));
    assert_eq!(answers.len(), FITTING + LINES + 1);
    assert!(answers.iter().any(is_left_out));
    deaf.needed_little("for lines that are no messages");
    deaf.end();
}

/// News are for a client that reads: of messages and of progress the first go out, and no more wait than may.
#[test]
fn news_of_the_log_of_reloads_and_of_progress() {
    /// Each run has two steps to tell, with a token of 60 KB.
    const RUNS: usize = 900;
    let mut deaf = Deaf::of(&Fixture::one_host(9));
    deaf.send(
        &json!("level"),
        "logging/setLevel",
        json!({"level": "debug"}),
    );
    assert_eq!(deaf.answer()["id"], "level");
    for number in 0..RUNS {
        let (method, mut params) = match number % 10 {
            0 => call("ssh_reload_config", json!({})),
            _ => call(
                "ssh_run_on_tag",
                json!({"tag": "front", "command": "reboot"}),
            ),
        };
        let token = format!("{number} {}", "x".repeat(60_000));
        params["_meta"] = json!({"progressToken": token});
        deaf.send(&json!(number), method, params);
    }
    let (mut answers, mut news) = (0, 0);
    while answers < RUNS {
        let line = deaf.answer();
        assert!(!is_left_out(&line), "news have left room for answers");
        match line["id"].is_u64() {
            true => answers += 1,
            false => news += 1,
        }
    }
    assert!(news > 10, "{news}");
    deaf.needed_little("for news");
    deaf.send(&json!("last"), "ping", json!({}));
    deaf.answers_until(&json!("last"));
    deaf.end();
}
