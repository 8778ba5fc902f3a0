//! The groups of a comparison, and the line above them.
//!
//! Takes: the groups, and what is shown of the first of them. Gives: a [`HostComparison`]. Its line claims no more than was
//! compared: of output that was cut, redacted or no text it says so. Refuses nothing.

use super::super::result::HostResult;
use super::comparison::{EqualHosts, GroupOutput, HostComparison, UnlistedGroups, word_of};
use super::group::ran;
use crate::gate::note::NOT_TEXT;
use crate::gate::result::{Ending, Outcome, RunResult};

/// Hosts that the first line names. The groups name all.
const MAX_NAMED: usize = 20;
/// What is said of hosts whose output is not all text: those bytes are not kept.
const IN_TEXT: &str = " in the text of their output (what of it is no text was not compared)";
/// How hosts end on which it has come to no result, and what the first line calls them.
const APART: [(Ending, &str); 5] = [
    (Ending::Denied, "denied"),
    (Ending::Failed, "failed without a result"),
    (Ending::TimedOut, "timed out without a result"),
    (Ending::Cancelled, "cancelled"),
    (Ending::NotStarted, "not started"),
];

impl EqualHosts {
    /// Of these hosts, whose results are equal; nothing where there is none.
    pub(super) fn of(hosts: &[&HostResult], output: GroupOutput) -> Option<Self> {
        let outcome = &hosts.first()?.outcome;
        let group = Self {
            count: hosts.len(),
            hosts: hosts.iter().map(|host| host.alias.clone()).collect(),
            status: outcome.ending(),
            exit_code: None,
            exit_signal: None,
            truncated: false,
            note: None,
            error: None,
            hint: None,
            output,
        };
        Some(match outcome {
            Outcome::Finished(result) => Self {
                exit_code: Some(result.exit_code),
                exit_signal: result.exit_signal.clone(),
                truncated: result.truncated,
                note: result.note.clone(),
                ..group
            },
            Outcome::Denied(refusal) => Self {
                error: Some(refusal.denial.why.clone()),
                hint: Some(refusal.denial.hint.clone()),
                ..group
            },
            Outcome::Failed(failure) => Self {
                error: Some(failure.error.to_string()),
                hint: failure.hint.as_deref().map(str::to_owned),
                ..group
            },
        })
    }
}

impl HostComparison {
    /// Of all groups, the first of which are shown.
    pub(super) fn of(
        all: &[Vec<&HostResult>],
        groups: Vec<EqualHosts>,
        base: Option<usize>,
    ) -> Self {
        let rest = all.get(groups.len()..).unwrap_or_default();
        let hosts = rest.iter().flatten().map(|host| host.alias.clone());
        let unlisted = (!rest.is_empty()).then(|| UnlistedGroups {
            groups: rest.len(),
            hosts: hosts.collect(),
        });
        Self {
            headline: headline(all),
            groups,
            unlisted,
            base,
        }
    }
}

/// The hosts where it ran are compared; the others are counted apart, since nobody knows whether they are equal.
fn headline(groups: &[Vec<&HostResult>]) -> String {
    let ends = groups.iter().take_while(|group| ran(group).is_some());
    let (ended, others) = groups.split_at_checked(ends.count()).unwrap_or_default();
    let mut parts = vec![equality(ended, others.is_empty())];
    for (ending, words) in APART {
        let hosts = others.iter().flatten();
        let hosts: Vec<&str> = hosts
            .filter(|host| host.outcome.ending() == ending)
            .map(|host| host.alias.as_str())
            .collect();
        if !hosts.is_empty() {
            parts.push(format!("{} {words}: {}", hosts.len(), named(&hosts)));
        }
    }
    parts.join("; ")
}

/// How many of the hosts where it ran are equal; whether they are all hosts.
fn equality(groups: &[Vec<&HostResult>], are_all: bool) -> String {
    let total: usize = groups.iter().map(Vec::len).sum();
    let Some((largest, others)) = groups.split_first() else {
        let nothing = if are_all {
            "no host"
        } else {
            "nothing to compare"
        };
        return nothing.to_owned();
    };
    let limits = ran(largest).map(limits).unwrap_or_default();
    match (largest.as_slice(), others) {
        ([_], []) if are_all => "1 host: there is none to compare it with".to_owned(),
        ([host], []) => format!("1 host {}", word_of(host.outcome.ending())),
        (all, []) => {
            let begin = if are_all { "all " } else { "" };
            format!("{begin}{} hosts equal{limits}", all.len())
        }
        ([_], _) => format!("no two of {total} hosts are equal"),
        (equal, others) => {
            let hosts = others.iter().flatten();
            let hosts: Vec<&str> = hosts.map(|host| host.alias.as_str()).collect();
            let verb = if hosts.len() == 1 {
                "differs"
            } else {
                "differ"
            };
            let (equal, differ, named) = (equal.len(), hosts.len(), named(&hosts));
            format!("{equal} hosts equal{limits}; {differ} {verb}: {named}")
        }
    }
}

/// Their names, as far as the line has room for them.
fn named(hosts: &[&str]) -> String {
    let named = hosts.get(..MAX_NAMED).unwrap_or(hosts);
    let more = match hosts.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    named.join(", ") + &more
}

/// What the word "equal" does not say of these hosts.
fn limits(result: &RunResult) -> String {
    let has = |what: &str| {
        let stderr = result.stderr.as_deref().unwrap_or_default();
        result.output.contains(what) || stderr.contains(what)
    };
    let note = result.note.as_deref().unwrap_or_default();
    let is_text = !note.contains(NOT_TEXT) && !has("\u{fffd}");
    let limits = [
        (result.truncated, " as far as their output was kept"),
        (!is_text, IN_TEXT),
        (has("[redacted]"), " but for what is redacted"),
    ];
    let limits = limits.iter().filter(|(is, _)| *is);
    limits.map(|(_, words)| *words).collect()
}
