//! A part of a text, for an assistant, whose context is limited.
//!
//! Takes: redacted text, and how much of it may be shown. Gives: the head and the tail of the text, in whole lines, and
//! between them a line that says how much is left out and where to find it. A line ends in a newline, with or without a
//! carriage return before it; the last line need not. A very long line is cut in its middle.

/// The most bytes of output in one result, or on one page. Clients cut a result at some 25,000 tokens, which is 100 kB
/// of JSON; the text is in the JSON twice, and escapes make it longer.
pub const MAX_SHOWN_BYTES: usize = 32 * 1024;
/// The most bytes of one line if lines are counted, half from its beginning and half from its end: ten lines of a
/// terminal. Without this bound a single line, such as minified JSON, could fill the whole result.
const MAX_LINE_BYTES: usize = 1_000;
/// The longest text, in bytes, that replaces the middle of a line. A line that is longer only by this much is not cut.
const MARKER_BYTES: usize = 40;

/// How much may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The most lines. Of an odd number the tail has one more, since errors stand at the end.
    pub max_lines: Option<usize>,
    /// The most bytes; the line that says how much is left out comes on top.
    pub max_bytes: usize,
}

/// Where the reader finds the lines that are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// They are kept under the run's identifier.
    Kept,
    /// They are nowhere: the command must print less.
    Gone,
    /// They are in another text of this result.
    Elsewhere,
}

/// The part of a text that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Viewed {
    /// The lines that are shown.
    pub text: String,
    /// How many lines the whole text has.
    pub lines_total: usize,
    /// How many lines are not shown.
    pub lines_left_out: usize,
    /// How many bytes are not shown, those in the middle of long lines included.
    pub bytes_left_out: usize,
}

impl Bound {
    /// The bound of one result.
    pub fn of_result(max_lines: Option<usize>) -> Self {
        Self {
            max_lines,
            max_bytes: MAX_SHOWN_BYTES,
        }
    }

    /// The most bytes of one line: a line must leave room for others.
    fn line_bytes(self) -> usize {
        let quarter = self.max_bytes / 4;
        match self.max_lines {
            Some(_) => quarter.min(MAX_LINE_BYTES),
            None => quarter,
        }
    }
}

/// As much of `text` as `bound` allows.
pub(super) fn view(text: &str, bound: Bound, rest: Rest) -> Viewed {
    let lines_total = count(text);
    let most = bound.max_lines.unwrap_or(usize::MAX);
    let mut viewed = Viewed {
        text: String::new(),
        lines_total,
        lines_left_out: 0,
        bytes_left_out: 0,
    };
    if bound.max_lines.is_none() && text.len() <= bound.max_bytes {
        viewed.text = text.to_owned();
        return viewed;
    }
    let line_bytes = bound.line_bytes();
    let lines = || text.split_inclusive('\n');
    if fitting(&mut lines(), line_bytes, most, bound.max_bytes) == lines_total {
        viewed.push(text, line_bytes);
        return viewed;
    }
    let half = bound.max_bytes / 2;
    let head = fitting(&mut lines(), line_bytes, most / 2, half);
    let tail = fitting(&mut lines().rev(), line_bytes, most - most / 2, half);
    let head_end = lines().take(head).map(str::len).sum();
    let tail_bytes: usize = lines().rev().take(tail).map(str::len).sum();
    let (before, after) = text.split_at(head_end);
    let (middle, after) = after.split_at(after.len() - tail_bytes);
    viewed.lines_left_out = lines_total - head - tail;
    let hint = match rest {
        Rest::Kept => format!(": ssh_get_task_output with this task_id and offset {head}"),
        Rest::Gone => ": not kept, print less with head, tail or a filter".to_owned(),
        Rest::Elsewhere => String::new(),
    };
    viewed.push(before, line_bytes);
    let (lines, bytes) = (viewed.lines_left_out, middle.len());
    let marker = format!("[... {lines} lines, {bytes} bytes left out{hint} ...]\n");
    viewed.text.push_str(&marker);
    viewed.push(after, line_bytes);
    viewed.bytes_left_out += bytes;
    viewed
}

