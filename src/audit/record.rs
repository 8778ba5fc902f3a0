//! The fields of each kind of record, named as the Python reference names them.
//!
//! No record carries a command's output. Commands appear as the first 16 hexadecimal digits of
//! their SHA-256, and as the line that is sent only where the policy says `audit: {commands: plain}`.

use std::net::IpAddr;

use serde::Serialize;

use super::trace_context::TraceContext;

/// `policy_decision`: written before anything runs.
#[derive(Debug, Serialize)]
pub struct PolicyDecision<'a> {
    /// The host's alias.
    pub alias: &'a str,
    /// The command's hash.
    pub hash: &'a str,
    /// The line as it is sent, where the policy wants it recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Whether it may run.
    pub allowed: bool,
    /// Where it was denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<&'a str>,
    /// The short name of why it was denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
    /// The determining rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The permitted address that is dialled first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_ip: Option<IpAddr>,
    /// All that may be dialled, in their order, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target_ips: Vec<IpAddr>,
    /// The user as whom sudo runs the command, where that is not the login.
    #[serde(rename = "become", skip_serializing_if = "Option::is_none")]
    pub becomes: Option<&'a str>,
    /// How far a person's approval goes, where a rule asks for one: `once` or `session`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<&'a str>,
    /// What asked, and under what.
    #[serde(flatten)]
    pub origin: &'a Origin,
}

/// `approval`: a person is asked, or has answered.
#[derive(Debug, Serialize)]
pub struct ApprovalEvent<'a> {
    /// `asked`, or what came of it: `approved_once`, `approved_for_session`, `refused`, …
    pub event: &'a str,
    /// The hosts' aliases.
    pub aliases: &'a [String],
    /// The command's hash.
    pub hash: &'a str,
    /// The rules that ask.
    pub rules: &'a [String],
    /// Who puts the question: `approver`, `client` or `terminal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<&'a str>,
    /// The approver's user, as the kernel gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
    /// Whether the approver's socket is forwarded: the user is then the forwarder's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    /// When the question lapses, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<f64>,
    /// What asked, and under what.
    #[serde(flatten)]
    pub origin: &'a Origin,
}

/// `connection`: a connection was made and logged in, with a host or with a jump host on the way.
#[derive(Debug, Serialize)]
pub struct ConnectionRecord<'a> {
    /// The alias of the host, or of the jump host.
    pub alias: &'a str,
    /// Which of the process's connections it is.
    pub connection: u64,
    /// The address that answered.
    pub target_ip: IpAddr,
    /// The name by which the server identifies itself.
    pub server: &'a str,
    /// The key exchange.
    pub kex: &'a str,
    /// The cipher.
    pub cipher: &'a str,
    /// The MAC; `aead` where the cipher needs none.
    pub mac: &'a str,
    /// By which algorithm the host proved its key, or its certificate.
    pub host_key: &'a str,
    /// Whether the key exchange withstands a quantum computer.
    pub post_quantum: bool,
    /// What asked, and under what.
    #[serde(flatten)]
    pub origin: &'a Origin,
}

/// `audit`: how a run ended.
#[derive(Debug, Serialize)]
pub struct OutcomeRecord<'a> {
    /// The host's alias.
    pub alias: &'a str,
    /// The command's hash.
    pub hash: &'a str,
    /// The line as it was sent, where the policy wants it recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The exit status; -1 when there is none.
    pub exit_code: i64,
    /// The signal that ended it, without `SIG`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_signal: Option<&'a str>,
    /// From the request to the end, in milliseconds.
    pub duration_ms: u64,
    /// Bytes of standard output that were kept.
    pub bytes_out: u64,
    /// Bytes of standard error that were kept.
    pub bytes_err: u64,
    /// SHA-256 of all its output, without secrets; nothing where it never ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_sha256: Option<&'a str>,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Whether it ran out of time.
    pub timeout: bool,
    /// Whether it was ended at the output cap.
    pub truncated: bool,
    /// The address that answered; where none did, the one that was dialled first. Nothing where the
    /// host's name has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_ip: Option<IpAddr>,
    /// Over which connection it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<u64>,
    /// Why some of it may still run, when the host did not confirm that all is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<&'a str>,
    /// What went wrong, in full, when it never ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a str>,
    /// What asked, and under what.
    #[serde(flatten)]
    pub origin: &'a Origin,
}

