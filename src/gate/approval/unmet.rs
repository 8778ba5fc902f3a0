//! Why a question to a person has no yes.

use crate::audit::AuditError;
use mcp_ssh_policy::Unapproved;

/// Why a question has no yes.
pub enum Unmet {
    /// As the person, the clock or the configuration has it.
    Unapproved(Unapproved),
    /// Whoever wanted it run has cancelled it.
    Cancelled,
    /// The question or the answer could not be written down.
    Unrecorded(AuditError),
}

impl From<AuditError> for Unmet {
    fn from(fault: AuditError) -> Self {
        Self::Unrecorded(fault)
    }
}
