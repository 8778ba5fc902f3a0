//! One question to a person before a line runs, or a file is opened, that a rule or an entry says `ask` of.
//!
//! Takes: a [`Question`] and a [`OpenRoad`] to the person. Gives: how far the person's yes goes, once the question and the
//! answer are both written down. Refuses: every answer except a clear yes, and an answer that comes too late or after
//! the configuration has changed.
//!
//! ```text
//! asked, recorded -> answer | cancelled | expired -> same configuration? -> recorded
//! ```

use std::time::Duration;

use super::consent_error::ConsentError;
use super::person::{Person, Reply};
use super::question::Question;
use super::remembered::{GivenConsent, QuestionPlace};
use super::road::{OpenRoad, unapproved};
use crate::approver::{ApproverLink, GrantLink};
use crate::audit::{ApprovalEvent, AuditError, Origin, TraceContext};
use crate::cancel::Cancelled;
use crate::clock;
use crate::config::Alias;
use crate::gate::identifier::new_id;
use crate::gate::loaded::Loaded;
use crate::gate::state::GateState;
use crate::runtime::timeout;
use mcp_ssh_policy::{ApprovalSettings, Grant, Unapproved};

/// A question on its way to a person and back.
pub struct Consultation<'a> {
    pub state: &'a GateState,
    pub loaded: &'a Loaded,
    pub cancelled: &'a Cancelled,
    pub hash: &'a str,
    pub origin: &'a Origin,
    pub question: &'a Question,
}

/// By whom the person is asked, for the records.
#[derive(Clone, Copy)]
struct Asker {
    via: &'static str,
    uid: Option<u32>,
    forwarded: bool,
}

impl Consultation<'_> {
    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// Why there is no yes.
    pub async fn hold(
        &self,
        road: OpenRoad<'_>,
        _place: QuestionPlace,
    ) -> Result<GivenConsent, ConsentError> {
        let settings = self.settings();
        let asker = Asker {
            via: road.via(),
            uid: road.uid(),
            forwarded: settings.forwarded && road.uid().is_some(),
        };
        if !road.shows(self.question) {
            self.record(event(Unapproved::OldApprover), asker, None, ())?;
            return Err(Unapproved::OldApprover.into());
        }
        let patience = Duration::from_secs(settings.timeout_seconds.into());
        if !matches!(road, OpenRoad::Client(Person::Answered(..))) {
            let until = clock::unix_seconds() + patience.as_secs_f64();
            self.record("asked", asker, Some(until), ())?;
        }
        let asked = timeout(patience, self.put(road));
        let Some(answer) = self.cancelled.race(asked).await else {
            self.record("cancelled", asker, None, ())?;
            return Err(ConsentError::Cancelled);
        };
        match answer.unwrap_or(Err(Unapproved::Expired.into())) {
            Ok((grant, link)) => self.granted(asker, grant, link).await,
            Err(ConsentError::Unapproved(why)) => {
                self.record(event(why), asker, None, ())?;
                Err(why.into())
            }
            // What the answer was is recorded when it comes.
            Err(error) => Err(error),
        }
    }

    /// Puts the question on this road.
    async fn put(&self, road: OpenRoad<'_>) -> Result<(Grant, Option<GrantLink>), ConsentError> {
        let reply = match road {
            OpenRoad::Approver(link) => return Ok(self.put_to_approver(link).await?),
            OpenRoad::Client(Person::Asked(asks)) => asks.ask(self.question).await,
            OpenRoad::Client(Person::Answered(question, reply))
                if question == self.question.digest() =>
            {
                reply
            }
            OpenRoad::Client(Person::Answered(..)) => Reply::Unapproved(Unapproved::Invalid),
            OpenRoad::Client(Person::Nobody) => Reply::Unapproved(Unapproved::Unasked),
            OpenRoad::Client(Person::AskedBetweenCalls) => {
                return Err(ConsentError::HandedOver(Box::new(self.question.clone())));
            }
        };
        match reply {
            Reply::Granted(grant) => Ok((grant, None)),
            Reply::Unapproved(why) => Err(why.into()),
        }
    }

    async fn put_to_approver(
        &self,
        link: ApproverLink,
    ) -> Result<(Grant, Option<GrantLink>), Unapproved> {
        // A question without a nonce of its own cannot be asked.
        let nonce = new_id().map_err(|_| Unapproved::Abandoned)?;
        let seconds = self.settings().timeout_seconds;
        let client = self.origin.client.clone();
        let question = self.question.for_approver(nonce, client, seconds);
        match link.ask(&question).await {
            Ok(Some(granted)) => Ok(granted),
            Ok(None) => Err(Unapproved::Refused),
            Err(error) => {
                log::warn!("{error}");
                Err(unapproved(&error))
            }
        }
    }

    async fn granted(
        &self,
        asker: Asker,
        grant: Grant,
        link: Option<GrantLink>,
    ) -> Result<GivenConsent, ConsentError> {
        let still_holds = self.state.still_holds(self.loaded);
        let Some(still_holds) = self.cancelled.race(still_holds).await else {
            self.record("cancelled", asker, None, ())?;
            return Err(ConsentError::Cancelled);
        };
        if !still_holds {
            self.record(event(Unapproved::Outdated), asker, None, ())?;
            return Err(Unapproved::Outdated.into());
        }
        let grant = match self.question.canaries() {
            Some(_) => Grant::Once,
            None => grant,
        };
        let event = match grant {
            Grant::Once => "approved_once",
            Grant::Session => "approved_for_session",
            Grant::Minutes(_) => "approved_for_minutes",
        };
        // A yes that is not written down is none.
        let granted = self.record(event, asker, None, grant)?;
        Ok(self.state.approvals.remember(self.question, granted, link))
    }

    fn settings(&self) -> &ApprovalSettings {
        self.loaded.policy().approvals()
    }

    fn record<T>(
        &self,
        event: &str,
        asker: Asker,
        expires: Option<f64>,
        surrendered: T,
    ) -> Result<T, AuditError> {
        let record = ApprovalEvent {
            event,
            aliases: &self.question.aliases,
            hash: self.hash,
            rules: &self.question.rules,
            via: Some(asker.via),
            uid: asker.uid,
            forwarded: asker.forwarded,
            expires,
            origin: self.origin,
        };
        let recorded = self.state.audit.approval(&record, surrendered)?;
        Ok(recorded.release())
    }
}

