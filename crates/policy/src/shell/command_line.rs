//! A parsed line, and the one text that is sent for it.
//!
//! Gives a [`CommandLine`] of [`Pipeline`]s of [`SimpleCommand`]s: the policy judges this value, and its rendered
//! text runs. Invariant: only the parser makes a value of these types, so each is of the accepted language.

use std::{iter, slice};

use super::alias::is_alias;
use super::quote::push_quoted;
use super::redirect::Redirect;
use super::word::Word;

/// A parsed command line: what is judged, and what runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    pub(super) first: Pipeline,
    pub(super) rest: Vec<(Separator, Pipeline)>,
}

impl CommandLine {
    /// The text for the remote shell: a POSIX shell that reads the text runs exactly [`Self::commands`]. The
    /// text is at most about four times as long as the string that was parsed.
    pub fn render(&self) -> String {
        let mut out = String::new();
        for (separator, pipeline) in self.pipelines() {
            out.push_str(separator.map_or("", Separator::spelling));
            for (index, command) in pipeline.commands.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { " | " });
                command.push_words(&mut out, push_name);
                command.push_redirects(&mut out);
            }
        }
        out
    }

    /// Every simple command, in the order in which they are written.
    pub fn commands(&self) -> impl Iterator<Item = &SimpleCommand> {
        self.pipelines()
            .flat_map(|(_, pipeline)| &pipeline.commands)
    }

    /// Every pipeline, with the separator before it; the first has none.
    pub fn pipelines(&self) -> impl Iterator<Item = (Option<Separator>, &Pipeline)> {
        let rest = self
            .rest
            .iter()
            .map(|(separator, pipeline)| (Some(*separator), pipeline));
        iter::once((None, &self.first)).chain(rest)
    }
}

/// The operator between two pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `;` or a newline
    Sequence,
}

impl Separator {
    fn spelling(self) -> &'static str {
        match self {
            Self::And => " && ",
            Self::Or => " || ",
            Self::Sequence => "; ",
        }
    }
}

/// One or more simple commands joined by `|`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    pub(super) commands: Vec<SimpleCommand>,
}

impl Pipeline {
    /// The commands of the pipeline; there is at least one.
    pub fn commands(&self) -> &[SimpleCommand] {
        &self.commands
    }
}

/// A program's name, its arguments and its redirections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimpleCommand {
    pub(super) words: Vec<Word>,
    pub(super) redirects: Vec<Redirect>,
}

impl SimpleCommand {
    /// The program's name and its arguments; the name is always there.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// The redirections, in the order in which they take effect; none undoes another.
    pub fn redirects(&self) -> &[Redirect] {
        &self.redirects
    }

    /// The canonical text of words and redirections, to match and to show. [`CommandLine::render`], the text
    /// for the shell, differs in one thing: a name that is an alias in some shell is quoted there.
    pub fn render(&self) -> String {
        let mut out = self.render_words();
        self.push_redirects(&mut out);
        out
    }

    /// The canonical text of the words alone.
    pub fn render_words(&self) -> String {
        let mut out = String::new();
        self.push_words(&mut out, Word::push);
        out
    }

    fn push_words(&self, out: &mut String, push_name: fn(&Word, &mut String)) {
        let mut words: slice::Iter<'_, Word> = self.words.iter();
        if let Some(name) = words.next() {
            push_name(name, out);
        }
        for word in words {
            out.push(' ');
            word.push(out);
        }
    }

    fn push_redirects(&self, out: &mut String) {
        for redirect in &self.redirects {
            out.push(' ');
            out.push_str(redirect.spelling());
        }
    }
}

/// Appends a word that names a program, in quotes where a shell has an alias of that name.
fn push_name(word: &Word, out: &mut String) {
    let text = word.value();
    if is_alias(&text) {
        push_quoted(out, &text);
    } else {
        word.push(out);
    }
}
