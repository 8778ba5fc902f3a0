//! `.env` held against python-dotenv itself, without interpolation: files out of pieces that have to do with one another.

use std::collections::HashMap;
use std::process::Command;

use mcp_ssh::config::{Environment, SecretName, Secrets};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::site::Site;
use crate::support::transcript::python;

/// Pieces of a file. The name that is asked for is `pw`.
const PIECES: [&str; 66] = [
    "pw=",
    "pw =",
    "pw",
    "export pw=",
    "export  pw = ",
    "'pw'=",
    "x=",
    "PWD=",
    "=",
    "#",
    " #",
    "\t# c",
    "a",
    "s3cret",
    " ",
    "\t",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "'",
    "\"",
    "\\",
    "\\n",
    "\\r",
    "\\'",
    "\\\"",
    "\\\\",
    "$a",
    "${pw}",
    "`",
    "é",
    "\u{a0}",
    "\u{2028}",
    "\u{85}",
    "\u{c}",
    "\u{1f}",
    "it's",
    "a#b",
    "a #b",
    "'a b'",
    "\"a b\"",
    "'it\\'s'",
    "export",
    "export\tpw=",
    "exportpw=",
    "\"pw\"=",
    "'pw =",
    "pw:=",
    "pw+=",
    "pw==",
    "\u{feff}",
    "\0",
    "\u{b}",
    "\u{3000}",
    "\u{200b}",
    "\\x41",
    "\\u0041",
    "\\\n",
    "\\\r\n",
    "\\$",
    "\"\"",
    "''",
    "\u{1f600}",
    "--pw=",
];

/// What python-dotenv has of each file, in the order of their numbers.
const PROGRAM: &str = "
import json, sys
from dotenv import dotenv_values
files = [dotenv_values(f'{sys.argv[1]}/{n}', interpolate=False) for n in range(int(sys.argv[2]))]
print(json.dumps([file.get('pw') for file in files]))
";

/// The value alone, as from every place.
fn alone(value: &str) -> &str {
    let value = value.strip_prefix('\u{feff}').unwrap_or(value);
    value.trim_end_matches(['\r', '\n'])
}

#[test]
fn what_python_dotenv_reads_is_read() {
    let count = if std::env::var_os("MCP_SSH_LONG").is_some() {
        20_000
    } else {
        3_000
    };
    let pieces = proptest::collection::vec(proptest::sample::select(&PIECES[..]), 1..12);
    let mut runner = TestRunner::default();
    let texts: Vec<String> = (0..count)
        .map(|_| {
            pieces
                .new_tree(&mut runner)
                .expect("a file")
                .current()
                .concat()
        })
        .collect();
    let folder = tempfile::tempdir().expect("a directory");
    for (number, text) in texts.iter().enumerate() {
        // The mark that editors put before a file counts as a letter of its first name there.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        std::fs::write(folder.path().join(number.to_string()), text).expect("writes");
    }
    let mut python = Command::new(python());
    let python = python.args(["-c", PROGRAM]).arg(folder.path());
    let output = python.arg(count.to_string()).output().expect("python runs");
    let told = String::from_utf8_lossy(&output.stderr);
    let theirs: Vec<Option<String>> =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    assert_eq!(theirs.len(), texts.len());

    let (site, name) = (Site::new(), SecretName::parse("pw").expect("is a name"));
    let secrets = Secrets {
        directory: site.path("secrets"),
        mount: site.path("run"),
        environment: Environment::Given(HashMap::new()),
    };
    let mut values = 0;
    for (text, theirs) in texts.iter().zip(&theirs) {
        site.write("secrets/.env", text);
        let theirs = theirs
            .as_deref()
            .map(alone)
            .filter(|value| !value.is_empty());
        let ours = secrets.get(&name);
        match (&ours, theirs) {
            (Ok(ours), Some(theirs)) => {
                assert_eq!(ours.expose(), theirs, "{text:?}");
                values += 1;
            }
            (Ok(ours), None) => panic!("{text:?}: {:?} out of nothing", ours.expose()),
            // A broken assignment is told, where python-dotenv has no value, or an earlier one.
            (Err(fault), _)
                if fault
                    .to_string()
                    .contains("a quote is not closed, or something") => {}
            (Err(fault), Some(theirs)) => panic!("{text:?}: {theirs:?}: {fault}"),
            (Err(_), None) => {}
        }
    }
    assert!(values > count / 20, "{values} of {count} have a value");
}
