//! The worked policies: each a whole configuration without a fault, whose tests hold, and which the
//! guide names.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::fixture::Fixture;

const GUIDE: &str = include_str!("../docs/POLICY.md");
const NAMES: [&str; 10] = [
    "break-glass",
    "ci-runner",
    "database-host",
    "docker",
    "kubernetes-node",
    "log-reading",
    "network-appliance",
    "package-upgrade",
    "read-only-diagnostics",
    "service-restart",
];
/// How many tests each has at least.
const FEWEST_TESTS: usize = 12;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/policies")
}

fn read(name: &str, file: &str) -> String {
    fs::read_to_string(folder().join(name).join(file)).unwrap()
}

#[test]
fn there_are_ten() {
    let entries = fs::read_dir(folder()).unwrap();
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort_unstable();
    assert_eq!(names, NAMES);
    for name in NAMES {
        let entries = fs::read_dir(folder().join(name)).unwrap();
        assert_eq!(entries.count(), 4, "{name}");
    }
}

/// Only what no configuration can bring with it is missing: the keys and known_hosts.
#[test]
fn check_finds_nothing_and_their_tests_hold() {
    for name in NAMES {
        let fixture = Fixture::empty();
        // A copy: whose the checkout is, and who may change it, is no matter of theirs.
        for file in fs::read_dir(folder().join(name)).unwrap() {
            let file = file.unwrap().file_name();
            let file = file.to_str().unwrap();
            fixture.write(&format!("config/{file}"), &read(name, file));
        }
        let check = fixture
            .server()
            .args(["check", "--json", "--keys-elsewhere"])
            .output();
        let check = check.unwrap();
        let report: Value = serde_json::from_slice(&check.stdout).unwrap();
        assert!(check.status.success(), "{name}: {report:#}");
        let missing = |fault: &&Value| {
            let message = fault["message"].as_str().unwrap();
            !message.starts_with("no such file")
                && !message.contains("no such key file")
                && !message.contains("is nowhere: tried")
        };
        let faults = report["diagnostics"].as_array().unwrap();
        let faults: Vec<&Value> = faults.iter().filter(missing).collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        let total = report["policy_tests"]["total"].as_u64().unwrap();
        assert!(total >= FEWEST_TESTS as u64, "{name}: {total}");
        assert_eq!(report["policy_tests"]["failed"], 0, "{name}");
    }
}

/// Both sides: what is granted, and at least as many attacks that are not.
#[test]
fn their_tests_tell_what_is_allowed_and_what_is_denied() {
    for name in NAMES {
        let tests = read(name, "policy_tests.yml");
        let count = |outcome| tests.matches(&format!("expect: {outcome}")).count();
        let (granted, denied) = (count("allow") + count("ask"), count("deny"));
        assert!(
            granted >= 3 && denied >= granted,
            "{name}: {granted}, {denied}"
        );
    }
}

/// A row for each folder, with its link, and no row for another.
#[test]
fn the_guide_names_each() {
    let (_, section) = GUIDE.split_once("## Ten worked policies\n").unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ["));
    let mut named: Vec<&str> = Vec::new();
    for row in rows {
        let (name, rest) = row.split_once(']').unwrap();
        let link = format!("(../examples/policies/{name}/policy.yml) | ");
        let purpose = rest.strip_prefix(&link).unwrap_or_default();
        assert!(purpose.trim_end_matches(" |").len() > 20, "{row}");
        named.push(name);
    }
    named.sort_unstable();
    assert_eq!(named, NAMES);
}
