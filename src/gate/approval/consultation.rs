//! One question to a person before a line runs that a rule says `ask` of.
//!
//! Takes: a [`Question`] and an [`Approver`], whoever can put it to a person. Gives: how far the
//! person's yes goes, once the question and the answer are both written down. Refuses: every answer
//! except a clear yes, and an answer that comes too late or after the configuration has changed.
//!
//! ```text
//! asked, recorded -> answer | cancelled | expired -> same configuration? -> recorded
//! ```

use super::approver::{Approver, Capability, Reply};
use super::question::Question;
use super::unmet::Unmet;
use crate::audit::{ApprovalEvent, AuditError, Origin};
use crate::cancel::Cancelled;
use crate::clock;
use crate::config::Alias;
use crate::gate::identifier::new_id;
use crate::gate::loaded::Loaded;
use crate::gate::result::{Failure, Outcome, RunRequest};
use crate::gate::state::GateState;
use crate::runtime::timeout;
use mcp_ssh_policy::{Grant, Unapproved, command_hash};

/// A question on its way to a person and back.
pub struct Consultation<'a> {
    pub state: &'a GateState,
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
        let approvals = &self.state.approvals;
        let _waiting = approvals.begin(question).map_err(Unmet::Unapproved)?;
        if self.approver.capability() == Capability::Asks {
            let until = clock::unix_seconds() + approvals.patience().as_secs_f64();
            self.record("asked", question, Some(until), ())?;
        }
        let asked = timeout(approvals.patience(), self.approver.ask(question));
        let Some(reply) = self.cancelled.race(asked).await else {
            self.record("cancelled", question, None, ())?;
            return Err(Unmet::Cancelled);
        };
        match reply.unwrap_or(Reply::Unapproved(Unapproved::Expired)) {
            // What the answer was is recorded when it comes.
            Reply::Unapproved(Unapproved::Pending) => Err(Unmet::Unapproved(Unapproved::Pending)),
            Reply::Unapproved(why) => {
                self.record(event(why), question, None, ())?;
                Err(Unmet::Unapproved(why))
            }
            Reply::Granted(grant) => self.granted(question, grant).await,
        }
    }

    async fn granted(&self, question: &Question, grant: Grant) -> Result<Grant, Unmet> {
        let still_holds = self.state.still_holds(self.loaded);
        let Some(still_holds) = self.cancelled.race(still_holds).await else {
            self.record("cancelled", question, None, ())?;
            return Err(Unmet::Cancelled);
        };
        if !still_holds {
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
            Grant::Session => self.state.approvals.remember(question),
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
        let recorded = self.state.audit.approval(&record, surrendered)?;
        Ok(recorded.release())
    }
}

/// Refuses a call that comes with an answer which does not belong to it, and writes that down.
pub fn refuse(state: &GateState, request: &RunRequest) -> Outcome {
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
            task_id: new_id().unwrap_or_default(),
            config_sha256: state.digest().unwrap_or_default(),
            client: request.client.clone(),
            request_id: request.request_id.clone(),
            trace: request.trace.clone(),
        },
    };
    if let Err(fault) = state.audit.approval(&event, ()) {
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
