//! What the policy says of one host: its rules, entries, limits and network, and which of them speak of a command.
//!
//! [`Policy::for_host`] takes a host and gives the [`HostPolicy`]. `judge` then decides on a line, `permit` on the
//! addresses of the host.

use std::net::IpAddr;
use std::rc::Rc;

use super::admission;
use crate::rules::deny::{self, DenyEntry, Hit, Spellings};
use crate::rules::limits::Limits;
use crate::rules::network::{AddressVerdict, Network};
use crate::rules::policy::Policy;
use crate::rules::rule::{Action, Rule};
use crate::rules::rule_set::HostRules;
use crate::wrappers::subject::Subject;

/// What the policy says of one host.
#[derive(Debug)]
pub struct HostPolicy {
    pub(crate) alias: Rc<str>,
    pub(crate) rules: HostRules,
    pub(crate) deny_substrings: Rc<[DenyEntry]>,
    /// Whether the deny entries are the default ones: the policy names none.
    pub(crate) deny_is_default: bool,
    pub(crate) limits: Limits,
    pub(crate) network: Rc<Network>,
}

impl Policy {
    /// The rules and limits that hold for one host.
    pub fn for_host(&self, alias: &str, tags: &[impl AsRef<str>]) -> HostPolicy {
        let set = self.layers(alias, tags).joined();
        HostPolicy {
            alias: alias.into(),
            rules: self.rules.for_host(alias, tags),
            limits: set.limits(),
            deny_is_default: set.deny_substrings.is_none(),
            deny_substrings: set.deny_substrings.unwrap_or_else(|| {
                Rc::clone(self.default_entries.get_or_init(deny::default_entries))
            }),
            network: Rc::clone(&self.network),
        }
    }
}

impl HostPolicy {
    /// The limits in force.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether an address of this host, or of a jump host on the way to it, may be dialled.
    pub fn permits_address(&self, address: IpAddr) -> bool {
        self.network.judge(address) == AddressVerdict::Allowed
    }

    /// The rules that could allow a command: first the ask rules, then the allow rules.
    pub(crate) fn granting(&self, subject: &Subject) -> impl Iterator<Item = &Rule> {
        self.rules.granting(subject.found_by())
    }

    /// The deny rules that could meet one of `texts`.
    pub(crate) fn denying(&self, texts: &[String]) -> impl Iterator<Item = &Rule> {
        self.rules.about(Action::Deny, texts)
    }

    /// The first entry of `deny_substrings` that meets a line, and how.
    pub(crate) fn denied_substring(&self, line: &Spellings<'_>) -> Option<(&DenyEntry, Hit)> {
        self.deny_substrings
            .iter()
            .find_map(|entry| entry.meets(line).map(|hit| (entry, hit)))
    }

    /// Whether a rule spells all words of a command.
    pub(crate) fn spells_out(&self, subject: &Subject) -> bool {
        self.granting(subject)
            .any(|rule| admission::spells_out(rule, subject))
    }
}
