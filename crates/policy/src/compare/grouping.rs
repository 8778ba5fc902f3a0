//! Two policies over a list of hosts: hosts of which both policies say the same are searched once.
//!
//! Takes the policies and the hosts, each with the tags that it has under either. Gives a [`Comparison`]: the hosts in
//! groups, and what differs for each group.

use crate::decide::host_policy::HostPolicy;
use crate::rules::policy::Policy;
use crate::texts::TextSet;

use super::difference::{ComparedHost, Comparison, HostGroup, Outcomes};
use super::facts::{changed_files, policy_facts};
use super::search::search;

/// Lines that are judged in all, by both policies: a second of work on a small machine.
const MAX_LINES: usize = 4_000;
/// Lines for one kind of host where there are very many kinds.
const LEAST_LINES: usize = 400;

/// After so many lines no further kind of host is searched: its entries are compared, and the report says so.
const MOST_LINES: usize = 5 * MAX_LINES;

impl Policy {
    /// What this policy, the old one, and another one decide differently, on these hosts.
    pub fn compare(&self, new: &Self, hosts: &[ComparedHost<'_>]) -> Comparison {
        let mut keys = TextSet::default();
        // In the order of their first hosts, and so are the groups that they become.
        let mut kinds: Vec<Vec<usize>> = Vec::new();
        for (place, host) in hosts.iter().enumerate() {
            let (before, after) = self.both(new, host);
            let kind = keys.insert(&format!("{} {}", key(&before), key(&after)));
            match kinds.get_mut(kind) {
                Some(places) => places.push(place),
                None => kinds.push(vec![place]),
            }
        }
        let lines = (MAX_LINES / kinds.len().max(1)).max(LEAST_LINES);
        let mut spent = 0;
        let mut groups: Vec<HostGroup> = Vec::new();
        for places in kinds {
            let Some(host) = places.first().and_then(|place| hosts.get(*place)) else {
                continue;
            };
            let (before, after) = self.both(new, host);
            let lines = if spent < MOST_LINES { lines } else { 0 };
            let (outcome, own) = search(&before, &after, lines);
            spent += own;
            add(&mut groups, places, outcome);
        }
        Comparison {
            groups,
            facts: policy_facts(self, new),
            files: changed_files(self, new),
        }
    }

    fn both(&self, new: &Self, host: &ComparedHost<'_>) -> (HostPolicy, HostPolicy) {
        let before = self.for_host(host.alias, host.tags_before);
        (before, new.for_host(host.alias, host.tags_after))
    }
}

/// What a policy says of a host: its rules, its limits and its deny entries.
fn key(host: &HostPolicy) -> String {
    let mut said = format!("{:?} {}", host.limits, host.deny_is_default);
    if !host.deny_is_default {
        for entry in host.deny_substrings.iter() {
            said.push('\n');
            said.push_str(entry.as_str());
        }
    }
    format!("{:?} {said:?}", host.rules.bits())
}

/// Adds hosts with what differs for them to a group of which the same is to be said, or as one of their own.
fn add(groups: &mut Vec<HostGroup>, hosts: Vec<usize>, outcome: Outcomes) {
    match groups.iter_mut().find(|group| group.outcome.says(&outcome)) {
        Some(group) => {
            group.hosts.extend(hosts);
            group.hosts.sort_unstable();
            group.outcome.tried += outcome.tried;
        }
        None => groups.push(HostGroup { hosts, outcome }),
    }
}
