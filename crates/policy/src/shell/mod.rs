//! The accepted language: a strict subset of POSIX sh (XCU 2, Shell Command Language).
//!
//! Takes the agent's string, gives a [`CommandLine`] or a [`Refusal`] that names the
//! construct, its column and what to do instead. [`CommandLine::render`] gives the one text
//! that is ever sent to a remote shell.
//!
//! ```text
//! line      := pipeline ( ("&&" | "||" | ";" | NEWLINE) pipeline )*
//! pipeline  := command ( "|" command )*
//! command   := WORD+ redirect*
//! redirect  := "2>&1" | "1>&2" | ">&2" | [1|2]">/dev/null" | ">>/dev/null" | "&>/dev/null" | "</dev/null"
//! WORD      := literal characters, backslash escapes, '...' and "..." without expansions
//! ```
//!
//! The agent's string goes `input` (admission), `cursor`, `lexer` with `word`,
//! `dollar` and `pattern`, `parser` with `name`; the text comes back through `quote`.

mod cursor;
mod dollar;
mod input;
mod lexer;
mod name;
mod parser;
mod pattern;
mod quote;
mod redirect;
mod refusal;
mod word;

use std::borrow::Cow;
use std::{iter, slice};

pub use quote::quoted;
pub use redirect::Redirect;
pub use refusal::{Refusal, RefusalStage};

/// The longest line that is looked at, in characters.
pub const MAX_CHARACTERS: usize = 10_000;

/// A parsed command line: what is judged, and what runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    first: Pipeline,
    rest: Vec<(Separator, Pipeline)>,
}

impl CommandLine {
    /// Parses the agent's string.
    ///
    /// # Errors
    /// A [`Refusal`] for whatever is not of the accepted language.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        input::admit(text)?;
        parser::parse(text)
    }

    /// The text for the remote shell: POSIX shells run exactly [`Self::commands`] from it. It
    /// is at most about four times as long as the string it was parsed from.
    pub fn render(&self) -> String {
        let mut out = String::new();
        for (separator, pipeline) in self.pipelines() {
            out.push_str(separator.map_or("", Separator::spelling));
            for (index, command) in pipeline.commands.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { " | " });
                command.push_words(&mut out, quote::push_name);
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

    /// Every pipeline, with what stands before it; nothing stands before the first.
    pub fn pipelines(&self) -> impl Iterator<Item = (Option<Separator>, &Pipeline)> {
        let rest = self
            .rest
            .iter()
            .map(|(separator, pipeline)| (Some(*separator), pipeline));
        iter::once((None, &self.first)).chain(rest)
    }
}

/// What stands between two pipelines.
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
    commands: Vec<SimpleCommand>,
}

impl Pipeline {
    /// Its commands; there is at least one.
    pub fn commands(&self) -> &[SimpleCommand] {
        &self.commands
    }
}

/// A program's name, its arguments and its redirections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimpleCommand {
    words: Vec<Word>,
    redirects: Vec<Redirect>,
}

impl SimpleCommand {
    /// The program's name and its arguments; there is at least the name.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// Its redirections, in the order in which they take effect; none undoes another.
    pub fn redirects(&self) -> &[Redirect] {
        &self.redirects
    }

    /// The canonical text of words and redirections, to match and to show. The text for the
    /// shell, [`CommandLine::render`], differs only in quoting a name that is an alias there.
    pub fn render(&self) -> String {
        let mut out = self.render_words();
        self.push_redirects(&mut out);
        out
    }

    /// The canonical text of the words alone.
    pub fn render_words(&self) -> String {
        let mut out = String::new();
        self.push_words(&mut out, quote::push_word);
        out
    }

    fn push_words(&self, out: &mut String, push_name: fn(&mut String, &Word)) {
        let mut words: slice::Iter<'_, Word> = self.words.iter();
        if let Some(name) = words.next() {
            push_name(out, name);
        }
        for word in words {
            out.push(' ');
            quote::push_word(out, word);
        }
    }

    fn push_redirects(&self, out: &mut String) {
        for redirect in &self.redirects {
            out.push(' ');
            out.push_str(redirect.spelling());
        }
    }
}

/// One argument, quotes removed, with its unquoted pathname pattern characters kept apart
/// from literal ones. No pieces: the empty word. Two literal pieces never touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pieces: Vec<Piece>,
}

impl Word {
    /// Its text, quotes removed; pattern characters as they are.
    pub fn value(&self) -> Cow<'_, str> {
        match self.pieces.as_slice() {
            [] => Cow::Borrowed(""),
            [piece] => Cow::Borrowed(piece.text()),
            pieces => Cow::Owned(pieces.iter().map(Piece::text).collect()),
        }
    }

    /// Whether the remote shell expands it to pathnames.
    pub fn has_pattern(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Pattern(_)))
    }

    /// Its canonical spelling.
    pub fn render(&self) -> String {
        let mut out = String::new();
        quote::push_word(&mut out, self);
        out
    }

    /// Its parts, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that stands for itself.
    Literal(String),
    /// `*`, `?` or a bracket expression that the remote shell would expand.
    Pattern(String),
}

impl Piece {
    /// Its text as it is.
    pub fn text(&self) -> &str {
        match self {
            Self::Literal(text) | Self::Pattern(text) => text,
        }
    }

    /// Its canonical spelling within a word.
    pub fn render(&self) -> String {
        let mut out = String::new();
        quote::push_piece(&mut out, self);
        out
    }
}
