//! Which patterns admit the commands of a line, and a policy with the rules of another behind its own.

use mcp_ssh_policy::{Policy, Verdict};
use mcp_ssh_yaml::diagnostic::Source;

use super::load;

const POLICY: &str = "\
rules:
  - {name: look, action: allow, commands: ['df*', 'cat /var/log/*']}
  - {action: deny, commands: ['rm *']}
  - {action: ask, aliases: [db-*], argv: [[psql, -l], [df, '-[a-z]']]}
  - {action: allow, tags: [lab], simple_binaries: [uptime, w], simple_max_args: 1}
";

#[test]
fn each_pattern_is_known_with_its_place() {
    let source = Source::new("policy.yml", POLICY);
    let patterns = load(POLICY).patterns(&source);
    let shown: Vec<String> = patterns
        .iter()
        .map(|pattern| {
            let (line, column) = (pattern.span.line, pattern.span.column);
            format!(
                "{line}:{column} {} {} {}",
                pattern.rule, pattern.shown, pattern.is_literal
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "2:44 rules[0] `look` df* false",
            "2:51 rules[0] `look` cat /var/log/* false",
            "4:43 rules[2] psql -l true",
            "4:55 rules[2] df -[a-z] false",
            "5:52 rules[3] uptime false",
            "5:60 rules[3] w false",
        ]
    );
    assert!(patterns[2].is_for("db-1", &[""; 0]) && !patterns[2].is_for("web-1", &[""; 0]));
    assert_eq!(patterns[4].hosts(), [vec![], vec!["lab"]]);
}

#[test]
fn each_command_has_the_patterns_that_admit_it() {
    let source = Source::new("policy.yml", POLICY);
    let policy = load(POLICY);
    let patterns = policy.patterns(&source);
    for (alias, line, expected) in [
        ("web-1", "df -h", vec![vec![0]]),
        ("db-1", "df -h | cat /var/log/a", vec![vec![3, 0], vec![1]]),
        ("db-1", "df -hT; psql -l", vec![vec![0], vec![2]]),
        ("web-1", "cat /var/log/a /etc/shadow", vec![vec![]]),
        ("web-1", "rm x", vec![vec![]]),
        ("web-1", "w", vec![vec![5]]),
        ("web-1", "uptime -p", vec![vec![4]]),
        ("web-1", "uptime -p -s", vec![vec![]]),
        ("web-1", "echo $x", vec![]),
    ] {
        let host = policy.for_host(alias, &["lab"]);
        assert_eq!(host.uses(line, &patterns), expected, "{line}");
    }
}

#[test]
fn a_policy_beside_another_keeps_its_own_limits_and_counts_the_rules_on() {
    let first = "limits: {max_seconds: 7, deny_substrings: [never]}\nrules: [{action: allow, commands: [df]}]\n";
    let second = "limits: {max_seconds: 9}\nrules: [{name: more, action: ask, commands: [w]}, {action: deny, commands: [df]}]\n";
    let (first, second): (Policy, Policy) = (load(first), load(second));
    let both = first.beside(&second);
    assert_eq!(
        (both.rule_count(), both.frame().as_str()),
        (
            3,
            "limits: {max_seconds: 7, deny_substrings: [\"never\"]}\n"
        )
    );
    let host = both.for_host("a", &[""; 0]);
    let asked = host.judge("w");
    assert_eq!(
        (asked.verdict(), asked.rule().unwrap().index),
        (Verdict::Ask, 1)
    );
    assert_eq!(host.judge("df").verdict(), Verdict::Deny);
    assert_eq!(
        first.for_host("a", &[""; 0]).judge("df").verdict(),
        Verdict::Allow
    );
    assert_eq!(
        (host.limits(), second.frame().as_str()),
        (
            first.for_host("a", &[""; 0]).limits(),
            "limits: {max_seconds: 9}\n"
        )
    );
}

#[test]
fn what_stands_around_the_rules_is_written_as_it_holds() {
    for (written, expected) in [
        ("rules: []", ""),
        (
            "known_hosts_path: /app/keys/known_hosts",
            "known_hosts_path: \"/app/keys/known_hosts\"\n",
        ),
        // It would lead elsewhere from another directory.
        ("known_hosts_path: known_hosts", ""),
        ("limits: {}", ""),
        (
            "limits: {deny_substrings: []}",
            "limits: {deny_substrings: []}\n",
        ),
        (
            "network: {block_ips: [10.0.0.1], allow_cidrs: ['10.0.0.0/8']}",
            "network: {allow_cidrs: [\"10.0.0.0/8\"], block_cidrs: [\"10.0.0.1/32\"]}\n",
        ),
        (
            "overrides: {tags: {lab: {max_seconds: 90, deny_substrings: ['a\"b']}, all: {max_hosts: 2}}, \
             aliases: {web-1: {deny_substrings: []}}}",
            "overrides: {aliases: {\"web-1\": {deny_substrings: []}}, \
             tags: {\"all\": {max_hosts: 2}, \"lab\": {max_seconds: 90, deny_substrings: [\"a\\\"b\"]}}}\n",
        ),
    ] {
        let frame = load(written).frame();
        assert_eq!(frame, expected, "{written}");
        assert_eq!(load(&format!("{frame}rules: []\n")).frame(), expected);
    }
}

#[test]
fn the_deny_rules_that_meet_a_line_are_told() {
    let policy = load(
        "rules:\n  - {action: allow, commands: ['*']}\n  - {action: deny, commands: ['*shadow*', 'rm *']}\n  \
         - {action: deny, argv: [[rm, -rf, '**']]}\n  - {action: deny, aliases: [db-1], commands: ['df*']}\n",
    );
    for (alias, line, expected) in [
        ("web-1", "df -h", vec![]),
        ("db-1", "df -h", vec![3]),
        ("web-1", "rm x", vec![1]),
        ("web-1", "df -h; rm -rf x", vec![1, 2]),
        ("web-1", "cat /etc/shadow", vec![1]),
        ("web-1", "rm $x", vec![]),
    ] {
        let mut met = policy.for_host(alias, &[""; 0]).met_denials(line);
        met.sort_unstable();
        met.dedup();
        assert_eq!(met, expected, "{line}");
    }
}
