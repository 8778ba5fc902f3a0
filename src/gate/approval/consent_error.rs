//! Why a question to a person has no yes.

use std::error::Error;
use std::fmt;

use super::question::Question;
use crate::audit::AuditError;
use mcp_ssh_policy::Unapproved;

/// Why a question has no yes.
#[derive(Debug)]
pub enum ConsentError {
    /// The question could not be put, or the person, a timeout or a changed configuration prevented the yes.
    Unapproved(Unapproved),
    /// The caller puts the question, and calls again.
    HandedOver(Box<Question>),
    /// Whoever wanted it run has cancelled it.
    Cancelled,
    /// The question or the answer could not be written down.
    Unrecorded(AuditError),
}

impl fmt::Display for ConsentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unapproved(why) => formatter.write_str(&why.in_brief().0),
            Self::HandedOver(_) => formatter.write_str(&Unapproved::Pending.in_brief().0),
            Self::Cancelled => formatter.write_str("cancelled while a person was asked"),
            Self::Unrecorded(fault) => fault.fmt(formatter),
        }
    }
}

impl Error for ConsentError {}

impl From<AuditError> for ConsentError {
    fn from(fault: AuditError) -> Self {
        Self::Unrecorded(fault)
    }
}

impl From<Unapproved> for ConsentError {
    fn from(why: Unapproved) -> Self {
        Self::Unapproved(why)
    }
}
