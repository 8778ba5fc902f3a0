//! What stands around the rules of a policy, written out: `known_hosts_path`, `limits`, `network` and `overrides`.
//!
//! Takes a [`Policy`]; gives YAML that a policy with other rules may begin with, to hold on each host what this one
//! holds there. Leaves out who is asked and what is recorded, since neither changes a verdict; `files`, since rules
//! speak of commands; and a `known_hosts_path` that is relative, since it would lead elsewhere from another directory.

use std::collections::HashMap;

use mcp_ssh_yaml::double_quoted;

use super::deny::DenyEntry;
use super::limit_set::LimitSet;
use super::limits::LIMITS;
use super::network::Cidr;
use super::policy::Policy;
use crate::texts::TextMap;

impl Policy {
    /// What holds for its hosts, whatever the rules: YAML, or an empty text where nothing is written.
    pub fn frame(&self) -> String {
        let known_hosts = self.known_hosts_path().unwrap_or_default();
        let known_hosts = match known_hosts.starts_with('/') {
            true => double_quoted(known_hosts),
            false => String::new(),
        };
        let cidrs = |cidrs: &[Cidr]| list(cidrs.iter().map(ToString::to_string).collect());
        let network = [
            ("allow_cidrs", cidrs(&self.network.allow)),
            ("block_cidrs", cidrs(&self.network.block)),
        ];
        let overrides = [
            ("aliases", by_name(&self.alias_limits)),
            ("tags", by_name(&self.tag_limits)),
        ];
        let entries = [
            ("known_hosts_path", known_hosts),
            ("limits", limits(&self.limits)),
            ("network", map(&network)),
            ("overrides", map(&overrides)),
        ];
        let written = entries.iter().filter(|(_, value)| !value.is_empty());
        written
            .map(|(key, value)| format!("{key}: {value}\n"))
            .collect()
    }
}

/// A mapping on one line, without the keys that have no value; empty where none has.
fn map(entries: &[(&str, String)]) -> String {
    let written = entries.iter().filter(|(_, value)| !value.is_empty());
    let written = written.map(|(key, value)| format!("{key}: {value}"));
    match written.collect::<Vec<_>>().join(", ") {
        text if text.is_empty() => text,
        text => format!("{{{text}}}"),
    }
}

/// A list on one line; empty where it has no items.
fn list(texts: Vec<String>) -> String {
    match texts.is_empty() {
        true => String::new(),
        false => items(texts),
    }
}

fn items(texts: Vec<String>) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| double_quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}

fn limits(set: &LimitSet) -> String {
    let numbers = LIMITS.iter().zip(set.numbers);
    let mut entries: Vec<(&str, String)> = numbers
        .filter_map(|(row, number)| Some((row.key, number?.to_string())))
        .collect();
    if let Some(denied) = &set.deny_substrings {
        // An empty list holds as such: it takes the default entries away.
        let texts = denied.iter().map(DenyEntry::as_str).map(str::to_owned);
        entries.push(("deny_substrings", items(texts.collect())));
    }
    map(&entries)
}

/// The limits of each alias or tag, in the order of the names.
fn by_name(sets: &HashMap<String, LimitSet>) -> String {
    let mut sorted = TextMap::default();
    for (name, set) in sets {
        sorted.insert(&double_quoted(name), limits(set));
    }
    let sorted: Vec<(&str, String)> = sorted
        .iter()
        .map(|(name, set)| (name, set.clone()))
        .collect();
    map(&sorted)
}
