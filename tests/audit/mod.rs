//! The audit trail: each tampering is named at its line, and what the real server writes holds
//! whatever becomes of its file, its disk, its stderr and itself.

mod command_line;
mod exchanges;
mod files;
mod following;
mod page;
mod prospect;
mod recording;
mod report;
mod report_file;
mod rotating;
mod tail;
mod tampering;
mod trail;

use std::fmt::Write as _;

use mcp_ssh::audit::{Digest, Expected, Verified, Verifier};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::support::client::Client;
use crate::support::fixture::Fixture;

const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 in hexadecimal, as `sha256sum` has it.
fn sha256(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

/// A chain made by the definition alone: each item is the session of a line.
fn chain(sessions: &[&str]) -> Vec<String> {
    let mut prev = ZEROS.to_owned();
    let mut lines: Vec<String> = Vec::new();
    for (at, session) in sessions.iter().enumerate() {
        let seq = sessions[..at].iter().filter(|its| *its == session).count();
        let line = format!(
            "{{\"type\":\"trace\",\"ts\":{at}.5,\"op\":\"run_done\",\"elapsed_ms\":{at},\
             \"seq\":{seq},\"session\":\"{session}\",\"prev\":\"{prev}\"}}"
        );
        prev = sha256(line.as_bytes());
        lines.push(line);
    }
    lines
}

/// A chain of records, each of a session.
fn chained(records: &[(&str, serde_json::Value)]) -> Vec<String> {
    let mut prev = ZEROS.to_owned();
    let mut next = std::collections::HashMap::new();
    let mut lines = Vec::new();
    for (session, record) in records {
        let seq = next.entry(*session).or_insert(0);
        let mut record = record.clone();
        let place = json!({"seq": *seq, "session": session, "prev": prev});
        let fields = record.as_object_mut().unwrap();
        fields.extend(place.as_object().unwrap().clone());
        *seq += 1;
        let line = record.to_string();
        prev = sha256(line.as_bytes());
        lines.push(line);
    }
    lines
}

/// The lines as a file has them.
fn text(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        writeln!(text, "{line}").unwrap();
        text
    })
}

/// What verify finds in a file named `f`: `f:LINE: …` for the first fault.
fn verify(bytes: &[u8], expected: Expected) -> Result<Verified, String> {
    verify_files(&[("f", bytes)], expected)
}

fn verify_files(files: &[(&str, &[u8])], expected: Expected) -> Result<Verified, String> {
    let mut verifier = Verifier::new(expected);
    let told = |fault: mcp_ssh::audit::ChainError| {
        format!("{}:{}: {}", fault.file, fault.line, fault.what)
    };
    for (name, bytes) in files {
        let mut bytes = *bytes;
        verifier.read(name, &mut bytes).unwrap().map_err(told)?;
    }
    verifier.finish(files.last().unwrap().0).map_err(told)
}

fn head(digest: Digest) -> Expected {
    Expected {
        head: Some(digest),
        ..Expected::default()
    }
}

/// A configuration whose server appends to `audit.jsonl`.
fn audited() -> (Fixture, String) {
    let mut fixture = Fixture::one_host(1);
    let file = fixture.path("audit/audit.jsonl");
    fixture.set("MCP_SSH_AUDIT_FILE", &file);
    (fixture, file)
}

fn start(fixture: Fixture) -> Client {
    Client::initialized(fixture, "2025-11-25")
}

/// Asks for what is denied, which makes two records; gives the answer's text.
fn ask(client: &mut Client) -> String {
    let result = client.call("ssh_run", json!({"alias": "web", "command": "reboot"}));
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

const DENIED: &str = "\"status\":\"denied\"";
pub const UNRECORDED: &str = "the audit record could not be written, so nothing was run";

/// Holds when the file is whole; gives what verify says of it.
#[track_caller]
pub fn whole(path: &str) -> Verified {
    verify(&std::fs::read(path).unwrap(), Expected::default()).unwrap()
}
