//! What a gate is asked of the hosts with a tag.
//!
//! Takes: a tag and a command. Gives: the end of the run, or the task as which it goes on. Refuses: what `run.rs` refuses.

use std::rc::Rc;
use std::time::Duration;

use super::adopted::{TagStarted, adopt};
use super::canary::TagEnd;
use super::result::{FanOut, TagRequest, TagRunError};
use super::rollout::RolloutStop;
use super::run::run_on_tag;
use crate::cancel::Cancelled;
use crate::gate::Gate;
use crate::gate::approval::{Person, Question, QuestionDigest};
use crate::gate::in_force::UnjudgedError;
use crate::gate::progress::{Observer, attend};
use crate::runtime::timeout;
use mcp_ssh_policy::Unapproved;

impl Gate {
    /// Judges and runs a command on every host with a tag. See `gate/tag`.
    ///
    /// # Errors
    /// Why nothing was run.
    pub async fn run_on_tag(
        &self,
        wanted: TagRequest,
        cancelled: Cancelled,
        observer: Rc<Observer<'static>>,
        person: Person<'_>,
    ) -> Result<FanOut, TagRunError> {
        let observed = Rc::clone(&observer);
        match self
            .begin_on_tag(wanted, cancelled, observer, person)
            .await?
        {
            TagEnd::Ended(fan_out) => Ok(*fan_out),
            TagEnd::Waiting(waiting) => {
                let run = waiting.run;
                let consent = attend(waiting.consent, run.task_id(), observed.as_ref()).await;
                Ok(run.follow(consent).await)
            }
        }
    }

    /// As [`Gate::run_on_tag`], but whoever calls is answered after `patience` where the approver has not answered
    /// about the hosts after the canaries: the run goes on as a task.
    ///
    /// # Errors
    /// Why nothing was run.
    pub async fn run_on_tag_or_adopt(
        &self,
        wanted: TagRequest,
        cancelled: Cancelled,
        (observer, patience): (Rc<Observer<'static>>, Duration),
        person: Person<'_>,
    ) -> Result<TagStarted, TagRunError> {
        let observed = Rc::clone(&observer);
        match self
            .begin_on_tag(wanted, cancelled, observer, person)
            .await?
        {
            TagEnd::Ended(fan_out) => Ok(TagStarted::Ended(fan_out)),
            TagEnd::Waiting(mut waiting) => {
                let run = Rc::clone(&waiting.run);
                let answer = attend(&mut waiting.consent, run.task_id(), observed.as_ref());
                match timeout(patience, answer).await {
                    Some(consent) => {
                        let fan_out = run.follow(consent).await;
                        Ok(TagStarted::Ended(Box::new(fan_out)))
                    }
                    None => Ok(TagStarted::Task(adopt(*waiting))),
                }
            }
        }
    }

    /// The results of a run whose canaries ran, where the answer to its question comes late, under another configuration, or
    /// was brought by another call before. They are given once. `asked` is the question, where this process has put it.
    pub fn end_unanswered(
        &self,
        wanted: &TagRequest,
        asked: Option<QuestionDigest>,
    ) -> Option<Box<FanOut>> {
        let runs = &self.0.halted;
        if let Some(ended) = asked.and_then(|asked| runs.take_ended(wanted, &asked)) {
            return Some(ended);
        }
        let config_sha256 = self.config_sha256();
        let (halted, why) = match runs.take_outdated(wanted, config_sha256.as_deref()) {
            Some(halted) => (halted, Unapproved::Outdated),
            None => (runs.take_wanted(wanted, &asked?)?, Unapproved::Invalid),
        };
        Some(Box::new(halted.end(RolloutStop::Unapproved(why))))
    }

    /// Ends a run that waits for the answer to this question, which its client cannot be asked: too many are open.
    pub fn end_unasked(&self, question: &Question) -> Option<FanOut> {
        let halted = self.0.halted.take(&question.digest())?;
        Some(halted.end(RolloutStop::Unapproved(Unapproved::Crowded)))
    }

    async fn begin_on_tag(
        &self,
        wanted: TagRequest,
        cancelled: Cancelled,
        observer: Rc<Observer<'static>>,
        person: Person<'_>,
    ) -> Result<TagEnd, TagRunError> {
        if let Person::Answered(asked, _) = person
            && let Some(ended) = self.0.halted.take_ended(&wanted, &asked)
        {
            return Ok(TagEnd::Ended(ended));
        }
        match self.0.settled(&cancelled).await {
            Ok(loaded) => run_on_tag(&self.0, loaded, wanted, cancelled, observer, person).await,
            Err(UnjudgedError::Unready(unready)) => match self.end_answered(person) {
                Some(ended) => Ok(TagEnd::Ended(ended)),
                None => Err(TagRunError::new(unready.to_string(), "")),
            },
            Err(UnjudgedError::Cancelled) => Err(TagRunError::cancelled()),
        }
    }

    /// Ends the run that this answer is about, where it cannot go on under any configuration.
    fn end_answered(&self, person: Person<'_>) -> Option<Box<FanOut>> {
        let Person::Answered(asked, _) = person else {
            return None;
        };
        let halted = self.0.halted.take(&asked)?;
        Some(Box::new(halted.end(RolloutStop::Outdated)))
    }
}
