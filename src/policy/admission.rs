//! Whether one rule meets one command: strictly where it allows, widely where it denies.
//!
//! A rule over words or text that would allow a command is still held by the escape guard: an
//! argument that opens a door must be spelled out by the very entry that matched.

use super::argument::Invocation;
use super::argv::ArgvPattern;
use super::escapes::{self, Door};
use super::glob::Glob;
use super::rule::{Escapes, Rule, ShellPatterns};
use super::subject::{Patterns, Subject};

/// One entry of a rule that matches a command.
#[derive(Clone, Copy)]
enum Entry<'a> {
    /// Of `commands`.
    Glob(&'a Glob),
    /// Of `argv`.
    Argv(&'a ArgvPattern),
    /// Of `simple_binaries`: any arguments.
    Simple,
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
        Entry::Argv(pattern) => pattern.is_literal(),
        Entry::Simple => false,
    })
}

/// Whether a deny rule meets a command, or one that it would run.
pub(super) fn denies(rule: &Rule, subject: &Subject) -> bool {
    let words = |command: &Invocation| {
        rule.argv.iter().any(|pattern| pattern.denies(command)) || rule.simple.denies(command)
    };
    let over_words = !rule.argv.is_empty() || !rule.simple.is_empty();
    denies_text(rule, &subject.deny) || over_words && subject.invocations().any(words)
}

/// Whether a deny rule's `commands` meet one of some texts.
pub(super) fn denies_text(rule: &Rule, texts: &[String]) -> bool {
    let meets = |text: &String| rule.commands.iter().any(|glob| glob.overlaps(text));
    texts.iter().any(meets)
}

/// The entries of a rule that match a command.
fn matching<'a>(rule: &'a Rule, subject: &Subject) -> impl Iterator<Item = Entry<'a>> {
    let globs = rule.commands.iter();
    let globs = globs.filter(|glob| subject.allow.iter().any(|text| glob.allows(text)));
    let patterns = rule.argv.iter();
    let patterns = patterns.filter(|pattern| pattern.allows(subject.words()));
    let simple = rule.simple.allows(subject.words()).then_some(Entry::Simple);
    globs
        .map(Entry::Glob)
        .chain(patterns.map(Entry::Argv))
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
        Entry::Argv(pattern) => doors.iter().find(|door| !pattern.spells(door.index)),
        Entry::Simple => doors.first(),
    }
}

fn admits_patterns(rule: &Rule, subject: &Subject) -> bool {
    match subject.patterns {
        Patterns::None => true,
        Patterns::Expanding => rule.shell_patterns == ShellPatterns::Admitted,
    }
}
