//! From bytes to text on which no terminal acts.
//!
//! Takes: the bytes of one stream, or text. Gives: valid UTF-8. Removes ECMA-48 control functions (CSI, OSC and the
//! other strings, two-byte escapes) and all control characters but tab, newline and carriage return. Of an incomplete
//! control function nothing is given. So the result for the beginning of a text is the beginning of the result for the
//! whole text.

use std::ops::Range;

use super::end_of_stream::EndOfStream;
use super::splice::{HELD, Splice};

/// The bytes as text; bytes that are not UTF-8 become U+FFFD. `ends` are the ends of the pieces in which the bytes
/// came: a character belongs to the piece with its first byte. A character that is only begun at the end is held back,
/// unless the end is final.
pub(super) fn decode(bytes: &[u8], ends: &mut [usize], ending: EndOfStream) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut taken = 0;
    let mut ends = ends.iter_mut().peekable();
    for chunk in bytes.utf8_chunks() {
        let (valid, invalid) = (chunk.valid(), chunk.invalid());
        let start = text.len();
        text.push_str(valid);
        while let Some(end) = ends.next_if(|end| **end <= taken + valid.len()) {
            *end = start + valid.ceil_char_boundary(*end - taken);
        }
        taken += valid.len() + invalid.len();
        let held = ending != EndOfStream::Final && taken == bytes.len() && is_begun(invalid);
        if !invalid.is_empty() && !held {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        while let Some(end) = ends.next_if(|end| **end <= taken) {
            *end = if held { HELD } else { text.len() };
        }
    }
    text
}

/// Whether these bytes may be the beginning of a character.
fn is_begun(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// The text without control functions and control characters.
pub(super) fn clean(text: &str, ends: &mut [usize]) -> String {
    let mut splice = Splice::new(text, ends);
    for range in control_functions(text) {
        splice.replace(range, "");
    }
    splice.finish(text.len())
}

/// Where a text has control functions and control characters, in order.
pub(super) fn control_functions(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(rest) = text.get(at..)
            && let Some(skipped) = rest.bytes().position(may_be_control)
        {
            let start = at + skipped;
            let mut characters = Remaining(text.get(start..).unwrap_or_default().chars());
            let is_control = characters.skip_control();
            at = text.len() - characters.0.as_str().len();
            if is_control {
                return Some(start..at);
            }
        }
        None
    })
}

/// Whether a control character may begin with this byte: one of C0, DEL, or the first byte of C1.
fn may_be_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0b | 0x0c | 0x0e..=0x1f | 0x7f | 0xc2)
}

/// The rest of the text.
struct Remaining<'a>(std::str::Chars<'a>);

impl Remaining<'_> {
    /// Skips a character; if it is a control character, skips the whole control function.
    fn skip_control(&mut self) -> bool {
        let character = self.0.next();
        match character {
            Some('\u{1b}') => self.skip_escape(),
            Some('\u{9b}') => self.skip_sequence(),
            Some('\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}') => self.skip_string(),
            Some(_) | None => {}
        }
        character.is_some_and(char::is_control)
    }

    fn skip_escape(&mut self) {
        match self.0.next() {
            Some('[') => self.skip_sequence(),
            Some(']' | 'P' | 'X' | '^' | '_') => self.skip_string(),
            // An escape with intermediate bytes (such as a character set) ends at its final byte.
            Some(' '..='/') => while matches!(self.0.next(), Some(' '..='/')) {},
            Some(_) | None => {}
        }
    }

    /// Skips a control sequence: parameters and intermediates, then one final byte.
    fn skip_sequence(&mut self) {
        while self.next_if(|next| (' '..='?').contains(&next)).is_some() {}
        // Any other byte means that the sequence was cut off: that byte stays.
        let _final = self.next_if(|next| ('@'..='~').contains(&next));
    }

    /// Skips a control string up to BEL or ST; a newline ends a string that was never closed.
    fn skip_string(&mut self) {
        while let Some(next) = self.next_if(|next| next != '\n') {
            match next {
                '\u{7}' | '\u{9c}' => return,
                '\u{1b}' => {
                    let _terminator = self.next_if(|after| after == '\\');
                    return;
                }
                _ => {}
            }
        }
    }

    fn next_if(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let mut after = self.0.clone();
        let next = after.next().filter(|next| wanted(*next))?;
        self.0 = after;
        Some(next)
    }
}
