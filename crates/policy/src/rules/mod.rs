//! `policy.yml` and its parts: rules, entries that deny, entries for files, limits and networks.
//!
//! `load` takes the file and gives a `policy`; each other file is a part of the policy.

pub mod approvals;
pub mod become_key;
pub mod become_user;
pub mod deny;
pub mod file_entries;
pub mod file_entry;
pub mod frame;
pub mod limit_set;
pub mod limits;
pub mod load;
pub mod network;
pub mod policy;
pub mod protected_path;
pub mod protection;
pub mod rule;
pub mod rule_set;
pub mod shared_keys;
pub mod write_protection;
