//! How far a copy is, for a person who watches.
//!
//! Takes: the bytes that were copied. Gives: one line on stderr that is written anew some times a second, and taken away
//! at the end; on a narrow terminal its beginning. Refuses to write where stderr is no terminal.

use std::cell::Cell;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use super::Terminal;
use crate::clock::Stopwatch;

/// How often the line is written.
const INTERVAL: Duration = Duration::from_millis(200);

/// Counts the bytes of one copy.
pub struct Meter {
    total: Option<u64>,
    copied: Cell<u64>,
    /// Since the first bytes came: a person may think about a question before.
    begun: Cell<Option<Stopwatch>>,
    told: Cell<Option<Stopwatch>>,
}

impl Meter {
    /// Of a copy of so many bytes, where that is known.
    pub fn new(total: Option<u64>) -> Self {
        Self {
            total,
            copied: Cell::new(0),
            begun: Cell::new(None),
            told: Cell::new(None),
        }
    }

    /// So many bytes more were copied.
    pub fn add(&self, bytes: usize) {
        let copied = self.copied.get() + bytes as u64;
        self.copied.set(copied);
        let begun = self.begun.get().unwrap_or_else(Stopwatch::start);
        self.begun.set(Some(begun));
        let last = self.told.get().unwrap_or(begun);
        if last.elapsed() < INTERVAL {
            return;
        }
        // It may have become narrower meanwhile.
        let Some(columns) = Terminal::new().error_columns() else {
            return;
        };
        self.told.set(Some(Stopwatch::start()));
        let of = self
            .total
            .map_or(String::new(), |total| format!(" of {}", megabytes(total)));
        let a_second = copied * 1000 / begun.elapsed_ms().max(1);
        let (copied, a_second) = (megabytes(copied), megabytes(a_second));
        let mut line = format!("mcp-ssh: {copied}{of} MB, {a_second} MB/s");
        // What goes on in the next row, or waits to, is not taken away with the line. It is all ASCII.
        line.truncate(columns.saturating_sub(1));
        let _unseen = write!(io::stderr(), "\r\u{1b}[K{line}");
    }

    /// Takes the line away. More bytes write it anew.
    pub fn end(&self) {
        if self.told.take().is_some() {
            let _unseen = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

/// Tenths of a megabyte.
fn megabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A sink that is counted.
pub struct Metered<W> {
    pub sink: W,
    pub meter: Rc<Meter>,
}

impl<W: Write> Write for Metered<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(buffer)?;
        self.meter.add(written);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
