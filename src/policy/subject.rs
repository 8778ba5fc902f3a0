//! The texts of a command line that patterns are matched against.
//!
//! Allow rules see one text per simple command: its canonical rendering. Deny rules see every
//! text that means the same: quotes removed, the program's name without its path, without its
//! redirections. Shell patterns appear as [`SHELL_PATTERN`] in all of them.

use crate::shell::{CommandLine, Piece, SimpleCommand, Word};

use super::glob::SHELL_PATTERN;

/// One simple command, ready to be matched.
#[derive(Debug)]
pub struct Subject {
    /// The canonical rendering, as decisions show it.
    pub rendered: String,
    /// What allow rules match.
    pub allow: String,
    /// What deny rules match.
    pub deny: Vec<String>,
    /// Whether the remote shell would expand something.
    pub patterns: Patterns,
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

/// The subjects of a line, in order.
pub fn of(line: &CommandLine) -> Vec<Subject> {
    line.commands().map(subject).collect()
}

fn subject(command: &SimpleCommand) -> Subject {
    let rendered = command.render();
    let patterns = patterns(command);
    let allow = match patterns {
        Patterns::None => rendered.clone(),
        Patterns::Expanding => {
            let redirects = rendered
                .strip_prefix(&command.render_words())
                .unwrap_or_default();
            join(command.words(), marked) + redirects
        }
    };
    Subject {
        deny: deny_texts(command, &allow),
        patterns,
        rendered,
        allow,
    }
}

/// Every spelling of the command that a deny pattern may have been written for.
fn deny_texts(command: &SimpleCommand, canonical: &str) -> Vec<String> {
    let quoted = join(command.words(), marked);
    let plain = join(command.words(), plain);
    let mut texts = vec![canonical.to_owned()];
    for text in [&quoted, &plain] {
        texts.push(text.clone());
        texts.push(without_path(command, text));
    }
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// The text with its first word reduced to its file name: `/sbin/reboot` meets `reboot*`.
fn without_path(command: &SimpleCommand, text: &str) -> String {
    let program = command.words().first().map(plain).unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    let arguments = join(command.words().get(1..).unwrap_or_default(), |word| {
        if text.contains('\'') {
            marked(word)
        } else {
            plain(word)
        }
    });
    if arguments.is_empty() {
        name.to_owned()
    } else {
        format!("{name} {arguments}")
    }
}

fn join(words: &[Word], text: impl Fn(&Word) -> String) -> String {
    words.iter().map(text).collect::<Vec<_>>().join(" ")
}

/// The word as it is rendered, each shell pattern replaced by its mark.
fn marked(word: &Word) -> String {
    if !word.has_pattern() {
        return word.render();
    }
    word.pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Literal(_) => piece.render(),
            Piece::Pattern(_) => SHELL_PATTERN.to_string(),
        })
        .collect()
}

/// The word's value, each shell pattern replaced by its mark.
fn plain(word: &Word) -> String {
    word.pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Pattern(_) => SHELL_PATTERN.to_string(),
        })
        .collect()
}

fn patterns(command: &SimpleCommand) -> Patterns {
    if command.words().iter().any(Word::has_pattern) {
        Patterns::Expanding
    } else {
        Patterns::None
    }
}
