//! A policy under which nothing can be done, and an address that nobody may dial.
//!
//! Takes a policy that loaded, and its source. Gives a warning with the place that is to be looked at first; of an address a
//! sentence that says what to write. Refuses to repeat what another warning has said of an empty file.

use std::net::IpAddr;

use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};

use super::places::{PlaceStep, Places};
use crate::rules::network::{AddressVerdict, Cidr};
use crate::rules::policy::Policy;
use crate::rules::rule::Action;

impl Policy {
    /// Why nothing can be done on any host, where no host has a rule or an entry of `files` that lets something be done.
    pub fn is_for_no_host(&self, source: &Source) -> Option<Diagnostic> {
        let rules = self.rules.all().iter();
        let mut granting = rules.filter(|rule| rule.action != Action::Deny);
        let mut entries = self.files.iter();
        let entry = entries.find(|entry| entry.name.action != Action::Deny);
        let granting = granting.next().map(|rule| rule.span);
        if let Some(span) = granting.or(entry.map(|entry| entry.span)) {
            let message = "nothing may be done on any host: no rule that allows or asks, and no entry of `files`, is for a \
                           host of servers.yml: correct their `aliases` and `tags`, or the hosts' own";
            return Some(Diagnostic::warning(source, span, message));
        }
        let places = Places::of(source);
        let keys = places.keys(&[]);
        // An empty file has a warning of its own.
        let (_, first) = keys.first()?;
        let rules = keys.iter().find(|(key, _)| *key == "rules");
        let message = "nothing may be done on any host: no rule allows or asks for anything, and no entry of `files` \
                       does: write a rule with `action: allow`, as docs/POLICY.md has them";
        let span = rules.map_or(*first, |(_, span)| *span);
        Some(Diagnostic::warning(source, span, message))
    }

    /// Why `network` lets nobody dial an address, and what to write; `None` where it may be dialled.
    pub fn why_not_dialled(&self, address: IpAddr) -> Option<String> {
        match self.network.judge(address) {
            AddressVerdict::Allowed => None,
            AddressVerdict::Blocked(block) => Some(format!(
                "`network` of policy.yml blocks {address} by `{block}`: take that off its list"
            )),
            AddressVerdict::NotListed => Some(format!(
                "`network` of policy.yml lists no block with {address}: add `\"{}\"` to `allow_cidrs`",
                Cidr::address(address)
            )),
        }
    }

    /// Where `network` stands.
    pub fn network_place(&self, source: &Source) -> Span {
        Places::of(source).value(&[PlaceStep::Key("network")])
    }
}
