//! Asking a person before a line runs that a rule says `ask` of.
//!
//! Takes: a [`Question`] and an [`Approver`], whoever can put it to a person. Gives: how far the
//! person's yes goes, once the question and the answer are both written down. Refuses: whatever is
//! no clear yes, an answer that comes too late or after the configuration has changed, a line too
//! long to be read, the same question twice at once, and more than [`MAX_QUESTIONS`].
//!
//! ```text
//! remembered? -> asked, recorded -> answer | cancelled | expired -> same configuration? -> recorded
//! ```
//!
//! What a person approves for the session is that very line on those very hosts under that very
//! configuration, and nothing wider; it is kept in memory only.

use std::cell::RefCell;
use std::collections::HashSet;
use std::pin::Pin;
use std::time::Duration;

use smol::future::or;

use super::approval_question::{Key, Question, digest};
use super::loaded::Loaded;
use super::result::{Failure, Outcome, Request};
use super::{Inner, task};
use crate::audit::{ApprovalEvent, AuditError, Origin};
use crate::cancel::Cancelled;
use crate::clock;
use crate::config::Alias;
use crate::runtime::timeout;
use mcp_ssh_policy::{Decision, Grant, Unapproved, command_hash};

/// Questions before a person at once: whoever is asked more no longer reads them.
const MAX_QUESTIONS: usize = 4;
/// Lines that are remembered as approved for the session. With more, a yes counts once.
const MAX_REMEMBERED: usize = 256;
/// Characters of a line that a person can be expected to read to the end.
const MAX_LINE_CHARACTERS: usize = 2_000;
/// How long a question stands. Longer than that, and the person answers what they no longer have
/// before their eyes.
pub(super) const PATIENCE: Duration = Duration::from_secs(300);

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A yes.
    Granted(Grant),
    /// Anything else.
    Unapproved(Unapproved),
}

/// What an [`Approver`] can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// Nothing: there is nobody.
    Nobody,
    /// Ask.
    Asks,
    /// Tell what the person has answered to an earlier call.
    Answered,
}

/// Whoever can put a question to a person: an MCP client, a terminal.
pub trait Approver {
    /// What it can do.
    fn means(&self) -> Means;
    /// Puts the question. Dropping it takes the question back.
    fn ask<'a>(&'a self, question: &'a Question) -> Pin<Box<dyn Future<Output = Reply> + 'a>>;
}

/// For callers without a person.
#[derive(Debug)]
pub struct Nobody;

impl Approver for Nobody {
    fn means(&self) -> Means {
        Means::Nobody
    }

    fn ask<'a>(&'a self, _question: &'a Question) -> Pin<Box<dyn Future<Output = Reply> + 'a>> {
        Box::pin(async { Reply::Unapproved(Unapproved::Unasked) })
    }
}

/// The questions that wait and the answers that are remembered.
pub(super) struct Approvals {
    patience: Duration,
    waiting: RefCell<HashSet<Key>>,
    remembered: RefCell<HashSet<Key>>,
}

/// A question that waits until this is dropped.
struct Waiting<'a> {
    approvals: &'a Approvals,
    key: Key,
}

/// Why a question has no yes.
pub(super) enum Unmet {
    /// As the person, the clock or the configuration has it.
    Unapproved(Unapproved),
    /// Whoever wanted it run has cancelled it.
    Cancelled,
    /// The question or the answer could not be written down.
    Unrecorded(AuditError),
}

impl From<AuditError> for Unmet {
    fn from(fault: AuditError) -> Self {
        Self::Unrecorded(fault)
    }
}

impl Approvals {
    /// Nothing is remembered yet; a question stands for `patience`.
    pub fn new(patience: Duration) -> Self {
        Self {
            patience,
            waiting: RefCell::default(),
            remembered: RefCell::default(),
        }
    }

    /// How long a question stands.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Whether this line was approved for the session.
    pub fn remembers(&self, decision: &Decision, loaded: &Loaded) -> bool {
        let line = decision.rendered().unwrap_or_default();
        let key = digest([decision.alias(), line, loaded.digest()]);
        self.remembered.borrow().contains(&key)
    }

    /// Forgets everything: the configuration is another.
    pub fn forget(&self) {
        self.remembered.borrow_mut().clear();
    }

    /// Remembers the hosts of a question; once there is no room for all of them, none.
    fn remember(&self, question: &Question) -> Grant {
        let mut remembered = self.remembered.borrow_mut();
        if remembered.len() + question.aliases.len() > MAX_REMEMBERED {
            log::warn!("too many lines are approved for the session: this one counts once");
            return Grant::Once;
        }
        let keys = question.aliases.iter();
        let keys =
            keys.map(|alias| digest([alias.as_str(), &question.line, &question.config_sha256]));
        remembered.extend(keys);
        Grant::Session
    }