impl Viewed {
    /// Adds lines; a long line loses its middle.
    fn push(&mut self, lines: &str, line_bytes: usize) {
        for line in lines.split_inclusive('\n') {
            self.bytes_left_out += push_line(&mut self.text, line, line_bytes);
        }
    }
}

/// How many of the first lines, `max_lines` at most, have at most `max_bytes` together.
pub(super) fn fitting(
    lines: &mut dyn Iterator<Item = &str>,
    line_bytes: usize,
    max_lines: usize,
    max_bytes: usize,
) -> usize {
    let mut bytes = 0;
    let fits = |line: &&str| {
        bytes += line.len().min(line_bytes + MARKER_BYTES);
        bytes <= max_bytes
    };
    lines.take(max_lines).take_while(fits).count()
}

/// Adds a line. A line longer than `line_bytes` and a marker is cut to that. Gives how many bytes are left out.
pub(super) fn push_line(shown: &mut String, line: &str, line_bytes: usize) -> usize {
    if line.len() <= line_bytes + MARKER_BYTES {
        shown.push_str(line);
        return 0;
    }
    let (head, rest) = line.split_at(line.floor_char_boundary(line_bytes / 2));
    let tail = rest.ceil_char_boundary(rest.len() - line_bytes / 2);
    let (middle, tail) = rest.split_at(tail);
    let marker = format!("[... {} bytes left out ...]", middle.len());
    shown.extend([head, &marker, tail]);
    middle.len()
}

/// How many lines a text has.
pub(super) fn count(text: &str) -> usize {
    let ended = text.bytes().filter(|byte| *byte == b'\n').count();
    ended + usize::from(!text.is_empty() && !text.ends_with('\n'))
}

#[cfg(test)]
mod tests {
    use super::{Bound, MAX_LINE_BYTES, MAX_SHOWN_BYTES, Rest, Viewed, view};

    fn seen(text: &str, max_lines: Option<usize>, max_bytes: usize) -> Viewed {
        let bound = Bound {
            max_lines,
            max_bytes,
        };
        view(text, bound, Rest::Elsewhere)
    }

    #[test]
    fn head_and_tail_with_what_lies_between() {
        for (text, max_lines, expected, total, left_out) in [
            ("", 1, "", 0, 0),
            ("a", 1, "a", 1, 0),
            ("a\n", 1, "a\n", 1, 0),
            ("\n\n", 2, "\n\n", 2, 0),
            ("a\nb", 2, "a\nb", 2, 0),
            ("a\nb", 1, "[... 1 lines, 2 bytes left out ...]\nb", 2, 1),
            (
                "a\nbb\nc\n",
                2,
                "a\n[... 1 lines, 3 bytes left out ...]\nc\n",
                3,
                1,
            ),
            (
                "a\r\nb\r\nc\r\nd",
                3,
                "a\r\n[... 1 lines, 3 bytes left out ...]\nc\r\nd",
                4,
                1,
            ),
            ("10%\r50%\r99%\nok\n", 2, "10%\r50%\r99%\nok\n", 2, 0),
            ("a\nb\n", 0, "[... 2 lines, 4 bytes left out ...]\n", 2, 2),
            ("a\nb\n", usize::MAX, "a\nb\n", 2, 0),
        ] {
            let seen = seen(text, Some(max_lines), MAX_SHOWN_BYTES);
            assert_eq!(
                (seen.text.as_str(), seen.lines_total, seen.lines_left_out),
                (expected, total, left_out),
                "{text:?} {max_lines}"
            );
        }
    }

