//! `policy_tests.yml` as it is printed: what was recorded, and neighbours that stay denied.
//!
//! Takes the kept rules. Gives a test for each line, or for each of its commands where the line needs other rules,
//! too. Each test was tried against the proposed rules alone and beside the present ones.

use mcp_ssh_policy::{Policy, TextMap, Verdict};
use mcp_ssh_yaml::diagnostic::Source;
use mcp_ssh_yaml::double_quoted;

use crate::bench::Bench;
use crate::court::{Court, JudgedLine, LineFinding};
use crate::document::rules_text;
use crate::proposed_rule::{ProposedRule, comment};

/// Tests that are written: `check` runs each of them.
const MAX_TESTS: usize = 2_000;
/// A word that makes a recorded command another one.
const NEIGHBOUR: &str = " zz-never-recorded";

/// What is expected of lines, by the alias of their host.
type Tests = TextMap<TextMap<Verdict>>;

/// The whole document.
pub(crate) fn tests(rules: &[ProposedRule], court: &Court<'_>, lines: &[JudgedLine<'_>]) -> String {
    let (text, _) = rules_text(rules, court.policy);
    let Ok((proposed, _)) = Policy::load(&Source::new("policy.yml", &text)) else {
        return "[]\n".to_owned();
    };
    let merged = Bench::new(court, court.policy.beside(&proposed));
    let proposed = Bench::new(court, proposed);
    // Whether the rules say so of a line, alone and beside the present ones.
    let holds = |alias: &str, line: &str, expected: Verdict| {
        let mut benches = [&proposed, &merged].into_iter();
        court.hosts.get(alias).is_some()
            && benches.all(|bench| bench.verdict(alias, line) == expected)
    };
    let mut tests = Tests::default();
    let mut add = |alias: &str, line: &str, expected: Verdict| {
        tests.change(alias, |lines| lines.insert(line, expected));
    };
    for line in lines {
        let is_wanted = matches!(line.finding, LineFinding::Wanted(_));
        if is_wanted && holds(line.alias, line.line, Verdict::Ask) {
            add(line.alias, line.line, Verdict::Ask);
        }
    }
    for rule in rules {
        let mut neighbours = rule.entries.len();
        for (alias, command) in &rule.basis {
            let expected = [Verdict::Ask, Verdict::Allow].into_iter();
            for expected in expected.filter(|expected| holds(alias, &command.text, *expected)) {
                add(alias, &command.text, expected);
            }
            let neighbour = command.text.clone() + NEIGHBOUR;
            if neighbours > 0 && holds(alias, &neighbour, Verdict::Deny) {
                neighbours -= 1;
                add(alias, &neighbour, Verdict::Deny);
            }
        }
    }
    written(&tests)
}

fn written(tests: &Tests) -> String {
    let mut text = comment("", "What was recorded, and neighbours that were not.");
    if tests.keys().is_empty() {
        text.push_str("[]\n");
    }
    let all = || {
        let hosts = tests.iter();
        hosts.flat_map(|(alias, lines)| lines.iter().map(move |(line, its)| (alias, line, its)))
    };
    for (alias, line, expected) in all().take(MAX_TESTS) {
        let (alias, line) = (double_quoted(alias), double_quoted(line));
        text += &format!("- {{alias: {alias}, command: {line}, expect: {expected}}}\n");
    }
    if let Some(more @ 1..) = all().count().checked_sub(MAX_TESTS) {
        text.push_str(&comment("", &format!("{more} more are left out")));
    }
    text
}
