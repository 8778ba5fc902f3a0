//! What one run writes down, and what its caller is told.
//!
//! Takes each step's value; writes its record and gives what the caller may see: the same
//! facts, without addresses that were not reached, paths, user names or secrets.

use std::cell::OnceCell;
use std::net::IpAddr;
use std::rc::Rc;

use crate::audit::{
    Audit, AuditError, Origin, OutcomeRecord, PolicyDecision, ProgressRecord, Recorded,
    SecurityEvent, Trace, sha256,
};
use crate::clock::Stopwatch;
use crate::ssh::{CommandEnd, Exit, SshError, SshErrorKind};
use mcp_ssh_policy::{BecomeUser, Commands, Decision, Grant, Permit, Suspicion, Verdict};

use super::approval::Question;
use super::dial_error::ConnectError;
use super::exec_report::ExecReport;
use super::note::{PASSWORD_EXPIRED, lost, not_text, note, wants_a_new_password};
use super::redact::{EndOfStream, Redactor, without};
use super::result::{DeniedRun, Failure, Outcome, RunRequest, RunResult};
use super::run_error::RunError;
use super::sudo_words::{MAY_BE_REFUSED, refusal};
use super::view;

/// The records of one run.
pub struct Records {
    audit: Audit,
    request: Rc<RunRequest>,
    origin: Origin,
    hash: String,
    commands: Commands,
    /// The line that was sent, where records name it.
    sent: OnceCell<String>,
    started: Stopwatch,
}

impl Records {
    /// Of one call.
    pub fn new(audit: Audit, request: Rc<RunRequest>, origin: Origin, commands: Commands) -> Self {
        Self {
            audit,
            hash: mcp_ssh_policy::command_hash(&request.command),
            request,
            origin,
            commands,
            sent: OnceCell::new(),
            started: Stopwatch::start(),
        }
    }

    /// What asks, and under what.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The run's identifier.
    pub fn task_id(&self) -> &str {
        &self.origin.task_id
    }

    /// Writes that the command still runs.
    pub fn progress(&self, elapsed_ms: u64, bytes_read: u64) {
        report(self.audit.progress(&ProgressRecord {
            task_id: self.task_id(),
            phase: "running",
            bytes_read,
            elapsed_ms,
        }));
    }

    /// Writes what an operator should hear of, if there is anything.
    pub fn suspicion(&self, decision: &Decision) -> Result<(), AuditError> {
        let mut event = match decision.suspicion() {
            None => return Ok(()),
            Some(Suspicion::HostileInput) => {
                SecurityEvent::new("invalid_command", "hostile_characters")
            }
            Some(Suspicion::Bypass { blocked_pattern }) => SecurityEvent {
                blocked_pattern: Some(blocked_pattern),
                ..SecurityEvent::new("command_bypass_attempt", "deny_substring_in_disguise")
            },
        };
        event.alias = Some(decision.alias());
        event.hash = Some(decision.hash());
        event.origin = Some(&self.origin);
        self.audit.security_event(&event)
    }

    /// Writes that the permitted line is about to run, and gives the permit back.
    pub fn intent(
        &self,
        decision: &Decision,
        permit: Permit,
    ) -> Result<Recorded<Permit>, AuditError> {
        let record = PolicyDecision {
            allowed: true,
            approved: permit.approved().map(Grant::as_str),
            ..self.decision_record(decision, permit.addresses())
        };
        if self.commands == Commands::Plain {
            self.sent.get_or_init(|| permit.line().to_owned());
        }
        self.audit.intent(&record, permit)
    }

    /// Writes the decision, and why the name of a host has no address: nothing runs.
    pub fn unresolved(&self, decision: &Decision, error: &SshError) -> Result<(), AuditError> {
        self.audit.decision(&self.decision_record(decision, &[]))?;
        self.not_run(None, error);
        Ok(())
    }

    /// A login that cannot be, and what it says on record.
    pub fn unconnected(&self, error: ConnectError) -> SshError {
        error.recorded(self.audit, &self.request.alias, &self.origin)
    }

