//! What a caller is told: the same values for an MCP client and for the terminal.
//!
//! Field names are the Python reference's. No address of a host that was not reached, no path
//! and no user name is in any of them.

use std::net::IpAddr;
use std::num::NonZeroU32;

use serde::Serialize;

use super::approval::Question;
use super::time::TimeLimit;
use super::view::{Bound, Rest, view};
use crate::audit::TraceContext;
use crate::config::Host;
use crate::ssh::{SshError, SshErrorKind};
use mcp_ssh_policy::{Decision, Denial, FileAccess, Limits, Verdict};

/// A request to judge or run one command on one host.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// The host's alias.
    pub alias: String,
    /// The command as the agent wrote it.
    pub command: String,
    /// Seconds that the command may take, where that is less than the policy allows.
    pub timeout_seconds: Option<NonZeroU32>,
    /// The request's identifier, as JSON text, for the records.
    pub request_id: Option<String>,
    /// The client's name, for the records.
    pub client: Option<String>,
    /// The trace that the request belongs to, for the records.
    pub trace: Option<TraceContext>,
    /// How much of the output the caller is shown, for a tag run of all hosts together; all of it
    /// without a bound.
    pub bound: Option<Bound>,
}

impl RunRequest {
    /// A request from a terminal.
    pub fn new(alias: &str, command: &str) -> Self {
        Self {
            alias: alias.to_owned(),
            command: command.to_owned(),
            timeout_seconds: None,
            request_id: None,
            client: None,
            trace: None,
            bound: None,
        }
    }
}

/// How a request to run ended.
#[derive(Debug)]
pub enum Outcome {
    /// The command ran.
    Finished(RunResult),
    /// The policy said no; nothing was sent.
    Denied(DeniedRun),
    /// It was allowed and could not run.
    Failed(Failure),
}

/// How a request to run ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The command ran to its end, with exit status 0.
    Succeeded,
    /// Another exit status, a signal, the output limit, or it could not run.
    Failed,
    /// The policy said no.
    Denied,
    /// Its time was up.
    TimedOut,
    /// It was cancelled, before it began or while it ran.
    Cancelled,
    /// It did not begin: the tag run ended before its turn.
    NotStarted,
}

impl Outcome {
    /// Whether a person would have had to be asked, and nobody could.
    pub fn lacks_person(&self) -> bool {
        match self {
            Self::Denied(refusal) => refusal.denial.is_unasked(),
            Self::Finished(_) | Self::Failed(_) => false,
        }
    }

    /// The question that the caller puts to the person before it calls again.
    pub fn question(&self) -> Option<&Question> {
        match self {
            Self::Denied(refusal) => refusal.question.as_deref(),
            Self::Finished(_) | Self::Failed(_) => None,
        }
    }

    /// The word for it.
    pub fn ending(&self) -> Ending {
        match self {
            Self::Denied(_) => Ending::Denied,
            Self::Failed(failure) => failure.status,
            Self::Finished(result) if result.cancelled => Ending::Cancelled,
            Self::Finished(result) if result.timeout => Ending::TimedOut,
            // What was ended at a limit of its output may not have done all, whatever it exits with.
            Self::Finished(result) if result.exit_code == 0 && !result.truncated => {
                Ending::Succeeded
            }
            Self::Finished(_) => Ending::Failed,
        }
    }
}

