//! What a line would do unseen: evaluate words in the login shell, or run what nobody has read.
//!
//! Takes a subject of a line that rules allow. Gives the denial, unless a rule spells what is hidden.

use mcp_ssh_knowledge::builtin_refusal;

use crate::shell::Refusal;

use super::HostPolicy;
use super::admission;
use super::argument::Argument;
use super::denial::Denial;
use super::rule::Action;
use super::subject::Subject;

/// Why not every command that a wrapper would run is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// A text for a shell is not of the accepted language.
    Language(Refusal),
    /// A text for a shell is known only when it runs.
    Text,
    /// A program's name is known only when it runs.
    Name,
    /// Words that env or find would take apart are known only when they run.
    Words,
    /// There are too many of them, or they nest too deep.
    TooMuch,
    /// A shell that it starts may evaluate a word.
    Evaluated,
    /// A pipe is read as a program.
    Pipe,
    /// A file is read as a program: the word with this index.
    Script(usize),
    /// What it runs is said by a file that it finds, by its settings, or by a script.
    Elsewhere,
}

impl std::fmt::Display for Hidden {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Language(refusal) => write!(formatter, "its inner shell text is {refusal}"),
            Self::Text => formatter.write_str("its inner shell text is not spelled out"),
            Self::Name => formatter.write_str("the name of its inner program is not spelled out"),
            Self::Words => {
                formatter.write_str("the words of its inner command are not spelled out")
            }
            Self::Evaluated => formatter.write_str("a shell that it starts may evaluate its words"),
            Self::Pipe => formatter.write_str("what comes by the pipe is read as a program"),
            Self::Script(_) => formatter.write_str("what it names is read or run as a program"),
            Self::Elsewhere => {
                formatter.write_str("what it runs is said by a file, its settings or a script")
            }
            Self::TooMuch => formatter.write_str("it runs too many commands, or nests too deep"),
        }
    }
}

impl HostPolicy {
    /// A command of the login shell that changes it or evaluates its words, unless the operator has
    /// spelled the whole command out.
    pub(super) fn first_builtin(&self, subject: &Subject) -> Option<Denial> {
        let words: Vec<&str> = subject.words().iter().map(Argument::plain).collect();
        let refused = builtin_refusal(&words)?;
        (!self.spells_out(subject)).then(|| Denial::builtin(&subject.rendered, refused))
    }

    /// A command may run others that cannot be seen. Where something is denied, they may be
    /// that, unless the operator has spelled the whole command out.
    pub(super) fn first_hidden(&self, subject: &Subject) -> Option<Denial> {
        if self.rules.of(Action::Deny).next().is_none() && self.deny_substrings.is_empty() {
            return None;
        }
        let why = subject.hidden().filter(|why| self.may_deny(why))?;
        let known = match why {
            Hidden::Script(index) => self
                .granting(subject)
                .any(|rule| admission::spells_until(rule, subject, index)),
            Hidden::Pipe
            | Hidden::Evaluated
            | Hidden::Language(_)
            | Hidden::Text
            | Hidden::Name
            | Hidden::Words
            | Hidden::Elsewhere
            | Hidden::TooMuch => self.spells_out(subject),
        };
        (!known).then(|| Denial::hidden(&subject.rendered, &why))
    }

    /// Whether a rule spells all words of a command.
    pub(super) fn spells_out(&self, subject: &Subject) -> bool {
        self.granting(subject)
            .any(|rule| admission::spells_out(rule, subject))
    }

    /// Whether what is hidden may be denied. The default list is about a few programs: it does not
    /// make every script file suspicious.
    fn may_deny(&self, why: &Hidden) -> bool {
        let rules = self.rules.of(Action::Deny).next().is_some();
        let entries = match why {
            Hidden::Script(_) | Hidden::Elsewhere => !self.deny_is_default,
            Hidden::Pipe
            | Hidden::Evaluated
            | Hidden::Language(_)
            | Hidden::Text
            | Hidden::Name
            | Hidden::Words
            | Hidden::TooMuch => true,
        };
        rules || entries && !self.deny_substrings.is_empty()
    }
}
