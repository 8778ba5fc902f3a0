//! What one request about a file writes down, and what its caller is told.
//!
//! ```text
//! look               the host is about to be asked where the path leads
//! policy_decision    what the policy says of the path at which the look arrives; before the file is opened
//! audit              how it ended
//! ```
//!
//! Takes each step's value; writes its record. Invariant: no record, no look, no open. No content is in a record. What a
//! host says may have a secret of the login in it, a file's name, too: no such text is written or told without the
//! redactor of the connection. The path that was asked for is the caller's own word.

use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::rc::Rc;

use base16ct::lower::encode_string;

use super::error::FileError;
use super::request::{FileRequest, told_path};
use super::result::{DeniedFile, FailedFile, FileDone, FileOutcome, TouchedFile};
use crate::audit::{
    Audit, AuditError, FileDecisionRecord, FileFacts, FileOutcomeRecord, LookRecord, Origin,
    Recorded, SecurityEvent,
};
use crate::clock::Stopwatch;
use crate::gate::approval::Question;
use crate::gate::dial_error::ConnectError;
use crate::gate::redact::Redactor;
use crate::gate::result::Ending;
use crate::ssh::{SshError, brief};
use mcp_ssh_policy::{FileDecision, FilePermit, Grant, LookPermit, Verdict};

/// The records of one request.
pub struct FileRecords {
    audit: Audit,
    origin: Origin,
    alias: String,
    path: String,
    word: &'static str,
    hash: String,
    started: Stopwatch,
    known: RefCell<KnownFile>,
    /// Knows the secrets of the login, once there is a connection. Before, no host has said anything.
    redactor: RefCell<Option<Rc<Redactor>>>,
    /// Whether a record says that something is under way, which then needs an end.
    is_begun: Cell<bool>,
}

/// What has come to be known of the file.
#[derive(Clone, Debug, Default)]
pub struct KnownFile {
    pub resolved: Option<String>,
    pub bytes: Option<u64>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub address: Option<IpAddr>,
    pub connection: Option<u64>,
}

impl FileRecords {
    /// Of one request.
    pub fn new(audit: Audit, request: &FileRequest, origin: Origin) -> Self {
        Self {
            audit,
            origin,
            alias: request.alias.clone(),
            path: told_path(&request.path).to_owned(),
            word: request.deed.word(),
            hash: request.hash(),
            started: Stopwatch::start(),
            known: RefCell::default(),
            redactor: RefCell::default(),
            is_begun: Cell::new(false),
        }
    }

    /// What asks, and under what.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The hash of the access and the path.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Takes in what has come to be known.
    pub fn learn(&self, learn: impl FnOnce(&mut KnownFile)) {
        learn(&mut self.known.borrow_mut());
    }

    /// From now on a host may say something: what this redactor knows is in no record and no result.
    pub fn hide(&self, redactor: Rc<Redactor>) {
        self.redactor.replace(Some(redactor));
    }

    /// A text in which a host's word may be, without the secrets of the login.
    fn hidden(&self, text: &str) -> String {
        let redactor = self.redactor.borrow();
        let hidden = redactor.as_ref().map(|redactor| redactor.quoted(text));
        hidden.unwrap_or_else(|| text.to_owned())
    }

    /// The file, for a result.
    pub fn touched(&self) -> TouchedFile {
        TouchedFile {
            task_id: self.origin.task_id.clone(),
            alias: self.alias.clone(),
            path: self.path.clone(),
            resolved: self.known().resolved,
        }
    }

    /// Writes that the host is about to be asked where the path leads, and gives the permit back.
    pub fn look(&self, permit: LookPermit) -> Result<Recorded<LookPermit>, AuditError> {
        let known = self.known();
        let addresses = permit.addresses().to_owned();
        let recorded = self.audit.look(
            &LookRecord {
                alias: &self.alias,
                hash: &self.hash,
                file: self.facts(&known),
                target_ips: &addresses,
                origin: &self.origin,
            },
            permit,
        )?;
        self.is_begun.set(true);
        Ok(recorded)
    }

    /// Writes that the file is about to be opened, and gives the permit back.
    pub fn intent(
        &self,
        decision: &FileDecision,
        permit: FilePermit,
    ) -> Result<Recorded<FilePermit>, AuditError> {
        let approved = permit.approved().map(Grant::as_str);
        self.decision(decision, (true, approved), permit)
    }

    /// Writes the decision, and why the name of the host has no address: nothing is done.
    pub fn unresolved(&self, decision: &FileDecision) -> Result<(), AuditError> {
        let is_allowed = decision.verdict() == Verdict::Allow;
        self.decision(decision, (is_allowed, None), ())?;
        self.is_begun.set(true);
        Ok(())
    }

    /// Writes that a link leads to where the policy denies it.
    pub fn escape(&self, decision: &FileDecision) {
        let resolved = decision.resolved().map(|path| self.hidden(path));
        let event = SecurityEvent {
            alias: Some(&self.alias),
            hash: Some(&self.hash),
            attempted_path: resolved.as_deref(),
            origin: Some(&self.origin),
            ..SecurityEvent::new("file_link_denied", "link_leads_to_denied_path")
        };
        report(self.audit.security_event(&event));
    }

