//! What may run: pure judgement, no clock, no network, no log.
//!
//! [`Policy::for_host`] narrows the rules to one host once; [`HostPolicy::judge`] decides on a
//! command; [`HostPolicy::permit`] adds the address and gives the [`Permit`] that a run needs,
//! [`HostPolicy::permit_approved`] does so for what a person has said yes to.
//! The strictest rule wins, whatever the order; what no rule allows is denied.

mod decide;
mod explain;
mod lint;
mod matching;
mod rules;
pub mod shell;
mod wrappers;

/// What vouches for a word that a wildcard admits: a part of every [`Explanation`].
pub use mcp_ssh_knowledge::Voucher;

pub use decide::approval::Approval;
pub use decide::consent::{Grant, Unapproved};
pub use decide::decision::{CommandVerdict, Decision, Suspicion, Verdict};
pub use decide::denial::{Denial, Stage};
pub use decide::host_policy::HostPolicy;
pub use decide::judge::command_hash;
pub use decide::permit::{Permit, Termination};
pub use explain::{Address, Considered, Entries, Explanation, FindingKind, Parsed, Remark};
pub use lint::{HostTags, RulePattern};
/// The pattern of a word that matches this text and nothing else.
pub use matching::bracket::escaped;
/// Fuzzing holds the matcher itself against fnmatch's definition; nothing else is built with this.
#[cfg(fuzzing)]
pub use matching::glob::Glob;
pub use rules::limits::Limits;
pub use rules::policy::{Commands, Policy};
pub use rules::rule::{Action, RuleName};

/// The example of the README is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
