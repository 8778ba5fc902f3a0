//! One word of a command: literal text and the patterns of pathnames in it.
//!
//! Takes the pieces that the scanner read. Gives a [`Word`]: its value without quotes, and its one canonical
//! spelling.

use std::borrow::Cow;

use super::quote::push_literal;

/// One argument without its quotes; unquoted pathname patterns are kept apart from literal text. A word
/// without pieces is the empty word. Invariant: no two literal pieces are neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub(super) pieces: Vec<Piece>,
}

impl Word {
    /// The text of the word without quotes; pattern characters stay as they are.
    pub fn value(&self) -> Cow<'_, str> {
        match self.pieces.as_slice() {
            [] => Cow::Borrowed(""),
            [piece] => Cow::Borrowed(piece.text()),
            pieces => Cow::Owned(pieces.iter().map(Piece::text).collect()),
        }
    }

    /// Whether the remote shell expands the word to pathnames.
    pub fn has_pattern(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Pattern(_)))
    }

    /// The canonical spelling of the word.
    pub fn render(&self) -> String {
        let mut out = String::new();
        self.push(&mut out);
        out
    }

    /// Appends the canonical spelling of the word.
    pub(super) fn push(&self, out: &mut String) {
        if self.pieces.is_empty() {
            out.push_str("''");
        }
        for piece in &self.pieces {
            piece.push(out);
        }
    }

    /// The parts of the word, in order.
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
    /// The text of the piece without quotes.
    pub fn text(&self) -> &str {
        match self {
            Self::Literal(text) | Self::Pattern(text) => text,
        }
    }

    /// The canonical spelling of the piece within a word.
    pub fn render(&self) -> String {
        let mut out = String::new();
        self.push(&mut out);
        out
    }

    /// Appends the canonical spelling: a literal in quotes where a shell needs them, a pattern without.
    fn push(&self, out: &mut String) {
        match self {
            Self::Literal(text) => push_literal(out, text),
            Self::Pattern(text) => out.push_str(text),
        }
    }
}
