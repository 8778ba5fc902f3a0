//! Pathname patterns: the `*`, `?` and bracket expressions on which all shells agree.
//!
//! Takes the cursor at a pattern and the word before it; gives the text of a [`Piece::Pattern`]. Refuses a
//! pattern that could stand for an option or for `..`, and one that only some shells know:
//! `**`, `[^a]`, `[[:digit:]]`, `[.]`, a `[` that no `]` closes.

use super::cursor::Cursor;
use super::refusal::{self, Construct, ShellError};
use super::word::Piece;

/// Reads one pattern character or bracket expression; `pieces` and `text` are the word before it.
pub(super) fn scan(
    cursor: &mut Cursor<'_>,
    pieces: &[Piece],
    text: &str,
) -> Result<String, ShellError> {
    let place = cursor.place();
    if let Some(construct) = misplaced(cursor, pieces, text) {
        return Err(construct.at(place));
    }
    let mut pattern = String::new();
    match cursor.next() {
        Some('[') => bracket(cursor, &mut pattern).ok_or(refusal::BRACKET.at(place))?,
        Some(character) => pattern.push(character),
        None => {}
    }
    Ok(pattern)
}

fn misplaced(cursor: &Cursor<'_>, pieces: &[Piece], text: &str) -> Option<Construct> {
    let first = pieces.first().map_or(text, Piece::text).chars().next();
    if cursor.peek_at(1) == Some('(') && cursor.peek() != Some('[') {
        return Some(refusal::EXTENDED_PATTERN);
    }
    match first {
        None if conditional(cursor) => Some(refusal::CONDITIONAL),
        None if cursor.at("[") => Some(refusal::PATTERN_BRACKET),
        None => Some(refusal::PATTERN_FIRST),
        Some('-') => Some(refusal::PATTERN_OPTION),
        Some(_) if cursor.at("**") => Some(refusal::PATTERN_DEEP),
        Some(_) if after_dots(pieces, text) => Some(refusal::PATTERN_DOTS),
        Some(_) => None,
    }
}

/// Whether the word is `[[`.
fn conditional(cursor: &Cursor<'_>) -> bool {
    cursor.at("[[") && matches!(cursor.peek_at(2), None | Some(' ' | '\t' | '\n'))
}

/// Whether only `.` or `..` stands before the pattern in its path component. In dash and busybox, `.?` and
/// `..*` find `..`, and would lead out of the directory that a rule names.
fn after_dots(pieces: &[Piece], text: &str) -> bool {
    match text.rsplit_once('/') {
        Some((_, component)) => matches!(component, "." | ".."),
        None => pieces.is_empty() && matches!(text, "." | ".."),
    }
}

/// Reads a bracket expression after its `[`: an optional `!`, then letters, digits, `_` and ranges whose two
/// ends are of one kind.
fn bracket(cursor: &mut Cursor<'_>, text: &mut String) -> Option<()> {
    text.push('[');
    if cursor.take("!") {
        text.push('!');
    }
    loop {
        let from = cursor.next().filter(|first| member(*first))?;
        text.push(from);
        if cursor.take("-") {
            let to = cursor
                .next()
                .filter(|to| same_kind(from, *to) && from <= *to)?;
            text.extend(['-', to]);
        }
        if cursor.take("]") {
            text.push(']');
            return Some(());
        }
    }
}

fn member(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn same_kind(from: char, to: char) -> bool {
    let kinds: [fn(&char) -> bool; 3] = [
        char::is_ascii_digit,
        char::is_ascii_lowercase,
        char::is_ascii_uppercase,
    ];
    kinds.iter().any(|kind| kind(&from) && kind(&to))
}
