//! A person's yes, as a value.
//!
//! Takes a decision that asks, and what the person granted. Gives an [`Approval`] of the decision's line on the
//! decision's host; [`HostPolicy::permit_approved`](crate::HostPolicy::permit_approved) takes the approval. Refuses a
//! decision that does not ask: an approval lifts no denial.

use std::rc::Rc;

use super::consent::Grant;
use super::decision::{Decision, Verdict};
use super::sudo_line::SudoLine;

/// A person's yes to one line on one host. The type is not `Clone`, so that one yes makes one permit.
#[derive(Debug)]
pub struct Approval {
    pub(super) alias: Rc<str>,
    pub(super) line: String,
    /// As whom the line runs.
    pub(super) becomes: Option<SudoLine>,
    pub(super) grant: Grant,
}

impl Approval {
    /// The yes to what a decision asks; `None` when the decision does not ask.
    pub fn of(decision: &Decision, grant: Grant) -> Option<Self> {
        match decision.decision {
            Verdict::Allow | Verdict::Deny => None,
            Verdict::Ask => Some(Self {
                alias: Rc::clone(&decision.alias),
                line: decision.rendered.clone()?,
                becomes: decision.becomes.clone(),
                grant,
            }),
        }
    }
}
