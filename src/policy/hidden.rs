//! What a line would do unseen: evaluate words in the login shell, or run what nobody has read.
//!
//! Takes a subject of a line that rules allow. Gives the denial, unless a rule spells what is hidden.

use mcp_ssh_knowledge::builtin_refusal;

use super::HostPolicy;
use super::admission;
use super::argument::Argument;
use super::denial::Denial;
use super::peel::Hidden;
use super::rule::Action;
use super::subject::Subject;

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
        let why = subject.hidden.filter(|why| self.may_deny(why))?;
        let known = match why {
            Hidden::Script(index) => self
                .granting(subject)
                .any(|rule| admission::spells(rule, subject, index)),
            Hidden::Pipe
            | Hidden::Evaluated
            | Hidden::Language(_)
            | Hidden::Text
            | Hidden::Name
            | Hidden::Words
            | Hidden::TooMuch => self.spells_out(subject),
        };
        (!known).then(|| Denial::hidden(&subject.rendered, &why))
    }

    fn spells_out(&self, subject: &Subject) -> bool {
        self.granting(subject)
            .any(|rule| admission::spells_out(rule, subject))
    }

    /// Whether what is hidden may be denied. The default list is about a few programs: it does not
    /// make every script file suspicious.
    fn may_deny(&self, why: &Hidden) -> bool {
        let rules = self.rules.of(Action::Deny).next().is_some();
        let entries = match why {
            Hidden::Script(_) => !self.deny_is_default,
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
