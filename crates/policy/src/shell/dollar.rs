//! The dollar sign: which `$` is a plain character, and the name of every other.
//!
//! Takes the cursor at a `$`, and leaves it there. A `$` is a plain character only before a character
//! with which dash, bash, busybox, mksh, zsh, ksh93 and yash all leave the `$` as it is. Refuses every
//! other `$`: bash or zsh, for example, expands `$[`, `$=`, `$~`, `$^` and `$+`, which POSIX does not know.

use super::cursor::Cursor;
use super::refusal::{self, Construct, Position, ShellError};

/// Refuses an unquoted `$` that some shell would expand.
pub(super) fn check_bare(cursor: &Cursor<'_>) -> Result<(), ShellError> {
    match cursor.peek_at(1) {
        None | Some(' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '/') => Ok(()),
        Some('\'') => Err(refusal::DOLLAR_SINGLE.at(cursor.place())),
        Some('"') => Err(refusal::DOLLAR_DOUBLE.at(cursor.place())),
        Some(next) => Err(expansion(cursor, next).at(cursor.place())),
    }
}

/// Refuses a `$` that some shell would expand in the double quotes that were opened at `open`.
pub(super) fn check_quoted(cursor: &Cursor<'_>, open: Position) -> Result<(), ShellError> {
    match cursor.peek_at(1) {
        None => Err(refusal::DOUBLE_QUOTE.at(open)),
        Some('"' | ' ' | '\t' | '\n' | '|' | ')' | '/') => Ok(()),
        Some(next) => Err(expansion(cursor, next).at(cursor.place())),
    }
}

fn expansion(cursor: &Cursor<'_>, next: char) -> Construct {
    match next {
        '(' if cursor.at("$((") => refusal::ARITHMETIC,
        '(' => refusal::SUBSTITUTION,
        '[' => refusal::OLD_ARITHMETIC,
        '{' => refusal::BRACED_PARAMETER,
        '_' => refusal::PARAMETER,
        letter if letter.is_ascii_alphabetic() => refusal::PARAMETER,
        digit if digit.is_ascii_digit() => refusal::POSITIONAL_PARAMETER,
        _ => SPECIAL
            .into_iter()
            .find_map(|(name, construct)| (name == next).then_some(construct))
            .unwrap_or(refusal::LOOSE_DOLLAR),
    }
}

/// The special parameters of POSIX (XCU 2.5.2).
const SPECIAL: [(char, Construct); 7] = [
    ('@', special("special parameter `$@`")),
    ('*', special("special parameter `$*`")),
    ('#', special("special parameter `$#`")),
    ('?', special("special parameter `$?`")),
    ('-', special("special parameter `$-`")),
    ('$', special("special parameter `$$`")),
    ('!', special("special parameter `$!`")),
];

const fn special(name: &'static str) -> Construct {
    Construct::language(name, refusal::VALUE)
}
