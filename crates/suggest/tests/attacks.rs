//! The attacks of the project as a history, fifty times each: no proposal lets one through.

use mcp_ssh_policy::Verdict;

use super::*;

/// A policy, the attacks that it denies, and the lines that it allows.
macro_rules! set {
    ($policy:literal, $name:literal) => {
        (
            include_str!(concat!("../../policy/tests/", $policy)),
            include_str!(concat!("../../policy/tests/corpus/", $name, "attacks.txt")),
            include_str!(concat!("../../policy/tests/corpus/", $name, "benign.txt")),
        )
    };
}

const SETS: [(&str, &str, &str); 7] = [
    set!("corpus/policy.yml", ""),
    set!("seed.yml", "seed_"),
    set!("corpus/everyday.yml", "everyday_"),
    set!("corpus/open.yml", "open_"),
    set!("corpus/words.yml", "words_"),
    set!("corpus/letters.yml", "letters_"),
    set!("corpus/tools.yml", "tools_"),
];

/// The attacks that a person would be asked about: no rule speaks of them, and each only looks. Read a line before you
/// add it.
const ASKED: &str = include_str!("asked.txt");

fn commands(attacks: &str) -> Vec<String> {
    let command = |line: &str| serde_json::from_str(line.split('\t').nth(1).unwrap()).unwrap();
    attacks.lines().map(command).collect()
}

/// Lines that no rule allows, of the tables of the knowledge base and of what deny rules do not see.
fn tables() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../knowledge/tests/cases");
    let mut lines = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let refused = text.lines().filter_map(|line| line.strip_prefix("- "));
        lines.extend(refused.map(|line| line.replacen("* ", "", 1).replace('~', "")));
        let piped = text.lines().filter_map(|line| line.strip_prefix("-| "));
        lines.extend(
            piped.map(|line| format!("echo x | {}", line.replacen("* ", "", 1).replace('~', ""))),
        );
    }
    for text in [
        include_str!("../../policy/tests/unseen/hidden.txt"),
        include_str!("../../policy/tests/unseen/named.txt"),
    ] {
        lines.extend(
            text.lines()
                .filter(|line| !line.starts_with('#'))
                .map(str::to_owned),
        );
    }
    lines
}

/// The attacks that are not denied under the proposal, and were; none of them is allowed.
fn asked(site: &mut Site, attacks: &[String], benign: &[String]) -> Vec<String> {
    for line in attacks.iter().chain(benign) {
        site.record_often(TAGGED, line, 50);
    }
    let suggestion = site.suggest();
    let before = site.policy.for_host(TAGGED, &TAGS);
    let merged = site.merged(&suggestion, TAGGED);
    let alone = proposed(&suggestion).for_host(TAGGED, &TAGS);
    let allowed = |line: &&String| before.judge(line).verdict() == Verdict::Allow;
    for line in benign.iter().filter(allowed) {
        assert_eq!(merged.judge(line).verdict(), Verdict::Allow, "{line}");
    }
    let mut asked = Vec::new();
    for line in attacks {
        assert_ne!(alone.judge(line).verdict(), Verdict::Allow, "{line}");
        if before.judge(line).verdict() == Verdict::Deny {
            match merged.judge(line).verdict() {
                Verdict::Allow => panic!("allowed: {line}"),
                Verdict::Ask => asked.push(format!("{line:?}")),
                Verdict::Deny => {}
            }
        }
    }
    asked
}

#[test]
fn no_attack_of_the_corpora_is_let_through() {
    let mut all = Vec::new();
    let mut count = 0;
    for (policy, attacks, benign) in SETS {
        let (attacks, benign) = (commands(attacks), commands(benign));
        count += attacks.len();
        all.extend(asked(&mut Site::new(policy), &attacks, &benign));
    }
    let open = "limits: {deny_substrings: []}\nrules: [{action: allow, commands: ['echo x']}]\n";
    let tables = tables();
    count += tables.len();
    all.extend(asked(&mut Site::new(open), &tables, &[]));
    all.sort_unstable();
    all.dedup();
    let expected: Vec<&str> = ASKED.lines().collect();
    assert_eq!(all, expected);
    assert!(count > 5_000, "{count} attacks");
}

/// The cases of what a wildcard grants: each with its own policy, fifty times, and none is let through. With
/// `MCP_SSH_POLICY_CASES` naming a file of that form, its cases are tried as well.
#[test]
fn no_attack_of_the_cases_is_let_through_under_its_own_policy() {
    let cases = include_str!("../../policy/tests/corpus/vouching.tsv");
    let further = std::env::var_os("MCP_SSH_POLICY_CASES");
    let further = further.map_or_else(String::new, |path| std::fs::read_to_string(path).unwrap());
    let mut asked = Vec::new();
    let mut count = 0;
    for case in cases.lines().chain(further.lines()) {
        let fields: Vec<&str> = case.split('\t').collect();
        let [rules, line, _, "deny"] = fields[..] else {
            continue;
        };
        let policy = match rules.starts_with("{action") {
            true => format!("limits: {{deny_substrings: []}}\nrules: [{rules}]\n"),
            false => rules.to_owned(),
        };
        let mut site = Site::new(&policy);
        count += 1;
        asked.extend(self::asked(&mut site, &[line.to_owned()], &[]));
    }
    assert_eq!(asked, [""; 0]);
    assert!(count > 150, "{count} cases");
}
