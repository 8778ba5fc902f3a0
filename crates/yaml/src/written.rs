//! A text as YAML has it.
//!
//! Takes any text. Gives one line that a YAML or JSON reader reads as that very text, and that a terminal shows as it
//! is: what would not print, turn the reading direction or end the line is escaped.

use std::fmt::Write as _;

use crate::diagnostic::visible;

/// A double-quoted scalar.
pub fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        let code = u32::from(character);
        // What a terminal hides, YAML's line ends among it; and what no YAML text may have.
        let hidden = visible(character) != character || matches!(code & 0xffff, 0xfffe | 0xffff);
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if hidden => push_escape(&mut quoted, character),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The escape of JSON, which has none beyond 16 bits but in pairs.
fn push_escape(quoted: &mut String, character: char) {
    let mut units = [0; 2];
    let units: &[u16] = character.encode_utf16(&mut units);
    match units {
        // Writing to a text does not fail.
        [unit] => {
            let _ = write!(quoted, "\\u{unit:04x}");
        }
        // A pair of surrogates is no character to YAML, and the reader takes these as they are.
        _ => quoted.push(character),
    }
}