/// A command that ran.
#[derive(Clone, Debug, Serialize)]
pub struct RunResult {
    /// The run's identifier.
    pub task_id: String,
    /// The host's alias.
    pub alias: String,
    /// The command's hash.
    pub hash: String,
    /// The exit status; -1 when there is none.
    pub exit_code: i64,
    /// The signal that ended it, without `SIG`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_signal: Option<String>,
    /// From the request to the end, in milliseconds.
    pub duration_ms: u64,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Whether it ran out of time.
    pub timeout: bool,
    /// Whether it was ended at the output cap.
    pub truncated: bool,
    /// What the numbers do not say of how it ended, and a time limit that was lowered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The address that was dialled.
    pub target_ip: IpAddr,
    /// Both streams as they arrived.
    pub output: String,
    /// Lines of `output` before any were left out.
    pub lines_total: usize,
    /// Lines of `output` that were left out.
    pub lines_left_out: usize,
    /// Bytes of `output` that were left out, the middles of long lines among them.
    #[serde(skip_serializing_if = "is_zero")]
    pub bytes_left_out: usize,
    /// SHA-256 of the whole output, in hexadecimal. A client has it where something of `output` was left out:
    /// else `output` is the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_sha256: Option<String>,
    /// Standard output alone, for a terminal, when there was any standard error.
    #[serde(skip)]
    pub stdout: Option<String>,
    /// Standard error alone, when there was any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stderr: Option<String>,
    /// Bytes of standard output that were kept.
    pub bytes_out: u64,
    /// Bytes of standard error that were kept.
    pub bytes_err: u64,
    /// Seconds that it had.
    #[serde(skip)]
    pub seconds: u32,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl RunResult {
    /// The signal that ended it, where that was not this program's.
    pub fn own_signal(&self) -> Option<&str> {
        let is_ours = self.timeout || self.cancelled || self.truncated;
        self.exit_signal.as_deref().filter(|_| !is_ours)
    }

    /// Bytes of the texts that a client may ask for.
    pub(super) fn held(&self) -> usize {
        self.output.len() + self.stderr.as_ref().map_or(0, String::len)
    }

    /// This result with no more of its texts than `bound` allows for both together. What `stderr`
    /// lacks is in `output`; `rest` says where the reader finds what `output` lacks.
    pub(super) fn shown(&self, bound: Bound, rest: Rest) -> Self {
        let of_stderr = self.stderr.as_ref().map_or(0, String::len);
        let of_stderr = of_stderr.min(bound.max_bytes / 2);
        let part = |max_bytes| Bound { max_bytes, ..bound };
        let output = view(&self.output, part(bound.max_bytes - of_stderr), rest);
        let stderr = self.stderr.as_ref();
        let digest = self.output_sha256.clone();
        Self {
            output_sha256: digest.filter(|_| output.bytes_left_out > 0),
            output: output.text,
            lines_total: output.lines_total,
            lines_left_out: output.lines_left_out,
            bytes_left_out: output.bytes_left_out,
            stdout: None,
            stderr: stderr.map(|text| view(text, part(of_stderr), Rest::Elsewhere).text),
            ..self.clone()
        }
    }
}

/// A command that the policy denied.
#[derive(Debug, Serialize)]
pub struct DeniedRun {
    /// Always `denied`.
    pub status: &'static str,
    /// Where, why, and what to do next.
    #[serde(flatten)]
    pub denial: Denial,
    /// The host's alias.
    pub alias: String,
    /// The command's hash.
    pub hash: String,
    /// The question that the caller puts to the person before it calls again.
    #[serde(skip)]
    pub question: Option<Box<Question>>,
}

/// A command that was allowed, or never judged, and could not run.
#[derive(Debug, Serialize)]
pub struct Failure {
    /// Failed, unless it was cancelled, ran out of time before it began, or was not begun.
    pub status: Ending,
    /// What went wrong.
    pub error: Box<str>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Box<str>>,
    /// What sudo said before the run was ended, without secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stderr: Option<Box<str>>,
    /// The host's alias, as it was asked for; empty where a tag was.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
    /// The command's hash.
    pub hash: String,
    /// The whole story, with addresses and paths: for the operator at a terminal, and for nobody else.
    #[serde(skip)]
    pub story: Option<Box<str>>,
    /// What kind of error of SSH it is, if it is one: for the operator, too.
    #[serde(skip)]
    pub fault: Option<SshErrorKind>,
}

impl Failure {
    /// A failure with its mend.
    pub fn new(request: &RunRequest, error: impl Into<String>, hint: Option<&str>) -> Self {
        Self {
            status: Ending::Failed,
            error: error.into().into(),
            hint: hint.map(Box::from),
            stderr: None,
            alias: request.alias.clone(),
            hash: mcp_ssh_policy::command_hash(&request.command),
            story: None,
            fault: None,
        }
    }

