//! Which command may run on which host: pure judgement, no clock, no network, no log.
//!
//! [`Policy::for_host`] narrows the rules to one host once. [`HostPolicy::judge`] decides on a line.
//! [`HostPolicy::permit`] judges the addresses, too, and gives the [`Permit`] that a run needs;
//! [`HostPolicy::permit_approved`] does so for a line to which a person has said yes.
//! [`Policy::files_for_host`] does for files what `for_host` does for commands.
//! The strictest rule wins, whatever the order of the rules. A command that no rule allows is denied.

mod compare;
mod decide;
mod explain;
mod lint;
mod matching;
mod rules;
pub mod shell;
mod texts;
mod wrappers;

/// Who vouches for a word that a wildcard admits: a part of every [`Explanation`].
pub use mcp_ssh_knowledge::Voucher;

pub use compare::{
    ChangedFact, ChangedFiles, ComparedHost, Comparison, Difference, HostGroup, Judged, Outcomes,
    SampleHost, SampleHosts, Searched,
};
pub use decide::approval::Approval;
pub use decide::consent::{Grant, Unapproved};
pub use decide::decision::{CommandVerdict, Decision, Suspicion, Verdict};
pub use decide::denial::{Denial, Stage};
pub use decide::file_decision::{FileAccess, FileDecision};
pub use decide::file_permit::{FileApproval, FilePermit};
pub use decide::file_policy::FilePolicy;
pub use decide::host_policy::HostPolicy;
pub use decide::judge::command_hash;
pub use decide::look_permit::LookPermit;
pub use decide::permit::{Permit, Termination};
pub use decide::sudo_line::{SudoLine, SudoPrompt};
pub use explain::{Address, Considered, Entries, Explanation, FindingKind, Parsed, Remark};
pub use explain::{FileExplanation, FileFindingKind, FileRemark, ProtectedPart};
pub use lint::{
    Coverage, CoverageCount, HostTags, RulePattern, TestedAct, Unexercised, UnexercisedOf,
};
/// The pattern of a word that matches this text and nothing else.
pub use matching::bracket::escaped;
/// The fuzz targets hold the matcher itself against fnmatch's definition; no other build exports it.
#[cfg(fuzzing)]
pub use matching::glob::Glob;
pub use rules::approvals::{ApprovalRoad, ApprovalSettings};
pub use rules::become_user::BecomeUser;
pub use rules::file_entry::FileEntryName;
pub use rules::limits::Limits;
pub use rules::policy::{Commands, Policy};
pub use rules::rule::{Action, RuleName};
pub use texts::{TextMap, TextSet, sort};

/// Lets the doc tests compile and run the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
