//! Hosts to compare two policies for, where no servers.yml says which there are.
//!
//! Takes two policies. Gives a host that nothing names, one for each alias and tag that a rule or an override of either
//! speaks of, and one for each pattern of names that the other one does not cover. Says whether the rules of both are for
//! the same hosts, whatever those are called: only then the hosts stand for all.

use std::collections::HashMap;

use crate::matching::glob::Glob;
use crate::rules::limit_set::LimitSet;
use crate::rules::policy::Policy;
use crate::rules::rule::Rule;
use crate::texts::TextSet;

use super::instances::plainest;
use super::track::{NameEnds, Track};
use super::walk::shortest;

/// Hosts that are made: more kinds of them are not told apart in one report.
const MAX_HOSTS: usize = 200;
/// Steps of the walk to one name.
const STEPS: usize = 20_000;

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
    /// Whether both policies speak of the same hosts: each rule is for the same patterns of names, and the overrides have
    /// the same names. Otherwise there may be hosts that none of these stands for.
    pub stand_for_all: bool,
}

impl Policy {
    /// Hosts of each kind that this policy or another one speaks of.
    pub fn sample_hosts(&self, other: &Self) -> SampleHosts {
        let mut made = SampleHosts {
            hosts: Vec::new(),
            cut: false,
            stand_for_all: names(self) == names(other),
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
        for (own, other) in [(self, other), (other, self)] {
            made.of_one_alone(own, other);
        }
        made
    }
}

/// The patterns of aliases and tags of each rule that has any, and the names of the overrides.
fn names(policy: &Policy) -> (Vec<[Vec<&str>; 2]>, [Vec<String>; 2]) {
    let rules = policy.rules.all().iter();
    let rules = rules.filter(|rule| !rule.aliases.is_empty() || !rule.tags.is_empty());
    let rules = rules.map(|rule| {
        [&rule.aliases, &rule.tags].map(|globs| globs.iter().map(Glob::as_str).collect())
    });
    let overrides = [sorted(&policy.alias_limits), sorted(&policy.tag_limits)];
    (rules.collect(), overrides)
}

fn track(glob: &Glob) -> Track {
    Track::of_glob(glob, NameEnds::Ignored)
}

/// The patterns of names in one policy's rules.
struct OthersNames {
    texts: TextSet,
    tracks: Vec<Track>,
}

impl OthersNames {
    fn of(policy: &Policy, globs: fn(&Rule) -> &Vec<Glob>) -> Self {
        let mut names = Self {
            texts: TextSet::default(),
            tracks: Vec::new(),
        };
        for glob in policy.rules.all().iter().flat_map(globs) {
            let count = names.tracks.len();
            if names.texts.insert(glob.as_str()) == count {
                names.tracks.push(track(glob));
            }
        }
        names
    }

    /// The shortest name that a pattern takes, and that none of these does.
    fn lack(&self, glob: &Glob) -> Option<Glob> {
        if self.texts.place(glob.as_str()).is_some() {
            return None;
        }
        let tracks: Vec<&Track> = self.tracks.iter().collect();
        let mut steps = STEPS;
        let name = shortest(&[&track(glob)], &tracks, 1, &mut steps).pop()?;
        Some(Glob::spelling(&name))
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

    /// Hosts that a rule of one policy is for by a name that no rule of the other one names.
    fn of_one_alone(&mut self, own: &Policy, other: &Policy) {
        let aliases = OthersNames::of(other, |rule| &rule.aliases);
        let tags = OthersNames::of(other, |rule| &rule.tags);
        for rule in own.rules.all() {
            if self.hosts.len() == MAX_HOSTS {
                return;
            }
            for alias in &rule.aliases {
                if let Some(name) = aliases.lack(alias) {
                    self.add_name(Some(&name), rule.tags.first());
                }
            }
            for tag in &rule.tags {
                if let Some(name) = tags.lack(tag) {
                    self.add_name(rule.aliases.first(), Some(&name));
                }
            }
        }
    }

    fn add(&mut self, alias: Option<&Glob>, tag: Option<&Glob>) {
        let host = sample(alias, tag);
        let is_same = |own: &SampleHost| own.stands_for == host.stands_for;
        if !self.hosts.iter().any(is_same) {
            self.push(host);
        }
    }

    /// Adds a host, unless another one has its names.
    fn add_name(&mut self, alias: Option<&Glob>, tag: Option<&Glob>) {
        let host = sample(alias, tag);
        let is_same = |own: &SampleHost| own.alias == host.alias && own.tags == host.tags;
        if !self.hosts.iter().any(is_same) {
            self.push(host);
        }
    }

    fn push(&mut self, host: SampleHost) {
        match self.hosts.len() {
            MAX_HOSTS => self.cut = true,
            _ => self.hosts.push(host),
        }
    }
}

fn sample(alias: Option<&Glob>, tag: Option<&Glob>) -> SampleHost {
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
    let name = |glob: &Glob| plainest(&track(glob));
    SampleHost {
        stands_for,
        alias: alias.map_or_else(String::new, name),
        tags: tag.map(name).into_iter().collect(),
    }
}
