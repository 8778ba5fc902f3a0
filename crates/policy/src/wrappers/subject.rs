//! The texts of a command line that patterns are matched against.
//!
//! Takes a parsed line; gives one [`Subject`] for each simple command. Allow rules see the canonical rendering of
//! a command. Deny rules see every text with an equal meaning, and the texts of every command that it would run in
//! turn. Rules over words see the arguments of these commands. `SHELL_PATTERN` stands for a shell pattern in all texts.

use mcp_ssh_knowledge::{Around, Unseen, builtin_refusal, unseen};

use crate::shell::{CommandLine, Redirect, SimpleCommand, Word};

use super::hidden::Hidden;
use super::peel;
use super::unwrapped::Unwrapped;
use crate::matching::argument::{Argument, ProgramCall};
use crate::matching::grants;

/// One simple command, ready to be matched.
#[derive(Debug)]
pub struct Subject {
    /// The canonical rendering, as decisions show it.
    pub rendered: String,
    /// The texts that allow rules match: the canonical rendering, with and without the quotes that only
    /// letters of other languages need.
    pub allow: Vec<String>,
    /// The command's words by value, joined by blanks.
    plain: String,
    /// The words by value with redirections, blanks within words marked: allow rules match this text, too.
    pub value: String,
    /// The texts that deny rules match.
    pub deny: Vec<String>,
    /// The words of the command.
    pub invocation: ProgramCall,
    /// The words of every command that this command would run in turn.
    pub peeled: Vec<ProgramCall>,
    /// The peeled commands of which nobody is sure where they begin.
    guessed: Vec<ProgramCall>,
    /// The peeled commands that stand in a value or a script of another language.
    by_value: Vec<ProgramCall>,
    /// The peeled commands with options before their verb, without these options.
    verbs: Vec<ProgramCall>,
    /// Whether the remote shell would expand something.
    pub patterns: Patterns,
    /// Why deny rules do not see every command that would run; `None` if they see all.
    hidden: Option<Hidden>,
    /// What stands around the command in the line.
    pub around: Around,
}

/// What the remote shell may do to a command's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patterns {
    /// The shell changes no word: every word stands for itself.
    None,
    /// The shell expands some of them, below the directories that they spell out: the parser refuses a
    /// program's name that is a pattern, and a pattern that may stand for `..`.
    Expanding,
}

impl Subject {
    /// The words that allow rules match.
    pub fn words(&self) -> &[Argument] {
        &self.invocation.arguments
    }

    /// The texts by which allow rules are found: the renderings, and the words by value.
    pub fn found_by(&self) -> impl Iterator<Item = &String> {
        self.allow.iter().chain([&self.plain])
    }

    /// The commands whose words deny rules match.
    pub fn invocations(&self) -> impl Iterator<Item = &ProgramCall> {
        self.commands().chain(&self.verbs)
    }

    /// The command, and every command that it would run in turn.
    pub fn commands(&self) -> impl Iterator<Item = &ProgramCall> {
        std::iter::once(&self.invocation).chain(&self.peeled)
    }

    /// All reasons why deny rules do not see every command that would run.
    pub fn hidden(&self) -> impl Iterator<Item = Hidden> {
        let commands = self.commands();
        let seen = commands.filter_map(|command| self.hidden_in(command));
        self.hidden.into_iter().chain(seen)
    }

    /// Why deny rules do not see all that `command` would run; `command` is this one, or one that it runs in turn.
    fn hidden_in(&self, command: &ProgramCall) -> Option<Hidden> {
        let guessed = self.guessed.contains(command);
        let unsure = guessed || self.by_value.contains(command);
        match unseen(&grants::by_name(&command.arguments), self.around, unsure)? {
            Unseen::Pipe => Some(Hidden::Pipe),
            // The guessed name of a program is no finding: a path in a text may be the path of any file.
            Unseen::Script(0) if guessed => None,
            Unseen::Script(index) => Some(self.script(command, index)),
            Unseen::Elsewhere => Some(Hidden::Elsewhere),
        }
    }

