//! Files of a host, as far as the gate is asked about them.
//!
//! `plan` says what the policy says of a path, and touches no host.

mod plan;

pub use plan::{FilePlan, FileRequest, PlannedFile, UnplannedFile};
