//! Bytes made text that no terminal acts upon.
//!
//! Takes: the bytes of one stream, or text. Gives: valid UTF-8 without ECMA-48 control
//! functions (CSI, OSC and the other strings, two-byte escapes) and without control characters
//! but tab, newline and carriage return. Of a control function that is not complete nothing is
//! given, so what is given of a beginning is the beginning of what is given of the whole.

use super::end_of_stream::EndOfStream;
use super::splice::{HELD, Splice};

/// The bytes as text; what is no UTF-8 becomes U+FFFD. `ends` are those of the pieces that the
/// bytes came in: a character belongs to the piece that held its first byte. The beginning of
/// a character is held back unless the end is final.
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
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(skipped) = rest.bytes().position(may_be_control)
    {
        let start = at + skipped;
        let mut characters = Remaining(text.get(start..).unwrap_or_default().chars());
        let is_control = characters.skip_control();
        at = text.len() - characters.0.as_str().len();
        if is_control {
            splice.replace(start..at, "");
        }
    }
    splice.finish(text.len())
}

/// The bytes that control characters begin with: those of C0, DEL, and what begins C1's.
fn may_be_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0b | 0x0c | 0x0e..=0x1f | 0x7f | 0xc2)
}

/// What is left of the text.
struct Remaining<'a>(std::str::Chars<'a>);

impl Remaining<'_> {
    /// Skips a character, and what it begins if it is a control character.
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
            // An escape with intermediate bytes (such as a character set) ends at its final.
            Some(' '..='/') => while matches!(self.0.next(), Some(' '..='/')) {},
            Some(_) | None => {}
        }
    }

    /// A control sequence: parameters and intermediates, then one final byte.
    fn skip_sequence(&mut self) {
        while self.next_if(|next| (' '..='?').contains(&next)).is_some() {}
        // Something else than a final byte means that the sequence was cut off: leave it.
        let _final = self.next_if(|next| ('@'..='~').contains(&next));
    }

    /// A control string: up to BEL or ST; a newline ends one that was never closed.
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
