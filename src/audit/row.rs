//! One record of a trail, as its reader finds it.
//!
//! Takes a line's JSON; gives a [`TrailRow`] whose texts are those of the line, so whoever shows them makes them
//! harmless first. Refuses an object that lacks what every record of its type has.

use std::borrow::Cow;

use serde_json::Value;

/// A record and its place.
#[derive(Clone, Copy, Debug)]
pub struct TrailRow<'a> {
    /// The file, as it was called.
    pub file: &'a str,
    /// The line, from 1.
    pub line: u64,
    /// When it was written, in seconds since 1970; finite.
    pub ts: f64,
    /// The process that wrote it.
    pub session: &'a str,
    /// Which of the lines of its process it is, from 0.
    pub seq: u64,
    /// What asked, and under what.
    pub origin: RowOrigin<'a>,
    /// What it tells.
    pub body: RowBody<'a>,
}

/// What asked for a run, and under what configuration, as far as the record says.
#[derive(Clone, Copy, Debug, Default)]
pub struct RowOrigin<'a> {
    /// The run.
    pub task_id: Option<&'a str>,
    /// SHA-256 of the configuration files that decided.
    pub config_sha256: Option<&'a str>,
    /// The client's name, as it gave it.
    pub client: Option<&'a str>,
    /// The request's identifier, as JSON text.
    pub request_id: Option<&'a str>,
    /// The trace that the request belongs to (W3C Trace Context).
    pub traceparent: Option<&'a str>,
}

/// What a record tells, by its `type`.
#[derive(Clone, Copy, Debug)]
pub enum RowBody<'a> {
    /// `policy_decision`.
    Decision(DecisionRow<'a>),
    /// `approval`.
    Approval(ApprovalRow<'a>),
    /// `connection`.
    Connection(ConnectionRow<'a>),
    /// `audit`.
    Outcome(OutcomeRow<'a>),
    /// `security_event`.
    Security(SecurityRow<'a>),
    /// `progress`, `trace`, `ready`, `look`, `tag_run`, or a diagnostic, which has no type.
    Other(&'a str),
}

/// What was to be done with a file.
#[derive(Clone, Copy, Debug)]
pub struct FileRow<'a> {
    /// `read`, `list`, `write` or `edit`.
    pub access: &'a str,
    /// The path that was asked for.
    pub path: &'a str,
}

/// A command was allowed, or denied.
#[derive(Clone, Copy, Debug)]
pub struct DecisionRow<'a> {
    /// The host's alias.
    pub alias: &'a str,
    /// The command's hash.
    pub hash: &'a str,
    /// The line as it is sent, where the policy had it recorded.
    pub command: Option<&'a str>,
    /// The file, where it is about one and no command.
    pub file: Option<FileRow<'a>>,
    /// Whether it may run.
    pub allowed: bool,
    /// Where it was denied.
    pub stage: Option<&'a str>,
    /// Why it was denied.
    pub reason: Option<&'a str>,
    /// The determining rule.
    pub rule: Option<&'a str>,
    /// The user as whom sudo runs the command, where that is not the login.
    pub becomes: Option<&'a str>,
    /// How far a person's approval went: `once` or `session`.
    pub approved: Option<&'a str>,
}

/// A person is asked, or has answered.
#[derive(Clone, Copy, Debug)]
pub struct ApprovalRow<'a> {
    /// `asked`, or what came of it.
    pub event: &'a str,
    /// The command's hash.
    pub hash: &'a str,
    /// Who puts the question: `approver`, `client` or `terminal`.
    pub via: Option<&'a str>,
    /// The approver's user.
    pub uid: Option<u64>,
    /// Whether the approver's socket is forwarded: the user is then the forwarder's.
    pub forwarded: bool,
    aliases: &'a [Value],
    rules: &'a [Value],
}

impl<'a> ApprovalRow<'a> {
    /// The hosts' aliases.
    pub fn aliases(&self) -> impl Iterator<Item = &'a str> {
        self.aliases.iter().filter_map(Value::as_str)
    }

    /// The rules that ask.
    pub fn rules(&self) -> impl Iterator<Item = &'a str> {
        self.rules.iter().filter_map(Value::as_str)
    }
}

/// A connection was made.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionRow<'a> {
    /// The alias of the host, or of the jump host.
    pub alias: &'a str,
    /// The key exchange.
    pub kex: &'a str,
    /// Whether the key exchange withstands a quantum computer.
    pub post_quantum: bool,
}

/// A command that was allowed has ended.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeRow<'a> {
    /// The host's alias.
    pub alias: &'a str,
    /// The command's hash.
    pub hash: &'a str,
    /// The line as it was sent, where the policy had it recorded.
    pub command: Option<&'a str>,
    /// The file, where it is about one and no command.
    pub file: Option<FileRow<'a>>,
    /// The exit status; -1 when there is none.
    pub exit_code: i64,
    /// The signal that ended it, without `SIG`.
    pub exit_signal: Option<&'a str>,
    /// From the request to the end, in milliseconds.
    pub duration_ms: u64,
    /// Bytes of standard output that were kept.
    pub bytes_out: u64,
    /// Bytes of standard error that were kept.
    pub bytes_err: u64,
    /// SHA-256 of all its output, without secrets.
    pub output_sha256: Option<&'a str>,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Whether it ran out of time.
    pub timeout: bool,
    /// Whether it was ended at the output cap.
    pub truncated: bool,
    /// What went wrong, when it never ran.
    pub error: Option<&'a str>,
}

