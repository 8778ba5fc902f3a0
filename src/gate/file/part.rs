//! A part of a content, for an assistant, whose context is limited.
//!
//! Takes: a text, or bytes that are none, and which part is wanted. Gives: the part, in whole lines where lines are
//! counted, with no more than [`MAX_SHOWN_BYTES`]. Refuses nothing: behind the end there is an empty part.

use base64ct::{Base64, Encoding};

use super::request::{FilePart, PartUnit};
use crate::gate::view::MAX_SHOWN_BYTES;

/// A part that was cut out.
#[derive(Debug, PartialEq, Eq)]
pub struct CutPart {
    /// The part; base64 of bytes.
    pub content: String,
    /// What is counted.
    pub unit: &'static str,
    /// The first, from 0.
    pub offset: usize,
    /// Where to go on.
    pub next_offset: usize,
    /// How many there are.
    pub total: usize,
    /// Whether the only line of the part is shown without its end, since it is longer than a result.
    pub is_line_cut: bool,
}

impl CutPart {
    /// The part of a text.
    pub fn of_text(text: &str, part: FilePart) -> Self {
        match part.unit {
            PartUnit::Lines => Self::of_lines(text, part),
            PartUnit::Bytes => {
                let start = text.floor_char_boundary(part.offset);
                let most = part.limit.unwrap_or(MAX_SHOWN_BYTES).min(MAX_SHOWN_BYTES);
                let mut end = text.floor_char_boundary(start.saturating_add(most));
                if end == start && most > 0 {
                    // One character at least, or nobody comes to the end.
                    end = text.ceil_char_boundary((start + 1).min(text.len()));
                }
                Self {
                    content: text.get(start..end).unwrap_or_default().to_owned(),
                    unit: "bytes",
                    offset: start,
                    next_offset: end,
                    total: text.len(),
                    is_line_cut: false,
                }
            }
        }
    }

    fn of_lines(text: &str, part: FilePart) -> Self {
        let total = text.split_inclusive('\n').count();
        let offset = part.offset.min(total);
        let (mut content, mut taken) = (String::new(), 0);
        let most = part.limit.unwrap_or(usize::MAX);
        let mut is_line_cut = false;
        for line in text.split_inclusive('\n').skip(offset).take(most) {
            if content.len() + line.len() > MAX_SHOWN_BYTES {
                if taken == 0 {
                    let end = line.floor_char_boundary(MAX_SHOWN_BYTES);
                    content.push_str(line.get(..end).unwrap_or_default());
                    (taken, is_line_cut) = (1, true);
                }
                break;
            }
            content.push_str(line);
            taken += 1;
        }
        Self {
            content,
            unit: "lines",
            offset,
            next_offset: offset + taken,
            total,
            is_line_cut,
        }
    }

    /// The part of bytes that are no text; bytes are counted.
    pub fn of_bytes(bytes: &[u8], part: FilePart) -> Self {
        let room = MAX_SHOWN_BYTES / 4 * 3;
        let start = part.offset.min(bytes.len());
        let most = part.limit.unwrap_or(room).min(room);
        let end = start.saturating_add(most).min(bytes.len());
        Self {
            content: Base64::encode_string(bytes.get(start..end).unwrap_or_default()),
            unit: "bytes",
            offset: start,
            next_offset: end,
            total: bytes.len(),
            is_line_cut: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CutPart;
    use crate::gate::file::request::{FilePart, PartUnit};
    use crate::gate::view::MAX_SHOWN_BYTES;

    fn part(unit: PartUnit, offset: usize, limit: Option<usize>) -> FilePart {
        FilePart {
            unit,
            offset,
            limit,
        }
    }

    #[test]
    fn parts_of_any_size_make_the_whole() {
        let long = "x".repeat(MAX_SHOWN_BYTES - 1) + "\n";
        let text = format!("a\r\nb\u{e9}\u{1f600}\n\n{long}{long}no newline");
        for unit in [PartUnit::Lines, PartUnit::Bytes] {
            for limit in [None, Some(1), Some(2), Some(1000)] {
                let (mut whole, mut next) = (String::new(), 0);
                loop {
                    let cut = CutPart::of_text(&text, part(unit, next, limit));
                    assert_eq!(cut.offset, next);
                    assert!(cut.content.len() <= MAX_SHOWN_BYTES && !cut.is_line_cut);
                    whole.push_str(&cut.content);
                    next = cut.next_offset;
                    if next == cut.total {
                        break;
                    }
                    assert!(next > cut.offset, "{unit:?} {limit:?}");
                }
                assert_eq!(whole, text, "{unit:?} {limit:?}");
            }
        }
    }

    #[test]
    fn a_line_that_is_longer_than_a_result_says_so() {
        let text = format!("a\n{}\nb", "\u{e9}".repeat(MAX_SHOWN_BYTES));
        let cut = CutPart::of_text(&text, part(PartUnit::Lines, 1, None));
        assert!(cut.is_line_cut && cut.content.len() <= MAX_SHOWN_BYTES);
        assert_eq!((cut.next_offset, cut.total), (2, 3));
    }

    #[test]
    fn bytes_are_base64_and_behind_the_end_is_nothing() {
        let cut = CutPart::of_bytes(b"\0\x01\x02\x03", part(PartUnit::Lines, 1, Some(2)));
        assert_eq!((cut.content.as_str(), cut.next_offset), ("AQI=", 3));
        let cut = CutPart::of_bytes(b"\0", part(PartUnit::Bytes, 9, None));
        assert_eq!(
            (cut.content.as_str(), cut.offset, cut.next_offset),
            ("", 1, 1)
        );
        for unit in [PartUnit::Lines, PartUnit::Bytes] {
            let cut = CutPart::of_text("a\nb", part(unit, 9, None));
            assert_eq!((cut.content.as_str(), cut.next_offset), ("", cut.total));
        }
        let cut = CutPart::of_text("", part(PartUnit::Lines, 0, None));
        assert_eq!((cut.total, cut.next_offset), (0, 0));
    }
}
