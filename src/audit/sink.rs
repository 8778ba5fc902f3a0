//! stderr of `serve`: whole lines, written in full or reported as failed.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use serde_json::json;

use crate::clock;

/// A write of this size to a pipe that poll(2) calls writable does not block (`PIPE_BUF`).
const CHUNK: usize = 4096;
/// How long a reader that has stopped reading is waited for, once.
const PATIENCE: Timespec = Timespec {
    tv_sec: 1,
    tv_nsec: 0,
};

#[derive(Debug)]
pub(super) struct Sink {
    descriptor: BorrowedFd<'static>,
    /// Whether the last line went out.
    reader: Reader,
    /// The last line was cut off: end it before the next begins.
    torn: bool,
}

/// What the other end of stderr did last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Reads,
    Stopped,
}

impl Sink {
    pub fn stderr() -> Self {
        Self {
            descriptor: rustix::stdio::stderr(),
            reader: Reader::Reads,
            torn: false,
        }
    }

    /// Writes one line, its newline included.
    pub fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        if self.torn {
            self.write_all(b"\n")?;
            self.torn = false;
        }
        self.write_all(line)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            self.wait()?;
            let chunk = rest.get(..CHUNK).unwrap_or(rest);
            match rustix::io::write(self.descriptor, chunk) {
                Ok(written) => {
                    rest = rest.get(written..).unwrap_or_default();
                    self.torn = !rest.is_empty();
                }
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn wait(&mut self) -> io::Result<()> {
        let patience = match self.reader {
            Reader::Reads => PATIENCE,
            Reader::Stopped => Timespec::default(),
        };
        let mut polled = [PollFd::from_borrowed_fd(self.descriptor, PollFlags::OUT)];
        match retry_on_intr(|| poll(&mut polled, Some(&patience))) {
            Ok(0) => {
                self.reader = Reader::Stopped;
                Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "nobody reads stderr",
                ))
            }
            Ok(_) => {
                self.reader = Reader::Reads;
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The `log` backend of `serve`: each diagnostic is a JSON line among the records.
#[derive(Debug)]
pub struct StderrLogger {
    level: log::LevelFilter,
}

impl StderrLogger {
    /// Sends this crate's diagnostics of `level` and worse to stderr. Other crates' are dropped:
    /// they may hold addresses, names or keys, and none of them is written for an operator. A
    /// panic becomes a line, too.
    pub fn install(level: log::LevelFilter) {
        // A second logger in one process is refused; the first one goes on.
        if log::set_boxed_logger(Box::new(Self { level })).is_ok() {
            log::set_max_level(level);
            std::panic::set_hook(Box::new(|panic| log::error!("{panic}")));
        }
    }
}

impl log::Log for StderrLogger {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= self.level && metadata.target().starts_with("mcp_ssh")
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = json!({
            "level": record.level().as_str().to_ascii_lowercase(),
            "ts": clock::unix_seconds(),
            "msg": record.args().to_string(),
            "target": record.target(),
        });
        // A diagnostic that cannot be written has nowhere else to go.
        let _unwritten = Sink::stderr().write_line(format!("{line}\n").as_bytes());
    }

    fn flush(&self) {}
}
