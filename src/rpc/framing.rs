//! From bytes to lines, however the bytes are cut into pieces.
//!
//! Takes: pieces of a stream. Gives: one [`Frame`] for each line. Refuses: a line over the limit that the caller
//! sets; the rest of such a line is skipped.
//!
//! ```text
//! stream := BOM? ( line? CR? LF )* line?  the last line may have no LF
//! ```

/// The longest line in bytes, without its newline: far longer than any honest request, and a bound on the
/// memory that a client can make the server hold.
pub(super) const MAX_LINE_BYTES: usize = 10 * 1024 * 1024;
/// The byte order mark of UTF-8, with which some programs on Windows begin what they write.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// One piece of stdin: a line, or the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A line that is not blank, without its newline.
    Line(Vec<u8>),
    /// A line over this limit, in bytes. The rest of the line is skipped.
    TooLong(usize),
    /// The end of the stream.
    End,
}

/// Puts lines together from pieces, and holds at most as many bytes as the caller allows.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    line: Vec<u8>,
    mode: Mode,
    place: LinePlace,
}

/// Where the line stands in the stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LinePlace {
    /// The line is the first, which may begin with a byte order mark.
    #[default]
    First,
    /// The line is a later one.
    Later,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Keeping,
    Skipping,
}

impl Assembler {
    /// Takes bytes up to the next newline and the newline. Gives how many it took, and the frame that they complete.
    pub fn take(&mut self, bytes: &[u8], most: usize) -> (usize, Option<Frame>) {
        let text = bytes.split(|byte| *byte == b'\n').next().unwrap_or(bytes);
        let ends = text.len() < bytes.len();
        let frame = match self.mode {
            Mode::Skipping => None,
            Mode::Keeping if self.line.len() + text.len() > most => {
                self.line = Vec::new();
                self.mode = Mode::Skipping;
                self.place = LinePlace::Later;
                Some(Frame::TooLong(most))
            }
            Mode::Keeping => {
                self.line.extend_from_slice(text);
                if ends { self.line() } else { None }
            }
        };
        if ends {
            self.mode = Mode::Keeping;
        }
        (text.len() + usize::from(ends), frame)
    }

    /// The last line, if the stream ends without a newline.
    pub fn finish(&mut self) -> Option<Frame> {
        self.line()
    }

    /// The line so far, unless it is blank. A CR at the end may stay: JSON takes it for white space.
    fn line(&mut self) -> Option<Frame> {
        let mut line = std::mem::take(&mut self.line);
        let place = std::mem::replace(&mut self.place, LinePlace::Later);
        if place == LinePlace::First && line.starts_with(BOM) {
            line.drain(..BOM.len());
        }
        if line.trim_ascii().is_empty() {
            None
        } else {
            Some(Frame::Line(line))
        }
    }
}

/// Every frame of `stream`, fed in pieces of `size` bytes: for tests and fuzzing, which have no
/// stdin to feed.
#[cfg(any(test, fuzzing))]
pub fn frames(stream: &[u8], size: usize) -> Vec<Frame> {
    let mut assembler = Assembler::default();
    let mut frames = Vec::new();
    for piece in stream.chunks(size) {
        let mut rest = piece;
        while !rest.is_empty() {
            let (taken, frame) = assembler.take(rest, MAX_LINE_BYTES);
            frames.extend(frame);
            rest = rest.get(taken..).unwrap_or_default();
        }
    }
    frames.extend(assembler.finish());
    frames
}

#[cfg(test)]
mod tests {
    use super::{Frame, MAX_LINE_BYTES, frames};

    #[test]
    fn lines_are_the_same_however_the_stream_is_cut() {
        let line = |text: &str| Frame::Line(text.as_bytes().to_vec());
        let stream = b"a\n\nbb\r\n \r\n\t\nccc\n\ndddd";
        let expected = [line("a"), line("bb\r"), line("ccc"), line("dddd")];
        for size in 1..=stream.len() {
            assert_eq!(frames(stream, size), expected, "pieces of {size}");
        }
    }

    #[test]
    fn a_byte_order_mark_counts_only_at_the_start() {
        let line = |text: &[u8]| Frame::Line(text.to_vec());
        let marked = b"\xef\xbb\xbfa";
        for (stream, expected) in [
            (&b"\xef\xbb\xbfa\nb"[..], vec![line(b"a"), line(b"b")]),
            (b"\xef\xbb\xbf\r\n\xef\xbb\xbfa", vec![line(marked)]),
            (b"a\n\xef\xbb\xbfa", vec![line(b"a"), line(marked)]),
            (b"\n\xef\xbb\xbfa", vec![line(marked)]),
            (b"\xef\xbb\xbf\xef\xbb\xbfa", vec![line(marked)]),
            (b"\xef\xbb", vec![line(b"\xef\xbb")]),
            (b"\xef\xbb\xbf", vec![]),
        ] {
            for size in 1..=stream.len() {
                assert_eq!(frames(stream, size), expected, "pieces of {size}");
            }
        }
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_and_the_next_one_read() {
        let exact = vec![b'x'; MAX_LINE_BYTES];
        assert_eq!(frames(&exact, 65_536), [Frame::Line(exact.clone())]);
        let mut stream = vec![b'x'; MAX_LINE_BYTES + 1];
        assert_eq!(frames(&stream, 65_536), [Frame::TooLong(MAX_LINE_BYTES)]);
        stream.extend_from_slice(&exact);
        stream.extend_from_slice(b"\nnext\n");
        let expected = [
            Frame::TooLong(MAX_LINE_BYTES),
            Frame::Line(b"next".to_vec()),
        ];
        assert_eq!(frames(&stream, 65_536), expected);
    }
}
