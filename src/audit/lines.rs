//! The lines of one file of a trail, with their numbers.
//!
//! Takes a reader; gives one line after the other, whatever is in it. Refuses to hold more than a record
//! can have: of a longer line the beginning is given, and the rest is passed over.

use std::io::{self, BufRead, Read};

use super::chain::MAX_LINE;

/// A line as it stands in its file.
#[derive(Debug)]
pub(super) struct FileLine {
    /// From 1.
    pub number: u64,
    /// Without its LF; longer than [`MAX_LINE`] only where the line is.
    pub text: Vec<u8>,
    /// Whether an LF ended it.
    pub ended: bool,
}

/// A file, as far as it was read.
pub(super) struct FileLines<'f> {
    from: &'f mut dyn BufRead,
    number: u64,
    /// Whether the last line goes on behind what was given of it.
    goes_on: bool,
}

impl<'f> FileLines<'f> {
    /// Nothing read yet.
    pub fn new(from: &'f mut dyn BufRead) -> Self {
        Self {
            from,
            number: 0,
            goes_on: false,
        }
    }

    /// The next line; nothing at the end.
    pub fn next(&mut self) -> io::Result<Option<FileLine>> {
        let mut text = Vec::new();
        while self.goes_on {
            text.clear();
            self.take(MAX_LINE as u64, &mut text)?;
            self.goes_on = !matches!(text.last(), None | Some(b'\n'));
        }
        text.clear();
        // One more for the LF, and one to see that the line goes on.
        self.take(MAX_LINE as u64 + 2, &mut text)?;
        if text.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let ended = text.last() == Some(&b'\n');
        if ended {
            text.pop();
        }
        self.goes_on = !ended && text.len() > MAX_LINE;
        Ok(Some(FileLine {
            number: self.number,
            text,
            ended,
        }))
    }

    fn take(&mut self, most: u64, text: &mut Vec<u8>) -> io::Result<usize> {
        Read::take(&mut *self.from, most).read_until(b'\n', text)
    }
}