    fn begin(&self, question: &Question) -> Result<Waiting<'_>, Unapproved> {
        if question.line.chars().count() > MAX_LINE_CHARACTERS {
            return Err(Unapproved::TooLong);
        }
        let key = question.digest();
        let mut waiting = self.waiting.borrow_mut();
        if waiting.len() >= MAX_QUESTIONS || !waiting.insert(key) {
            return Err(Unapproved::Crowded);
        }
        let approvals = self;
        Ok(Waiting { approvals, key })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.approvals.waiting.borrow_mut().remove(&self.key);
    }
}

/// A question on its way to a person and back.
pub(super) struct Consultation<'a> {
    pub gate: &'a Inner,
    pub loaded: &'a Loaded,
    pub approver: &'a dyn Approver,
    pub cancelled: &'a Cancelled,
    pub hash: &'a str,
    pub origin: &'a Origin,
}

impl Consultation<'_> {
    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// Why there is no yes.
    pub async fn hold(&self, question: &Question) -> Result<Grant, Unmet> {
        let approvals = &self.gate.approvals;
        let _waiting = approvals.begin(question).map_err(Unmet::Unapproved)?;
        if self.approver.means() == Means::Asks {
            let until = clock::unix_seconds() + approvals.patience.as_secs_f64();
            self.record("asked", question, Some(until), ())?;
        }
        let asked = async {
            let reply = timeout(approvals.patience, self.approver.ask(question)).await;
            Some(reply.unwrap_or(Reply::Unapproved(Unapproved::Expired)))
        };
        let told = async {
            self.cancelled.wait().await;
            None
        };
        match or(told, asked).await {
            None => {
                self.record("cancelled", question, None, ())?;
                Err(Unmet::Cancelled)
            }
            // What the answer was is recorded when it comes.
            Some(Reply::Unapproved(Unapproved::Pending)) => {
                Err(Unmet::Unapproved(Unapproved::Pending))
            }
            Some(Reply::Unapproved(why)) => {
                self.record(event(why), question, None, ())?;
                Err(Unmet::Unapproved(why))
            }
            Some(Reply::Granted(grant)) => self.granted(question, grant).await,
        }
    }

    async fn granted(&self, question: &Question, grant: Grant) -> Result<Grant, Unmet> {
        if !self.gate.still_holds(self.loaded).await {
            self.record(event(Unapproved::Outdated), question, None, ())?;
            return Err(Unmet::Unapproved(Unapproved::Outdated));
        }
        let event = match grant {
            Grant::Once => "approved_once",
            Grant::Session => "approved_for_session",
        };
        // A yes that is not written down is none.
        let granted = self.record(event, question, None, grant)?;
        Ok(match granted {
            Grant::Once => Grant::Once,
            Grant::Session => self.gate.approvals.remember(question),
        })
    }

    fn record<T>(
        &self,
        event: &str,
        question: &Question,
        expires: Option<f64>,
        surrendered: T,
    ) -> Result<T, AuditError> {
        let record = ApprovalEvent {
            event,
            aliases: &question.aliases,
            hash: self.hash,
            rules: &question.rules,
            expires,
            origin: self.origin,
        };
        let recorded = self.gate.audit.approval(&record, surrendered)?;
        Ok(recorded.release())
    }
}

/// Refuses a call that comes with an answer which does not belong to it, and writes that down.
pub(super) fn refuse(gate: &Inner, request: &Request) -> Outcome {
    let (error, hint) = Unapproved::Invalid.in_brief();
    // The agent's word may be anything: only what could be an alias is written.
    let alias = Alias::parse(&request.alias).ok();
    let event = ApprovalEvent {
        event: event(Unapproved::Invalid),
        aliases: &alias.iter().map(ToString::to_string).collect::<Vec<_>>(),
        hash: &command_hash(&request.command),
        rules: &[],
        expires: None,
        origin: &Origin {
            task_id: task::new_id().unwrap_or_default(),
            config_sha256: gate.digest().unwrap_or_default(),
            client: request.client.clone(),
            request_id: request.request_id.clone(),
        },
    };
    if let Err(fault) = gate.audit.approval(&event, ()) {
        log::error!("{fault}");
    }
    Outcome::Failed(Failure::new(request, error, Some(hint)))
}

/// The name of an answer in records.
fn event(why: Unapproved) -> &'static str {
    match why {
        Unapproved::Unasked => "unasked",
        Unapproved::Refused => "refused",
        Unapproved::Dismissed => "dismissed",
        Unapproved::Expired => "expired",
        Unapproved::Invalid => "invalid",
        Unapproved::Outdated => "outdated",
        Unapproved::Pending => "asked",
        Unapproved::Crowded => "crowded",
        Unapproved::TooLong => "too_long",
    }
}
