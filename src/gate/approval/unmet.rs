//! Why a question to a person has no yes.

use crate::audit::AuditFault;
use mcp_ssh_policy::Unapproved;

/// Why a question has no yes.
pub enum Unmet {
    /// As the person, the clock or the configuration has it.
    Unapproved(Unapproved),
    /// Whoever wanted it run has cancelled it.
    Cancelled,
    /// The question or the answer could not be written down.
    Unrecorded(AuditFault),
}

impl From<AuditFault> for Unmet {
    fn from(fault: AuditFault) -> Self {
        Self::Unrecorded(fault)
    }
}
