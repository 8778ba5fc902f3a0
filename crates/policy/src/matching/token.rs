//! What a glob is compiled to: tokens, each of which takes one character or a run of them.
//!
//! Takes a pattern. Gives its [`GlobToken`]s. Refuses nothing: every string is a pattern.

use super::bracket::{self, Set};
use super::marks::{EMPTY, SHELL_PATTERN};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GlobToken {
    Literal(char),
    /// `?`
    One,
    /// `*`
    Run,
    /// `[seq]`
    Set(Set),
    /// Takes no character: the text ends here, or a blank follows. Only the strict reading of a glob asks for this.
    NameEnd,
}

/// How a token is compared with a character of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameReading {
    /// The strict reading: the program's name ends where the pattern says.
    Allow,
    /// The reading of fnmatch: [`GlobToken::NameEnd`] means nothing.
    Plain,
}

/// The tokens of a pattern. `**` equals `*`. A [`GlobToken::NameEnd`] stands before a `*` that ends the
/// first word, unless the word is only this `*`.
pub(crate) fn tokenize(pattern: &str) -> Vec<GlobToken> {
    let characters: Vec<char> = pattern.chars().collect();
    let mut tokens = Vec::with_capacity(characters.len());
    let mut index = 0;
    let mut in_first_word = true;
    while let Some(&character) = characters.get(index) {
        index += 1;
        match character {
            '*' => {
                while characters.get(index) == Some(&'*') {
                    index += 1;
                }
                let ends_word = matches!(characters.get(index), None | Some(' '));
                if in_first_word && ends_word && !tokens.is_empty() {
                    tokens.push(GlobToken::NameEnd);
                }
                tokens.push(GlobToken::Run);
            }
            '?' => tokens.push(GlobToken::One),
            '[' => match bracket::read(characters.get(index..).unwrap_or_default()) {
                Some((set, length)) => {
                    tokens.push(set.sign().map_or(GlobToken::Set(set), GlobToken::Literal));
                    index += length;
                }
                None => tokens.push(GlobToken::Literal('[')),
            },
            other => {
                in_first_word &= other != ' ';
                tokens.push(GlobToken::Literal(other));
            }
        }
    }
    tokens
}

impl GlobToken {
    /// Whether this token stands for itself.
    pub(crate) fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    /// Whether this token takes exactly `character`.
    pub(crate) fn takes(&self, character: char) -> bool {
        match self {
            Self::Literal(literal) => *literal == character,
            Self::One => ![SHELL_PATTERN, EMPTY].contains(&character),
            Self::Set(set) => {
                ![SHELL_PATTERN, EMPTY].contains(&character) && set.contains(character)
            }
            Self::Run | Self::NameEnd => false,
        }
    }
}
