//! How a decision came about, for a person who asks `plan`: `steps` takes a line and gives the `explanation`, `file_steps`
//! takes a path and gives the `file_explanation`.

mod explanation;
mod file_explanation;
mod file_steps;
mod missing_rules;
mod steps;

pub use explanation::{Address, Considered, Entries, Explanation, FindingKind, Parsed, Remark};
pub use file_explanation::{FileExplanation, FileFindingKind, FileRemark, ProtectedPart};
