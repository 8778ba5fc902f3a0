//! `Policy::compare`: what is found, and that it replays.

mod generate;
mod properties;
mod witnesses;

use mcp_ssh_policy::{ComparedHost, Comparison, Searched};

use super::load;

fn compare(before: &str, after: &str) -> Comparison {
    let host = ComparedHost {
        alias: "web-1",
        tags_before: &[],
        tags_after: &[],
    };
    load(before).compare(&load(after), &[host])
}

/// Each difference of the one group: `+` for a gain, the line, both verdicts.
fn told(comparison: &Comparison) -> Vec<String> {
    let [group] = comparison.groups.as_slice() else {
        panic!("{} groups", comparison.groups.len());
    };
    let told = |difference: &mcp_ssh_policy::Difference| {
        let sign = if difference.is_gain() { '+' } else { '-' };
        let (before, after) = (&difference.before, &difference.after);
        format!(
            "{sign} {}: {} -> {}",
            difference.line, before.verdict, after.verdict
        )
    };
    group.outcome.differences.iter().map(told).collect()
}

const WIDE: &str = "[df *, 'systemctl status *', 'cat /var/log/*', '*']";

#[test]
fn what_changes_is_shown_by_a_line() {
    let rules = |rules: &str| format!("{{rules: [{rules}]}}");
    let allow = |patterns: &str| rules(&format!("{{action: allow, commands: {patterns}}}"));
    let argv = |patterns: &str| rules(&format!("{{action: allow, argv: {patterns}}}"));
    let denied = |entries: &str| {
        format!(
            "{{rules: [{{action: allow, commands: {WIDE}}}], limits: {{deny_substrings: {entries}}}}}"
        )
    };
    for (before, after) in [
        (allow("[df]"), allow("[df, uptime]")),
        (allow("[df]"), allow("['df*']")),
        (
            allow("['systemctl status nginx']"),
            allow("['systemctl status *']"),
        ),
        (allow("['journalctl -u *']"), allow("['journalctl *']")),
        (allow("['git log *']"), allow("['git *']")),
        (allow("['cat /var/log/*']"), allow("['cat /var/*']")),
        (
            allow("['tail -n [0-9] /var/log/*']"),
            allow("['tail -n [0-9]* /var/log/*']"),
        ),
        (argv("[[ls, '/var/*']]"), argv("[[ls, '/var/**']]")),
        (argv("[[ls, '/var/*']]"), argv("[[ls, '/var/*', '**']]")),
        (
            allow("['find /var *']"),
            rules("{action: allow, escapes: allow, commands: ['find /var *']}"),
        ),
        (
            allow("['ls /var/*']"),
            rules("{action: allow, shell: [glob], commands: ['ls /var/*']}"),
        ),
        (
            allow("['echo *', 'sh']"),
            rules("{action: allow, stdin: allow, commands: ['echo *', sh]}"),
        ),
        (
            rules("{action: ask, commands: ['df *']}"),
            rules("{action: allow, commands: ['df *']}"),
        ),
        (
            rules("{action: allow, commands: ['cat /var/*']}, {commands: ['*auth*']}"),
            rules("{action: allow, commands: ['cat /var/*']}"),
        ),
        (
            rules(
                "{action: allow, commands: ['systemctl status *']}, {argv: [[systemctl, '**', 'ss*']]}",
            ),
            rules("{action: allow, commands: ['systemctl status *']}"),
        ),
        (
            rules("{action: allow, commands: ['sudo -n *'], escapes: allow}, {commands: ['rm *']}"),
            rules("{action: allow, commands: ['sudo -n *'], escapes: allow}"),
        ),
        (
            rules("{action: allow, simple_binaries: [df], simple_max_args: 2}"),
            rules("{action: allow, simple_binaries: [df], simple_max_args: 3}"),
        ),
        (denied("[passwd, 'mkfs*']"), denied("['mkfs*']")),
        (denied("[passwd, 'mkfs*']"), denied("[passwd]")),
        (denied("[/etc/shadow]"), denied("[]")),
        (allow(WIDE), denied("[]")),
    ] {
        let gained = compare(&before, &after);
        let lost = compare(&after, &before);
        let (gained, lost) = (told(&gained), told(&lost));

        assert!(
            gained.iter().any(|line| line.starts_with('+')),
            "{before} {after}: {gained:?}"
        );
        assert!(
            lost.iter().any(|line| line.starts_with('-')),
            "{before} {after}: {lost:?}"
        );
    }
}

#[test]
fn entries_in_another_order_are_the_same() {
    let before = "rules: [{action: allow, commands: [df, id]}, {commands: ['rm *']}]";
    let after = "rules: [{commands: ['rm *']}, {name: x, action: allow, commands: [id]}, {action: allow, commands: [df]}]";
    let comparison = compare(before, after);
    assert!(!comparison.differs());
    let outcome = &comparison.groups[0].outcome;
    assert_eq!((outcome.extent, outcome.tried), (Searched::Identical, 0));
}

/// Every rule is another program's: `rules` of them, of which the last `other` differ.
fn many_rules(rules: usize, other: usize) -> String {
    let rule = |index: usize| {
        let program = if index + other < rules {
            "tool"
        } else {
            "other"
        };
        format!(
            "- {{action: allow, commands: ['{program}{index} show *', '{program}{index} list *']}}\n"
        )
    };
    "rules:\n".to_owned() + &(0..rules).map(rule).collect::<String>()
}

