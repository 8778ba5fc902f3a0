//! The YAML blocks: each a whole file, which the product loads beside small companions.

use serde_json::Value;

use super::fences::{Block, documents};
use crate::support::fixture::Fixture;

const SERVERS: &str = "hosts:\n  - {alias: web-1, host: 10.0.0.11, credentials: ops}\n";
const CREDENTIALS: &str = "entries:\n  - {name: ops, username: ops, agent: true}\n";
const POLICY: &str = "rules: []\n";

/// What is wrong with a block as the file that it says it is.
fn fault(block: &Block) -> Option<String> {
    let first = block.text.lines().next().unwrap_or_default();
    let name = first.strip_prefix("# ").unwrap_or_default();
    let fixture = Fixture::empty();
    fixture.write("keys/known_hosts", "");
    let mut servers = SERVERS.to_owned();
    let mut credentials = CREDENTIALS.to_owned();
    match name {
        "servers.yml" => credentials = entries(&values(&block.text, "credentials:")),
        "credentials.yml" => servers = hosts(&["web-1"], &values(&block.text, "name:")[0]),
        "policy.yml" => {}
        "policy_tests.yml" => servers = hosts(&values(&block.text, "alias:"), "ops"),
        _ => return Some("its first line is no comment with the name of a file".to_owned()),
    }
    fixture.write("config/servers.yml", &servers);
    fixture.write("config/credentials.yml", &credentials);
    fixture.write("config/policy.yml", POLICY);
    fixture.write(&format!("config/{name}"), &block.text);
    // Of keys and of known_hosts, a file says nothing.
    let words = ["check", "--json", "--keys-elsewhere"];
    let check = fixture.server().args(words).output().unwrap();
    let report: Value = serde_json::from_slice(&check.stdout).unwrap();
    let faults = report["diagnostics"].as_array().unwrap().iter();
    // Whether a policy test holds is a matter of the policy that it is for: that it was read is ours.
    let is_fault = |fault: &&Value| {
        let message = fault["message"].as_str().unwrap();
        let held = ["expected ", "decided as expected, but "];
        fault["severity"] == "error" && !held.iter().any(|how| message.starts_with(how))
    };
    let faults: Vec<&Value> = faults.filter(is_fault).collect();
    (!faults.is_empty()).then(|| format!("{faults:?}"))
}

/// The values of a key, wherever it stands.
fn values(text: &str, key: &str) -> Vec<String> {
    // `name:` is not a part of `username:`.
    let whole = |at: &usize| !text[..*at].ends_with(|before: char| before.is_alphanumeric());
    let places = text.match_indices(key).map(|(at, _)| at).filter(whole);
    let value = |at: usize| {
        let line = text[at + key.len()..].lines().next().unwrap_or_default();
        let value = line.split([',', '}', '#']).next().unwrap_or_default();
        value.trim().trim_matches('"').to_owned()
    };
    let mut values: Vec<String> = places
        .map(value)
        .filter(|value| !value.is_empty())
        .collect();
    values.sort();
    values.dedup();
    values
}

fn entries(names: &[String]) -> String {
    let entry = |name: &String| format!("  - {{name: {name}, username: ops, agent: true}}\n");
    let entries: String = names.iter().map(entry).collect();
    format!("entries:\n{entries}")
}

fn hosts(aliases: &[impl AsRef<str>], credentials: &str) -> String {
    let host = |alias: &str| {
        format!("  - {{alias: {alias}, host: 10.0.0.11, credentials: {credentials}}}\n")
    };
    let hosts: String = aliases.iter().map(|alias| host(alias.as_ref())).collect();
    format!("hosts:\n{hosts}")
}

#[test]
fn every_file_loads() {
    let documents = documents();
    let blocks = documents.iter().flatten();
    let mut files = 0;
    for block in blocks.filter(|block| block.language == "yaml" && !block.is_elsewhere()) {
        assert_eq!(fault(block), None, "{}", block.place);
        files += 1;
    }
    assert!(files >= 15, "{files}");
}

#[test]
fn a_file_that_does_not_load_is_a_fault() {
    for (text, loads) in [
        (
            "# servers.yml\nhosts: [{alias: a, host: h, credentials: x}]\n",
            true,
        ),
        (
            "# servers.yml\nhosts: [{alias: a, hots: h, credentials: x}]\n",
            false,
        ),
        (
            "# credentials.yml\nentries: [{name: x, username: u, agent: true}]\n",
            true,
        ),
        (
            "# credentials.yml\nentries: [{name: x, user: u, agent: true}]\n",
            false,
        ),
        ("# policy.yml\nrules: []\n", true),
        ("# policy.yml\nrules: 1\n", false),
        (
            "# policy_tests.yml\n- {alias: a, command: id, expect: deny}\n",
            true,
        ),
        (
            "# policy_tests.yml\n- {alias: a, command: id, expect: no}\n",
            false,
        ),
        ("rules: []\n", false),
        ("# rules.yml\nrules: []\n", false),
    ] {
        let block = &super::fences::blocks("d", &format!("```yaml\n{text}```\n"))[0];
        assert_eq!(fault(block).is_none(), loads, "{text}: {:?}", fault(block));
    }
}
