//! Pathname patterns: `*`, `?` and bracket expressions that every shell reads the same.
//!
//! Takes the cursor at one of them and the word so far; adds a [`Piece::Pattern`]. Refuses a
//! pattern that could stand for an option or for `..`, or that only some shells know:
//! `**`, `[^a]`, `[[:digit:]]`, `[.]`, a `[` that nothing closes.

use super::Piece;
use super::cursor::Cursor;
use super::refusal::{self, Construct, Refusal};
use super::word::Draft;

/// Reads one pattern character or bracket expression into the word.
pub(super) fn scan(cursor: &mut Cursor<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    let place = cursor.place();
    if let Some(construct) = misplaced(cursor, draft) {
        return Err(construct.at(place));
    }
    let mut text = String::new();
    match cursor.next() {
        Some('[') => bracket(cursor, &mut text).ok_or(refusal::BRACKET.at(place))?,
        Some(character) => text.push(character),
        None => {}
    }
    if !draft.text.is_empty() {
        draft
            .pieces
            .push(Piece::Literal(std::mem::take(&mut draft.text)));
    }
    draft.pieces.push(Piece::Pattern(text));
    Ok(())
}

fn misplaced(cursor: &Cursor<'_>, draft: &Draft) -> Option<Construct> {
    let first = match draft.pieces.first() {
        Some(Piece::Literal(text) | Piece::Pattern(text)) => text.chars().next(),
        None => draft.text.chars().next(),
    };
    if cursor.peek_at(1) == Some('(') && cursor.peek() != Some('[') {
        return Some(refusal::EXTENDED_PATTERN);
    }
    match first {
        None if conditional(cursor) => Some(refusal::CONDITIONAL),
        None if cursor.at("[") => Some(refusal::PATTERN_BRACKET),
        None => Some(refusal::PATTERN_FIRST),
        Some('-') => Some(refusal::PATTERN_OPTION),
        Some(_) if cursor.at("**") => Some(refusal::PATTERN_DEEP),
        Some(_) if after_dots(draft) => Some(refusal::PATTERN_DOTS),
        Some(_) => None,
    }
}

/// Whether the word is `[[`.
fn conditional(cursor: &Cursor<'_>) -> bool {
    cursor.at("[[") && matches!(cursor.peek_at(2), None | Some(' ' | '\t' | '\n'))
}

/// Whether only `.` or `..` stands before the pattern in its path component: in dash and
/// busybox `.?` and `..*` find `..`, and would lead out of the directory a rule names.
fn after_dots(draft: &Draft) -> bool {
    match draft.text.rsplit_once('/') {
        Some((_, component)) => matches!(component, "." | ".."),
        None => draft.pieces.is_empty() && matches!(draft.text.as_str(), "." | ".."),
    }
}

/// After `[`: an optional `!`, then letters, digits, `_` and ranges of one kind.
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
