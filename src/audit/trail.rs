//! The records of a trail, one by one, and whether the chain that they stand in is whole.
//!
//! Takes files in order, the oldest first; gives each record to whoever wants them, and at the end what
//! [`Verifier`] says of these very lines. Holds a line at a time. A line that is no record is counted, and
//! reading goes on; so it does behind the first line that is not of the chain. Refuses nothing but a file that
//! cannot be read.

use std::io::{self, BufRead};
use std::rc::Rc;

use serde_json::Value;

use super::chain::MAX_LINE;
use super::lines::FileLines;
use super::row::{NoRow, TrailRow};
use super::verify::{ChainError, Expected, Verified, Verifier};

/// What the lines of a trail were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrailCounts {
    /// Lines.
    pub lines: u64,
    /// Records of a type that is not known here: a newer version wrote them.
    pub unknown: u64,
    /// Lines that are no record: cut off, too long, or another file's.
    pub unread: u64,
}

/// A line that is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadLine {
    /// The file, as it was called.
    pub file: Rc<str>,
    /// The line, from 1.
    pub line: u64,
    /// Whether its file ends in it: a crash, or a record that is being written, leaves such a line.
    pub is_cut: bool,
}

/// A trail as far as it was read.
#[derive(Debug)]
pub struct Trail {
    counts: TrailCounts,
    /// The first line that is no record.
    unread: Option<UnreadLine>,
    verifier: Verifier,
    /// The first line that is not of the chain: those behind it are read, and prove nothing.
    fault: Option<ChainError>,
    last_file: String,
}

impl Trail {
    /// Nothing read yet.
    pub fn new(expected: Expected) -> Self {
        Self {
            counts: TrailCounts::default(),
            unread: None,
            verifier: Verifier::new(expected),
            fault: None,
            last_file: String::new(),
        }
    }

    /// Gives the records of one file to `each`, in their order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(
        &mut self,
        file: &str,
        from: &mut dyn BufRead,
        each: &mut dyn FnMut(&TrailRow<'_>),
    ) -> io::Result<()> {
        let name: Rc<str> = file.into();
        file.clone_into(&mut self.last_file);
        let mut lines = FileLines::new(from);
        while let Some(line) = lines.next()? {
            self.counts.lines += 1;
            let value = match line.text.len() {
                ..=MAX_LINE => serde_json::from_slice(&line.text).unwrap_or(Value::Null),
                _ => Value::Null,
            };
            match TrailRow::of(file, line.number, &value) {
                Ok(row) => each(&row),
                Err(NoRow::UnknownType) => self.counts.unknown += 1,
                Err(NoRow::NoRecord) => {
                    self.counts.unread += 1;
                    self.unread.get_or_insert_with(|| UnreadLine {
                        file: Rc::clone(&name),
                        line: line.number,
                        is_cut: !line.ended,
                    });
                }
            }
            if self.fault.is_none() {
                self.fault = self.verifier.line(&name, line, &value).err();
            }
        }
        self.verifier.end_of_file();
        Ok(())
    }

    /// What the lines were that were read so far.
    pub fn counts(&self) -> TrailCounts {
        self.counts
    }

    /// The first line that is no record, of those that were read so far.
    pub fn unread(&self) -> Option<&UnreadLine> {
        self.unread.as_ref()
    }

    /// There are no more files: what the lines were, and whether they are the chain that was written.
    pub fn finish(self) -> (TrailCounts, Result<Verified, ChainError>) {
        let chain = match self.fault {
            Some(fault) => Err(fault),
            None => self.verifier.finish(&self.last_file),
        };
        (self.counts, chain)
    }
}
