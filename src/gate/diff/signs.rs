//! A line of a file, or a path, in signs that hide nothing.
//!
//! Takes: a text, and the parts of it that must stay hidden. Gives: a text in which every character can be seen, in the
//! order in which it stands. No two lines have one text, hidden parts aside: a sign that stands for another character
//! is itself shown by its number.
//!
//! ```text
//! ␉ tab   ␍ carriage return   ␠ blank that could not be seen   ‹U+202E› any other character, by its number
//! ‹[redacted]›   a hidden part
//! ```

use crate::gate::redact::{HiddenPart, HiddenSort};
use crate::gate::visible_text::is_right_to_left;
use mcp_ssh_yaml::unseen::is_unseen;

/// What a hidden part is shown as begins so.
const HIDDEN: &str = "\u{2039}[redacted]";
const TAB: char = '\u{2409}';
const RETURN: char = '\u{240d}';
const BLANK: char = '\u{2420}';
const OPEN: char = '\u{2039}';
const CLOSE: char = '\u{203a}';
/// Blanks before the first letter of a line that are shown as they are. More would push the line away.
const MAX_INDENT: usize = 24;

/// What a line is shown as, without the newline at its end; `hidden` are its hidden parts in order.
pub fn shown(raw: &str, hidden: &[HiddenPart]) -> String {
    let mut signs = Signs::default();
    let rest = signs.push_parts(raw, hidden);
    signs.push(rest.strip_suffix('\n').unwrap_or(rest));
    signs.finish()
}

/// What the signs mean that stand in one of these texts; nothing where none does.
pub fn signs_told<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> Option<String> {
    let is_used = |sign: char| texts.clone().any(|text| text.contains(sign));
    let signs = [
        (TAB, "a tab"),
        (RETURN, "a carriage return"),
        (BLANK, "a blank"),
    ];
    let used: Vec<String> = signs
        .iter()
        .filter(|(sign, _)| is_used(*sign))
        .map(|(sign, what)| format!("{sign} is {what}"))
        .collect();
    (!used.is_empty()).then(|| used.join(", "))
}

/// A path in backticks, in the signs of a line. A backtick of its own has its number, so no path closes them.
pub fn shown_path(path: &str, hidden: &[HiddenPart]) -> String {
    let mut signs = Signs {
        quote: Some('`'),
        ..Signs::default()
    };
    let rest = signs.push_parts(path, hidden);
    signs.push(rest);
    format!("`{}`", signs.finish())
}

/// A text that grows.
#[derive(Default)]
struct Signs {
    text: String,
    /// The blanks that came last.
    blanks: usize,
    /// What stands around the text, if something does.
    quote: Option<char>,
}

impl Signs {
    /// The text up to the end of its last hidden part; gives the rest.
    fn push_parts<'r>(&mut self, raw: &'r str, hidden: &[HiddenPart]) -> &'r str {
        let mut at = 0;
        for part in hidden {
            self.push(raw.get(at..part.range.start).unwrap_or_default());
            self.push_hidden(part, raw.get(part.range.clone()).unwrap_or_default());
            at = part.range.end;
        }
        raw.get(at..).unwrap_or_default()
    }

    fn push(&mut self, piece: &str) {
        for character in piece.chars() {
            if character == ' ' {
                self.blanks += 1;
                continue;
            }
            self.end_blanks();
            match character {
                '\t' => self.text.push(TAB),
                '\r' => self.text.push(RETURN),
                plain if is_plain(plain) && self.quote != Some(plain) => self.text.push(plain),
                other => self.push_number(other),
            }
        }
    }

    fn push_hidden(&mut self, part: &HiddenPart, raw: &str) {
        self.end_blanks();
        self.text.push_str(HIDDEN);
        if part.sort == HiddenSort::Key {
            let lines = match raw.matches('\n').count() {
                0 => "1 line".to_owned(),
                more => format!("{} lines", more + 1),
            };
            let what = format!(
                " what looks like a private key, {lines}, {} bytes",
                raw.len()
            );
            self.text.push_str(&what);
        }
        self.text.push(CLOSE);
    }

    fn push_number(&mut self, character: char) {
        let number = format!("{OPEN}U+{:04X}{CLOSE}", u32::from(character));
        self.text.push_str(&number);
    }

    /// Writes the blanks before a letter: those that make the indent, or one, as they are.
    fn end_blanks(&mut self) {
        let plain = if self.text.is_empty() { MAX_INDENT } else { 1 };
        let plain = plain.min(self.blanks);
        self.text.extend(std::iter::repeat_n(' ', plain));
        let signs = self.blanks - plain;
        self.text.extend(std::iter::repeat_n(BLANK, signs));
        self.blanks = 0;
    }

    /// Blanks behind which nothing comes cannot be seen.
    fn finish(mut self) -> String {
        self.text.extend(std::iter::repeat_n(BLANK, self.blanks));
        self.text
    }
}

/// Whether a character can be seen, stands where it is written, and is none of the signs.
fn is_plain(character: char) -> bool {
    match character {
        TAB | RETURN | BLANK | OPEN | CLOSE => false,
        ' '..='~' => true,
        other => {
            // The standard library knows what is not printed, and what is drawn over the letter before it.
            let is_printed = other.escape_debug().eq([other]);
            is_printed && !is_unseen(other) && !is_right_to_left(other)
        }
    }
}