/// Somebody should be woken.
#[derive(Clone, Copy, Debug)]
pub struct SecurityRow<'a> {
    /// Which event.
    pub event_type: &'a str,
    /// Why it is one.
    pub reason: &'a str,
    /// The host's alias, where there is one.
    pub alias: Option<&'a str>,
    /// The command's hash, where there is one.
    pub hash: Option<&'a str>,
    /// The `deny_substrings` entry that was met.
    pub blocked_pattern: Option<&'a str>,
    /// The path that was asked for.
    pub attempted_path: Option<&'a str>,
}

/// Why a line gives no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRow {
    /// Its type is none that this version writes.
    UnknownType,
    /// It is no record.
    NoRecord,
}

impl DecisionRow<'_> {
    /// What was asked for, as far as the record says.
    pub fn told(&self) -> Option<Cow<'_, str>> {
        told(self.command, self.file)
    }
}

impl OutcomeRow<'_> {
    /// What was asked for, as far as the record says.
    pub fn told(&self) -> Option<Cow<'_, str>> {
        told(self.command, self.file)
    }
}

fn told<'a>(command: Option<&'a str>, file: Option<FileRow<'a>>) -> Option<Cow<'a, str>> {
    let file = file.map(|file| Cow::Owned(format!("{} {}", file.access, file.path)));
    command.map(Cow::Borrowed).or(file)
}

impl<'a> TrailRow<'a> {
    /// The record that `value`, the line at this place, is.
    pub(super) fn of(file: &'a str, line: u64, value: &'a Value) -> Result<Self, NoRow> {
        let row = || {
            Some(Self {
                file,
                line,
                ts: value.get("ts").and_then(Value::as_f64).unwrap_or(0.0),
                session: text(value, "session")?,
                seq: value.get("seq")?.as_u64()?,
                origin: RowOrigin {
                    task_id: text(value, "task_id"),
                    config_sha256: text(value, "config_sha256"),
                    client: text(value, "client"),
                    request_id: text(value, "request_id"),
                    traceparent: text(value, "traceparent"),
                },
                body: RowBody::Other(""),
            })
        };
        let row = row().ok_or(NoRow::NoRecord)?;
        let body = match value.get("type").map(Value::as_str) {
            Some(Some("policy_decision")) => decision(value).map(RowBody::Decision),
            Some(Some("approval")) => approval(value).map(RowBody::Approval),
            Some(Some("connection")) => connection(value).map(RowBody::Connection),
            Some(Some("audit")) => outcome(value).map(RowBody::Outcome),
            Some(Some("security_event")) => security(value).map(RowBody::Security),
            Some(Some(other @ ("progress" | "trace" | "ready" | "look" | "tag_run"))) => {
                Some(RowBody::Other(other))
            }
            None => text(value, "level").map(RowBody::Other),
            Some(_) => return Err(NoRow::UnknownType),
        };
        let body = body.ok_or(NoRow::NoRecord)?;
        Ok(Self { body, ..row })
    }
}

fn decision(value: &Value) -> Option<DecisionRow<'_>> {
    Some(DecisionRow {
        alias: text(value, "alias")?,
        hash: text(value, "hash")?,
        command: text(value, "command"),
        file: file(value),
        allowed: value.get("allowed")?.as_bool()?,
        stage: text(value, "stage"),
        reason: text(value, "reason"),
        rule: text(value, "rule"),
        becomes: text(value, "become"),
        approved: text(value, "approved"),
    })
}

fn approval(value: &Value) -> Option<ApprovalRow<'_>> {
    Some(ApprovalRow {
        event: text(value, "event")?,
        hash: text(value, "hash")?,
        via: text(value, "via"),
        uid: value.get("uid").and_then(Value::as_u64),
        forwarded: holds(value, "forwarded"),
        aliases: list(value, "aliases"),
        rules: list(value, "rules"),
    })
}

fn outcome(value: &Value) -> Option<OutcomeRow<'_>> {
    let number = |key| value.get(key).and_then(Value::as_u64).unwrap_or_default();
    Some(OutcomeRow {
        alias: text(value, "alias")?,
        hash: text(value, "hash")?,
        command: text(value, "command"),
        file: file(value),
        exit_code: value.get("exit_code")?.as_i64()?,
        exit_signal: text(value, "exit_signal"),
        duration_ms: number("duration_ms"),
        bytes_out: number("bytes_out"),
        bytes_err: number("bytes_err"),
        output_sha256: text(value, "output_sha256"),
        cancelled: holds(value, "cancelled"),
        timeout: holds(value, "timeout"),
        truncated: holds(value, "truncated"),
        error: text(value, "error"),
    })
}

fn connection(value: &Value) -> Option<ConnectionRow<'_>> {
    Some(ConnectionRow {
        alias: text(value, "alias")?,
        kex: text(value, "kex")?,
        post_quantum: holds(value, "post_quantum"),
    })
}

fn security(value: &Value) -> Option<SecurityRow<'_>> {
    Some(SecurityRow {
        event_type: text(value, "event_type")?,
        reason: text(value, "reason").unwrap_or_default(),
        alias: text(value, "alias"),
        hash: text(value, "hash"),
        blocked_pattern: text(value, "blocked_pattern"),
        attempted_path: text(value, "attempted_path"),
    })
}

fn file(value: &Value) -> Option<FileRow<'_>> {
    Some(FileRow {
        access: text(value, "access")?,
        path: text(value, "path")?,
    })
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

fn holds(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    let list = value.get(key).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}
