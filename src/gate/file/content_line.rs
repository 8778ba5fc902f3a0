//! The lines of a content, each with what must stay hidden of it.
//!
//! Takes: a text, and its hidden parts. Gives: its lines. A part over several lines makes them one, so that no line of
//! a key stands alone. Refuses, by giving nothing: bytes that are no text.

use std::ops::Range;

use super::plain_key::is_plain_key;
use crate::gate::diff::{DiffLine, shown};
use crate::gate::redact::{HiddenPart, HiddenSort, Redactor};

/// A line, or several that a hidden part makes one. Two are equal where their bytes are, hidden ones included.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub struct ContentLine<'t> {
    /// With its newline, if it has one.
    raw: &'t str,
    /// The hidden parts, in bytes of `raw`.
    hidden: Vec<HiddenPart>,
}

/// The text of a content: UTF-8 without NUL.
pub fn text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!bytes.contains(&0)).then_some(text)
}

/// The lines of a text.
pub fn content_lines<'t>(text: &'t str, redactor: &Redactor) -> Vec<ContentLine<'t>> {
    let mut parts = redactor.hidden(text).into_iter().peekable();
    let mut lines = Vec::new();
    let mut start = 0;
    let mut hidden: Vec<HiddenPart> = Vec::new();
    let ends = text.match_indices('\n').map(|(at, _)| at + 1);
    let has_rest = !text.is_empty() && !text.ends_with('\n');
    let ends = ends.chain(has_rest.then_some(text.len()));
    for end in ends {
        while let Some(part) = parts.next_if(|next| next.range.start < end) {
            let Range { start: from, end } = part.range;
            hidden.push(HiddenPart {
                range: from - start..end - start,
                ..part
            });
        }
        // A newline that is hidden ends no line.
        let goes_on = hidden
            .last()
            .is_some_and(|part| part.range.end >= end - start);
        if end == text.len() || !goes_on {
            lines.push(ContentLine {
                raw: text.get(start..end).unwrap_or_default(),
                hidden: std::mem::take(&mut hidden),
            });
            start = end;
        }
    }
    lines
}

impl DiffLine for ContentLine<'_> {
    fn count(&self) -> usize {
        self.raw.matches('\n').count() + usize::from(!self.has_newline())
    }

    fn has_newline(&self) -> bool {
        self.raw.ends_with('\n')
    }
}

impl ContentLine<'_> {
    /// In signs that hide nothing but what must stay hidden.
    pub fn shown(&self) -> String {
        shown(self.raw, &self.hidden)
    }

    /// What it hides.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        let raw = |part: &HiddenPart| self.raw.get(part.range.clone());
        self.hidden.iter().filter_map(raw)
    }

    /// Whether what it hides is what it seems: otherwise anything may be in there.
    pub fn hides_plainly(&self) -> bool {
        self.hidden.iter().all(|part| {
            let raw = self.raw.get(part.range.clone()).unwrap_or_default();
            match part.sort {
                HiddenSort::Secret => !has_control_string(raw),
                HiddenSort::Key => is_plain_key(raw),
            }
        })
    }

    /// Whether it has the very words that stand for a secret in what is read through this program.
    pub fn has_redacted_words(&self) -> bool {
        self.raw.contains("[redacted]")
    }
}

/// Whether a control string (ECMA-48, section 5.6) begins in it: a secret is found around one, too, and any words may
/// stand in it.
fn has_control_string(raw: &str) -> bool {
    let escapes = ["\u{1b}]", "\u{1b}P", "\u{1b}X", "\u{1b}^", "\u{1b}_"];
    raw.contains(['\u{90}', '\u{98}', '\u{9d}', '\u{9e}', '\u{9f}'])
        || escapes.iter().any(|open| raw.contains(open))
}
