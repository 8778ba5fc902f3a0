//! Which hosts of a tag run are equal, and where the others differ from them.
//!
//! Takes: the results of all hosts, and how much may be shown. Gives: the hosts in groups of equal results, the largest
//! first, the output of the largest once, and of each other group the difference from it. Refuses nothing: what is too
//! much is left out, and that is told.
//!
//! ```text
//! group       results -> hosts with equal ones
//! stream      two outputs -> their difference, with a bound on bytes and on work
//! comparison  what comes of it
//! listed      groups -> comparison, with the line above them
//! told        comparison -> text
//! fan_out     a run with its comparison -> JSON, text
//! ```
//!
//! Compared is what the caller of a single run would be shown: secrets are redacted in it, and control characters are
//! left out. Standard output and standard error are compared apart, since how they mix is chance.

mod comparison;
mod fan_out;
mod group;
mod listed;
mod stream;
#[cfg(test)]
mod tests;
mod told;

use smol::future::yield_now;

use group::{grouped, ran, streams};
use stream::{StreamDiff, StreamLines};

use super::result::HostResult;
use crate::gate::diff::DiffWork;
use crate::gate::result::{Outcome, RunResult};
use crate::gate::view::{Bound, Rest, view};

use comparison::{EqualHosts, GroupOutput};

pub use comparison::HostComparison;
pub use fan_out::ComparedFanOut;

#[cfg(fuzzing)]
pub use stream::output_difference;

/// Groups that an assistant is shown: more say only that the hosts are all different.
const MAX_GROUPS: usize = 20;
/// Groups that a person is shown, who can search in them.
const MAX_GROUPS_OF_TERMINAL: usize = 100;
/// Bytes of all differences together on a terminal: an assistant's bound does not hold there.
const MAX_DIFF_BYTES_OF_TERMINAL: usize = 1024 * 1024;
/// Lines of one search: some five milliseconds in which nothing else has its turn.
const MAX_SEARCHED: usize = 1_000;
/// Searches of that size in one comparison.
const MAX_SEARCHES: u64 = 16;

/// How much of a comparison is shown.
#[derive(Clone, Copy, Debug)]
pub struct ComparisonBound {
    /// Of the output of the largest group; all of it without a bound.
    output: Option<Bound>,
    /// Bytes of all differences together.
    diff_bytes: usize,
    /// Groups.
    groups: usize,
}

impl ComparisonBound {
    /// Where a result may have this much text; for a terminal without.
    pub fn of(bound: Option<Bound>) -> Self {
        match bound {
            Some(bound) => Self {
                output: Some(bound),
                diff_bytes: bound.max_bytes / 2,
                groups: MAX_GROUPS,
            },
            None => Self {
                output: None,
                diff_bytes: MAX_DIFF_BYTES_OF_TERMINAL,
                groups: MAX_GROUPS_OF_TERMINAL,
            },
        }
    }
}

/// Compares the results. `keep` keeps the whole output of a run under its identifier where not all of it is shown, and
/// says whether there was room.
pub async fn compare(
    results: &[HostResult],
    bound: ComparisonBound,
    keep: &dyn Fn(&RunResult) -> bool,
) -> HostComparison {
    let groups = grouped(results).await;
    let base = groups.iter().position(|group| ran(group).is_some());
    let base_result = base.and_then(|base| ran(groups.get(base)?));
    let base_lines = base_result.map(|result| {
        let (stdout, stderr) = streams(result);
        (StreamLines::of(stdout), StreamLines::of(stderr))
    });
    let mut work = DiffWork::new(MAX_SEARCHED, MAX_SEARCHES);
    let (mut left, mut others) = (bound.diff_bytes, groups.len().min(bound.groups));
    let mut shown = Vec::new();
    for (place, group) in groups.iter().enumerate().take(bound.groups) {
        let output = match (ran(group), &base_lines) {
            (Some(result), _) if base == Some(place) => base_output(result, bound, others, keep),
            (Some(result), Some(lines)) => {
                let room = left / others.max(1);
                let output = differing(result, lines, room, &mut work, keep);
                left -= output.bytes().min(left);
                output
            }
            (Some(_) | None, _) => unrun(group),
        };
        others -= 1;
        shown.extend(EqualHosts::of(group, output));
        yield_now().await;
    }
    HostComparison::of(&groups, shown, base)
}

/// What there is to see of hosts on which it did not run.
fn unrun(group: &[&HostResult]) -> GroupOutput {
    let stderr = match group.first().map(|first| &first.outcome) {
        Some(Outcome::Failed(failure)) => failure.stderr.clone(),
        Some(Outcome::Denied(_) | Outcome::Finished(_)) | None => None,
    };
    GroupOutput::Unrun {
        stderr: stderr.unwrap_or_default(),
    }
}

/// The output with which the others are compared. Where there are others half of the room is theirs.
fn base_output(
    result: &RunResult,
    bound: ComparisonBound,
    groups: usize,
    keep: &dyn Fn(&RunResult) -> bool,
) -> GroupOutput {
    let (stdout, stderr) = streams(result);
    let whole = |text: &str| text.to_owned();
    let Some(bound) = bound.output else {
        return GroupOutput::Whole {
            stdout: whole(stdout),
            stderr: whole(stderr),
            task_id: None,
        };
    };
    let room = if groups > 1 {
        bound.max_bytes / 2
    } else {
        bound.max_bytes
    };
    let of_stderr = stderr.len().min(room / 2);
    let part = |text: &str, max_bytes, rest| view(text, Bound { max_bytes, ..bound }, rest);
    // The lines of the kept output are those of both streams.
    let rest = if stderr.is_empty() {
        Rest::Kept
    } else {
        Rest::Elsewhere
    };
    let mut out = part(stdout, room - of_stderr, rest);
    let err = part(stderr, of_stderr, Rest::Elsewhere);
    let is_cut = out.bytes_left_out + err.bytes_left_out > 0;
    let is_kept = is_cut && keep(result);
    if is_cut && !is_kept {
        out = part(stdout, room - of_stderr, Rest::Gone);
    }
    GroupOutput::Whole {
        stdout: out.text,
        stderr: err.text,
        task_id: is_kept.then(|| result.task_id.clone()),
    }
}

/// The difference from the output of the largest group.
fn differing(
    result: &RunResult,
    (base_stdout, base_stderr): &(StreamLines<'_>, StreamLines<'_>),
    room: usize,
    work: &mut DiffWork,
    keep: &dyn Fn(&RunResult) -> bool,
) -> GroupOutput {
    let (stdout, stderr) = streams(result);
    let (stdout, stderr) = (StreamLines::of(stdout), StreamLines::of(stderr));
    let both = !base_stdout.is(&stdout) && !base_stderr.is(&stderr);
    let room = if both { room / 2 } else { room };
    let stdout = StreamDiff::between(base_stdout, &stdout, room, work);
    let stderr = StreamDiff::between(base_stderr, &stderr, room, work);
    let is_kept = !(stdout.is_whole && stderr.is_whole) && keep(result);
    GroupOutput::Differing {
        stdout: stdout.text,
        stderr: stderr.text,
        task_id: is_kept.then(|| result.task_id.clone()),
    }
}
