//! The hosts with equal results.
//!
//! Takes: the results of all hosts in inventory order. Gives: groups of equal ones: first those where it ran, the
//! largest first; of two as large the one whose first host comes first. Each result is in one group. Refuses nothing.
//!
//! What differs by nature makes no two groups: the alias, the run's identifier, how long it took, the address, how the
//! two streams mixed, and how many bytes a secret had before it was redacted.

use std::cmp::Reverse;
use std::collections::HashMap;

use smol::future::yield_now;

use super::super::result::HostResult;
use crate::gate::result::{Ending, Outcome, RunResult};

/// Bytes that are compared before others have their turn: a millisecond.
const MAX_BYTES_AT_ONCE: usize = 1024 * 1024;

/// All that makes two results equal.
#[derive(PartialEq, Eq, Hash)]
enum ResultKey<'r> {
    Finished {
        exit_code: i64,
        exit_signal: Option<&'r str>,
        note: Option<&'r str>,
        cancelled: bool,
        timeout: bool,
        truncated: bool,
        streams: (&'r str, &'r str),
    },
    Denied {
        reason: &'static str,
        why: &'r str,
        hint: &'r str,
        command: Option<&'r str>,
    },
    Failed {
        status: Ending,
        error: &'r str,
        hint: Option<&'r str>,
        stderr: Option<&'r str>,
    },
}

impl<'r> ResultKey<'r> {
    fn of(outcome: &'r Outcome) -> Self {
        match outcome {
            Outcome::Finished(result) => Self::Finished {
                exit_code: result.exit_code,
                exit_signal: result.exit_signal.as_deref(),
                note: result.note.as_deref(),
                cancelled: result.cancelled,
                timeout: result.timeout,
                truncated: result.truncated,
                streams: streams(result),
            },
            Outcome::Denied(refusal) => Self::Denied {
                reason: refusal.denial.reason,
                why: &refusal.denial.why,
                hint: &refusal.denial.hint,
                command: refusal.denial.denied_command.as_deref(),
            },
            Outcome::Failed(failure) => Self::Failed {
                status: failure.status,
                error: &failure.error,
                hint: failure.hint.as_deref(),
                stderr: failure.stderr.as_deref(),
            },
        }
    }
}

/// What came of it on the first host of a group, if it ran there.
pub fn ran<'r>(group: &[&'r HostResult]) -> Option<&'r RunResult> {
    match &group.first()?.outcome {
        Outcome::Finished(result) => Some(result),
        Outcome::Denied(_) | Outcome::Failed(_) => None,
    }
}

/// Standard output and standard error, apart.
pub fn streams(result: &RunResult) -> (&str, &str) {
    let stdout = result.stdout.as_deref().unwrap_or(&result.output);
    (stdout, result.stderr.as_deref().unwrap_or_default())
}

/// The groups. Other tasks have their turn in between.
pub async fn grouped(results: &[HostResult]) -> Vec<Vec<&HostResult>> {
    let mut known: HashMap<ResultKey<'_>, usize> = HashMap::new();
    let mut groups: Vec<Vec<&HostResult>> = Vec::new();
    let mut bytes = 0;
    for result in results {
        let next = groups.len();
        let at = *known.entry(ResultKey::of(&result.outcome)).or_insert(next);
        match groups.get_mut(at) {
            Some(group) => group.push(result),
            None => groups.push(vec![result]),
        }
        bytes += match &result.outcome {
            Outcome::Finished(result) => result.held(),
            Outcome::Denied(_) | Outcome::Failed(_) => 0,
        };
        if bytes > MAX_BYTES_AT_ONCE {
            bytes = 0;
            yield_now().await;
        }
    }
    // A stable order: the first hosts of the groups are in inventory order.
    groups.sort_by_key(|group| (ran(group).is_none(), Reverse(group.len())));
    groups
}
