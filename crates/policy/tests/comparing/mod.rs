//! `Policy::compare`: what is found, and that it replays.

mod generate;
mod properties;

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
        println!("{before}\n  {after}\n  {gained:#?}");
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
