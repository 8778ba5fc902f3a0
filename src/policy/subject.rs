//! The texts of a command line that patterns are matched against.
//!
//! Allow rules see the canonical rendering of a simple command. Deny rules see every
//! text that means the same, and those of every command that it would run in turn. Rules over
//! words see the arguments of the same commands. Shell patterns appear as [`SHELL_PATTERN`](super::glob::SHELL_PATTERN) in all of them.

use std::cell::OnceCell;

use crate::shell::{CommandLine, SimpleCommand, Word};

use super::argument::{Argument, Invocation};
use super::escapes::{self, Door};
use super::peel::{self, Hidden, Peeled};

/// One simple command, ready to be matched.
#[derive(Debug)]
pub struct Subject {
    /// The canonical rendering, as decisions show it.
    pub rendered: String,
    /// What allow rules match: the canonical rendering, and the same without the quotes that only
    /// letters of other languages call for.
    pub allow: Vec<String>,
    /// Its words by value, joined by blanks.
    plain: String,
    /// What deny rules match.
    pub deny: Vec<String>,
    /// The words of the command.
    pub invocation: Invocation,
    /// The words of every command that it would run in turn.
    pub peeled: Vec<Invocation>,
    /// Whether the remote shell would expand something.
    pub patterns: Patterns,
    /// Why deny rules do not see all that it would run, if they do not.
    pub hidden: Option<Hidden>,
    doors: OnceCell<Vec<Door>>,
}

impl Subject {
    /// The arguments by which it may do more than its program's name says; looked for once, and
    /// only when a rule would allow it.
    pub fn doors(&self) -> &[Door] {
        self.doors
            .get_or_init(|| escapes::doors(&self.invocation.arguments))
    }
}

/// What the remote shell may do to a command's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patterns {
    /// Nothing: every word stands for itself.
    None,
    /// Expand some of them, below the directories that they spell out: the parser refuses a
    /// program's name that is a pattern, and a pattern that may stand for `..`.
    Expanding,
}

impl Subject {
    /// The words that allow rules match.
    pub fn words(&self) -> &[Argument] {
        &self.invocation.arguments
    }

    /// The texts by which allow rules are found: as rendered, and its words by value.
    pub fn found_by(&self) -> impl Iterator<Item = &String> {
        self.allow.iter().chain([&self.plain])
    }

    /// The commands whose words deny rules match.
    pub fn invocations(&self) -> impl Iterator<Item = &Invocation> {
        std::iter::once(&self.invocation).chain(&self.peeled)
    }
}

/// The subjects of a line, in order.
pub fn of(line: &CommandLine) -> Vec<Subject> {
    line.commands().map(subject).collect()
}

fn subject(command: &SimpleCommand) -> Subject {
    let invocation = Invocation::of(command);
    let mut deny = invocation.deny_texts();
    let Peeled {
        commands: peeled,
        unread,
        hidden,
    } = peel::wrapper(&invocation)
        .map(|wrapper| peel::peel(wrapper, &invocation))
        .unwrap_or_default();
    deny.extend(peeled.iter().flat_map(Invocation::deny_texts));
    deny.extend(unread);
    deny.sort_unstable();
    deny.dedup();
    Subject {
        rendered: command.render(),
        allow: std::iter::once(invocation.canonical())
            .chain(invocation.unquoted_letters())
            .collect(),
        plain: invocation.plain(),
        deny,
        invocation,
        peeled,
        patterns: patterns(command),
        hidden,
        doors: OnceCell::new(),
    }
}

fn patterns(command: &SimpleCommand) -> Patterns {
    if command.words().iter().any(Word::has_pattern) {
        Patterns::Expanding
    } else {
        Patterns::None
    }
}