/// A call that comes with an answer which does not belong to it.
pub struct Refused<'a> {
    pub alias: &'a str,
    /// The hash of what it asks for.
    pub hash: &'a str,
    pub client: Option<&'a str>,
    pub request_id: Option<&'a str>,
    pub trace: Option<&'a TraceContext>,
}

/// Writes down that a call was refused, since it comes with an answer which does not belong to it.
pub fn refuse(state: &GateState, refused: &Refused<'_>) {
    // The agent's word may be anything: only what could be an alias is written.
    let alias = Alias::parse(refused.alias).ok();
    let event = ApprovalEvent {
        event: event(Unapproved::Invalid),
        aliases: &alias.iter().map(ToString::to_string).collect::<Vec<_>>(),
        hash: refused.hash,
        rules: &[],
        via: None,
        uid: None,
        forwarded: false,
        expires: None,
        origin: &Origin {
            task_id: new_id().unwrap_or_default(),
            config_sha256: state.digest().unwrap_or_default(),
            client: refused.client.map(str::to_owned),
            request_id: refused.request_id.map(str::to_owned),
            trace: refused.trace.cloned(),
        },
    };
    if let Err(fault) = state.audit.approval(&event, ()) {
        log::error!("{fault}");
    }
}

/// The name of an answer in records.
fn event(why: Unapproved) -> &'static str {
    match why {
        Unapproved::Unasked => "unasked",
        Unapproved::Refused => "refused",
        Unapproved::Withdrawn => "withdrawn",
        Unapproved::Dismissed => "dismissed",
        Unapproved::Declined => "declined",
        Unapproved::Undecided => "undecided",
        Unapproved::Unclear => "unclear",
        Unapproved::Failed => "failed",
        Unapproved::Abandoned => "abandoned",
        Unapproved::NoApprover => "no_approver",
        Unapproved::Unreachable => "unreachable",
        Unapproved::Stranger => "stranger",
        Unapproved::SameUser => "same_user",
        Unapproved::Expired => "expired",
        Unapproved::Invalid => "invalid",
        Unapproved::Outdated => "outdated",
        Unapproved::Pending => "asked",
        Unapproved::Awaited => "awaited",
        Unapproved::Crowded => "crowded",
        Unapproved::TooLong => "too_long",
        Unapproved::ChangeTooLong => "change_too_long",
        Unapproved::Unshowable => "unshowable",
        Unapproved::OldApprover => "old_approver",
        Unapproved::SeveralUsers => "several_users",
        Unapproved::Missed => "missed",
    }
}
