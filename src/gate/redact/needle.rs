//! A text to be searched for: Knuth, Morris and Pratt's way, because it finds occurrences that
//! overlap and knows, at the end, how much of the next one has been seen.

use std::ops::Range;

use zeroize::Zeroizing;

/// A text that is not empty.
pub(super) struct Needle {
    text: Zeroizing<String>,
    first: char,
    /// For each length of a beginning, the longest shorter beginning that it ends with.
    borders: Vec<usize>,
}

impl Needle {
    /// `None` for an empty text.
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

    /// What is searched for.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds each occurrence to `found`, those that overlap as one, and gives the length of the
    /// needle's longest beginning that the text ends with.
    pub fn find(&self, text: &str, found: &mut Vec<Range<usize>>) -> usize {
        let (mut at, mut seen) = (0, 0);
        loop {
            if seen == 0 {
                // Nearly all of a text: skipping it by `find` is much faster than by steps.
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

    /// One byte further.
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

/// Adds a range, or makes the last one longer: `aaaa` occurs very often in a line of `a`.
fn add(found: &mut Vec<Range<usize>>, range: Range<usize>) {
    match found.last_mut() {
        Some(last) if last.contains(&range.start) => last.end = last.end.max(range.end),
        Some(_) | None => found.push(range),
    }
}