    /// A login that cannot be, and what it says on record.
    pub fn unconnected(&self, error: ConnectError) -> SshError {
        error.recorded(self.audit, &self.alias, &self.origin)
    }

    /// What the caller is told; how it ended is written here.
    pub fn told(&self, request: &FileRequest, ended: Result<FileDone, FileError>) -> FileOutcome {
        let mut failure = match ended {
            Ok(done) => {
                self.outcome(Ending::Succeeded, None);
                return FileOutcome::Done(done);
            }
            Err(FileError::Denied(decision)) => return self.denied(request, &decision, None),
            Err(FileError::HandedOver(decision, question)) => {
                return self.denied(request, &decision, Some(question));
            }
            Err(FileError::Unrecorded(fault)) => {
                log::error!("nothing was done: {fault}");
                let hint = format!("ask the operator to mend this: {}", fault.reason());
                let error = "the audit record could not be written, so nothing was done";
                return FileOutcome::Failed(Box::new(FailedFile::new(request, error, Some(&hint))));
            }
            Err(FileError::Ssh(error)) => FailedFile::of_ssh(request, &error),
            Err(FileError::Sftp(error)) => {
                FailedFile::of_sftp(request, &error, self.known().after.as_deref())
            }
            Err(FileError::Unfit(what, hint)) => FailedFile::new(request, what, Some(hint)),
        };
        failure.error = self.hidden(&failure.error);
        // Cut before, a story could end in the middle of a secret.
        let hidden = |story: Box<str>| brief(self.hidden(&story)).into();
        failure.story = failure.story.map(hidden);
        let story = failure.story.as_deref().unwrap_or(&failure.error);
        log::warn!("`{}`: {story}", self.alias);
        if self.is_begun.get() {
            self.outcome(failure.status, Some(story));
        }
        FileOutcome::Failed(Box::new(failure))
    }

    fn denied(
        &self,
        request: &FileRequest,
        decision: &FileDecision,
        question: Option<Box<Question>>,
    ) -> FileOutcome {
        if let Err(fault) = self.decision(decision, (false, None), ()) {
            return self.told(request, Err(fault.into()));
        }
        match DeniedFile::of(request, decision, question) {
            Some(mut denied) => {
                denied.denial.why = self.hidden(&denied.denial.why);
                denied.denial.hint = self.hidden(&denied.denial.hint);
                FileOutcome::Denied(Box::new(denied))
            }
            None => {
                let failure = FailedFile::new(request, "denied without a reason", None);
                FileOutcome::Failed(Box::new(failure))
            }
        }
    }

    fn decision<T>(
        &self,
        decision: &FileDecision,
        (allowed, approved): (bool, Option<&str>),
        surrendered: T,
    ) -> Result<Recorded<T>, AuditError> {
        let known = self.known();
        let denial = decision.denial();
        self.audit.file_decision(
            &FileDecisionRecord {
                alias: &self.alias,
                hash: &self.hash,
                allowed,
                stage: denial.as_ref().map(|denial| denial.stage.as_str()),
                reason: denial.as_ref().map(|denial| denial.reason),
                rule: decision.entry().map(ToString::to_string),
                target_ip: known.address,
                approved,
                file: self.facts(&known),
                origin: &self.origin,
            },
            surrendered,
        )
    }

    /// What was done, was done: the caller is told even when this line cannot be written.
    fn outcome(&self, ending: Ending, error: Option<&str>) {
        let known = self.known();
        report(self.audit.file_outcome(&FileOutcomeRecord {
            alias: &self.alias,
            hash: &self.hash,
            exit_code: if ending == Ending::Succeeded { 0 } else { -1 },
            duration_ms: self.started.elapsed_ms(),
            cancelled: ending == Ending::Cancelled,
            timeout: ending == Ending::TimedOut,
            target_ip: known.address,
            connection: known.connection,
            error,
            file: self.facts(&known),
            origin: &self.origin,
        }));
    }

    /// What is known of the file, as it may be told.
    fn known(&self) -> KnownFile {
        let known = self.known.borrow().clone();
        KnownFile {
            resolved: known.resolved.as_deref().map(|path| self.hidden(path)),
            ..known
        }
    }

    fn facts<'k>(&'k self, known: &'k KnownFile) -> FileFacts<'k> {
        FileFacts {
            access: self.word,
            path: &self.path,
            resolved: known.resolved.as_deref(),
            bytes: known.bytes,
            sha256_before: known.before.as_deref(),
            sha256_after: known.after.as_deref(),
        }
    }
}

/// A digest as records show it.
pub fn shown(digest: [u8; 32]) -> String {
    encode_string(&digest)
}

fn report(written: Result<(), AuditError>) {
    if let Err(fault) = written {
        log::error!("{fault}");
    }
}
