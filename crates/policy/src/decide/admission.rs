//! Whether one rule meets one command: strictly where the rule allows, widely where it denies.
//!
//! Takes a rule and a [`Subject`]; gives yes or no, or a [`Finding`] for a person. The escape guard holds back
//! a rule that would allow a command: the knowledge base must vouch for each word that only a wildcard of
//! the matching entry admits.

use mcp_ssh_knowledge::word::AdmittedWord;
use mcp_ssh_knowledge::{Around, Danger, Objection, first_objection, texts};

use crate::matching::argument::ProgramCall;
use crate::matching::argv::ArgvPattern;
use crate::matching::glob::Glob;
use crate::matching::grants;
use crate::matching::word_glob::within_dot_dots;
use crate::rules::rule::{Action, Escapes, Rule, ShellPatterns, Stdin};
use crate::wrappers::subject::{Patterns, Subject};

/// One entry of a rule that matches a command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MatchingEntry<'a> {
    /// An entry of `commands`.
    Glob(&'a Glob),
    /// An entry of `argv`, with its index there.
    Argv(usize, &'a ArgvPattern),
    /// An entry of `simple_binaries`: any arguments match.
    Simple,
}

/// How one rule and one command stand to each other.
#[derive(Debug)]
pub(crate) enum Finding<'a> {
    /// The rule's action holds for the command, by this entry.
    Meets(MatchingEntry<'a>),
    /// The rule's action would hold, but only a wildcard admits some argument.
    Held(Objection),
    /// The rule's action would hold, but the command has a shell pattern.
    Expands(MatchingEntry<'a>),
    /// No entry of the rule matches.
    Misses,
}

/// Why a rule does or does not speak of a command: the answers of this file's other functions, for a person.
pub(crate) fn finding<'a>(rule: &'a Rule, subject: &'a Subject) -> Finding<'a> {
    if rule.action == Action::Deny {
        return denying(rule, subject).map_or(Finding::Misses, Finding::Meets);
    }
    let Some(entry) = matching(rule, subject).next() else {
        return Finding::Misses;
    };
    if !admits_patterns(rule, subject) {
        return Finding::Expands(entry);
    }
    let mut vouched =
        matching(rule, subject).filter(|entry| objection(rule, *entry, subject).is_none());
    match (vouched.next(), objection(rule, entry, subject)) {
        (None, Some(objection)) => Finding::Held(objection),
        (admitting, _) => Finding::Meets(admitting.unwrap_or(entry)),
    }
}

/// Whether a rule matches a command and the escape guard does not hold the rule back.
pub(crate) fn allows(rule: &Rule, subject: &Subject) -> bool {
    allows_around(rule, subject, subject.around)
}

/// Whether a rule would allow a command, if a rule spelled each `cd` before the command.
pub(crate) fn allows_here(rule: &Rule, subject: &Subject) -> bool {
    let here = Around {
        elsewhere: false,
        ..subject.around
    };
    allows_around(rule, subject, here)
}

fn allows_around(rule: &Rule, subject: &Subject, around: Around) -> bool {
    let mut entries = matching(rule, subject);
    admits_patterns(rule, subject)
        && entries.any(|entry| objection_around(rule, entry, subject, around).is_none())
}

/// Whether a rule matches a command; the escape guard is not asked.
pub(crate) fn admits(rule: &Rule, subject: &Subject) -> bool {
    admits_patterns(rule, subject) && matches(rule, subject)
}

/// Whether an entry of a rule matches a command; neither the escape guard nor `shell: [glob]` is asked.
pub(crate) fn matches(rule: &Rule, subject: &Subject) -> bool {
    matched_by(rule, subject).is_some()
}

/// The entry of a rule that matches a command; neither the escape guard nor `shell: [glob]` is asked.
pub(crate) fn matched_by<'a>(rule: &'a Rule, subject: &'a Subject) -> Option<MatchingEntry<'a>> {
    matching(rule, subject).next()
}

/// The objection for which the escape guard holds back a rule that matches a command.
pub(crate) fn held(rule: &Rule, subject: &Subject) -> Option<Objection> {
    let mut held = matching(rule, subject).filter_map(|entry| objection(rule, entry, subject));
    held.next().filter(|_| admits_patterns(rule, subject))
}

/// The words of a command as the first entry admits it for which the escape guard does not hold the rule back.
pub(crate) fn admitted_words(rule: &Rule, subject: &Subject) -> Option<Vec<AdmittedWord>> {
    let mut entries = matching(rule, subject).filter(|_| admits_patterns(rule, subject));
    let entry = entries.find(|entry| objection(rule, *entry, subject).is_none())?;
    words_of(entry, subject)
}

/// Whether an entry of a rule spells the whole command out, without wildcards.
pub(crate) fn spells_out(rule: &Rule, subject: &Subject) -> bool {
    matching(rule, subject).any(|entry| match entry {
        MatchingEntry::Glob(glob) => glob.is_literal(),
        MatchingEntry::Argv(_, pattern) => pattern.is_literal(),
        MatchingEntry::Simple => false,
    })
}

/// Whether an entry of a rule that allows a command spells the command's words up to the one with this index.
pub(crate) fn spells_until(rule: &Rule, subject: &Subject, index: usize) -> bool {
    let spelled = |entry: MatchingEntry<'_>| {
        let words = words_of(entry, subject)?;
        words
            .get(..=index)
            .map(|words| words.iter().all(AdmittedWord::is_spelled))
    };
    matching(rule, subject).any(|entry| spelled(entry) == Some(true))
}

/// Whether a deny rule meets a command, or a command that this one would run.
pub(crate) fn denies(rule: &Rule, subject: &Subject) -> bool {
    denying(rule, subject).is_some()
}

/// Whether a deny rule meets one command, of which these are the texts.
pub(crate) fn denies_command(rule: &Rule, command: &ProgramCall, texts: &[String]) -> bool {
    denying_glob(rule, texts).is_some() || denying_words(rule, command).is_some()
}

/// The entry by which a deny rule meets a command, or a command that this one would run.
fn denying<'a>(rule: &'a Rule, subject: &Subject) -> Option<MatchingEntry<'a>> {
    let meets = |command| denying_words(rule, command);
    let glob = denying_glob(rule, &subject.deny).map(MatchingEntry::Glob);
    glob.or_else(|| subject.invocations().find_map(meets))
}

