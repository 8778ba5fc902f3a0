//! How `limits`, tag and alias overrides combine.
//!
//! Precedence: the alias's override, then its tags' overrides (the strictest of several), then
//! `limits`, then the default.

use std::rc::Rc;

use super::deny::DenyEntry;
use super::limits::{LIMITS, Limits};

/// One `limits:` mapping as written: what it leaves out, it leaves to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct LimitSet {
    /// In the order of [`LIMITS`].
    pub numbers: LimitNumbers,
    pub deny_substrings: Option<Rc<[DenyEntry]>>,
}

/// The sets that may hold for a host. For each key, the first that has a value wins.
pub(crate) struct Layers {
    /// `overrides.aliases`.
    pub of_alias: LimitSet,
    /// `overrides.tags`, the strictest of several.
    pub of_tags: LimitSet,
    /// `limits`.
    pub of_all: LimitSet,
}

impl Layers {
    /// What holds.
    pub fn joined(self) -> LimitSet {
        self.of_alias.or(&self.of_tags).or(&self.of_all)
    }
}

impl LimitSet {
    /// Each key, and whether this set speaks of it.
    pub fn keys(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let numbers = LIMITS.iter().zip(&self.numbers);
        let numbers = numbers.map(|(row, number)| (row.key, number.is_some()));
        numbers.chain([("deny_substrings", self.deny_substrings.is_some())])
    }

    /// This set, and where it is silent, `other`.
    pub fn or(self, other: &Self) -> Self {
        Self {
            numbers: pairwise(self.numbers, &other.numbers, Option::or),
            deny_substrings: self
                .deny_substrings
                .or_else(|| other.deny_substrings.clone()),
        }
    }

    /// The stricter of two in each place: the smaller number, the union of what is denied.
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

    /// The numbers, with the defaults where nothing was said.
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
