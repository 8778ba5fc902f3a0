//! Hosts to compare two policies for, where no servers.yml says which there are.
//!
//! Takes two policies. Gives a host that nothing names, and one for each alias and tag that a rule or an override of
//! either speaks of.

use std::collections::HashMap;

use crate::matching::glob::Glob;
use crate::rules::limit_set::LimitSet;
use crate::rules::policy::Policy;
use crate::rules::rule::Rule;

use super::instances::plainest;
use super::track::{NameEnds, Track};

/// Hosts that are made: more kinds of them are not told apart in one report.
const MAX_HOSTS: usize = 200;

/// A host that stands for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleHost {
    /// Which hosts it stands for, for a person.
    pub stands_for: String,
    /// An alias that such a host may have.
    pub alias: String,
    /// Its tags.
    pub tags: Vec<String>,
}

/// Such hosts.
#[derive(Debug)]
pub struct SampleHosts {
    /// The hosts.
    pub hosts: Vec<SampleHost>,
    /// Whether there would be more of them than are made.
    pub cut: bool,
}

impl Policy {
    /// Hosts of each kind that this policy or another one speaks of.
    pub fn sample_hosts(&self, other: &Self) -> SampleHosts {
        let mut made = SampleHosts {
            hosts: Vec::new(),
            cut: false,
        };
        made.add(None, None);
        for policy in [self, other] {
            for rule in policy.rules.all() {
                made.of_rule(rule);
            }
            for alias in sorted(&policy.alias_limits) {
                made.add(Some(&Glob::spelling(&alias)), None);
            }
            for tag in sorted(&policy.tag_limits) {
                made.add(None, Some(&Glob::spelling(&tag)));
            }
        }
        made
    }
}

fn sorted(names: &HashMap<String, LimitSet>) -> Vec<String> {
    let mut names: Vec<String> = names.keys().cloned().collect();
    names.sort();
    names
}

impl SampleHosts {
    fn of_rule(&mut self, rule: &Rule) {
        let every = |globs: &[Glob]| -> Vec<Option<Glob>> {
            match globs.is_empty() {
                true => vec![None],
                false => globs.iter().cloned().map(Some).collect(),
            }
        };
        for alias in every(&rule.aliases) {
            for tag in every(&rule.tags) {
                self.add(alias.as_ref(), tag.as_ref());
            }
        }
    }

    fn add(&mut self, alias: Option<&Glob>, tag: Option<&Glob>) {
        let stands_for = match (alias, tag) {
            (None, None) => "hosts that no rule names".to_owned(),
            (Some(alias), None) => format!("hosts like `{}`", alias.as_str()),
            (None, Some(tag)) => format!("hosts with a tag like `{}`", tag.as_str()),
            (Some(alias), Some(tag)) => {
                format!(
                    "hosts like `{}` with a tag like `{}`",
                    alias.as_str(),
                    tag.as_str()
                )
            }
        };
        if self.hosts.iter().any(|host| host.stands_for == stands_for) {
            return;
        }
        if self.hosts.len() == MAX_HOSTS {
            self.cut = true;
            return;
        }
        let name = |glob: &Glob| plainest(&Track::of_glob(glob, NameEnds::Ignored));
        self.hosts.push(SampleHost {
            stands_for,
            alias: alias.map_or_else(String::new, name),
            tags: tag.map(name).into_iter().collect(),
        });
    }
}