    /// The reason for a script, with the script's place among the wrapper's own last words, if it stands there.
    fn script(&self, command: &ProgramCall, index: usize) -> Hidden {
        let own = self.own_place(command, index);
        own.map_or(Hidden::Elsewhere, Hidden::Script)
    }

    /// The index that a word of `command`, which this command runs, has among this command's own words; `None` if
    /// the word stands in a text.
    pub fn own_place(&self, command: &ProgramCall, index: usize) -> Option<usize> {
        let own = &self.invocation.arguments;
        let ends = own.ends_with(&command.arguments);
        ends.then(|| own.len() - command.arguments.len() + index)
    }
}

/// The subjects of a line, in order. Where the rules do not spell a change of directory (`spelled`), nobody knows in
/// which directory the commands after it run.
pub fn of(line: &CommandLine, spelled: impl Fn(&Subject) -> bool) -> Vec<Subject> {
    let mut elsewhere = false;
    let mut subjects = Vec::new();
    for (_, pipeline) in line.pipelines() {
        for (place, command) in pipeline.commands().iter().enumerate() {
            let reads_null = command.redirects().contains(&Redirect::InFromNull);
            let before = place
                .checked_sub(1)
                .and_then(|at| pipeline.commands().get(at));
            let around = Around {
                piped: place > 0 && !reads_null,
                elsewhere,
                blank: before.is_some_and(says_nothing),
            };
            let subject = subject(command, around);
            elsewhere |= changes_directory(command) && !spelled(&subject);
            subjects.push(subject);
        }
    }
    subjects
}

/// Whether a shell that is started may run what no deny rule has seen: the shell evaluates a word, or has
/// given another meaning to a name.
fn is_evaluated(command: &ProgramCall) -> bool {
    let words: Vec<&str> = command.arguments.iter().map(Argument::plain).collect();
    let renames = [
        ".", "alias", "enable", "eval", "function", "hash", "printf", "source",
    ];
    let evaluates = |word: &&str| word.contains(['[', '$', '`']);
    let harmful = words.iter().any(evaluates) || renames.contains(&command.file_name());
    harmful && builtin_refusal(&words).is_some()
}

/// Whether a command prints an empty line or the `Q` that ends a session, as in `echo | openssl s_client …`.
fn says_nothing(command: &SimpleCommand) -> bool {
    let words: Vec<_> = command.words().iter().map(Word::value).collect();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    command.redirects().is_empty()
        && matches!(words.as_slice(), ["echo"] | ["echo", "" | "-n" | "Q"])
}

fn changes_directory(command: &SimpleCommand) -> bool {
    let name = command.words().first().map(Word::value);
    name.is_some_and(|name| ["cd", "pushd", "chdir"].contains(&name.as_ref()))
}

fn subject(command: &SimpleCommand, around: Around) -> Subject {
    let invocation = ProgramCall::of(command);
    let mut deny = invocation.deny_texts();
    let Unwrapped {
        commands: peeled,
        by_shell,
        guessed,
        by_value,
        verbs,
        unread,
        hidden,
    } = peel::peel(&invocation);
    deny.extend(peeled.iter().flat_map(ProgramCall::deny_texts));
    deny.extend(verbs.iter().flat_map(ProgramCall::deny_texts));
    deny.extend(unread);
    let hidden = hidden.or_else(|| {
        by_shell
            .iter()
            .any(is_evaluated)
            .then_some(Hidden::Evaluated)
    });
    deny.sort_unstable();
    deny.dedup();
    Subject {
        rendered: command.render(),
        allow: std::iter::once(invocation.canonical())
            .chain(invocation.unquoted_letters())
            .collect(),
        plain: invocation.plain(),
        value: grants::value_text(&invocation.arguments, &invocation.redirects),
        deny,
        invocation,
        peeled,
        guessed,
        by_value,
        verbs,
        patterns: patterns(command),
        hidden,
        around,
    }
}

fn patterns(command: &SimpleCommand) -> Patterns {
    if command.words().iter().any(Word::has_pattern) {
        Patterns::Expanding
    } else {
        Patterns::None
    }
}
