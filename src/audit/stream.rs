//! stderr: whole lines, whatever its reader does.
//!
//! Takes a line; writes it whole, or gives an error. When only a part of a line went out, the rest is written
//! before the next line begins. Refuses to block for ever: a reader that has stopped reading is waited for once,
//! for [`PATIENCE`]; after that, lines fail at once until it reads again.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;

/// A write of this size to a pipe that poll(2) calls writable does not block (`PIPE_BUF`).
const CHUNK: usize = 4096;
/// How long a reader that has stopped reading is waited for, once.
const PATIENCE: Timespec = Timespec {
    tv_sec: 1,
    tv_nsec: 0,
};

#[derive(Debug)]
pub(super) struct StderrStream {
    /// Whether the last line went out.
    reader: StderrReader,
    /// The bytes of the last line that are not written yet.
    rest: Vec<u8>,
}

/// What the reader of stderr did last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StderrReader {
    Reads,
    Stopped,
}

/// Whether any byte of a line went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begun {
    Yes,
    No,
}

impl StderrStream {
    pub const fn new() -> Self {
        Self {
            reader: StderrReader::Reads,
            rest: Vec::new(),
        }
    }

    /// Writes the rest of the last line.
    pub fn finish(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.rest);
        self.write(&rest)
    }

    /// Writes one line, its newline included; [`Self::finish`] must have ended the last one. A line that has
    /// begun will be written to its end later, even if this call fails.
    pub fn line(&mut self, line: &[u8]) -> (Begun, io::Result<()>) {
        let written = self.write(line);
        let begun = if self.rest.len() < line.len() {
            Begun::Yes
        } else {
            Begun::No
        };
        if begun == Begun::No {
            self.rest.clear();
        }
        (begun, written)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stderr = rustix::stdio::stderr();
        let mut rest = bytes;
        while !rest.is_empty() {
            let chunk = rest.get(..CHUNK).unwrap_or(rest);
            let written = self.wait(stderr).and_then(|()| {
                let written = retry_on_intr(|| rustix::io::write(stderr, chunk));
                written.map_err(io::Error::from)
            });
            match written {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => {
                    self.rest = rest.to_vec();
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn wait(&mut self, stderr: BorrowedFd<'_>) -> io::Result<()> {
        let patience = match self.reader {
            StderrReader::Reads => PATIENCE,
            StderrReader::Stopped => Timespec::default(),
        };
        let mut polled = [PollFd::from_borrowed_fd(stderr, PollFlags::OUT)];
        match retry_on_intr(|| poll(&mut polled, Some(&patience)))? {
            0 => {
                self.reader = StderrReader::Stopped;
                let why = "nobody reads stderr";
                Err(io::Error::new(io::ErrorKind::TimedOut, why))
            }
            _ => {
                self.reader = StderrReader::Reads;
                Ok(())
            }
        }
    }
}
