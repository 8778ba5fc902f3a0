//! Why a question to a person has no yes.

use crate::audit::AuditError;
use mcp_ssh_policy::Unapproved;

/// Why a question has no yes.
pub enum Unmet {
    /// The question could not be put, or the person, a timeout or a changed configuration prevented the yes.
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
