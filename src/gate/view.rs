//! A part of a text, for a reader whose memory is short.
//!
//! Takes: redacted text, and which lines of it are wanted. Gives: those lines, and how many
//! there are in all. A line ends in a newline, with or without a carriage return before it; a
//! last line without one is a line. A line that is very long is cut in its middle.

/// Bytes of a line that are shown, in one half from its beginning and one from its end: ten
/// lines of a terminal. Without it a single line, such as minified JSON, could be everything.
const MAX_LINE_BYTES: usize = 1_000;

/// Which lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// All of them, however long.
    Whole,
    /// At most so many: the first and the last, and between them a line that says how much is
    /// left out. Of an odd number the end has more: that is where errors are.
    HeadAndTail {
        /// The most that are shown.
        max_lines: usize,
    },
    /// At most `max_lines` after the first `offset`.
    Window {
        /// Lines before it.
        offset: usize,
        /// The most that are shown.
        max_lines: usize,
    },
}

/// What is shown of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewed {
    /// The lines.
    pub text: String,
    /// Lines of the whole text.
    pub lines_total: usize,
    /// Those of them that are not shown.
    pub lines_left_out: usize,
}

/// The lines of `text` that `view` asks for.
pub fn view(text: String, view: View) -> Viewed {
    let lines_total = count(&text);
    let (from, to) = match view {
        View::Whole => {
            return Viewed {
                text,
                lines_total,
                lines_left_out: 0,
            };
        }
        View::HeadAndTail { max_lines } if max_lines < lines_total => {
            return head_and_tail(&text, lines_total, max_lines);
        }
        View::HeadAndTail { .. } => (0, lines_total),
        View::Window { offset, max_lines } => {
            let from = offset.min(lines_total);
            (from, from.saturating_add(max_lines).min(lines_total))
        }
    };
    let (start, end) = (line_start(&text, from), line_start(&text, to));
    let mut shown = String::new();
    push_lines(&mut shown, text.get(start..end).unwrap_or_default());
    Viewed {
        text: shown,
        lines_total,
        lines_left_out: lines_total - (to - from),
    }
}

fn head_and_tail(text: &str, lines_total: usize, max_lines: usize) -> Viewed {
    let lines_left_out = lines_total - max_lines;
    let head = max_lines / 2;
    let start = line_start(text, head);
    let end = line_start(text, head + lines_left_out);
    let mut shown = String::new();
    push_lines(&mut shown, text.get(..start).unwrap_or_default());
    shown.push_str(&format!(
        "[... {lines_left_out} lines, {} bytes left out ...]\n",
        end - start
    ));
    push_lines(&mut shown, text.get(end..).unwrap_or_default());
    Viewed {
        text: shown,
        lines_total,
        lines_left_out,
    }
}

fn count(text: &str) -> usize {
    text.split_inclusive('\n').count()
}

/// Where the line of this number begins, the first being 0.
fn line_start(text: &str, line: usize) -> usize {
    let before = text.split_inclusive('\n').take(line);
    before.map(str::len).sum()
}

/// Adds lines, the long ones without their middle.
fn push_lines(shown: &mut String, lines: &str) {
    for line in lines.split_inclusive('\n') {
        if line.len() <= MAX_LINE_BYTES {
            shown.push_str(line);
            continue;
        }
        let (head, rest) = line.split_at(line.floor_char_boundary(MAX_LINE_BYTES / 2));
        let tail = rest.ceil_char_boundary(rest.len() - MAX_LINE_BYTES / 2);
        let (middle, tail) = rest.split_at(tail);
        let marker = format!("[... {} bytes left out ...]", middle.len());
        shown.extend([head, &marker, tail]);
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_LINE_BYTES, View, Viewed, view};

    fn seen(text: &str, wanted: View) -> (String, usize, usize) {
        let Viewed {
            text,
            lines_total,
            lines_left_out,
        } = view(text.to_owned(), wanted);
        (text, lines_total, lines_left_out)
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
            let seen = seen(text, View::HeadAndTail { max_lines });
            assert_eq!(
                seen,
                (expected.to_owned(), total, left_out),
                "{text:?} {max_lines}"
            );
        }
    }

    #[test]
    fn windows() {
        for (text, offset, max_lines, expected, total, left_out) in [
            ("a\nb\nc\n", 0, 2, "a\nb\n", 3, 1),
            ("a\nb\nc\n", 2, 2, "c\n", 3, 2),
            ("a\nb\nc", 1, 9, "b\nc", 3, 1),
            ("a\nb\nc", 3, 9, "", 3, 3),
            ("a\nb\nc", usize::MAX, usize::MAX, "", 3, 3),
            ("a\nb\nc", 0, usize::MAX, "a\nb\nc", 3, 0),
            ("", 0, 1, "", 0, 0),
        ] {
            let seen = seen(text, View::Window { offset, max_lines });
            let expected = (expected.to_owned(), total, left_out);
            assert_eq!(seen, expected, "{text:?} {offset} {max_lines}");
        }
    }

    /// Windows one after the other are the text.
    #[test]
    fn paging_misses_nothing() {
        let text: String = (0..100).map(|n| format!("line {n}\n")).collect();
        let pages = (0..100).step_by(7).map(|offset| {
            let window = View::Window {
                offset,
                max_lines: 7,
            };
            view(text.clone(), window).text
        });
        assert_eq!(pages.collect::<String>(), text);
    }

    #[test]
    fn a_long_line_is_cut_in_its_middle_between_characters() {
        let max_lines = 10;
        let fits = format!("{}\n", "x".repeat(MAX_LINE_BYTES - 1));
        for wanted in [
            View::HeadAndTail { max_lines },
            View::Window {
                offset: 0,
                max_lines,
            },
        ] {
            assert_eq!(seen(&fits, wanted), (fits.clone(), 1, 0));
            for character in ["x", "\u{e9}", "\u{4e2d}", "\u{1f600}"] {
                let line = format!("a{}z\n", character.repeat(1 << 18));
                let (text, total, left_out) = seen(&line, wanted);
                assert_eq!((total, left_out), (1, 0));
                assert!(text.len() <= MAX_LINE_BYTES + 40, "{} bytes", text.len());
                let (head, rest) = text.split_once("[... ").unwrap();
                let (bytes, tail) = rest.split_once(" bytes left out ...]").unwrap();
                assert!(head.len() > 490 && tail.len() > 490);
                assert!(line.starts_with(head) && line.ends_with(tail));
                let bytes: usize = bytes.parse().unwrap();
                assert_eq!(head.len() + bytes + tail.len(), line.len());
            }
        }
        let long = "x".repeat(1 << 20);
        assert_eq!(seen(&long, View::Whole), (long.clone(), 1, 0));
    }
}
