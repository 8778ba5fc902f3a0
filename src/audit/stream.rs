//! stderr: whole lines, whatever its reader does.
//!
//! Takes a line; gives it to the reader in full, or says that it did not. A line of which a part
//! went out is finished before the next one begins. Refuses to block for ever: a reader that has
//! stopped reading is waited for once, briefly; from then on lines fail at once until it reads.

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
    /// What is left of the last line.
    rest: Vec<u8>,
}

/// What the other end of stderr did last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StderrReader {
    Reads,
    Stopped,
}

/// Whether any of a line went out.
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

    /// Writes what is left of the last line.
    pub fn finish(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.rest);
        self.write(&rest)
    }

    /// Writes one line, its newline included; the last one must be finished. A line that has begun
    /// will be written, though this may fail now.
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
