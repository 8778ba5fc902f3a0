//! Lines about an entry that grants and that only one side has.
//!
//! Takes the entry and both sides. Tries lines that the entry takes: those that no entry of the other side takes, found by
//! a walk over all automata at once; then what the rule admits beside words: redirections, pipes, patterns; then its
//! instances, filled with what the knowledge base has behind its words.

use mcp_ssh_knowledge::samples;

use crate::rules::rule::{Escapes, ShellPatterns, Stdin};

use super::instances::{instances, with_last, words_before_last};
use super::standing::{Standard, Standing, related};
use super::trial::LineTrial;
use super::walk::is_covered;

/// Texts of one walk that are tried: the first may have a word that nobody vouches for.
const WALKED: usize = 3;

/// Words that a program's row vouches for, or refuses, that are tried for one entry.
const MAX_SAMPLES: usize = 80;

/// Commands before a pipe of which one may be granted.
const PRODUCERS: [&str; 4] = ["echo x", "df -h", "uptime", "cat /var/log/syslog"];

/// Words that the remote shell expands.
const PATTERNS: [&str; 4] = ["*.x", "/var/log/*.log", "ls *.x", "cat /var/log/*.log"];

/// Words that a program's row vouches for, before which a pattern is tried.
const VOUCHED_BEFORE_PATTERNS: usize = 12;

/// Arguments that are counted: more than the default of `simple_max_args`.
const MOST_COUNTED: usize = 12;

/// Tries what an entry of `own` takes.
pub fn granted(
    entry: &Standard<'_>,
    own: &Standing<'_>,
    other: &Standing<'_>,
    trial: &mut LineTrial<'_>,
) {
    let (grants, more_grants) = related(&other.grants, &entry.start);
    let (denies, more_denies) = related(&own.denies, &entry.start);
    if more_grants || more_denies {
        trial.cut_short();
    }
    for text in trial.walk(&[&entry.track], &grants, WALKED) {
        trial.text(&text);
    }
    let none: Vec<_> = grants.into_iter().chain(denies).collect();
    for text in trial.walk(&[&entry.track], &none, WALKED) {
        trial.text(&text);
    }
    if trial.left() == 0 {
        trial.cut_unless_found();
        return;
    }
    let behind = behind(entry);
    beside(entry, own, &behind, trial);
    for text in instances(&entry.track, &behind) {
        if trial.left() == 0 {
            break;
        }
        trial.text(&text);
    }
    count(entry, trial);
}

/// Whether the other side grants whatever the entry takes, so that no line is to be expected.
pub fn is_granted_elsewhere(entry: &Standard<'_>, other: &Standing<'_>, mut steps: usize) -> bool {
    let counts = |grant: &Standard<'_>| grant.counts_arguments() && grant.may_meet(&entry.start);
    let (grants, _) = related(&other.grants, &entry.start);
    !other.grants.iter().any(counts) && is_covered(&entry.track, &grants, &mut steps)
}

/// What the knowledge base has behind the words that an entry spells.
fn behind(entry: &Standard<'_>) -> Vec<String> {
    let words = words_before_last(&entry.track);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let samples = samples(&words);
    let escapes = entry.entry.as_ref().map(|entry| entry.rule.escapes);
    let (first, then) = match escapes {
        Some(Escapes::Allowed) => (samples.refused, samples.vouched),
        Some(Escapes::Denied) | None => (samples.vouched, samples.refused),
    };
    first.into_iter().chain(then).take(MAX_SAMPLES).collect()
}

/// One of `simple_binaries` with more and more arguments.
fn count(entry: &Standard<'_>, trial: &mut LineTrial<'_>) {
    if entry.counts_arguments() {
        for count in 0..=MOST_COUNTED {
            for argument in [" x", " -h", " 1"] {
                trial.text(&(entry.shown.clone() + &argument.repeat(count)));
            }
        }
    }
}

/// What stands beside the words: a redirection, a pipe before them, a pattern in them.
fn beside(entry: &Standard<'_>, own: &Standing<'_>, behind: &[String], trial: &mut LineTrial<'_>) {
    let texts = instances(&entry.track, &[]);
    let rule = entry.entry.as_ref().map(|entry| entry.rule);
    for text in texts.iter().take(2) {
        trial.line(&format!("{text} 2>/dev/null"));
    }
    if rule.is_some_and(|rule| rule.stdin == Stdin::Anything) {
        let producers = own.grants.iter().filter(|standard| standard.shared);
        let producers = producers
            .filter(|standard| standard.track.is_literal())
            .take(2);
        let producers: Vec<&str> = producers.map(|standard| standard.shown.as_str()).collect();
        for producer in PRODUCERS.iter().chain(&producers) {
            for text in texts.iter().take(4) {
                trial.line(&format!("{producer} | {text}"));
            }
        }
    }
    if rule.is_some_and(|rule| rule.shell_patterns == ShellPatterns::Admitted) {
        expanded(entry, &texts, behind, trial);
    }
}

/// Words that the remote shell expands, in the place of the last wildcard and behind it.
fn expanded(entry: &Standard<'_>, texts: &[String], behind: &[String], trial: &mut LineTrial<'_>) {
    for text in texts.iter().take(2) {
        trial.line(&format!("{text}*"));
        trial.line(&format!("{text} *"));
        trial.line(&format!("{text}/*.x"));
    }
    let vouched = behind.iter().take(VOUCHED_BEFORE_PATTERNS);
    let before = vouched.map(|words| words.clone() + " ");
    for before in std::iter::once(String::new()).chain(before) {
        for pattern in PATTERNS {
            let text = with_last(&entry.track, &(before.clone() + pattern));
            text.iter().for_each(|text| trial.line(text));
        }
    }
}
