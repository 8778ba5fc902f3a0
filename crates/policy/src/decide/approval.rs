//! A person's yes, as a value.
//!
//! Takes a decision that asks, and what the person granted. Gives an [`Approval`] of that very line on that very
//! host, which [`HostPolicy::permit_approved`](crate::HostPolicy::permit_approved) takes. Refuses a decision that does
//! not ask: an approval lifts no denial.

use std::rc::Rc;

use super::consent::Grant;
use super::decision::{Decision, Verdict};

/// A person's yes to one line on one host. It is not `Clone`: it makes one permit.
#[derive(Debug)]
pub struct Approval {
    pub(super) alias: Rc<str>,
    pub(super) line: String,
    pub(super) grant: Grant,
}

impl Approval {
    /// The yes to what this decision asks; nothing when it does not ask.
    pub fn of(decision: &Decision, grant: Grant) -> Option<Self> {
        match decision.decision {
            Verdict::Allow | Verdict::Deny => None,
            Verdict::Ask => Some(Self {
                alias: Rc::clone(&decision.alias),
                line: decision.rendered.clone()?,
                grant,
            }),
        }
    }
}
