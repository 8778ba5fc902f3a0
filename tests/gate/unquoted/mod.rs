//! No piece of a key or password is in anything the program writes, wherever it was put by mistake.
//!
//! Each row puts a secret where it does not belong; the real binary then checks, runs, serves and
//! records, and eight bytes of the secret anywhere are a fault.

mod keys;
mod words;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::support::fixture::Fixture;
use crate::support::keys::{KeyPair, write_private};

const POLICY: &str = "rules:\n  - {action: allow, commands: [uptime]}\n";

/// One mistake: what is written where, and what must not be seen of it.
struct Row {
    what: String,
    files: Vec<(&'static str, Vec<u8>)>,
    secret: String,
}

impl Row {
    fn new(what: &str, name: &'static str, text: impl Into<Vec<u8>>, secret: &str) -> Self {
        Self {
            what: what.to_owned(),
            files: vec![(name, text.into())],
            secret: secret.to_owned(),
        }
    }
}

/// The lines of a key that hold something of it.
fn body(key: &str) -> String {
    let heads = [
        "-----",
        "PuTTY-User-Key",
        "Encryption",
        "Comment",
        "Proc-Type",
        "DEK-Info",
    ];
    let holds =
        |line: &&str| !heads.iter().any(|head| line.starts_with(head)) && !line.contains("-Lines:");
    let lines = key.lines().filter(holds);
    let lines = lines.map(|line| line.trim_start_matches("Private-MAC: "));
    lines.collect::<Vec<_>>().join("\n")
}

/// Everything the program writes with these files, the folder's own name taken out.
fn written(row: &Row) -> String {
    let fixture = Fixture::one_host(9);
    let entry = "entries: [{name: ops, username: o, key_path: id}]\n";
    fixture.write("config/credentials.yml", entry);
    write_private(
        fixture.path("keys/id").as_ref(),
        &KeyPair::ed25519().private,
    );
    for (name, bytes) in &row.files {
        write_private(fixture.path(name).as_ref(), "");
        fixture.write_bytes(name, bytes);
    }
    let audit = fixture.path("trail.jsonl");
    let mut text = String::new();
    for words in [
        vec!["check", "--strict"],
        vec!["check", "--json"],
        vec!["healthcheck"],
        vec!["hosts"],
        vec!["plan", "web", "--", "uptime"],
        vec!["run", "--audit-file", &audit, "web", "--", "uptime"],
    ] {
        let mut server = debugged(&fixture);
        let output = server.args(&words).output().unwrap();
        text += &String::from_utf8_lossy(&output.stdout);
        text += &String::from_utf8_lossy(&output.stderr);
    }
    text += &served(&fixture, &audit);
    text += &std::fs::read_to_string(&audit).unwrap_or_default();
    text.replace(&fixture.path(""), "")
}

fn debugged(fixture: &Fixture) -> Command {
    let mut server = fixture.server();
    server
        .env("MCP_SSH_DEBUG", "1")
        .env("SSH_AUTH_SOCK", "/nowhere");
    server
}

/// What a client and the log get to see of a call on the host.
fn served(fixture: &Fixture, audit: &str) -> String {
    let mut server = debugged(fixture);
    server.args(["serve", "--audit-file", audit]);
    server
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut server = server.spawn().unwrap();
    let mut stdin = server.stdin.take().unwrap();
    let call = |id: u8, tool: &str, arguments: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}}}}}"#
        )
    };
    let lines = [
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"s","version":"1"}}}"#.to_owned(),
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.to_owned(),
        call(2, "ssh_run", r#"{"alias":"web","command":"uptime"}"#),
        call(3, "ssh_list_hosts", "{}"),
        call(4, "ssh_reload_config", "{}"),
    ];
    // A server whose configuration has a fault may be gone before it reads.
    let _ = stdin.write_all((lines.join("\n") + "\n").as_bytes());
    let mut text = String::new();
    let mut answers = 0;
    for line in BufReader::new(server.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        answers += usize::from(line.contains(r#""id":"#));
        text += &line;
        if answers == 4 {
            break;
        }
    }
    drop(stdin);
    text + &String::from_utf8_lossy(&server.wait_with_output().unwrap().stderr)
}

/// The first eight bytes of the secret that were written, without regard to case.
fn leaked(secret: &str, text: &str) -> Option<String> {
    let text = text.to_uppercase();
    let secret = secret.to_uppercase();
    let lines = secret.lines();
    let mut pieces = lines.flat_map(|line| line.as_bytes().windows(8));
    let piece = pieces.find(|piece| text.as_bytes().windows(8).any(|seen| seen == *piece))?;
    Some(String::from_utf8_lossy(piece).into_owned())
}

fn assert_unseen(rows: &[Row]) {
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let text = written(row);
            let piece = leaked(&row.secret, &text)?;
            let line = text
                .lines()
                .find(|line| line.to_uppercase().contains(&piece));
            Some(format!("{}: `{piece}` in {line:?}", row.what))
        })
        .collect();
    assert_eq!(
        faults,
        Vec::<String>::new(),
        "{} of {}",
        faults.len(),
        rows.len()
    );
}