    #[test]
    fn the_marker_says_where_the_rest_is() {
        let bound = Bound::of_result(Some(3));
        for (rest, hint) in [
            (
                Rest::Kept,
                ": ssh_get_task_output with this task_id and offset 1",
            ),
            (
                Rest::Gone,
                ": not kept, print less with head, tail or a filter",
            ),
            (Rest::Elsewhere, ""),
        ] {
            let shown = view("a\nb\nc\nd\n", bound, rest).text;
            let marker = format!("[... 1 lines, 2 bytes left out{hint} ...]");
            assert_eq!(shown, format!("a\n{marker}\nc\nd\n"));
        }
    }

    /// However long the text and its lines are: no more bytes than allowed, the first and the last
    /// line among them, and the counts add up.
    #[test]
    fn bytes_are_bounded_and_counted() {
        let lines = |count: usize, long: usize| -> String {
            let pad = "-".repeat(long);
            (0..count).map(|n| format!("{n}{pad}{n}\n")).collect()
        };
        let mixed: String = (0..400_usize)
            .map(|n| format!("{}\n", "ü€".repeat(n * n % 7_919)))
            .collect();
        let texts = [
            lines(1, 100_000),
            lines(3, 100_000),
            lines(100, 1_000),
            lines(50_000, 5),
            lines(100, 9_000),
            "\n".repeat(40_000),
            "€".repeat(40_000),
            mixed,
        ];
        for text in &texts {
            for max_bytes in [256, 1_000, MAX_SHOWN_BYTES] {
                for max_lines in [None, Some(1), Some(2), Some(99), Some(100_000)] {
                    let seen = seen(text, max_lines, max_bytes);
                    let case = format!("{} bytes, {max_bytes}, {max_lines:?}", text.len());
                    // The marker, and what the cuts of at most eight long lines say.
                    assert!(seen.text.len() <= max_bytes + 60, "{case}");
                    let most = max_lines.unwrap_or(usize::MAX);
                    assert!(seen.lines_total - seen.lines_left_out <= most, "{case}");
                    assert!(seen.bytes_left_out > 0, "{case}");
                    let markers = seen.text.matches("[... ").count();
                    assert!(markers > 0, "{case}");
                    let kept = text.len() - seen.bytes_left_out;
                    let marked = seen.text.len() - kept;
                    assert!(
                        marked >= 25 * markers && marked <= 60 * markers,
                        "{case}: {marked} in {markers}"
                    );
                    let last = text.split_inclusive('\n').next_back().unwrap();
                    let end = last.ceil_char_boundary(last.len().saturating_sub(10));
                    assert!(seen.text.ends_with(&last[end..]), "{case}");
                }
            }
        }
    }

    #[test]
    fn what_fits_is_shown_as_it_is() {
        for text in [
            "x".repeat(MAX_SHOWN_BYTES),
            "x\n".repeat(MAX_SHOWN_BYTES / 2),
        ] {
            let seen = seen(&text, None, MAX_SHOWN_BYTES);
            assert_eq!((seen.text, seen.bytes_left_out), (text, 0));
        }
    }

    #[test]
    fn a_long_line_loses_its_middle() {
        let text = |text: &str, max_lines| seen(text, Some(max_lines), MAX_SHOWN_BYTES).text;
        let exact = "x".repeat(MAX_LINE_BYTES);
        assert_eq!(text(&exact, 1), exact);
        let long = format!("{}{}", "a".repeat(800), "b".repeat(800));
        let halves = format!(
            "{}[... 600 bytes left out ...]{}",
            "a".repeat(500),
            "b".repeat(500)
        );
        assert_eq!(text(&long, 1), halves);
        // The newline belongs to the line that is cut, and no character is cut in two.
        let euros = format!("{}\nend\n", "€".repeat(1000));
        let shown = text(&euros, 2);
        let (line, rest) = shown.split_once('\n').unwrap();
        assert_eq!(rest, "end\n");
        let half = "€".repeat(166);
        assert_eq!(line, format!("{half}[... 2004 bytes left out ...]{half}"));
    }
}
