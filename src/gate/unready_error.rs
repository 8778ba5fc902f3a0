//! Why there is no usable configuration: takes the first fault; gives the text that answers each request.

use std::fmt;

use crate::config::Paths;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity};

/// Why there is no usable configuration: the first fault, with its place and the way to mend it.
#[derive(Clone, Debug)]
pub struct UnreadyError {
    first: String,
    others: usize,
}

impl UnreadyError {
    pub(super) fn new(diagnostics: &[Diagnostic]) -> Self {
        let mut errors = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error);
        Self {
            first: errors.next().map(Diagnostic::headline).unwrap_or_default(),
            others: errors.count(),
        }
    }

    /// There is no usable configuration because somebody writes the files all the time.
    pub fn restless(paths: &Paths) -> Self {
        Self {
            first: restless(paths).headline(),
            others: 0,
        }
    }
}

impl fmt::Display for UnreadyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "no usable configuration: {}", self.first)?;
        if self.others > 0 {
            write!(formatter, " ({} more: run `mcp-ssh check`)", self.others)?;
        }
        Ok(())
    }
}

impl std::error::Error for UnreadyError {}

/// The fault of files that somebody writes all the time.
pub fn restless(paths: &Paths) -> Diagnostic {
    let why =
        "the files here are being written, and count once they are as they shall be: try again";
    Diagnostic::file(&paths.config.to_string_lossy(), why)
}
