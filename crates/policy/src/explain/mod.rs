//! How a decision came about, for a person who asks `plan`: `steps` takes a line and gives the `explanation`.

mod explanation;
mod missing_rules;
mod steps;

pub use explanation::{Address, Considered, Entries, Explanation, FindingKind, Parsed, Remark};
