//! `policy.yml` and what it holds: rules, entries that deny, limits and networks.
//!
//! `load` reads the file to a `policy`; the other files are its parts.

pub mod approvals;
pub mod deny;
pub mod limit_set;
pub mod limits;
pub mod load;
pub mod network;
pub mod policy;
pub mod rule;
pub mod rule_set;
