//! The program's diagnostics on stderr, for the subcommands.
//!
//! Takes: records of `log`. Gives: a line of each that is of this program and severe enough. Loses a line that cannot be
//! written: there is nowhere else to tell it, and it must not end a run.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};

use log::{LevelFilter, Log, Metadata, Record, SetLoggerError};

use super::terminal_text::for_terminal;

/// Writes records of at least this level.
struct TerminalLog(LevelFilter);

/// What the targets of this program and its crates begin with.
const OWN: &str = "mcp_ssh";

/// Shows this program's diagnostics from this level on, and no other crate's.
///
/// # Errors
/// When there is a logger already.
pub fn show(level: LevelFilter) -> Result<(), SetLoggerError> {
    log::set_boxed_logger(Box::new(TerminalLog(level)))?;
    log::set_max_level(level);
    Ok(())
}

impl Log for TerminalLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= self.0 && metadata.target().starts_with(OWN)
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let (level, target, text) = (record.level(), record.target(), record.args());
            let line = format!("{level:<5} [{target}] {text}");
            let mut stderr = std::io::stderr();
            let line = match stderr.is_terminal() {
                true => for_terminal(&line),
                false => Cow::Borrowed(line.as_str()),
            };
            let _lost = writeln!(stderr, "{line}");
        }
    }

    fn flush(&self) {}
}
