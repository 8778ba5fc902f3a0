//! Where lines go: to the audit file, where there is one, and to stderr.
//!
//! Takes JSON objects, from records and diagnostics alike; gives one chain of lines. The audit
//! file decides whether a line is written, and stderr shows the same line as far as it goes;
//! without a file stderr decides. A line that the file does not take is on stderr alone, with the
//! number that the next line will have again.

use std::cell::Cell;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use super::chain::Chain;
use super::file::AuditFile;
use super::stream::{Begun, StderrStream};
use crate::clock;

/// One for the process: a panic of another thread is a line of the same chain.
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

/// Whether what is in the audit file is shown on stderr, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// On stderr, too.
    Stderr,
    /// In the file alone.
    Off,
}

/// Whether a line must have reached the disk before anything goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    Durable,
    Fleeting,
}

/// Ends the marking of a thread that writes, however it ends.
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

/// Has every line go to a file from now on.
pub(super) fn use_file(path: PathBuf, echo: Echo) -> io::Result<()> {
    with(|sink| {
        sink.echo = echo;
        sink.file.insert(AuditFile::new(path)).ready()
    })
}

/// A panic while a line is written has no line of its own: the chain is held by this thread.
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
        let _unwritten = write(&line.to_string(), Durability::Fleeting);
    }

    fn flush(&self) {}
}
