//! `policy.yml` and its parts: rules, entries that deny, limits and networks.
//!
//! `load` takes the file and gives a `policy`; each other file is a part of the policy.

pub mod approvals;
pub mod deny;
pub mod frame;
pub mod limit_set;
pub mod limits;
pub mod load;
pub mod network;
pub mod policy;
pub mod rule;
pub mod rule_set;
