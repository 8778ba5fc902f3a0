//! The corpus: lines that someone would try, and lines that only look like it, each under one
//! operator's policy.
//!
//! Each line of `*attacks.txt` and `*benign.txt` is one case: its class, a tab, the command as a
//! JSON string, a tab, the reason.

mod letters;

use std::collections::BTreeMap;

use mcp_ssh_policy::{HostPolicy, Verdict};

use super::{host, short};

const POLICY: &str = include_str!("policy.yml");
const ATTACKS: &str = include_str!("attacks.txt");
const BENIGN: &str = include_str!("benign.txt");

/// Further policies, each with its attacks and its benign lines.
const SETS: [(&str, &str, &str); 6] = [
    (
        include_str!("../seed.yml"),
        include_str!("seed_attacks.txt"),
        include_str!("seed_benign.txt"),
    ),
    (
        include_str!("everyday.yml"),
        include_str!("everyday_attacks.txt"),
        include_str!("everyday_benign.txt"),
    ),
    (
        include_str!("open.yml"),
        include_str!("open_attacks.txt"),
        include_str!("open_benign.txt"),
    ),
    (
        include_str!("words.yml"),
        include_str!("words_attacks.txt"),
        include_str!("words_benign.txt"),
    ),
    (
        include_str!("letters.yml"),
        include_str!("letters_attacks.txt"),
        include_str!("letters_benign.txt"),
    ),
    (
        include_str!("tools.yml"),
        include_str!("tools_attacks.txt"),
        include_str!("tools_benign.txt"),
    ),
];

/// What an attack tries.
const CLASSES: [&str; 13] = [
    "chain",
    "substitution",
    "redirection",
    "newline",
    "quoting",
    "expansion",
    "unicode",
    "wrapper",
    "path",
    "argv",
    "traversal",
    "comment",
    "boundary",
];

struct CorpusCase {
    class: &'static str,
    command: String,
    reason: &'static str,
}

fn cases(text: &'static str) -> Vec<CorpusCase> {
    text.lines()
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [class, command, reason] = fields[..] else {
                panic!("not `CLASS<tab>\"COMMAND\"<tab>REASON`: {line}");
            };
            let command = serde_json::from_str(command)
                .unwrap_or_else(|fault| panic!("{command} is no JSON string: {fault}"));
            CorpusCase {
                class,
                command,
                reason,
            }
        })
        .collect()
}

/// The cases whose verdict is not of those that are wanted, one a line.
fn wrong(cases: &[CorpusCase], policy: &HostPolicy, wanted: &[Verdict]) -> String {
    cases
        .iter()
        .map(|case| (case, policy.judge(&case.command)))
        .filter(|(_, decision)| !wanted.contains(&decision.verdict()))
        .map(|(case, decision)| {
            let got = short(&decision);
            format!(
                "{}: {:?}: {got} ({})\n",
                case.class, case.command, case.reason
            )
        })
        .collect()
}

/// Each policy with the host that its lines are judged for, and all of its lines.
pub fn policies() -> Vec<(&'static str, &'static str, Vec<String>)> {
    let lines = |attacks, benign| {
        let cases = cases(attacks).into_iter().chain(cases(benign));
        cases.map(|case| case.command).collect()
    };
    let staging = [(POLICY, "staging-web-1", lines(ATTACKS, BENIGN))];
    let others =
        SETS.map(|(policy, attacks, benign)| (policy, "prod-web-1", lines(attacks, benign)));
    staging.into_iter().chain(others).collect()
}

fn staging() -> HostPolicy {
    host(POLICY, "staging-web-1", &["staging", "web"])
}

fn production() -> HostPolicy {
    host(POLICY, "prod-web-1", &["production", "web"])
}

#[test]
fn no_attack_is_allowed() {
    let attacks = cases(ATTACKS);
    for policy in [staging(), production()] {
        let allowed = wrong(&attacks, &policy, &[Verdict::Deny]);
        assert!(allowed.is_empty(), "allowed:\n{allowed}");
    }
}

#[test]
fn no_benign_line_is_denied() {
    let denied = wrong(&cases(BENIGN), &staging(), &[Verdict::Allow]);
    assert!(denied.is_empty(), "denied:\n{denied}");
}

#[test]
fn no_attack_is_allowed_and_no_benign_line_denied_by_other_policies() {
    let mut faults = String::new();
    for (policy, attacks, benign) in SETS {
        let policy = host(policy, "prod-web-1", &["production", "web"]);
        let (attacks, benign) = (cases(attacks), cases(benign));
        assert!(!attacks.is_empty() && !benign.is_empty());
        faults += &wrong(&attacks, &policy, &[Verdict::Deny]);
        faults += &wrong(&benign, &policy, &[Verdict::Allow]);
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn every_class_is_well_covered() {
    let (attacks, benign) = (cases(ATTACKS), cases(BENIGN));
    assert!(attacks.len() >= 400, "{} attacks", attacks.len());
    assert!(benign.len() >= 150, "{} benign lines", benign.len());

    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &attacks {
        *count.entry(case.class).or_default() += 1;
    }
    let known: Vec<&str> = count.keys().copied().collect();
    let mut expected = CLASSES;
    expected.sort_unstable();
    assert_eq!(known, expected);
    let thin: Vec<_> = count.iter().filter(|(_, count)| **count < 15).collect();
    assert!(thin.is_empty(), "fewer than 15: {thin:?}");
}

#[test]
fn no_line_is_there_twice() {
    for (_, attacks, benign) in SETS.into_iter().chain([(POLICY, ATTACKS, BENIGN)]) {
        let mut seen = BTreeMap::new();
        for case in cases(attacks).into_iter().chain(cases(benign)) {
            assert!(CLASSES.contains(&case.class), "{}", case.class);
            let earlier = seen.insert(case.command.clone(), case.reason);
            assert_eq!(earlier, None, "{:?} is there twice", case.command);
        }
    }
}