    /// Writes how the run ended, and makes the result of it; `first` was to be dialled first.
    pub fn outcome(
        &self,
        first: Option<IpAddr>,
        ran: Result<ExecReport, SshError>,
    ) -> Result<RunResult, SshError> {
        let ran = ran.inspect_err(|error| self.not_run(first, error))?;
        let mut result = self.result(ran.address);
        fill(&mut result, &ran);
        // In the words of the host, which knows the password that it was given.
        let hidden = || ran.secrets.iter().map(Rc::as_ref);
        let error = lost(&ran.output).map(|why| without(hidden(), why));
        let refused = refusal(&ran, &result).map(|words| format!("sudo may have refused: {words}"));
        if let Some(refused) = &refused {
            log::warn!("`{}`: {refused}", result.alias);
            result.note = Some(joined(result.note.take(), MAY_BE_REFUSED));
        }
        let expired = wants_a_new_password(&ran.output).then(|| PASSWORD_EXPIRED.to_owned());
        if let Some(expired) = &expired {
            log::warn!("`{}`: {expired}", result.alias);
        }
        let error = error.or(refused).or(expired);
        // What ran, ran: the caller is told even when this line cannot be written.
        report(self.audit.outcome(&OutcomeRecord {
            alias: &result.alias,
            hash: &result.hash,
            command: self.sent.get().map(|line| without(hidden(), line)),
            exit_code: result.exit_code,
            exit_signal: result.exit_signal.as_deref(),
            duration_ms: result.duration_ms,
            bytes_out: result.bytes_out,
            bytes_err: result.bytes_err,
            output_sha256: result.output_sha256.as_deref(),
            cancelled: result.cancelled,
            timeout: result.timeout,
            truncated: result.truncated,
            target_ip: Some(result.target_ip),
            connection: Some(ran.connection),
            process: ran.output.process.doubt(),
            error: error.as_deref(),
            origin: &self.origin,
        }));
        Ok(result)
    }

    /// Writes that an allowed command was not run, and why.
    fn not_run(&self, first: Option<IpAddr>, error: &SshError) {
        report(self.audit.outcome(&OutcomeRecord {
            alias: &self.request.alias,
            hash: &self.hash,
            command: self.sent.get().map(|line| without([], line)),
            exit_code: -1,
            exit_signal: None,
            duration_ms: self.started.elapsed_ms(),
            bytes_out: 0,
            bytes_err: 0,
            output_sha256: None,
            cancelled: error.kind() == SshErrorKind::Cancelled,
            timeout: false,
            truncated: false,
            target_ip: error.address().or(first),
            connection: None,
            process: None,
            error: Some(error.detail()),
            origin: &self.origin,
        }));
    }

    /// What the caller is told; a denial is written here.
    pub fn told(&self, ended: Result<RunResult, RunError>) -> Outcome {
        let outcome = match ended {
            Ok(result) => Outcome::Finished(result),
            Err(RunError::Denied(decision)) => self.denied(&decision, None),
            Err(RunError::HandedOver(decision, question)) => self.denied(&decision, Some(question)),
            Err(RunError::Failed(error)) => {
                log::warn!("`{}`: {}", self.request.alias, error.detail());
                let headline = match error.jump_host() {
                    Some(alias) => format!("{} (jump host `{alias}`)", error.headline()),
                    None => error.headline().to_owned(),
                };
                let failure = self.failure(&headline, error.hint());
                Outcome::Failed(failure.ended(&error))
            }
            Err(RunError::Unrecorded(fault)) => Outcome::Failed(self.unrecorded(&fault)),
        };
        report(self.audit.trace(&Trace {
            op: "run_done",
            task_id: self.task_id(),
            elapsed_ms: self.started.elapsed_ms(),
        }));
        outcome
    }

    fn denied(&self, decision: &Decision, question: Option<Box<Question>>) -> Outcome {
        let record = self.decision_record(decision, &[]);
        if let Err(fault) = self.audit.decision(&record) {
            return Outcome::Failed(self.unrecorded(&fault));
        }
        match decision.denial() {
            Some(denial) => Outcome::Denied(DeniedRun {
                status: "denied",
                denial: denial.clone(),
                alias: self.request.alias.clone(),
                hash: self.hash.clone(),
                question,
            }),
            None => Outcome::Failed(self.failure("denied without a reason", None)),
        }
    }

    fn failure(&self, error: &str, hint: Option<&str>) -> Failure {
        Failure::new(&self.request, error, hint)
    }

