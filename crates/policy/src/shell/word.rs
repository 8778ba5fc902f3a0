//! One word of a command: literal text and the patterns of pathnames in it.
//!
//! Gives a [`Word`] of [`Piece`]s, its value without quotes, and its one canonical spelling.

use std::borrow::Cow;

use super::quote::push_literal;

/// One argument, quotes removed, with its unquoted pathname pattern characters kept apart
/// from literal ones. No pieces: the empty word. Two literal pieces never touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub(super) pieces: Vec<Piece>,
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
        self.push(&mut out);
        out
    }

    /// Appends its canonical spelling.
    pub(super) fn push(&self, out: &mut String) {
        if self.pieces.is_empty() {
            out.push_str("''");
        }
        for piece in &self.pieces {
            piece.push(out);
        }
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
        self.push(&mut out);
        out
    }

    /// Appends its canonical spelling: a literal in quotes where it needs them, a pattern bare.
    fn push(&self, out: &mut String) {
        match self {
            Self::Literal(text) => push_literal(out, text),
            Self::Pattern(text) => out.push_str(text),
        }
    }
}
