//! Where lines go: to the audit file, if there is one, and to stderr.
//!
//! Takes JSON objects, of records and of diagnostics; gives one chain of lines. The audit file decides whether
//! a line counts as written; stderr shows the line, too, if it can. Without a file stderr decides. Refuses a line
//! that the file does not take: it is on stderr alone, and the next line has its number again.

use std::cell::Cell;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use super::chain::Chain;
use super::file::AuditFile;
use super::stream::{Begun, StderrStream};
use crate::clock;

/// The one sink of the process: a panic of another thread is a line of this chain, too.
static SINK: Mutex<RecordSink> = Mutex::new(RecordSink {
    chain: Chain::new(),
    stderr: StderrStream::new(),
    file: None,
    echo: Echo::Stderr,
});

thread_local! {
    static WRITING: Cell<bool> = const { Cell::new(false) };
}

#[derive(Debug)]
struct RecordSink {
    chain: Chain,
    stderr: StderrStream,
    file: Option<AuditFile>,
    echo: Echo,
}

/// Whether stderr shows the lines of the audit file, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// A line goes to the file and to stderr.
    Stderr,
    /// A line goes to the file alone; without a file, nowhere.
    Off,
}

/// Whether a line must be on the disk before the caller goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    Durable,
    Fleeting,
}

/// Marks the thread as one that writes, until this is dropped.
struct Writing;

impl Drop for Writing {
    fn drop(&mut self) {
        WRITING.set(false);
    }
}

/// Writes one line.
pub(super) fn write(object: &str, durability: Durability) -> io::Result<()> {
    with(|sink| sink.write(object, durability))
}

/// Shows no line on stderr from now on.
pub(super) fn hide() -> io::Result<()> {
    with(|sink| {
        sink.echo = Echo::Off;
        Ok(())
    })
}

/// Has every line go to a file from now on.
pub(super) fn use_file(path: PathBuf, echo: Echo) -> io::Result<()> {
    with(|sink| {
        sink.echo = echo;
        sink.file.insert(AuditFile::new(path)).ready()
    })
}

/// Runs `work` with the sink. A panic within `work` gets no line: this thread holds the chain already.
fn with(work: impl FnOnce(&mut RecordSink) -> io::Result<()>) -> io::Result<()> {
    if WRITING.replace(true) {
        return Err(io::Error::other("a line is being written"));
    }
    let _writing = Writing;
    work(&mut SINK.lock().unwrap_or_else(PoisonError::into_inner))
}

impl RecordSink {
    fn write(&mut self, object: &str, durability: Durability) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            if self.echo == Echo::Off {
                return Ok(());
            }
            self.stderr.finish()?;
            let line = self.chain.stamp(object)?;
            let (begun, written) = self.stderr.line(line.text.as_bytes());
            if begun == Begun::Yes {
                self.chain.advance(&line);
            }
            return written;
        };
        let (line, written) = match file.append(&mut self.chain, object) {
            Ok(line) if durability == Durability::Durable => (line, file.sync()),
            Ok(line) => (line, Ok(())),
            Err(error) => (self.chain.stamp(object)?, Err(error)),
        };
        if self.echo == Echo::Stderr && self.stderr.finish().is_ok() {
            let _best_effort = self.stderr.line(line.text.as_bytes());
        }
        written
    }
}

/// The `log` backend of `serve`: each diagnostic is a JSON line among the records.
#[derive(Debug)]
pub struct StderrLogger {
    level: log::LevelFilter,
}

impl StderrLogger {
    /// Sends this crate's diagnostics of `level` and worse to the sink. The diagnostics of other crates are
    /// dropped: they may hold addresses, names or keys, and are not meant for an operator. A panic becomes a
    /// line, too.
    pub fn install(level: log::LevelFilter) {
        // The `log` crate refuses a second logger in one process; the first one stays.
        if log::set_boxed_logger(Box::new(Self { level })).is_ok() {
            log::set_max_level(level);
            std::panic::set_hook(Box::new(|panic| log::error!("{panic}")));
            #[cfg(alloc_error_hook)]
            super::memory::tell_of_its_end();
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
        // There is no other place for a diagnostic that cannot be written.
        let _unwritten = write(&line.to_string(), Durability::Fleeting);
    }

    fn flush(&self) {}
}