/// The work is that of what differs, and is bounded.
#[test]
fn a_few_changes_of_many_rules_are_few_lines() {
    let comparison = compare(&many_rules(1000, 0), &many_rules(1000, 3));
    let outcome = &comparison.groups[0].outcome;
    assert_eq!(outcome.differences.len(), 12);
    assert_eq!(outcome.extent, Searched::Whole);
    assert!(outcome.tried < 600, "{}", outcome.tried);
    let comparison = compare(&many_rules(200, 0), &many_rules(200, 200));
    let outcome = &comparison.groups[0].outcome;
    assert_eq!(outcome.differences.len(), 800);
    assert!(outcome.tried <= 12_000, "{}", outcome.tried);
}

/// Where all rules change each has its most telling line, also behind such as show none; a bound is told.
#[test]
fn where_very_many_rules_change_each_has_a_line_first() {
    let rules = |ends: &str| {
        let rule =
            |index: usize| format!("- {{action: allow, commands: ['cat /srv/a{index}/{ends}']}}\n");
        "rules:\n".to_owned() + &(0..400).map(rule).collect::<String>()
    };
    let comparison = compare(&rules("*"), &rules("x*"));
    let outcome = &comparison.groups[0].outcome;
    assert_eq!((outcome.differences.len(), outcome.unshown.len()), (400, 0));
    assert!(outcome.tried <= 4_000, "{}", outcome.tried);
    let comparison = compare(&many_rules(1500, 0), &many_rules(1500, 1500));
    assert_eq!(comparison.groups[0].outcome.extent, Searched::Cut);
}

/// A rule that asks decides although the escape guard holds it back: it is named, with its pattern.
#[test]
fn a_rule_that_asks_is_named() {
    let allows = "{action: allow, commands: ['systemctl restart nginx']}";
    let asks = format!("{{rules: [{{action: ask, commands: ['systemctl re*']}}, {allows}]}}");
    let comparison = compare(&asks, &format!("{{rules: [{allows}]}}"));
    let mut differences = comparison.groups[0].outcome.differences.iter();
    let difference = differences.find(|difference| difference.is_gain()).unwrap();
    let before = &difference.before;
    assert_eq!(difference.line, "systemctl restart nginx");
    assert_eq!(before.rule.as_ref().map(|rule| rule.index), Some(0));
    assert_eq!(before.pattern.as_deref(), Some("systemctl re*"));
}

#[test]
fn what_shows_in_no_line_is_a_fact() {
    let before = "limits: {max_seconds: 10}\nnetwork: {block_ips: [10.0.0.1]}\n";
    let after = "audit: {commands: plain}\nknown_hosts_path: k\nnetwork: {allow_cidrs: [10.0.0.0/8]}\n\
                 overrides: {aliases: {web-1: {max_hosts: 2, max_parallel: 1}}}\n";
    let comparison = compare(before, after);
    let told = |facts: &[mcp_ssh_policy::ChangedFact]| -> Vec<String> {
        let told = |fact: &mcp_ssh_policy::ChangedFact| {
            format!("{}: {} to {}", fact.name, fact.before, fact.after)
        };
        facts.iter().map(told).collect()
    };
    assert_eq!(
        told(&comparison.facts),
        [
            "network.allow: none to 10.0.0.0/8",
            "network.block: 10.0.0.1/32 to none",
            "audit.commands: hash to plain",
            "known_hosts_path: none to k",
        ]
    );
    assert_eq!(
        told(&comparison.groups[0].outcome.facts),
        [
            "limits.max_seconds: 10 to 45",
            "limits.max_parallel: 32 to 1",
            "limits.max_hosts: any number to 2",
        ]
    );
    assert!(comparison.differs());
    assert_eq!(comparison.groups[0].outcome.extent, Searched::Identical);
}

#[test]
fn each_alias_and_tag_that_a_policy_speaks_of_has_a_host() {
    let before = "rules: [{aliases: ['prod-*', db], tags: ['w?b'], commands: [x]}]\n";
    let after = "rules: [{commands: [x]}]\noverrides: {aliases: {z: {max_hosts: 1}}, tags: {'[lab': {max_hosts: 1}}}\n";
    let samples = load(before).sample_hosts(&load(after));
    let hosts: Vec<_> = samples
        .hosts
        .iter()
        .map(|host| {
            (
                host.stands_for.as_str(),
                host.alias.as_str(),
                host.tags.join(" "),
            )
        })
        .collect();
    let expected = [
        ("hosts that no rule names", "", ""),
        ("hosts like `prod-*` with a tag like `w?b`", "prod-", "wxb"),
        ("hosts like `db` with a tag like `w?b`", "db", "wxb"),
        ("hosts like `z`", "z", ""),
        ("hosts with a tag like `[[]lab`", "", "[lab"),
    ];
    assert_eq!(
        hosts,
        expected.map(|(name, alias, tags)| (name, alias, tags.to_owned()))
    );
    assert!(!samples.cut);
    let rule = |index: usize| format!("- {{aliases: [a{index}], commands: [x]}}\n");
    let many = "rules:\n".to_owned() + &(0..300).map(rule).collect::<String>();
    let samples = load(&many).sample_hosts(&load(before));
    assert!(samples.cut && samples.hosts.len() == 200);
}

/// A host moves between rules when its tags change.
#[test]
fn tags_are_those_of_either_side() {
    let policy = "rules: [{action: allow, tags: [web], commands: [df]}]\n";
    let tags = [vec![], vec!["web".to_owned()]];
    let hosts = [(0, 0), (0, 1), (1, 1)].map(|(before, after)| ComparedHost {
        alias: "h",
        tags_before: &tags[before],
        tags_after: &tags[after],
    });
    let comparison = load(policy).compare(&load(policy), &hosts);
    let groups: Vec<_> = comparison
        .groups
        .iter()
        .map(|group| group.hosts.clone())
        .collect();
    assert_eq!(groups, [vec![0, 2], vec![1]]);
    assert!(!comparison.groups[0].outcome.differs());
    assert_eq!(comparison.groups[1].outcome.differences[0].line, "df");
}
