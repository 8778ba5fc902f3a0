//! What a tag run is asked for and what it gives: the hosts' outcomes and how many ended how.
//!
//! Takes: the outcome of each host. Gives: the counts, and JSON. Refuses nothing.

use std::fmt;

use serde::{Serialize, Serializer};

use super::compare::HostComparison;
use super::rollout::{HostVerdict, RolloutRequest, RolloutStop, RolloutTerms};
use crate::gate::approval::{ConsentError, Question};
use crate::gate::result::{DeniedRun, Ending, Outcome, RunRequest, RunResult};
use mcp_ssh_policy::Unapproved;

/// A command for every host with a tag.
#[derive(Clone, Debug)]
pub struct TagRequest {
    /// The tag.
    pub tag: String,
    /// What runs on each host; its alias is filled in.
    pub request: RunRequest,
    /// In which steps.
    pub rollout: RolloutRequest,
    /// How the results are given.
    pub report: TagReport,
}

impl TagRequest {
    /// Whether another request is for one and the same run.
    pub(super) fn is(&self, other: &Self) -> bool {
        let asked = |its: &Self| {
            let request = &its.request;
            (
                request.timeout_seconds,
                request.bound,
                its.rollout,
                its.report,
            )
        };
        let said = |its: &Self| {
            let client = its.request.client.clone();
            (its.tag.clone(), its.request.command.clone(), client)
        };
        asked(self) == asked(other) && said(self) == said(other)
    }
}

/// How the results of a tag run are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagReport {
    /// One for each host.
    EachHost,
    /// Hosts with equal ones together, and where the others differ from them.
    Compared,
}

/// What became of it.
#[derive(Debug, Serialize)]
pub struct FanOut {
    /// The identifier of the whole; each host's run has its own.
    pub task_id: String,
    /// The tag.
    pub tag: String,
    /// The command's hash.
    pub hash: String,
    /// How many hosts ended how.
    pub summary: Summary,
    /// Whether the output of any host was cut; that host's result says so, too.
    pub truncated: bool,
    /// In which steps it went on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout: Option<RolloutTerms>,
    /// The reason why hosts did not begin, in a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<&'static str>,
    /// What of the request was looser than the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// One for each host, in the order of servers.yml.
    pub results: Vec<HostResult>,
    /// The hosts by their results, where that was asked for; `results` is not given then.
    #[serde(skip)]
    pub comparison: Option<HostComparison>,
}

impl FanOut {
    /// Whether it was cancelled before all hosts had begun.
    pub fn is_cancelled(&self) -> bool {
        self.stopped == Some(RolloutStop::Cancelled.reason())
    }
}

/// How many hosts ended how: every host counts in `total` and in one of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All hosts with the tag.
    pub total: usize,
    /// Exit status 0, and nothing ended it early.
    pub succeeded: usize,
    /// Another exit status, a signal, the output limit, or it could not run.
    pub failed: usize,
    /// Not allowed there.
    pub denied: usize,
    /// Ended at `max_seconds`.
    pub timed_out: usize,
    /// Cancelled, once they had begun.
    pub cancelled: usize,
    /// The run ended before they began.
    pub not_started: usize,
}

impl Summary {
    /// Counts how the hosts ended.
    pub fn of(endings: impl ExactSizeIterator<Item = Ending> + Clone) -> Self {
        let count = |ending| endings.clone().filter(|own| *own == ending).count();
        Self {
            total: endings.len(),
            succeeded: count(Ending::Succeeded),
            failed: count(Ending::Failed),
            denied: count(Ending::Denied),
            timed_out: count(Ending::TimedOut),
            cancelled: count(Ending::Cancelled),
            not_started: count(Ending::NotStarted),
        }
    }
}

/// How the command ended on one host.
#[derive(Debug)]
pub struct HostResult {
    /// The host's alias.
    pub alias: String,
    /// What a run of it alone would have given.
    pub outcome: Outcome,
    /// Since its run began, in milliseconds.
    pub duration_ms: u64,
}

impl HostResult {
    /// Whether some of its output was not kept.
    pub(super) fn is_cut(&self) -> bool {
        matches!(&self.outcome, Outcome::Finished(result) if result.truncated)
    }

    /// What it means for the hosts that follow.
    pub(super) fn verdict(&self) -> HostVerdict {
        match self.outcome.ending() {
            Ending::Succeeded => HostVerdict::Well,
            Ending::Failed
            | Ending::Denied
            | Ending::TimedOut
            | Ending::Cancelled
            | Ending::NotStarted => HostVerdict::Failed,
        }
    }
}

#[derive(Serialize)]
struct RanOnHost<'a> {
    status: Ending,
    #[serde(flatten)]
    result: &'a RunResult,
}

#[derive(Serialize)]
struct DeniedOnHost<'a> {
    #[serde(flatten)]
    refusal: &'a DeniedRun,
    denied: bool,
}

impl Serialize for HostResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let status = self.outcome.ending();
        match &self.outcome {
            Outcome::Finished(result) => RanOnHost { status, result }.serialize(serializer),
            Outcome::Failed(failure) => failure.serialize(serializer),
            Outcome::Denied(refusal) => DeniedOnHost {
                refusal,
                denied: true,
            }
            .serialize(serializer),
        }
    }
}

/// Why nothing was run at all.
#[derive(Debug, Serialize)]
pub struct TagRunError {
    /// Failed, or cancelled while it waited for its turn.
    pub status: Ending,
    /// What is wrong.
    pub error: String,
    /// What to do next.
    pub hint: &'static str,
    /// The question that the caller puts to the person before it calls again.
    #[serde(skip)]
    pub question: Option<Box<Question>>,
}

impl fmt::Display for TagRunError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.error)
    }
}

impl std::error::Error for TagRunError {}

impl TagRunError {
    /// Nothing was run, for this reason.
    pub fn new(error: impl Into<String>, hint: &'static str) -> Self {
        Self {
            status: Ending::Failed,
            error: error.into(),
            hint,
            question: None,
        }
    }

    /// It was cancelled before anything ran.
    pub fn cancelled() -> Self {
        Self {
            status: Ending::Cancelled,
            ..Self::new("cancelled before it began", "")
        }
    }
}

impl From<ConsentError> for TagRunError {
    fn from(error: ConsentError) -> Self {
        let unapproved = |why: Unapproved| {
            let (error, hint) = why.in_brief();
            Self::new(error, hint)
        };
        match error {
            ConsentError::Cancelled => Self::cancelled(),
            ConsentError::Unrecorded(fault) => {
                log::error!("nothing was run: {fault}");
                let error = "the audit record could not be written, so nothing was run";
                Self::new(error, "ask the operator to look at the server's stderr")
            }
            ConsentError::Unapproved(why) => unapproved(why),
            ConsentError::HandedOver(question) => Self {
                question: Some(question),
                ..unapproved(Unapproved::Pending)
            },
        }
    }
}
