//! How `limits`, tag and alias overrides combine.
//!
//! Precedence: the alias's override, then its tags' overrides (the strictest of several), then
//! `limits`, then the default.

use std::rc::Rc;

use super::deny::DenyEntry;
use super::limits::Limits;

/// One `limits:` mapping as written: what it leaves out, it leaves to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct LimitSet {
    pub max_seconds: Option<u32>,
    pub max_output_bytes: Option<u64>,
    pub task_result_ttl: Option<u32>,
    pub task_progress_interval: Option<u32>,
    pub max_parallel: Option<u32>,
    pub max_hosts: Option<u32>,
    pub deny_substrings: Option<Rc<[DenyEntry]>>,
}

/// The sets that may speak of one host, the first that does deciding.
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
    pub fn keys(&self) -> [(&'static str, bool); 7] {
        [
            ("max_seconds", self.max_seconds.is_some()),
            ("max_output_bytes", self.max_output_bytes.is_some()),
            ("task_result_ttl", self.task_result_ttl.is_some()),
            (
                "task_progress_interval",
                self.task_progress_interval.is_some(),
            ),
            ("max_parallel", self.max_parallel.is_some()),
            ("max_hosts", self.max_hosts.is_some()),
            ("deny_substrings", self.deny_substrings.is_some()),
        ]
    }

    /// This set, and where it is silent, `other`.
    pub fn or(self, other: &Self) -> Self {
        Self {
            max_seconds: self.max_seconds.or(other.max_seconds),
            max_output_bytes: self.max_output_bytes.or(other.max_output_bytes),
            task_result_ttl: self.task_result_ttl.or(other.task_result_ttl),
            task_progress_interval: self.task_progress_interval.or(other.task_progress_interval),
            max_parallel: self.max_parallel.or(other.max_parallel),
            max_hosts: self.max_hosts.or(other.max_hosts),
            deny_substrings: self
                .deny_substrings
                .or_else(|| other.deny_substrings.clone()),
        }
    }

    /// The stricter of two in each place: the smaller number, the union of what is denied.
    pub fn strictest(self, other: &Self) -> Self {
        Self {
            max_seconds: smaller(self.max_seconds, other.max_seconds),
            max_output_bytes: smaller(self.max_output_bytes, other.max_output_bytes),
            task_result_ttl: smaller(self.task_result_ttl, other.task_result_ttl),
            task_progress_interval: smaller(
                self.task_progress_interval,
                other.task_progress_interval,
            ),
            max_parallel: smaller(self.max_parallel, other.max_parallel),
            max_hosts: smaller(self.max_hosts, other.max_hosts),
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
        let default = Limits::default();
        Limits {
            max_seconds: self.max_seconds.unwrap_or(default.max_seconds),
            max_output_bytes: self.max_output_bytes.unwrap_or(default.max_output_bytes),
            task_result_ttl: self.task_result_ttl.unwrap_or(default.task_result_ttl),
            task_progress_interval: self
                .task_progress_interval
                .unwrap_or(default.task_progress_interval),
            max_parallel: self.max_parallel.unwrap_or(default.max_parallel),
            max_hosts: self.max_hosts.or(default.max_hosts),
        }
    }
}

fn smaller<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
