//! The records: one JSON object a line, in one chain, on stderr and in the audit file.
//!
//! Takes records, gives proof that they were written: [`Audit::intent`] keeps the value that the caller hands
//! over, and gives it back, as [`Recorded`], only once the line is out, and on the disk if there is an audit
//! file. Invariant: no record, no run.
//!
//! Refuses to block for ever: `stream.rs` and `file.rs` say how long they wait.

mod approval_sense;
mod chain;
mod file;
mod file_record;
mod lines;
#[cfg(alloc_error_hook)]
mod memory;
mod prospect;
mod record;
mod row;
mod sink;
mod stream;
mod trace_context;
mod trail;
mod verify;

use std::fmt;
use std::io;
use std::path::PathBuf;

use serde::Serialize;

use crate::clock;

pub use approval_sense::ApprovalSense;
pub use chain::{Digest, MAX_LINE, parse_digest, sha256};
pub use file_record::{FileDecisionRecord, FileFacts, FileOutcomeRecord, LookRecord};
pub use prospect::unwritable;
pub use record::{
    ApprovalEvent, ConnectionRecord, Origin, OutcomeRecord, PolicyDecision, ProgressRecord,
    ReadyRecord, SecurityEvent, TagRunRecord, Trace,
};
pub use row::{
    ApprovalRow, ConnectionRow, DecisionRow, FileRow, OutcomeRow, RowBody, RowOrigin, SecurityRow,
    TrailRow,
};
pub use sink::{Echo, StderrLogger};
pub use trace_context::TraceContext;
pub use trail::{Trail, TrailCounts, UnreadLine};
pub use verify::{ChainError, Expected, Verified, Verifier};

use sink::Durability;

/// The writer of the process's records.
#[derive(Clone, Copy, Debug, Default)]
pub struct Audit;

/// A value that its owner gave away until its record was written, and has back.
#[derive(Debug)]
pub struct Recorded<T>(T);

impl<T> Recorded<T> {
    /// The value, to be looked at.
    pub fn recorded(&self) -> &T {
        &self.0
    }

    /// The value, to be used now.
    pub fn release(self) -> T {
        self.0
    }
}

/// The record could not be written.
#[derive(Debug)]
pub struct AuditError(io::Error);

impl AuditError {
    /// Why the record could not be written, and how to mend that, if it is known.
    pub fn reason(&self) -> &io::Error {
        &self.0
    }
}

impl std::error::Error for AuditError {}

impl fmt::Display for AuditError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the audit record could not be written: {}",
            self.0
        )
    }
}

#[derive(Serialize)]
struct RecordLine<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    ts: f64,
    #[serde(flatten)]
    body: T,
}

impl Audit {
    /// Has every line of the process go to a file, too, from now on. A file that cannot be used now is tried
    /// again for each line; until it can be used, nothing can be recorded.
    ///
    /// # Errors
    /// Why the file cannot be used now.
    pub fn use_file(path: PathBuf, echo: Echo) -> Result<(), AuditError> {
        sink::use_file(path, echo).map_err(AuditError)
    }

    /// Shows no line of the process on stderr from now on: where a person runs a command by hand, who sees what
    /// becomes of it.
    ///
    /// # Errors
    /// When a line is being written.
    pub fn hide() -> Result<(), AuditError> {
        sink::hide().map_err(AuditError)
    }

    /// Writes the decision that a command will run, and gives `surrendered` back.
    ///
    /// # Errors
    /// When the line could not be written whole; `surrendered` is dropped then.
    pub fn intent<T>(
        &self,
        decision: &PolicyDecision<'_>,
        surrendered: T,
    ) -> Result<Recorded<T>, AuditError> {
        self.write("policy_decision", decision, Durability::Durable)?;
        Ok(Recorded(surrendered))
    }

    /// Writes a decision after which nothing runs: a denial, or a plan.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn decision(&self, decision: &PolicyDecision<'_>) -> Result<(), AuditError> {
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
    ) -> Result<Recorded<T>, AuditError> {
        self.write("approval", event, Durability::Durable)?;
        Ok(Recorded(surrendered))
    }

    /// Writes that a connection was made.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn connection(&self, connection: &ConnectionRecord<'_>) -> Result<(), AuditError> {
        // The record of what was done over it is on the disk later, and this one with it.
        self.write("connection", connection, Durability::Fleeting)
    }

    /// Writes how a run ended.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn outcome(&self, outcome: &OutcomeRecord<'_>) -> Result<(), AuditError> {
        self.write("audit", outcome, Durability::Durable)
    }

    /// Writes how a run on the hosts with a tag ended.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn tag_run(&self, run: &TagRunRecord<'_>) -> Result<(), AuditError> {
        self.write("tag_run", run, Durability::Durable)
    }

    /// Writes that a host is about to be asked where a path leads, and gives `surrendered` back.
    ///
    /// # Errors
    /// When the line could not be written whole; `surrendered` is dropped then.
    pub fn look<T>(
        &self,
        look: &LookRecord<'_>,
        surrendered: T,
    ) -> Result<Recorded<T>, AuditError> {
        self.write("look", look, Durability::Durable)?;
        Ok(Recorded(surrendered))
    }

    /// Writes a decision about a file, and gives `surrendered` back: the permit, or nothing after a denial.
    ///
    /// # Errors
    /// When the line could not be written whole; `surrendered` is dropped then.
    pub fn file_decision<T>(
        &self,
        decision: &FileDecisionRecord<'_>,
        surrendered: T,
    ) -> Result<Recorded<T>, AuditError> {
        self.write("policy_decision", decision, Durability::Durable)?;
        Ok(Recorded(surrendered))
    }

    /// Writes how it ended with a file.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn file_outcome(&self, outcome: &FileOutcomeRecord<'_>) -> Result<(), AuditError> {
        self.write("audit", outcome, Durability::Durable)
    }

    /// Writes an event for which an operator may want to be woken.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn security_event(&self, event: &SecurityEvent<'_>) -> Result<(), AuditError> {
        let stamped = record::TimedEvent {
            timestamp: clock::timestamp(clock::unix_seconds()),
            event,
        };
        self.write("security_event", &stamped, Durability::Durable)
    }

    /// Writes how far a command is.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn progress(&self, progress: &ProgressRecord<'_>) -> Result<(), AuditError> {
        self.write("progress", progress, Durability::Fleeting)
    }

    /// Writes how long an operation took.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn trace(&self, trace: &Trace<'_>) -> Result<(), AuditError> {
        self.write("trace", trace, Durability::Fleeting)
    }

    /// Writes what a server begins with.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn ready(&self, ready: &ReadyRecord<'_>) -> Result<(), AuditError> {
        self.write("ready", ready, Durability::Fleeting)
    }

    fn write(
        self,
        kind: &'static str,
        body: impl Serialize,
        durability: Durability,
    ) -> Result<(), AuditError> {
        let line = RecordLine {
            kind,
            ts: clock::unix_seconds(),
            body,
        };
        let object = serde_json::to_string(&line).map_err(|error| AuditError(error.into()))?;
        sink::write(&object, durability).map_err(AuditError)
    }
}
