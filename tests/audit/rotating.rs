//! logrotate itself: the lines of docs/AUDIT.md under servers that go on, and lines that do not work.

use std::fs;
use std::path::Path;
use std::process::Command;

use mcp_ssh::audit::Expected;

use super::{DENIED, ask, audited, start, verify_files};
use crate::support::client::Client;
use crate::support::fixture::Fixture;

/// Where Debian has it; an ordinary user's PATH lacks that.
const LOGROTATE: &str = "/usr/sbin/logrotate";
/// How the lines begin that the guide shows.
const SHOWN: &str = "```text\n/var/log/mcp-ssh/audit.jsonl {\n";

/// The guide's lines for this file, and more of them.
fn rules(file: &str, more: &[&str]) -> String {
    let guide = include_str!("../../docs/AUDIT.md");
    let lines = guide.split(SHOWN).nth(1).expect("the guide shows lines");
    let lines = lines.split('}').next().unwrap();
    format!("{file} {{\n{lines}{}\n}}\n", more.join("\n"))
}

/// Has logrotate turn the file now, whatever its age.
fn rotate(fixture: &Fixture, rules: &str) {
    let [path, state] = ["rotation", "rotation.state"].map(|name| fixture.path(name));
    fs::write(&path, rules).unwrap();
    super::recording::mode(&path, 0o644);
    let mut logrotate = Command::new(LOGROTATE);
    logrotate.args(["--force", "--state", &state, &path]);
    let output = logrotate.output();
    let output = output.expect("logrotate is there: apt-get install logrotate");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.is_empty(), "{told}");
}

/// Two servers that write one trail.
fn two() -> (Client, Client, String) {
    let (fixture, file) = audited();
    let first = start(fixture);
    let mut other = Fixture::one_host(1);
    other.set("MCP_SSH_AUDIT_FILE", &file);
    (first, start(other), file)
}

fn both(first: &mut Client, second: &mut Client) {
    for client in [first, second] {
        let answer = ask(client);
        assert!(answer.contains(DENIED), "{answer}");
    }
}

#[test]
fn the_guides_lines_turn_the_trail_and_the_chain_goes_on() {
    for more in [&[][..], &["compress", "delaycompress"]] {
        let (mut first, mut second, file) = two();
        let rules = rules(&file, more);
        both(&mut first, &mut second);
        for _ in 0..2 {
            rotate(first.fixture(), &rules);
            both(&mut first, &mut second);
        }
        let oldest = match more.is_empty() {
            true => format!("cat {file}.2"),
            false => format!("zcat {file}.2.gz"),
        };
        let program = env!("CARGO_BIN_EXE_mcp-ssh");
        let verify = format!("{oldest} | {program} audit verify - {file}.1 {file}");
        let output = Command::new("sh").args(["-c", &verify]).output().unwrap();
        let [told, errors] =
            [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        // Each server has said that it is ready, and writes two lines a call.
        let whole = "14 lines of 2 sessions are as written\n";
        assert!(told.starts_with(whole), "{more:?}: {told}{errors}");
        assert!(Path::new(&file).exists());
    }
}

/// It empties the file under the servers: of two, one goes on from a line that is not the last one.
#[test]
fn copytruncate_breaks_the_chain_of_two_servers() {
    let (mut first, mut second, file) = two();
    both(&mut first, &mut second);
    rotate(first.fixture(), &rules(&file, &["copytruncate"]));
    both(&mut first, &mut second);
    let old = format!("{file}.1");
    let bytes = [fs::read(&old).unwrap(), fs::read(&file).unwrap()];
    let found = verify_files(
        &[("old", &bytes[0]), ("new", &bytes[1])],
        Expected::default(),
    );
    let found = found.unwrap_err();
    let broken = "old:6: was changed, or lines after it were removed";
    assert!(found.starts_with(broken), "{found}");
}