/// The entry over words by which a deny rule meets a command.
fn denying_words<'a>(rule: &'a Rule, command: &ProgramCall) -> Option<MatchingEntry<'a>> {
    let mut patterns = rule.argv.iter().enumerate();
    let pattern = patterns.find(|(_, pattern)| pattern.denies(command));
    let pattern = pattern.map(|(place, pattern)| MatchingEntry::Argv(place, pattern));
    pattern.or_else(|| rule.simple.denies(command).then_some(MatchingEntry::Simple))
}

/// The glob of a deny rule's `commands` that meets one of `texts`.
pub(crate) fn denying_glob<'a>(rule: &'a Rule, texts: &[String]) -> Option<&'a Glob> {
    let mut globs = rule.commands.iter();
    globs.find(|glob| texts.iter().any(|text| glob.overlaps(text)))
}

/// The entries of a rule that match a command. A wildcard takes a `..` only in a text that is no path.
fn matching<'a>(rule: &'a Rule, subject: &'a Subject) -> impl Iterator<Item = MatchingEntry<'a>> {
    let kept = entries(rule, subject, Parents::Refused);
    let taken = has_parents(subject).then(|| entries(rule, subject, Parents::Taken));
    let taken = taken.into_iter().flatten();
    kept.chain(taken.filter(|entry| takes_texts(*entry, subject)))
}

/// Whether a rule would match a command, if its wildcards took `..`.
pub(crate) fn stops_below(rule: &Rule, subject: &Subject) -> bool {
    has_parents(subject) && entries(rule, subject, Parents::Taken).next().is_some()
}

fn has_parents(subject: &Subject) -> bool {
    let mut words = subject.words().iter();
    words.any(|word| has_parent(word.plain()))
}