    /// What was cancelled before it began.
    pub fn cancelled(request: &RunRequest) -> Self {
        Self {
            status: Ending::Cancelled,
            ..Self::new(request, "cancelled before it began", None)
        }
    }

    /// What a tag run did not come to.
    pub(super) fn not_started(request: &RunRequest, why: &str, hint: Option<&str>) -> Self {
        Self {
            status: Ending::NotStarted,
            ..Self::new(request, why, hint)
        }
    }

    /// With the word for this error, and its story.
    pub(super) fn ended(mut self, error: &SshError) -> Self {
        self.status = if error.kind() == SshErrorKind::Cancelled {
            Ending::Cancelled
        } else if error.kind() == SshErrorKind::OutOfTime {
            Ending::TimedOut
        } else {
            Ending::Failed
        };
        self.stderr = error.said().map(Box::from);
        self.story = Some(error.detail().into());
        self.fault = Some(error.kind());
        self
    }
}

/// The decision on a request, made without running it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Plan {
    /// The policy judged it.
    Judged(Box<Planned>),
    /// There is no such host.
    UnknownHost(Failure),
}

/// A decision, and the time that the run would have, if the request asks for some.
#[derive(Debug, Serialize)]
pub struct Planned {
    /// Whether a run would need nothing more: no person, and no other command.
    pub allowed: bool,
    /// The command as it was asked for.
    pub command: String,
    /// The decision.
    #[serde(flatten)]
    pub decision: Decision,
    /// Seconds that it would have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
    /// That it asks for more than the policy allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Planned {
    pub(super) fn new(decision: Decision, request: &RunRequest) -> Self {
        let timeout_seconds = request.timeout_seconds;
        let time = TimeLimit::of(decision.limits(), timeout_seconds);
        Self {
            allowed: decision.verdict() == Verdict::Allow,
            command: request.command.clone(),
            decision,
            timeout_seconds: timeout_seconds.map(|_| time.seconds()),
            note: time.lowered(),
        }
    }
}

/// One line of the inventory.
#[derive(Debug, PartialEq, Serialize)]
pub struct HostSummary {
    /// The host's alias.
    pub alias: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// What the operator wrote about it.
    pub description: String,
}

impl HostSummary {
    /// Of a host of the inventory.
    pub(super) fn of(host: &Host) -> Self {
        Self {
            alias: host.alias.to_string(),
            tags: host.tags.iter().map(ToString::to_string).collect(),
            description: host.description.clone(),
        }
    }
}

/// All that a client may know of a host.
#[derive(Debug, Serialize)]
pub struct HostDescription {
    /// The host's alias.
    pub alias: String,
    /// Its name or address, as the operator wrote it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The name of its credentials.
    pub credentials: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// What the operator wrote about it.
    pub description: String,
    /// The limits in force.
    pub policy_limits: Limits,
}

/// What a host can be asked to do, as far as that gives no rule away.
#[derive(Debug)]
pub struct HostCapabilities {
    /// The host's alias.
    pub alias: String,
    /// Whether it has an entry of credentials.yml.
    pub has_credentials: bool,
    /// Whether known_hosts has a key of it, or an authority for it.
    pub host_key_known: bool,
    /// Its tags, and how many hosts have each.
    pub tag_runs: Vec<(String, usize)>,
    /// What some entry of `files` grants there, whichever the files are.
    pub files: Vec<FileAccess>,
    /// The limits in force.
    pub limits: Limits,
}
