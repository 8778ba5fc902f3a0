//! One policy on every host: a host's share of it is made once, and kept.

use std::cell::RefCell;

use mcp_ssh_policy::{Decision, HostPolicy, Policy, TextMap, Verdict};

use crate::court::Court;

/// A policy that judges for the hosts of a court.
pub(crate) struct Bench<'a> {
    court: &'a Court<'a>,
    policy: Policy,
    made: RefCell<TextMap<Option<HostPolicy>>>,
}

impl<'a> Bench<'a> {
    pub fn new(court: &'a Court<'a>, policy: Policy) -> Self {
        Self {
            court,
            policy,
            made: RefCell::default(),
        }
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The decision; nothing for a host that is not there.
    pub fn judge(&self, alias: &str, text: &str) -> Option<Decision> {
        let mut made = self.made.borrow_mut();
        if made.get(alias).is_none() {
            made.insert(alias, self.court.under(&self.policy, alias));
        }
        let host = made.get(alias)?.as_ref()?;
        Some(host.judge(text))
    }

    /// What is decided; deny for a host that is not there.
    pub fn verdict(&self, alias: &str, text: &str) -> Verdict {
        let decision = self.judge(alias, text);
        decision.map_or(Verdict::Deny, |decision| decision.verdict())
    }
}
