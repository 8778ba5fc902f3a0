//! How `limits` and the overrides of tags and aliases combine.
//!
//! Takes the [`LimitSet`]s that speak of a host; gives its [`Limits`]. For each key the first set with a value wins:
//! the override of the alias, then those of the tags (the strictest of several), then `limits`, then the default.

use std::rc::Rc;

use super::deny::DenyEntry;
use super::limits::{LIMITS, Limits};

/// One `limits:` mapping as it was written; for a key that it leaves out, the next set decides.
#[derive(Clone, Debug, Default)]
pub(crate) struct LimitSet {
    /// The numbers, in the order of [`LIMITS`].
    pub numbers: LimitNumbers,
    pub deny_substrings: Option<Rc<[DenyEntry]>>,
}

/// The sets that may hold for a host. For each key, the first that has a value wins.
pub(crate) struct Layers {
    /// The set of `overrides.aliases`.
    pub of_alias: LimitSet,
    /// The set of `overrides.tags`, the strictest of several.
    pub of_tags: LimitSet,
    /// The set of `limits`.
    pub of_all: LimitSet,
}

impl Layers {
    /// The set that holds for the host.
    pub fn joined(self) -> LimitSet {
        self.of_alias.or(&self.of_tags).or(&self.of_all)
    }
}

impl LimitSet {
    /// Each key, and whether this set has a value for the key.
    pub fn keys(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let numbers = LIMITS.iter().zip(&self.numbers);
        let numbers = numbers.map(|(row, number)| (row.key, number.is_some()));
        numbers.chain([("deny_substrings", self.deny_substrings.is_some())])
    }

    /// This set, with the values of `other` for the keys that this set leaves out.
    pub fn or(self, other: &Self) -> Self {
        Self {
            numbers: pairwise(self.numbers, &other.numbers, Option::or),
            deny_substrings: self
                .deny_substrings
                .or_else(|| other.deny_substrings.clone()),
        }
    }

    /// The stricter value of two sets for each key: the smaller number, the union of the denied entries.
    pub fn strictest(self, other: &Self) -> Self {
        Self {
            numbers: pairwise(self.numbers, &other.numbers, smaller),
            deny_substrings: match (self.deny_substrings, &other.deny_substrings) {
                (Some(mine), Some(theirs)) => {
                    Some(mine.iter().chain(theirs.iter()).cloned().collect())
                }
                (mine, theirs) => mine.or_else(|| theirs.clone()),
            },
        }
    }

    /// The numbers, with the default for each key that the set leaves out.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for (row, number) in LIMITS.iter().zip(self.numbers) {
            if let Some(number) = number {
                (row.set)(&mut limits, number);
            }
        }
        limits
    }
}

type LimitNumbers = [Option<u32>; LIMITS.len()];

fn pairwise(
    mut mine: LimitNumbers,
    theirs: &LimitNumbers,
    join: fn(Option<u32>, Option<u32>) -> Option<u32>,
) -> LimitNumbers {
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        *mine = join(*mine, *theirs);
    }
    mine
}

fn smaller(one: Option<u32>, other: Option<u32>) -> Option<u32> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
