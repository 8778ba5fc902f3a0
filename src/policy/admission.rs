//! Whether one rule meets one command: strictly where it allows, widely where it denies.
//!
//! A rule over words or text that would allow a command is still held by the escape guard: an
//! argument that opens a door must be spelled out by the very entry that matched.

use super::argument::Invocation;
use super::argv::ArgvPattern;
use super::escapes::{self, Door};
use super::glob::Glob;
use super::rule::{Action, Escapes, Rule, ShellPatterns};
use super::subject::{Patterns, Subject};

/// One entry of a rule that matches a command.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry<'a> {
    /// Of `commands`.
    Glob(&'a Glob),
    /// Of `argv`, with its place there.
    Argv(usize, &'a ArgvPattern),
    /// Of `simple_binaries`: any arguments.
    Simple,
}

/// What there is to say of one rule and one command.
#[derive(Debug)]
pub(super) enum Finding<'a> {
    /// The rule says what it says of the command, by this entry.
    Meets(Entry<'a>),
    /// It would, but for an argument that only a wildcard admits.
    Held(&'a Door),
    /// It would, but for a shell pattern.
    Expands(Entry<'a>),
    /// None of its entries matches.
    Misses,
}

/// Why a rule does or does not speak of a command: the functions below, joined for a person.
pub(super) fn finding<'a>(rule: &'a Rule, subject: &'a Subject) -> Finding<'a> {
    if rule.action == Action::Deny {
        return denying(rule, subject).map_or(Finding::Misses, Finding::Meets);
    }
    let Some(entry) = matching(rule, subject).next() else {
        return Finding::Misses;
    };
    if !admits_patterns(rule, subject) {
        return Finding::Expands(entry);
    }
    let mut open =
        matching(rule, subject).filter(|entry| first_open(rule, *entry, subject).is_none());
    match (open.next(), first_open(rule, entry, subject)) {
        (None, Some(door)) => Finding::Held(door),
        (admitting, _) => Finding::Meets(admitting.unwrap_or(entry)),
    }
}

/// Whether a rule matches a command, and its wildcards admit no escape.
pub(super) fn allows(rule: &Rule, subject: &Subject) -> bool {
    admits_patterns(rule, subject)
        && matching(rule, subject).any(|entry| first_open(rule, entry, subject).is_none())
}

/// Whether a rule matches a command, escapes aside.
pub(super) fn admits(rule: &Rule, subject: &Subject) -> bool {
    admits_patterns(rule, subject) && matches(rule, subject)
}

/// Whether an entry of a rule matches a command, escapes and shell patterns aside.
pub(super) fn matches(rule: &Rule, subject: &Subject) -> bool {
    matching(rule, subject).next().is_some()
}

/// The escape for which a rule that matches a command does not allow it.
pub(super) fn open_door<'a>(rule: &Rule, subject: &'a Subject) -> Option<&'a Door> {
    let mut open = matching(rule, subject).filter_map(|entry| first_open(rule, entry, subject));
    open.next().filter(|_| admits_patterns(rule, subject))
}

/// Whether an entry of a rule spells the whole command out, without wildcards.
pub(super) fn spells_out(rule: &Rule, subject: &Subject) -> bool {
    matching(rule, subject).any(|entry| match entry {
        Entry::Glob(glob) => glob.is_literal(),
        Entry::Argv(_, pattern) => pattern.is_literal(),
        Entry::Simple => false,
    })
}

/// Whether a deny rule meets a command, or one that it would run.
pub(super) fn denies(rule: &Rule, subject: &Subject) -> bool {
    denying(rule, subject).is_some()
}

/// The entry by which a deny rule meets a command, or one that it would run.
fn denying<'a>(rule: &'a Rule, subject: &Subject) -> Option<Entry<'a>> {
    let meets = |command: &Invocation| {
        let mut patterns = rule.argv.iter().enumerate();
        let pattern = patterns.find(|(_, pattern)| pattern.denies(command));
        let pattern = pattern.map(|(place, pattern)| Entry::Argv(place, pattern));
        pattern.or_else(|| rule.simple.denies(command).then_some(Entry::Simple))
    };
    let glob = denying_glob(rule, &subject.deny).map(Entry::Glob);
    glob.or_else(|| subject.invocations().find_map(meets))
}

/// The glob of a deny rule's `commands` that meets one of some texts.
pub(super) fn denying_glob<'a>(rule: &'a Rule, texts: &[String]) -> Option<&'a Glob> {
    let mut globs = rule.commands.iter();
    globs.find(|glob| texts.iter().any(|text| glob.overlaps(text)))
}

/// The entries of a rule that match a command.
fn matching<'a>(rule: &'a Rule, subject: &'a Subject) -> impl Iterator<Item = Entry<'a>> {
    let globs = rule.commands.iter();
    let globs = globs.filter(|glob| subject.allow.iter().any(|text| glob.allows(text)));
    let patterns = rule.argv.iter().enumerate();
    let patterns = patterns.filter(|(_, pattern)| pattern.allows(subject.words()));
    let simple = rule.simple.allows(subject.words()).then_some(Entry::Simple);
    globs
        .map(Entry::Glob)
        .chain(patterns.map(|(place, pattern)| Entry::Argv(place, pattern)))
        .chain(simple)
}

/// The first door of a command that an entry does not spell out.
fn first_open<'a>(rule: &Rule, entry: Entry<'_>, subject: &'a Subject) -> Option<&'a Door> {
    if rule.escapes == Escapes::Allowed {
        return None;
    }
    let doors = subject.doors();
    match entry {
        Entry::Glob(glob) => escapes::first_open(glob, &subject.invocation, doors),
        Entry::Argv(_, pattern) => doors.iter().find(|door| !pattern.spells(door.index)),
        Entry::Simple => doors.first(),
    }
}

fn admits_patterns(rule: &Rule, subject: &Subject) -> bool {
    match subject.patterns {
        Patterns::None => true,
        Patterns::Expanding => rule.shell_patterns == ShellPatterns::Admitted,
    }
}

impl std::fmt::Display for Entry<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Glob(glob) => write!(formatter, "`{}` of `commands`", glob.as_str()),
            Self::Argv(place, _) => write!(formatter, "`argv[{place}]`"),
            Self::Simple => formatter.write_str("`simple_binaries`"),
        }
    }
}
