//! A simple command's name: its first word, to which shells give more meanings than to other words.
//!
//! Takes the first word of a command; gives the construct at fault, if there is one. Refuses a word that a
//! shell could take for its own grammar, an assignment, a job, or a prefix that runs the next word
//! instead; quotes do not change that. Refuses a word that sshd's `sh -c LINE` would take for an option.

use super::refusal::{self, Construct};
use super::word::Word;

/// Why a word cannot be the name of a command.
pub(super) fn fault(word: &Word) -> Option<Construct> {
    let name = word.value();
    if name.is_empty() {
        Some(refusal::EMPTY_NAME)
    } else if name.starts_with('%') {
        Some(refusal::JOB)
    } else if let Some(construct) = reserved(&name) {
        Some(construct)
    } else if name.starts_with(['-', '+']) {
        Some(refusal::OPTION_NAME)
    } else if assigns(&name) {
        Some(refusal::ASSIGNMENT)
    } else if word.has_pattern() {
        Some(refusal::PATTERN_NAME)
    } else {
        None
    }
}

fn reserved(name: &str) -> Option<Construct> {
    [RESERVED, GROUPING, PREFIXES]
        .into_iter()
        .flatten()
        .find_map(|(word, construct)| (*word == name).then_some(*construct))
}

/// Writes the rows of a table of names, each with its refusal.
macro_rules! refused {
    ($kind:literal, $hint:expr; $($word:literal)*) => {
        &[$(($word, Construct::language(concat!($kind, " `", $word, "`"), $hint))),*]
    };
}

/// The reserved words of POSIX, bash, ksh, mksh, zsh and fish; fish reserves a quoted word, too.
const RESERVED: &[(&str, Construct)] = refused!("reserved word", refusal::PLAIN;
    "and" "begin" "case" "coproc" "do" "done" "elif" "else" "end" "esac" "fi" "for" "foreach"
    "function" "if" "in" "namespace" "not" "or" "repeat" "select" "switch" "then" "time"
    "until" "while");

/// Reserved words that are signs.
const GROUPING: &[(&str, Construct)] = &[
    ("{", refusal::GROUP),
    ("}", refusal::GROUP_END),
    ("!", refusal::NEGATION),
    ("[[", refusal::CONDITIONAL),
];

/// zsh's precommand modifiers: `- reboot` runs `reboot`, even with the `-` quoted.
const PREFIXES: &[(&str, Construct)] = refused!("zsh prefix", refusal::PLAIN;
    "-" "nocorrect" "noglob");

/// Whether a shell may take a name for an assignment: `NAME=`, `NAME+=`, `NAME[...]=`, and ksh93's
/// `NAME.FIELD=`. In doubt it may: every name with a `=` and no `/` before the `=`.
fn assigns(name: &str) -> bool {
    name.split_once('=')
        .is_some_and(|(left, _)| !left.contains('/'))
}
