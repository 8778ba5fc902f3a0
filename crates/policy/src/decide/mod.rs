//! From a host's policy and an agent's string to a decision, and from a decision to a permit.
//!
//! Read `judge`, then `admission` (does one rule allow one command?), `becoming` (as whom?) and `permit`. For files:
//! `file_policy`, `look_permit`, then `file_permit`.

pub mod admission;
pub mod approval;
pub mod becoming;
pub mod consent;
pub mod decision;
pub mod denial;
pub mod file_decision;
pub mod file_permit;
pub mod file_policy;
pub mod host_policy;
pub mod judge;
pub mod look_permit;
pub mod meant_user;
pub mod permit;
pub mod rule_line;
pub mod sudo_line;
pub mod unmatched;
pub mod unseen;
