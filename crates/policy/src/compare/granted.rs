//! Lines about an entry that grants and that only one side has.
//!
//! Takes the entry and both sides. Tries lines that the entry takes: those that no entry of the other side takes, found by
//! a walk over all automata at once; then what the rule admits beside words: redirections, pipes, patterns; then its
//! instances, filled with what the knowledge base has behind its words. One that asks is also held against what the other
//! side allows: there it takes away.

use crate::rules::rule::{Action, Escapes, ShellPatterns, Stdin};

use super::instances::Instances;
use super::refused::{both, filled};
use super::several::commands;
use super::standing::{Standard, Standing, counts, meeting, related, related_where};
use super::track::Track;
use super::trial::{Depth, LineTrial};
use super::walk::is_covered;

/// Texts of one walk that are tried: the first may have a word that nobody vouches for.
const WALKED: usize = 3;

/// Patterns that allow and that are held against one that asks.
const MAX_ALLOWING: usize = 32;

/// Commands before a pipe of which one may be granted.
const PRODUCERS: [&str; 4] = ["echo x", "df -h", "uptime", "cat /var/log/syslog"];

/// Words that the remote shell expands.
const PATTERNS: [&str; 4] = ["*.x", "/var/log/*.log", "ls *.x", "cat /var/log/*.log"];

/// Words that a program's row vouches for, before which a pattern is tried.
const VOUCHED_BEFORE_PATTERNS: usize = 12;

/// Tries what an entry of `own` takes.
pub fn granted(
    entry: &Standard<'_>,
    own: &Standing<'_>,
    other: &Standing<'_>,
    depth: Depth,
    trial: &mut LineTrial<'_>,
) {
    walked(entry, own, other, trial);
    if trial.left() == 0 {
        return trial.cut_unless_found();
    }
    let rule = entry.entry.as_ref().map(|entry| entry.rule);
    let escapes = rule.map_or(Escapes::Denied, |rule| rule.escapes);
    let instances = Instances::of(&entry.track);
    let texts = match depth {
        Depth::First => instances.first(escapes),
        Depth::Whole => instances.texts(escapes),
    };
    for text in texts.iter().take(1) {
        trial.text(text);
    }
    if entry.action() == Action::Ask {
        asking(entry, other, trial);
    }
    count(entry, other, &texts, trial);
    if depth == Depth::First {
        return;
    }
    beside(entry, own, (&instances, &texts), trial);
    for text in texts {
        if trial.left() == 0 {
            break;
        }
        trial.text(&text);
    }
}

/// Tries what the entry takes and the other side does not.
fn walked(
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
    let asks = |standard: &Standard<'_>| standard.action() == Action::Ask;
    let allows = |standard: &Standard<'_>| standard.action() == Action::Allow;
    let (own_asks, _) = related_where(&own.grants, &entry.start, asks);
    let (allowed, _) = related_where(&other.grants, &entry.start, allows);
    let asked = !own_asks.is_empty() || allowed.len() < grants.len();
    let narrower: Vec<_> = grants.iter().chain(&denies).copied().collect();
    let mut without = vec![grants, narrower];
    if asked && entry.action() == Action::Allow {
        // What the other side asks for counts: it is allowed here.
        without.push(allowed.into_iter().chain(denies).chain(own_asks).collect());
    }
    for none in without {
        for text in trial.walk(&[&entry.track], &none, WALKED) {
            trial.text(&text);
        }
    }
}

/// Whether the other side grants whatever the entry takes, so that no line is to be expected.
pub fn is_granted_elsewhere(entry: &Standard<'_>, other: &Standing<'_>, mut steps: usize) -> bool {
    let alike = |standard: &Standard<'_>| standard.becomes() == entry.becomes();
    let (grants, _) = related_where(&other.grants, &entry.start, alike);
    !meeting(&other.grants, &entry.start).any(Standard::counts_arguments)
        && is_covered(&entry.track, &grants, &mut steps)
}

/// Tries what an entry that asks and a pattern that allows both take: there the other side asks nobody.
fn asking(entry: &Standard<'_>, other: &Standing<'_>, trial: &mut LineTrial<'_>) {
    let kept = trial.kept();
    let allowing = meeting(&other.grants, &entry.start);
    let allowing = allowing.filter(|grant| grant.action() == Action::Allow);
    let allowing: Vec<&Standard<'_>> = allowing.take(MAX_ALLOWING).collect();
    let asks = |standard: &Standard<'_>| standard.action() == Action::Ask;
    for grant in &allowing {
        let (asks, _) = related_where(&other.grants, &grant.start, asks);
        both(grant, entry, &asks, trial);
        if trial.kept() > kept {
            return;
        }
    }
    let texts = trial.walk(&[&entry.track], &[], 1);
    for grant in &allowing {
        if trial.left() == 0 {
            return;
        }
        filled(grant, entry, &texts, trial);
        if trial.kept() > kept {
            return;
        }
    }
}

/// One of `simple_binaries` with as many arguments as it takes, and no more than the other side does.
fn count(entry: &Standard<'_>, other: &Standing<'_>, texts: &[String], trial: &mut LineTrial<'_>) {
    if entry.counts_arguments() {
        let usual = texts.first().and_then(|text| text.split(' ').nth(1));
        // The first operand of a program that nobody knows must be a path.
        for argument in usual.into_iter().chain(["/x", "x", "-h", "1"]) {
            for count in counts(entry, &other.grants).into_iter().chain([0, 1]) {
                let arguments = format!(" {argument}").repeat(count);
                trial.text(&(entry.shown.clone() + &arguments));
            }
        }
    }
}

/// What stands beside the words: a redirection, a pipe before them, a pattern in them.
fn beside(
    entry: &Standard<'_>,
    own: &Standing<'_>,
    (instances, texts): (&Instances<'_>, &[String]),
    trial: &mut LineTrial<'_>,
) {
    let rule = entry.entry.as_ref().map(|entry| entry.rule);
    for text in texts.iter().take(2) {
        trial.line(&format!("{text} 2>/dev/null"));
    }
    if rule.is_some_and(|rule| rule.stdin == Stdin::Anything) {
        let mut producers = PRODUCERS.map(str::to_owned).to_vec();
        producers.extend(commands(&Track::containing(""), own, trial));
        for producer in &producers {
            for text in texts.iter().take(4) {
                trial.line(&format!("{producer} | {text}"));
            }
        }
    }
    if rule.is_some_and(|rule| rule.shell_patterns == ShellPatterns::Admitted) {
        expanded(instances, texts, trial);
    }
}

/// Words that the remote shell expands, in the place of the last wildcard and behind it.
fn expanded(instances: &Instances<'_>, texts: &[String], trial: &mut LineTrial<'_>) {
    for text in texts.iter().take(2) {
        trial.line(&format!("{text}*"));
        trial.line(&format!("{text} *"));
        trial.line(&format!("{text}/*.x"));
    }
    let vouched = instances.last_fills(Escapes::Denied);
    let vouched = vouched.iter().take(VOUCHED_BEFORE_PATTERNS);
    let before = vouched.map(|words| words.clone() + " ");
    for before in std::iter::once(String::new()).chain(before) {
        for pattern in PATTERNS {
            let text = instances.with_last(&(before.clone() + pattern));
            text.iter().for_each(|text| trial.line(text));
        }
    }
}
