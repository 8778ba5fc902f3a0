//! The groups of a comparison, and the line above them.
//!
//! Takes: the groups, and what is shown of the first of them. Gives: a [`HostComparison`]. Its line claims no more than was
//! compared: of output that was cut, redacted or no text it says so. Refuses nothing.

use super::super::result::HostResult;
use super::comparison::{EqualHosts, GroupOutput, HostComparison, UnlistedGroups};
use crate::gate::result::Outcome;

/// Hosts that the first line names. The groups name all.
const MAX_NAMED: usize = 20;

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

fn headline(groups: &[Vec<&HostResult>]) -> String {
    let total: usize = groups.iter().map(Vec::len).sum();
    let Some((largest, others)) = groups.split_first() else {
        return "no host".to_owned();
    };
    let limits = largest
        .first()
        .map(|first| limits(first))
        .unwrap_or_default();
    match (largest.len(), others) {
        (1, []) => "1 host: there is none to compare it with".to_owned(),
        (all, []) => format!("all {all} hosts equal{limits}"),
        (1, _) => format!("no two of {total} hosts are equal"),
        (equal, others) => {
            let names: Vec<&str> = others
                .iter()
                .flatten()
                .map(|host| host.alias.as_str())
                .collect();
            let differ = names.len();
            let verb = if differ == 1 { "differs" } else { "differ" };
            let named = names.get(..MAX_NAMED).unwrap_or(&names);
            let more = match differ - named.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let named = named.join(", ");
            format!("{equal} hosts equal{limits}; {differ} {verb}: {named}{more}")
        }
    }
}

/// What the word "equal" does not say of these hosts.
fn limits(host: &HostResult) -> String {
    match &host.outcome {
        Outcome::Finished(result) => {
            let has = |what: &str| {
                let stderr = result.stderr.as_deref().unwrap_or_default();
                result.output.contains(what) || stderr.contains(what)
            };
            let limits = [
                (result.truncated, " as far as their output was kept"),
                (has("\u{fffd}"), " as far as their output is text"),
                (has("[redacted]"), " but for what is redacted"),
            ];
            let limits = limits.iter().filter(|(is, _)| *is);
            limits.map(|(_, words)| *words).collect()
        }
        Outcome::Denied(_) => " (denied)".to_owned(),
        Outcome::Failed(_) => " (without output)".to_owned(),
    }
}