    /// The reason goes to whoever asked, too: stderr may be what is closed.
    fn unrecorded(&self, fault: &AuditError) -> Failure {
        log::error!("nothing was run: {fault}");
        let error = "the audit record could not be written, so nothing was run";
        let hint = format!("ask the operator to mend this: {}", fault.reason());
        self.failure(error, Some(&hint))
    }

    fn decision_record<'d>(
        &'d self,
        decision: &'d Decision,
        addresses: &[IpAddr],
    ) -> PolicyDecision<'d> {
        let denial = decision.denial();
        PolicyDecision {
            alias: decision.alias(),
            hash: decision.hash(),
            command: match self.commands {
                Commands::Plain => decision.rendered().map(|line| without([], line)),
                Commands::Hashed => None,
            },
            allowed: decision.verdict() == Verdict::Allow,
            stage: denial.map(|denial| denial.stage.as_str()),
            reason: denial.map(|denial| denial.reason),
            rule: decision.rule().map(ToString::to_string),
            target_ip: addresses.first().copied(),
            target_ips: match addresses {
                [] | [_] => Vec::new(),
                several => several.to_owned(),
            },
            becomes: decision.becomes().map(BecomeUser::as_str),
            approved: None,
            origin: &self.origin,
        }
    }

    /// The result of a command of which nothing is known yet.
    fn result(&self, target_ip: IpAddr) -> RunResult {
        RunResult {
            task_id: self.origin.task_id.clone(),
            alias: self.request.alias.clone(),
            hash: self.hash.clone(),
            exit_code: -1,
            exit_signal: None,
            duration_ms: self.started.elapsed_ms(),
            cancelled: false,
            timeout: false,
            truncated: false,
            note: None,
            target_ip,
            output: String::new(),
            lines_total: 0,
            lines_left_out: 0,
            bytes_left_out: 0,
            output_sha256: None,
            stdout: None,
            stderr: None,
            bytes_out: 0,
            bytes_err: 0,
            seconds: 0,
        }
    }
}

/// One note behind another.
fn joined(note: Option<String>, more: &str) -> String {
    note.map_or_else(|| more.to_owned(), |note| format!("{note}; {more}"))
}

/// Takes over what a command printed and how it ended.
fn fill(result: &mut RunResult, ran: &ExecReport) {
    let ExecReport {
        output, secrets, ..
    } = ran;
    match &output.exit {
        Some(Exit::Status(status)) => result.exit_code = i64::from(*status),
        Some(Exit::Signal(signal)) => result.exit_signal = Some(signal.clone()),
        None => {}
    }
    result.cancelled = output.ended == CommandEnd::Cancelled;
    result.timeout = output.ended == CommandEnd::TimedOut;
    result.truncated = output.ended == CommandEnd::Truncated;
    let notes = [note(ran), not_text(&output.printed).map(str::to_owned)];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    result.note = ran
        .time
        .told_after((!notes.is_empty()).then(|| notes.join("; ")));
    result.seconds = ran.time.seconds();
    let printed = &output.printed;
    result.bytes_out = printed.bytes_out();
    result.bytes_err = printed.bytes_err();
    let redactor = Redactor::new(secrets.iter().map(Rc::as_ref));
    let shown = redactor.show(printed.chunks(), ending(&output.ended));
    result.output_sha256 = Some(sha256(shown.both.as_bytes()));
    result.lines_total = view::count(&shown.both);
    result.output = shown.both;
    if printed.bytes_err() > 0 {
        result.stdout = Some(shown.out);
        result.stderr = Some(shown.err);
    }
}

/// A command that was stopped may have been about to print the rest of a secret.
fn ending(ended: &CommandEnd) -> EndOfStream {
    match ended {
        CommandEnd::Exited(_) | CommandEnd::Signalled(_) => EndOfStream::Final,
        CommandEnd::TimedOut
        | CommandEnd::Cancelled
        | CommandEnd::Truncated
        | CommandEnd::NoStatus
        | CommandEnd::Lost(_) => EndOfStream::Cut,
    }
}

/// A record that comes after the fact: its loss is told where it can be.
fn report(written: Result<(), AuditError>) {
    if let Err(fault) = written {
        log::error!("{fault}");
    }
}
