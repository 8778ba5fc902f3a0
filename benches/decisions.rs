//! What a decision costs: at 10, 1,000 and 10,000 rules, and over 10,000 hosts.
//!
//! The policies are generated: every fifth rule speaks of some hosts only, a third are argv
//! rules, some deny, some ask. The command is a line of two commands, allowed by two rules.
//! The goal: a decision over 1,000 rules under 35 µs.

#![allow(
    clippy::unwrap_used,
    reason = "a bench that cannot run says so by panicking"
)]

use std::fmt::Write;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mcp_ssh_policy::{Policy, Verdict};
use mcp_ssh_yaml::diagnostic::Source;

const RULES: [usize; 4] = [10, 100, 1_000, 10_000];
const HOSTS: usize = 10_000;
/// Allowed by the policy's second rule and its last.
const LINE: &str = "systemctl status nginx | grep -c running";

fn main() {
    divan::main();
}

/// `count` rules over programs that are each named by a few of them, as in a real policy.
fn policy(count: usize) -> Policy {
    let mut text = String::from("rules:\n  - {action: deny, commands: [\"rm *\", \"mkfs*\"]}\n");
    text.push_str("  - {action: allow, argv: [[systemctl, status, \"*\"]]}\n");
    for index in 2..count - 1 {
        let program = format!("tool-{}", index / 4);
        let hosts = match index % 5 {
            0 => format!("aliases: [\"web-{}*\"], ", index % 100),
            _ => String::new(),
        };
        let what = match index % 6 {
            0 | 1 => {
                format!("action: allow, argv: [[{program}, show, \"--unit=*\", \"/var/log/**\"]]")
            }
            2 => format!("action: deny, commands: [\"{program} --force*\"]"),
            3 => format!("action: ask, commands: [\"{program} restart *\"]"),
            _ => format!("action: allow, commands: [\"{program} status*\", \"{program} list *\"]"),
        };
        writeln!(text, "  - {{{hosts}{what}}}").unwrap();
    }
    text.push_str("  - {action: allow, tags: [production], commands: [\"grep -c *\"]}\n");
    let (policy, _) = Policy::load(&Source::new("policy.yml", &text)).unwrap();
    assert_eq!(policy.rule_count(), count);
    policy
}

/// One decision on a host whose share of the policy is known.
#[divan::bench(args = RULES)]
fn judge(bencher: Bencher<'_, '_>, rules: usize) {
    let host = policy(rules).for_host("web-1", &["production"]);
    assert_eq!(host.judge(LINE).verdict(), Verdict::Allow);
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(|| host.judge(black_box(LINE)));
}

/// One decision where every rule is about the same program: the worst a policy can be.
#[divan::bench(args = RULES)]
fn judge_where_all_rules_share_a_program(bencher: Bencher<'_, '_>, rules: usize) {
    let mut text = String::from("rules:\n");
    for index in 0..rules {
        writeln!(
            text,
            "  - {{action: allow, commands: [\"kubectl get pods -n team-{index} *\"]}}"
        )
        .unwrap();
    }
    text.push_str("limits: {deny_substrings: []}\n");
    let (policy, _) = Policy::load(&Source::new("policy.yml", &text)).unwrap();
    let host = policy.for_host("web-1", &["production"]);
    let command = format!("kubectl get pods -n team-{} -o wide", rules - 1);
    assert_eq!(host.judge(&command).verdict(), Verdict::Allow);
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(|| host.judge(black_box(&command)));
}

/// One denial: no rule is about the command, and every way it could be allowed is looked at.
#[divan::bench(args = RULES)]
fn judge_denied(bencher: Bencher<'_, '_>, rules: usize) {
    let host = policy(rules).for_host("web-1", &["production"]);
    let line = "sudo -u root env A=b timeout 5 sh -c 'cat /etc/shadow'";
    assert_eq!(host.judge(line).verdict(), Verdict::Deny);
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(|| host.judge(black_box(line)));
}

/// A line on each of 10,000 hosts, whose shares of the policy are all narrowed first.
#[divan::bench(args = [10, 1_000], sample_count = 5, sample_size = 1)]
fn judge_on_each_of_10_000_hosts(bencher: Bencher<'_, '_>, rules: usize) {
    let policy = policy(rules);
    let aliases: Vec<String> = (0..HOSTS).map(|index| format!("web-{index}")).collect();
    bencher.counter(ItemsCount::new(HOSTS)).bench_local(|| {
        let allowed = |alias: &&String| {
            let host = policy.for_host(alias, &["production"]);
            host.judge(black_box(LINE)).verdict() == Verdict::Allow
        };
        assert_eq!(aliases.iter().filter(allowed).count(), HOSTS);
    });
}