/// What asked for a run, and under what configuration.
#[derive(Clone, Debug, Serialize)]
pub struct Origin {
    /// The run's identifier.
    pub task_id: String,
    /// SHA-256 of the configuration files that decided.
    pub config_sha256: String,
    /// The client's name, as it gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The request's identifier, as JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The trace that the request belongs to.
    #[serde(flatten)]
    pub trace: Option<TraceContext>,
}

/// `tag_run`: a run on every host with a tag has ended.
#[derive(Debug, Serialize)]
pub struct TagRunRecord<'a> {
    /// The tag.
    pub tag: &'a str,
    /// The command's hash.
    pub hash: &'a str,
    /// How many hosts have the tag.
    pub total: usize,
    /// How many of them ended with exit status 0.
    pub succeeded: usize,
    /// How many ended otherwise, or were not reached.
    pub failed: usize,
    /// How many the policy denied.
    pub denied: usize,
    /// How many ran out of time.
    pub timed_out: usize,
    /// How many were cancelled.
    pub cancelled: usize,
    /// How many did not begin.
    pub not_started: usize,
    /// Why they did not begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<&'a str>,
    /// The aliases of the first of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases_not_started: Vec<&'a str>,
    /// What asked, and under what.
    #[serde(flatten)]
    pub origin: &'a Origin,
}

/// `progress`: a command that still runs.
#[derive(Debug, Serialize)]
pub struct ProgressRecord<'a> {
    /// The run's identifier.
    pub task_id: &'a str,
    /// How far it is.
    pub phase: &'a str,
    /// Bytes of output kept so far, both streams together.
    pub bytes_read: u64,
    /// Since its turn came, in milliseconds.
    pub elapsed_ms: u64,
}

/// `ready`: what a server begins with.
#[derive(Debug, Serialize)]
pub struct ReadyRecord<'a> {
    /// How many hosts servers.yml has.
    pub hosts: usize,
    /// How many rules policy.yml has.
    pub rules: usize,
    /// SHA-256 of the configuration files.
    pub config_sha256: &'a str,
}

/// `trace`: how long an operation took.
#[derive(Debug, Serialize)]
pub struct Trace<'a> {
    /// The operation.
    pub op: &'a str,
    /// The run's identifier.
    pub task_id: &'a str,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// `security_event`: what an operator may want to be woken for.
#[derive(Debug, Serialize)]
pub struct SecurityEvent<'a> {
    /// Always `error`.
    pub level: &'static str,
    /// Always `security_audit`.
    pub kind: &'static str,
    /// Which event.
    pub event_type: &'a str,
    /// The host's alias, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<&'a str>,
    /// The command's hash, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<&'a str>,
    /// Why it is one.
    pub reason: &'a str,
    /// The `deny_substrings` entry that was met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_pattern: Option<&'a str>,
    /// The path that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempted_path: Option<&'a str>,
    /// What asked, and under what.
    #[serde(flatten)]
    pub origin: Option<&'a Origin>,
}

impl<'a> SecurityEvent<'a> {
    /// An event with its reason; fill in what is known.
    pub fn new(event_type: &'a str, reason: &'a str) -> Self {
        Self {
            level: "error",
            kind: "security_audit",
            event_type,
            alias: None,
            hash: None,
            reason,
            blocked_pattern: None,
            attempted_path: None,
            origin: None,
        }
    }
}

/// A security event with the wall clock a person reads.
#[derive(Serialize)]
pub(super) struct TimedEvent<'a> {
    pub timestamp: String,
    #[serde(flatten)]
    pub event: &'a SecurityEvent<'a>,
}
