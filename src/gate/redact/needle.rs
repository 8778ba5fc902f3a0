//! A text to search for, by the algorithm of Knuth, Morris and Pratt.
//!
//! Takes: a text. Gives: the ranges of the needle in it, and how much of a further occurrence the end of the text has.
//! The algorithm was chosen because it finds overlapping occurrences and knows that number.

use std::ops::Range;

use zeroize::Zeroizing;

/// A text to search for; it is not empty.
pub(super) struct Needle {
    text: Zeroizing<String>,
    first: char,
    /// For each beginning of the needle, the length of the longest shorter beginning with which it ends.
    borders: Vec<usize>,
}

impl Needle {
    /// The needle for a text; `None` for an empty text.
    pub fn new(text: Zeroizing<String>) -> Option<Self> {
        let first = text.chars().next()?;
        let mut needle = Self {
            text,
            first,
            borders: vec![0, 0],
        };
        let mut border = 0;
        for at in 1..needle.text.len() {
            let byte = needle.text.as_bytes().get(at).copied()?;
            border = needle.step(border, byte);
            needle.borders.push(border);
        }
        Some(needle)
    }

    /// The text that is searched for.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds each occurrence to `found`, overlapping ones joined. Gives the length of the longest beginning of the
    /// needle with which the text ends.
    pub fn find(&self, text: &str, found: &mut Vec<Range<usize>>) -> usize {
        let (mut at, mut seen) = (0, 0);
        loop {
            if seen == 0 {
                // Most of a text has no beginning of the needle: `find` skips it much faster than single steps.
                let start = text.ceil_char_boundary(at);
                let rest = text.get(start..).unwrap_or_default();
                let Some(skipped) = rest.find(self.first) else {
                    return 0;
                };
                seen = 1;
                at = start + skipped + 1;
            } else if let Some(byte) = text.as_bytes().get(at) {
                seen = self.step(seen, *byte);
                at += 1;
            } else {
                return seen;
            }
            if seen == self.text.len() {
                add(found, at - seen..at);
                seen = self.borders.get(seen).copied().unwrap_or(0);
            }
        }
    }

    /// How many bytes of the needle are seen after one more byte of the text.
    fn step(&self, mut seen: usize, byte: u8) -> usize {
        loop {
            if self.text.as_bytes().get(seen) == Some(&byte) {
                return seen + 1;
            }
            if seen == 0 {
                return 0;
            }
            seen = self.borders.get(seen).copied().unwrap_or(0);
        }
    }
}

/// Adds a range, or extends the last one: `aaaa` occurs very often in a line of `a`.
fn add(found: &mut Vec<Range<usize>>, range: Range<usize>) {
    match found.last_mut() {
        Some(last) if last.contains(&range.start) => last.end = last.end.max(range.end),
        Some(_) | None => found.push(range),
    }
}
