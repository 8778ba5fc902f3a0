//! The errors of a run. Takes the denial or failure of a step; gives one type for each way in which a call ends without
//! a result.

use std::error::Error;
use std::fmt;

use super::approval::{ConsentError, Question};
use crate::audit::AuditError;
use crate::ssh::{SshError, SshErrorKind};
use mcp_ssh_policy::{Decision, Unapproved};

/// Why a call has no result.
#[derive(Debug)]
pub enum RunError {
    /// The policy has denied the command.
    Denied(Box<Decision>),
    /// The caller puts this question to the person first, and calls again.
    HandedOver(Box<Decision>, Box<Question>),
    /// The command was allowed and could not be run.
    Failed(SshError),
    /// The command was allowed and could not be recorded, so it was not run.
    Unrecorded(AuditError),
}

impl RunError {
    /// The error for a question to a person that got no yes.
    pub fn unapproved(error: ConsentError, decision: &Decision) -> Self {
        let denied = |why| Box::new(decision.clone().unapproved(why));
        match error {
            ConsentError::Unapproved(why) => Self::Denied(denied(why)),
            ConsentError::HandedOver(question) => {
                Self::HandedOver(denied(Unapproved::Pending), question)
            }
            ConsentError::Unrecorded(fault) => Self::Unrecorded(fault),
            ConsentError::Cancelled => {
                let detail = "cancelled while a person was asked";
                Self::Failed(SshError::new(SshErrorKind::Cancelled, detail))
            }
        }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(decision) | Self::HandedOver(decision, _) => match decision.denial() {
                Some(denial) => formatter.write_str(&denial.why),
                None => formatter.write_str("denied without a reason"),
            },
            Self::Failed(error) => formatter.write_str(error.detail()),
            Self::Unrecorded(fault) => fault.fmt(formatter),
        }
    }
}

impl Error for RunError {}

impl From<Box<Decision>> for RunError {
    fn from(decision: Box<Decision>) -> Self {
        Self::Denied(decision)
    }
}

impl From<SshError> for RunError {
    fn from(error: SshError) -> Self {
        Self::Failed(error)
    }
}

impl From<AuditError> for RunError {
    fn from(fault: AuditError) -> Self {
        Self::Unrecorded(fault)
    }
}
