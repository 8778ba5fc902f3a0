//! A proposal says on each host what the whole policy says with it, whatever overrides and deny rules hold there.

use mcp_ssh_policy::Verdict;

use super::*;

/// All hosts that a line may be recorded on.
const ALL: [&str; 5] = ["web-1", "web-2", "db-1", "ci-1", TAGGED];

const POLICY: &str = "\
limits: {deny_substrings: [zzz], max_seconds: 20}
network: {allow_cidrs: ['10.0.0.0/8']}
rules:
  - {name: logs, action: allow, commands: ['cat /var/log/*', 'nproc*']}
  - {name: fence, action: deny, aliases: [db-1], commands: ['id*', '* 13 *']}
overrides:
  tags: {production: {deny_substrings: [free, 'uname -r', 'cat /var/log/mail.log']}}
  aliases: {ci-1: {deny_substrings: [], max_seconds: 5}}
";

/// Lines, and what the proposal says of each on the hosts in their order: `a` asks, `+` allows, `-` denies.
const LINES: [(&str, &str); 11] = [
    ("free -m", "aaaa-"),
    ("uname -r", "aaaa-"),
    ("uname -m", "aaaaa"),
    ("id", "aa-aa"),
    ("tail -n 13 /var/log/syslog", "aa-aa"),
    ("tail -n 14 /var/log/syslog", "aaaaa"),
    ("echo zzz", "---aa"),
    ("uptime; free -m", "aaaa-"),
    ("cat /var/log/syslog", "+++++"),
    ("cat /var/log/mail.log", "++++-"),
    ("nproc --all; rm x", "-----"),
];

#[test]
fn on_each_host_a_proposal_says_what_the_whole_policy_says_with_it() {
    let mut site = Site::new(POLICY);
    for alias in ALL {
        for (line, _) in LINES {
            site.record(alias, line);
        }
    }
    let suggestion = site.suggest();
    let alone = proposed(&suggestion);
    for (place, alias) in ALL.into_iter().enumerate() {
        let alone = alone.for_host(alias, tags(alias));
        let merged = site.merged(&suggestion, alias);
        assert_eq!(alone.limits(), merged.limits(), "{alias}");
        for (address, permitted) in [("10.1.2.3", true), ("192.0.2.1", false)] {
            let address = address.parse().unwrap();
            assert_eq!(alone.permits_address(address), permitted, "{alias}");
        }
        for (line, expected) in LINES {
            let expected = match expected.as_bytes()[place] {
                b'a' => Verdict::Ask,
                b'+' => Verdict::Allow,
                _ => Verdict::Deny,
            };
            let policy = &suggestion.policy;
            for host in [&alone, &merged] {
                assert_eq!(
                    host.judge(line).verdict(),
                    expected,
                    "{alias}: {line}\n{policy}"
                );
            }
        }
    }
    // And the tests beside it say nothing else.
    for (line, _) in LINES {
        let of_db = format!("alias: \"db-1\", command: \"{line}\", expect: ask");
        let held = line.contains("id") || line.contains("13") || line.contains("zzz");
        assert!(!held || !suggestion.tests.contains(&of_db), "{line}");
    }
}

#[test]
fn an_override_that_takes_entries_away_comes_along() {
    // The default list denies curl, and the override of one host has no list.
    let line = "curl -s http://localhost/health";
    let mut site = Site::new("overrides: {aliases: {ci-1: {deny_substrings: []}}}\nrules: []\n");
    site.record("ci-1", line);
    site.record("web-1", line);
    let suggestion = site.suggest();
    let alone = proposed(&suggestion);
    for (alias, expected) in [("ci-1", Verdict::Ask), ("web-1", Verdict::Deny)] {
        let verdict = alone.for_host(alias, &[""; 0]).judge(line).verdict();
        assert_eq!(verdict, expected, "{alias}: {}", suggestion.policy);
        let merged = site.merged(&suggestion, alias).judge(line).verdict();
        assert_eq!(merged, expected, "{alias}");
    }
}
