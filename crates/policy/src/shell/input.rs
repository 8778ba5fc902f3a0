//! Admission: which characters may be in a line at all, before it is parsed.
//!
//! Takes the agent's string. Refuses a line of blanks, a line of more than [`MAX_CHARACTERS`], and every
//! character that a person who approves or audits the line could not see. Each refusal but that of the
//! empty line is a security event.

use super::refusal::{CONTROL, Construct, EMPTY, INVISIBLE, NUL, Position, ShellError, TOO_LONG};

/// The longest line that is parsed, in characters: the work for one line has a bound, and no person
/// writes or reads a longer one.
pub const MAX_CHARACTERS: usize = 10_000;

/// Refuses a text by its characters; looks at each character once.
pub(super) fn admit(text: &str) -> Result<(), ShellError> {
    let mut place = Position::START;
    for (index, character) in text.chars().enumerate() {
        if index == MAX_CHARACTERS {
            return Err(TOO_LONG.at(place));
        }
        if let Some(construct) = hidden(character) {
            return Err(construct.with(place, character));
        }
        place = place.after(character);
    }
    match text.chars().all(|character| " \t\r\n".contains(character)) {
        true => Err(EMPTY.at(Position::START)),
        false => Ok(()),
    }
}

/// Why a character is not admitted. A carriage return is admitted: the lexer decides whether one ends a line.
fn hidden(character: char) -> Option<Construct> {
    match character {
        '\t' | '\n' | '\r' => None,
        '\0' => Some(NUL),
        _ if character.is_control() => Some(CONTROL),
        _ if is_invisible(character) => Some(INVISIBLE),
        _ => None,
    }
}

/// Whether a character draws nothing, or moves what is drawn: all of Unicode 16's
/// `Default_Ignorable_Code_Point` (UAX #44), the two separators, and the interlinear and shorthand controls.
/// The property covers the zero-width and bidirectional controls, the fillers, the variation selectors
/// and the tags, which can carry a whole hidden text.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}'
        | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}
