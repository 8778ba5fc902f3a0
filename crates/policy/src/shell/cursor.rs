//! A position in the line that knows its line and column.
//!
//! Takes the admitted text; gives its characters one by one. Looks ahead without taking characters, as the
//! lexer of the longest operators must. Refuses nothing.

use std::str::Chars;

use super::refusal::Position;

/// A position in the line.
pub(super) struct Cursor<'text> {
    rest: Chars<'text>,
    place: Position,
}

impl<'text> Cursor<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self {
            rest: text.chars(),
            place: Position::START,
        }
    }

    /// Where the next character stands.
    pub(super) fn place(&self) -> Position {
        self.place
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    /// The character `distance` after the next one.
    pub(super) fn peek_at(&self, distance: usize) -> Option<char> {
        self.rest.clone().nth(distance)
    }

    /// Takes the next character.
    pub(super) fn next(&mut self) -> Option<char> {
        let character = self.rest.next()?;
        self.place = self.place.after(character);
        Some(character)
    }

    /// Whether `expected` comes next.
    pub(super) fn at(&self, expected: &str) -> bool {
        self.rest.as_str().starts_with(expected)
    }

    /// Takes `expected` if it comes next.
    pub(super) fn take(&mut self, expected: &str) -> bool {
        let found = self.at(expected);
        if found {
            expected.chars().for_each(|_| {
                self.next();
            });
        }
        found
    }

    /// Takes blanks: the space and the tab, whatever the locale says of others.
    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.next();
        }
    }

    /// Takes everything up to the end of the line, which stays.
    pub(super) fn skip_line(&mut self) {
        while self.peek().is_some_and(|character| character != '\n') {
            self.next();
        }
    }
}
