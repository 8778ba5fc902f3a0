//! What a line would do unseen: evaluate words in the login shell, or run a text that nobody has read.
//!
//! Takes a subject of a line that rules allow. Gives the denial, unless a rule spells what is hidden.

use mcp_ssh_knowledge::{builtin_refusal, doubtful};

use crate::shell::CommandLine;

use super::admission;
use super::denial::Denial;
use super::host_policy::HostPolicy;
use crate::matching::argument::{Argument, Expansion, ProgramCall};
use crate::matching::grants;
use crate::rules::rule::Action;
use crate::wrappers::hidden::Hidden;
use crate::wrappers::subject::Subject;

impl HostPolicy {
    /// Denies a command of the login shell that changes the shell or evaluates words, unless the operator
    /// has spelled the whole command out.
    pub(crate) fn first_builtin(&self, subject: &Subject) -> Option<Denial> {
        let words: Vec<&str> = subject.words().iter().map(Argument::plain).collect();
        let refused = builtin_refusal(&words)?;
        (!self.spells_out(subject)).then(|| Denial::builtin(&subject.rendered, refused))
    }

    /// Denies a command that may run others which cannot be seen, if the policy denies anything: the unseen
    /// commands may be denied ones. A command that the operator has spelled out is not denied.
    pub(crate) fn first_hidden(&self, subject: &Subject) -> Option<Denial> {
        if self.rules.of(Action::Deny).next().is_none() && self.deny_substrings.is_empty() {
            return None;
        }
        let seen = subject.hidden().filter(|why| self.may_deny(why));
        let mut all = seen.chain(self.first_strange(subject));
        let why = all.find(|why| !self.is_spelled(why, subject))?;
        let word = why.place().and_then(|index| subject.words().get(index));
        Some(Denial::hidden(
            &subject.rendered,
            &why,
            word.map(Argument::quoted),
        ))
    }

    /// Whether a rule spells what is hidden.
    fn is_spelled(&self, why: &Hidden, subject: &Subject) -> bool {
        let mut rules = self.granting(subject);
        match why.place() {
            Some(index) => rules.any(|rule| admission::spells_until(rule, subject, index)),
            None => self.spells_out(subject),
        }
    }

    /// The first word that may be a denied command, because no row explains it.
    fn first_strange(&self, subject: &Subject) -> Option<Hidden> {
        if self.deny_is_default && self.rules.of(Action::Deny).next().is_none() {
            return None;
        }
        for command in subject.commands() {
            let Some(perhaps) = perhaps(command) else {
                return Some(Hidden::TooMuch);
            };
            let mut perhaps = perhaps.into_iter();
            if let Some((index, _)) = perhaps.find(|(_, other)| self.denies_perhaps(other)) {
                let own = subject.own_place(command, index);
                return Some(own.map_or(Hidden::Elsewhere, Hidden::Strange));
            }
        }
        None
    }

    /// Whether a rule or an entry of the operator's own list denies what may be a command.
    fn denies_perhaps(&self, command: &ProgramCall) -> bool {
        let texts = command.deny_texts();
        let mut rules = self.rules.of(Action::Deny);
        let entries = self.deny_substrings.iter();
        let mut entries = entries.filter(|_| !self.deny_is_default);
        rules.any(|rule| admission::denies_command(rule, command, &texts))
            || entries.any(|entry| texts.iter().any(|text| entry.meets_text(text)))
    }

    /// Whether the policy may deny what is hidden. The default list names a few programs, so it makes no
    /// script file suspicious.
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
            | Hidden::Strange(_)
            | Hidden::TooMuch => true,
        };
        rules || entries && !self.deny_substrings.is_empty()
    }
}

/// How many commands unexplained words may form, and how many bytes together: each is held against every deny pattern.
const MAX_COMMANDS: usize = 256;
const MAX_BYTES: usize = 100_000;

/// The commands that unexplained words may form, each with the index of its first word. Each is there twice: as it
/// is, and with unknown words behind it. `None` if there are too many.
fn perhaps(command: &ProgramCall) -> Option<Vec<(usize, ProgramCall)>> {
    let words = grants::by_name(&command.arguments);
    let (mut found, mut bytes) = (Vec::new(), 0);
    for (index, text) in doubtful(&words) {
        let word = command.arguments.get(index);
        let behind = command.arguments.get(index + 1..).unwrap_or_default();
        // A shell pattern may become the name of the program.
        let pattern = word.filter(|word| word.expansion() == Expansion::Pathnames);
        let mut begun: Vec<Vec<Argument>> =
            pattern.map(|word| vec![word.clone()]).into_iter().collect();
        let line = CommandLine::parse(text).ok();
        for inner in line
            .iter()
            .flat_map(CommandLine::commands)
            .map(ProgramCall::of)
        {
            let words = inner.arguments;
            let starts = (0..words.len()).filter_map(|start| words.get(start..));
            begun.extend(starts.map(|words| [words, behind].concat()));
        }
        for words in begun {
            let open = [words.as_slice(), &[Argument::unknown()]].concat();
            bytes += open
                .iter()
                .map(|word| 2 * word.plain().len())
                .sum::<usize>();
            found.push((index, command.running(words)));
            found.push((index, command.running(open)));
            if found.len() > MAX_COMMANDS || bytes > MAX_BYTES {
                return None;
            }
        }
    }
    Some(found)
}
