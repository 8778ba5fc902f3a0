//! What is written down: one JSON object a line, in one chain, on stderr and in the audit file.
//!
//! Takes records, gives proof that they were written: [`Audit::intent`] keeps the value that
//! it is handed, and gives it back, as [`Recorded`], only once the line is out, and on the disk
//! where there is an audit file. No record, no run.
//!
//! Refuses to block for ever: see `stream.rs` and `file.rs`.

mod chain;
mod file;
mod record;
mod sink;
mod stream;
mod verify;

use std::fmt;
use std::io;
use std::path::PathBuf;

use serde::Serialize;

use crate::clock;

pub use chain::{Digest, MAX_LINE, hex, parse_digest};
pub use record::{ApprovalEvent, Origin, Outcome, PolicyDecision, Progress, SecurityEvent, Trace};
pub use sink::{Echo, StderrLogger};
pub use verify::{Expected, Fault, Verified, Verifier};

use sink::Durability;

/// The writer of the process's records.
#[derive(Clone, Copy, Debug, Default)]
pub struct Audit;

/// A value that was surrendered until its record was written, and is back.
#[derive(Debug)]
pub struct Recorded<T>(T);

impl<T> Recorded<T> {
    /// The value, to be used now.
    pub fn release(self) -> T {
        self.0
    }
}

/// The record could not be written.
#[derive(Debug)]
pub struct AuditFault(io::Error);

impl AuditFault {
    /// Why, and how to mend it where that is known.
    pub fn reason(&self) -> &io::Error {
        &self.0
    }
}

impl fmt::Display for AuditFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the audit record could not be written: {}",
            self.0
        )
    }
}

#[derive(Serialize)]
struct Line<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    ts: f64,
    #[serde(flatten)]
    body: T,
}

impl Audit {
    /// Has every line of the process go to a file from now on, too. One that cannot be used now is
    /// tried again for each line, and until then nothing can be recorded.
    ///
    /// # Errors
    /// Why it cannot be used now.
    pub fn use_file(path: PathBuf, echo: Echo) -> Result<(), AuditFault> {
        sink::use_file(path, echo).map_err(AuditFault)
    }

    /// Writes the decision that a command is about to run, and gives `surrendered` back.
    ///
    /// # Errors
    /// When the line could not be written whole; `surrendered` is dropped then.
    pub fn intent<T>(
        &self,
        decision: &PolicyDecision<'_>,
        surrendered: T,
    ) -> Result<Recorded<T>, AuditFault> {
        self.write("policy_decision", decision, Durability::Durable)?;
        Ok(Recorded(surrendered))
    }

    /// Writes a decision that ends here: a denial, or a plan.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn decision(&self, decision: &PolicyDecision<'_>) -> Result<(), AuditFault> {
        self.write("policy_decision", decision, Durability::Durable)
    }

    /// Writes that a person is asked, or has answered, and gives `surrendered` back.
    ///
    /// # Errors
    /// When the line could not be written whole; `surrendered` is dropped then.
    pub fn approval<T>(
        &self,
        event: &ApprovalEvent<'_>,
        surrendered: T,
    ) -> Result<Recorded<T>, AuditFault> {
        self.write("approval", event, Durability::Durable)?;
        Ok(Recorded(surrendered))
    }

    /// Writes how a run ended.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn outcome(&self, outcome: &Outcome<'_>) -> Result<(), AuditFault> {
        self.write("audit", outcome, Durability::Durable)
    }

    /// Writes what an operator may want to be woken for.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn security_event(&self, event: &SecurityEvent<'_>) -> Result<(), AuditFault> {
        let stamped = record::Stamped {
            timestamp: clock::timestamp(clock::unix_seconds()),
            event,
        };
        self.write("security_event", &stamped, Durability::Durable)
    }

    /// Writes how far a command is.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn progress(&self, progress: &Progress<'_>) -> Result<(), AuditFault> {
        self.write("progress", progress, Durability::Fleeting)
    }

    /// Writes how long an operation took.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn trace(&self, trace: &Trace<'_>) -> Result<(), AuditFault> {
        self.write("trace", trace, Durability::Fleeting)
    }

    fn write(
        self,
        kind: &'static str,
        body: impl Serialize,
        durability: Durability,
    ) -> Result<(), AuditFault> {
        let line = Line {
            kind,
            ts: clock::unix_seconds(),
            body,
        };
        let object = serde_json::to_string(&line).map_err(|error| AuditFault(error.into()))?;
        sink::write(&object, durability).map_err(AuditFault)
    }
}
