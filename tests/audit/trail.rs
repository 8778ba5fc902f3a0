//! The rows of a trail: what each type of record gives, and what is counted instead of given.

use mcp_ssh::audit::{Expected, MAX_LINE, RowBody, Trail, TrailCounts, TrailRow};
use serde_json::json;

use super::tampering::good;
use super::{ask, audited, chain, sha256, start, text};

/// Every row of the files, as `show` has it, the counts, and the head or the first fault.
fn read(
    files: &[(&str, &[u8])],
    show: fn(&TrailRow<'_>) -> String,
) -> (Vec<String>, TrailCounts, String) {
    let (mut trail, mut rows) = (Trail::new(Expected::default()), Vec::new());
    for (name, bytes) in files {
        let mut bytes = *bytes;
        let each = &mut |row: &TrailRow<'_>| rows.push(show(row));
        trail.read(name, &mut bytes, each).unwrap();
    }
    let (counts, chain) = trail.finish();
    let chain = match chain {
        Ok(verified) => base16ct::lower::encode_string(&verified.head),
        Err(fault) => fault.to_string(),
    };
    (rows, counts, chain)
}

fn place(row: &TrailRow<'_>) -> String {
    format!("{}:{} {}/{}", row.file, row.line, row.session, row.seq)
}

fn told(row: &TrailRow<'_>) -> String {
    match row.body {
        RowBody::Approval(approval) => {
            let aliases: Vec<&str> = approval.aliases().collect();
            let rules: Vec<&str> = approval.rules().collect();
            let by = (approval.via, approval.uid, approval.forwarded);
            format!(
                "{} {} {aliases:?} {rules:?} {by:?}",
                approval.event, approval.hash
            )
        }
        other => format!("{other:?}"),
    }
}

/// A line of any type in a place of its own; the chain is not what is tested.
fn line(body: serde_json::Value) -> String {
    let mut line = json!({"ts": 1.5, "seq": 0, "session": "s", "prev": "0".repeat(64)});
    line.as_object_mut()
        .unwrap()
        .extend(body.as_object().unwrap().clone());
    line.to_string()
}

#[test]
fn rows_come_in_order_with_their_places_and_the_chain_is_verified_beside() {
    let lines = good();
    let (old, new) = (text(&lines[..5]), text(&lines[5..]));
    let files = [("old", old.as_bytes()), ("new", new.as_bytes())];
    let (rows, counts, head) = read(&files, place);
    assert_eq!((rows.len(), counts.lines), (9, 9));
    assert!(rows[0].starts_with("old:1 ") && rows[5].starts_with("new:1 "));
    assert_eq!(head, sha256(lines[8].as_bytes()));
    // A line was changed: its fault is told once, and the rows behind it are given.
    let changed = text(&lines).replace("0.5", "0.6");
    let (rows, _, fault) = read(&[("f", changed.as_bytes())], place);
    assert_eq!(rows.len(), 9);
    assert!(fault.starts_with("f:1: was changed"), "{fault}");
}

#[test]
fn each_type_of_record_has_its_row() {
    for (body, expected) in [
        (
            json!({"type": "policy_decision", "alias": "web", "hash": "h", "allowed": false,
                   "stage": "policy", "reason": "default_deny", "rule": "policy.yml:3"}),
            "Decision(DecisionRow { alias: \"web\", hash: \"h\", command: None, file: None, allowed: false, \
             stage: Some(\"policy\"), reason: Some(\"default_deny\"), rule: Some(\"policy.yml:3\"), \
             becomes: None, approved: None })",
        ),
        (
            json!({"type": "approval", "event": "asked", "aliases": ["a", 1, "b"], "hash": "h",
                   "rules": ["r"]}),
            "asked h [\"a\", \"b\"] [\"r\"] (None, None, false)",
        ),
        (
            json!({"type": "approval", "event": "refused", "aliases": [], "hash": "h", "rules": [],
                   "via": "approver", "uid": 1000, "forwarded": true}),
            "refused h [] [] (Some(\"approver\"), Some(1000), true)",
        ),
        (
            json!({"type": "audit", "alias": "web", "hash": "h", "command": "id", "exit_code": -1,
                   "duration_ms": 7, "bytes_out": 3, "timeout": true, "error": "e"}),
            "Outcome(OutcomeRow { alias: \"web\", hash: \"h\", command: Some(\"id\"), file: None, exit_code: -1, \
             exit_signal: None, duration_ms: 7, bytes_out: 3, bytes_err: 0, output_sha256: None, cancelled: false, \
             timeout: true, truncated: false, error: Some(\"e\") })",
        ),
        (
            json!({"type": "audit", "alias": "web", "hash": "h", "access": "read", "path": "/a", "exit_code": 0}),
            "Outcome(OutcomeRow { alias: \"web\", hash: \"h\", command: None, file: Some(FileRow { access: \"read\", \
             path: \"/a\" }), exit_code: 0, exit_signal: None, duration_ms: 0, bytes_out: 0, bytes_err: 0, \
             output_sha256: None, cancelled: false, timeout: false, truncated: false, error: None })",
        ),
        (json!({"type": "look", "alias": "web"}), "Other(\"look\")"),
        (
            json!({"type": "security_event", "event_type": "invalid_command", "reason": "r"}),
            "Security(SecurityRow { event_type: \"invalid_command\", reason: \"r\", alias: None, \
             hash: None, blocked_pattern: None, attempted_path: None })",
        ),
        (
            json!({"type": "trace", "op": "run_done"}),
            "Other(\"trace\")",
        ),
        (json!({"level": "error", "msg": "m"}), "Other(\"error\")"),
    ] {
        let (rows, counts, _) = read(&[("f", line(body).as_bytes())], told);
        assert_eq!(rows, [expected]);
        assert_eq!((counts.unknown, counts.unread), (0, 0));
    }
}

#[test]
fn what_is_no_record_is_counted_and_the_rest_is_read() {
    let long = "x".repeat(MAX_LINE);
    let too_long = "x".repeat(3 * MAX_LINE);
    let (last, first) = (chain(&["a"]), line(json!({"type": "trace"})));
    let lines: [&[u8]; 9] = [
        first.as_bytes(),
        &line(json!({"type": "of_tomorrow"})).into_bytes(),
        &line(json!({"type": 1})).into_bytes(),
        &line(json!({"type": "audit", "alias": "web"})).into_bytes(),
        b"{\"type\":\"trace\",\"session\":\"\xff\"}",
        b"{\"type\":\"trace\",\"session\":\"\\ud800\"}",
        long.as_bytes(),
        too_long.as_bytes(),
        last[0].as_bytes(),
    ];
    let (rows, counts, fault) = read(&[("f", &lines.join(&b'\n'))], place);
    assert_eq!(rows, ["f:1 s/0", "f:9 a/0"]);
    let TrailCounts {
        lines,
        unknown,
        unread,
    } = counts;
    assert_eq!((lines, unknown, unread), (9, 2, 5));
    assert!(fault.starts_with("f:2: "), "{fault}");
    let (_, _, nothing) = read(&[("f", b"")], place);
    assert_eq!(nothing, "f:0: holds no line, so nothing is proved");
}

#[test]
fn what_the_server_writes_has_rows_for_every_line() {
    let (fixture, file) = audited();
    let mut client = start(fixture);
    ask(&mut client);
    let written = std::fs::read(&file).unwrap();
    let (rows, counts, head) = read(&[("f", &written)], |row| {
        assert!(
            row.ts > 1e9 && row.origin.task_id.is_some() || matches!(row.body, RowBody::Other(_))
        );
        told(row)
    });
    assert_eq!((counts.unknown, counts.unread, head.len()), (0, 0, 64));
    assert_eq!(rows[0], "Other(\"ready\")");
    assert!(rows[1].starts_with("Decision("), "{rows:?}");
    assert_eq!(rows.last().unwrap(), "Other(\"trace\")");
}
