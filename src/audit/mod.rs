//! What is written down: one JSON object a line, on stderr and nowhere else.
//!
//! Takes records, gives proof that they were written: [`Audit::intent`] keeps the value that
//! it is handed, and gives it back, as [`Recorded`], only once the line is out. No record, no run.
//!
//! Refuses to block for ever: a reader of stderr that has stopped reading is waited for once,
//! briefly; from then on records fail at once until it reads again.

mod record;
mod sink;

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::rc::Rc;

use serde::Serialize;

use crate::clock;

pub use record::{ApprovalEvent, Origin, Outcome, PolicyDecision, Progress, SecurityEvent, Trace};
pub use sink::StderrLogger;

/// The writer of records; cheap to clone.
#[derive(Clone, Debug)]
pub struct Audit {
    sink: Rc<RefCell<sink::Sink>>,
}

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
    /// Records go to the process's stderr.
    pub fn stderr() -> Self {
        Self {
            sink: Rc::new(RefCell::new(sink::Sink::stderr())),
        }
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
        self.write("policy_decision", decision)?;
        Ok(Recorded(surrendered))
    }

    /// Writes a decision that ends here: a denial, or a plan.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn decision(&self, decision: &PolicyDecision<'_>) -> Result<(), AuditFault> {
        self.write("policy_decision", decision)
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
        self.write("approval", event)?;
        Ok(Recorded(surrendered))
    }

    /// Writes how a run ended.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn outcome(&self, outcome: &Outcome<'_>) -> Result<(), AuditFault> {
        self.write("audit", outcome)
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
        self.write("security_event", &stamped)
    }

    /// Writes how far a command is.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn progress(&self, progress: &Progress<'_>) -> Result<(), AuditFault> {
        self.write("progress", progress)
    }

    /// Writes how long an operation took.
    ///
    /// # Errors
    /// When the line could not be written whole.
    pub fn trace(&self, trace: &Trace<'_>) -> Result<(), AuditFault> {
        self.write("trace", trace)
    }

    fn write(&self, kind: &'static str, body: impl Serialize) -> Result<(), AuditFault> {
        let line = Line {
            kind,
            ts: clock::unix_seconds(),
            body,
        };
        let mut text = serde_json::to_string(&line).map_err(|error| AuditFault(error.into()))?;
        text.push('\n');
        self.sink
            .borrow_mut()
            .write_line(text.as_bytes())
            .map_err(AuditFault)
    }
}