/// Whether a word has a `..` path component, or a link of /proc that leads to any directory.
pub(crate) fn has_parent(word: &str) -> bool {
    !within_dot_dots(word, 0)
}

/// Whether each word with `..` is spelled by the entry, or is a script or a text to its program.
fn takes_texts(entry: MatchingEntry<'_>, subject: &Subject) -> bool {
    let Some(words) = words_of(entry, subject) else {
        return false;
    };
    let texts = texts(&words);
    let mut words = words.iter().enumerate();
    words.all(|(index, word)| {
        !has_parent(word.text()) || word.is_spelled() || texts.contains(&index)
    })
}

/// What wildcards do with a `..` path component.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parents {
    Refused,
    Taken,
}

fn entries<'a>(
    rule: &'a Rule,
    subject: &'a Subject,
    parents: Parents,
) -> impl Iterator<Item = MatchingEntry<'a>> {
    let globs = rule.commands.iter();
    let globs = globs.filter(move |glob| match parents {
        Parents::Refused => {
            subject.allow.iter().any(|text| glob.allows(text)) || glob.allows_value(&subject.value)
        }
        Parents::Taken => {
            subject.allow.iter().any(|text| glob.admits(text)) || glob.admits_value(&subject.value)
        }
    });
    let patterns = rule.argv.iter().enumerate();
    let patterns = patterns.filter(move |(_, pattern)| match parents {
        Parents::Refused => pattern.allows(subject.words()),
        Parents::Taken => pattern.admits(subject.words()),
    });
    let simple = rule
        .simple
        .allows(subject.words())
        .then_some(MatchingEntry::Simple);
    globs
        .map(MatchingEntry::Glob)
        .chain(patterns.map(|(place, pattern)| MatchingEntry::Argv(place, pattern)))
        .chain(simple)
}

/// The first word of a command that an entry admits only by a wildcard and for which nobody vouches.
fn objection(rule: &Rule, entry: MatchingEntry<'_>, subject: &Subject) -> Option<Objection> {
    objection_around(rule, entry, subject, subject.around)
}

fn objection_around(
    rule: &Rule,
    entry: MatchingEntry<'_>,
    subject: &Subject,
    around: Around,
) -> Option<Objection> {
    if rule.escapes == Escapes::Allowed {
        return None;
    }
    if matches!(entry, MatchingEntry::Glob(glob) if glob.names_any_program()) {
        return None;
    }
    let Some(words) = words_of(entry, subject) else {
        return Some(across_quotes(subject));
    };
    let around = Around {
        piped: around.piped && rule.stdin == Stdin::Data,
        ..around
    };
    first_objection(&words, around)
}

/// The words of a command with the parts that an entry spells.
fn words_of(entry: MatchingEntry<'_>, subject: &Subject) -> Option<Vec<AdmittedWord>> {
    match entry {
        MatchingEntry::Glob(glob) => grants::by_glob(glob, subject.words(), &subject.value),
        MatchingEntry::Argv(_, pattern) => Some(grants::by_argv(pattern, subject.words())),
        MatchingEntry::Simple => Some(grants::by_name(subject.words())),
    }
}

/// The objection to an entry that matches only across the quotes of a word: it spells no word for certain.
fn across_quotes(subject: &Subject) -> Objection {
    Objection {
        index: 0,
        program: subject.invocation.file_name().to_owned(),
        word: subject.rendered.clone(),
        reason: "has quotes where the rule has none".to_owned(),
        danger: Danger::Unknown,
    }
}

fn admits_patterns(rule: &Rule, subject: &Subject) -> bool {
    match subject.patterns {
        Patterns::None => true,
        Patterns::Expanding => rule.shell_patterns == ShellPatterns::Admitted,
    }
}

impl std::fmt::Display for MatchingEntry<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Glob(glob) => write!(formatter, "`{}` of `commands`", glob.as_str()),
            Self::Argv(place, _) => write!(formatter, "`argv[{place}]`"),
            Self::Simple => formatter.write_str("`simple_binaries`"),
        }
    }
}
