//! A person's yes to one file, where an entry asks.
//!
//! Takes: the file that was looked at. Gives: the [`FileApproval`] of this access, this path and this content, and later
//! whether the file is still the one that the person was asked about. Refuses: what the person refuses, a change that is
//! too long to be read, and a caller who does not wait: the answer counts for the same request once more.

use std::rc::Rc;
use std::time::Duration;

use base16ct::lower::encode_string;

use super::change::FileChange;
use super::error::FileError;
use super::looking::LookedFile;
use super::work::{FileCall, FileWork, cancelled};
use crate::audit::Origin;
use crate::gate::approval::{
    ConsentError, Consultation, FileQuestion, OpenRoad, Person, PersonAnswered, Question,
    QuestionPlace, find, may_be_asked, nobody,
};
use crate::gate::progress::{Observer, attend};
use crate::gate::redact::Redactor;
use crate::runtime::timeout;
use mcp_ssh_policy::{FileApproval, FileDecision, Grant, Unapproved};

/// How long a caller waits for the person; without a bound as long as the question stands.
pub type Patience = Option<Duration>;

/// What a person is asked about a file.
pub struct FileAsking {
    work: Rc<FileWork>,
    decision: FileDecision,
    old: Option<[u8; 32]>,
    new: Option<[u8; 32]>,
    question: Question,
}

impl FileAsking {
    /// The question about a file that was looked at.
    ///
    /// # Errors
    /// Why no person is asked about it.
    pub fn of(
        work: Rc<FileWork>,
        looked: LookedFile,
        redactor: &Redactor,
    ) -> Result<Self, FileError> {
        let LookedFile {
            decision, old, new, ..
        } = looked;
        let no = |why: Unapproved| FileError::from(Box::new(decision.clone().unapproved(why)));
        let what = match &new {
            None => FileQuestion::Read,
            Some(new) => {
                let whole = new.whole().ok().flatten();
                let whole = whole.ok_or_else(|| no(Unapproved::ChangeTooLong))?;
                let there = match &old {
                    None => None,
                    Some(old) => {
                        let held = old.held.as_deref();
                        Some(held.ok_or_else(|| no(Unapproved::ChangeTooLong))?)
                    }
                };
                let said = work.call.request.deed.mode();
                FileQuestion::Write {
                    bytes: whole.len(),
                    sha256: encode_string(&new.sha256()),
                    mode: said.or_else(|| new.new_mode().filter(|_| old.is_none())),
                    change: FileChange::between(there, &whole, redactor).map_err(no)?,
                }
            }
        };
        let FileCall { loaded, .. } = &work.call;
        let user = loaded.user(&work.host);
        let question = Question::of_file(&decision, loaded.digest(), user, (what, redactor));
        Ok(Self {
            question,
            work,
            decision,
            old: old.map(|old| old.sha256),
            new: new.map(|new| new.sha256()),
        })
    }

    /// The person's yes.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn approval(
        &self,
        person: Person<'_>,
        patience: Patience,
        observer: &Observer<'_>,
    ) -> Result<FileApproval, FileError> {
        let grant = self.grant(person, patience, observer).await;
        self.approved(grant)
    }

    /// The question.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// The approval of what a person granted.
    ///
    /// # Errors
    /// Why there is none.
    pub fn approved(&self, grant: Result<Grant, ConsentError>) -> Result<FileApproval, FileError> {
        let denied = |why| Box::new(self.decision.clone().unapproved(why));
        match grant {
            Ok(grant) => FileApproval::of(&self.decision, grant, self.new)
                .ok_or_else(|| denied(Unapproved::Invalid).into()),
            Err(ConsentError::Unapproved(why)) => Err(denied(why).into()),
            Err(ConsentError::HandedOver(question)) => {
                Err(FileError::HandedOver(denied(Unapproved::Pending), question))
            }
            Err(ConsentError::Unrecorded(fault)) => Err(fault.into()),
            Err(ConsentError::Cancelled) => Err(cancelled("while a person was asked")),
        }
    }

    /// Whether the file is still the one that the person was asked about.
    ///
    /// # Errors
    /// That it is not: nothing is done then.
    pub fn is_still(&self, looked: &LookedFile) -> Result<(), FileError> {
        let is_same = looked.decision.resolved() == self.decision.resolved()
            && looked.old.as_ref().map(|old| old.sha256) == self.old
            && looked.new.as_ref().map(|new| new.sha256()) == self.new;
        match is_same {
            true => Ok(()),
            false => Err(FileError::Unfit(
                "the file has changed while a person was asked: nothing was done".to_owned(),
                "call again: the person is asked about what is there now",
            )),
        }
    }

    async fn grant(
        &self,
        person: Person<'_>,
        patience: Patience,
        observer: &Observer<'_>,
    ) -> Result<Grant, ConsentError> {
        let FileCall { state, loaded, .. } = &self.work.call;
        let alias = self.decision.alias();
        // What came with this very call counts before what was said earlier.
        if !matches!(person, Person::Answered(..)) {
            let line = self.question.remembered_line(alias);
            if let Some(grant) = state.approvals.remembers(alias, &line, loaded) {
                return Ok(grant);
            }
        }
        if !may_be_asked(loaded, person) {
            return Err(nobody(loaded).into());
        }
        if let Some(answer) = self.late(patience, observer).await? {
            return Ok(answer?);
        }
        let place = state.approvals.begin(&self.question)?;
        let road = self
            .work
            .call
            .cancelled
            .race(Box::pin(find(loaded, person)));
        let road = road.await.ok_or(ConsentError::Cancelled)??;
        match road {
            OpenRoad::Approver(link) => {
                let road = OpenRoad::Approver(link);
                self.patient((road, place), patience, observer).await
            }
            client @ OpenRoad::Client(_) => {
                let consultation = Consultation {
                    state,
                    loaded,
                    cancelled: &self.work.call.cancelled,
                    hash: self.work.records.hash(),
                    origin: self.work.records.origin(),
                    question: &self.question,
                };
                Ok(consultation.hold(client, place).await?.grant)
            }
        }
    }

    /// The answer to this question, where an earlier request has put it; nothing where none has.
    async fn late(
        &self,
        patience: Patience,
        observer: &Observer<'_>,
    ) -> Result<Option<PersonAnswered>, ConsentError> {
        let late = self.work.call.state.approvals.late();
        let digest = self.question.digest();
        let Some(question) = late.find(&digest) else {
            return Ok(None);
        };
        let waiting = self.attended(question.answer(), observer);
        let waiting = self.work.call.cancelled.race(waiting);
        let answer = match patience {
            Some(patience) => timeout(patience, waiting)
                .await
                .ok_or(Unapproved::Awaited)?,
            None => waiting.await,
        };
        late.forget(&digest, &question);
        answer.ok_or(ConsentError::Cancelled)
    }

    /// Puts the question to the approver. A caller whose patience ends first leaves it there.
    async fn patient(
        &self,
        (road, place): (OpenRoad<'static>, QuestionPlace),
        patience: Patience,
        observer: &Observer<'_>,
    ) -> Result<Grant, ConsentError> {
        let FileCall {
            state,
            loaded,
            cancelled,
            ..
        } = &self.work.call;
        let (state, loaded, cancelled) = (Rc::clone(state), Rc::clone(loaded), cancelled.clone());
        let keep = Duration::from_secs(loaded.policy().approvals().timeout_seconds.into());
        let (question, hash) = (self.question.clone(), self.work.records.hash().to_owned());
        let origin: Origin = self.work.records.origin().clone();
        let held = {
            let state = Rc::clone(&state);
            async move {
                let consultation = Consultation {
                    state: &state,
                    loaded: &loaded,
                    cancelled: &cancelled,
                    hash: &hash,
                    origin: &origin,
                    question: &question,
                };
                Ok(consultation.hold(road, place).await?.grant)
            }
        };
        let mut held: std::pin::Pin<Box<dyn Future<Output = Result<Grant, ConsentError>>>> =
            Box::pin(held);
        let waiting = self.attended(&mut held, observer);
        let Some(patience) = patience.filter(|_| state.approvals.late().has_room()) else {
            return waiting.await;
        };
        match timeout(patience, waiting).await {
            Some(answer) => answer,
            None => {
                let answer = async {
                    held.await.map_err(|error| match error {
                        ConsentError::Unapproved(why) => why,
                        ConsentError::HandedOver(_)
                        | ConsentError::Cancelled
                        | ConsentError::Unrecorded(_) => Unapproved::Abandoned,
                    })
                };
                let digest = self.question.digest();
                let late = state.approvals.late();
                late.keep(digest, Box::pin(answer), keep);
                Err(Unapproved::Awaited.into())
            }
        }
    }

    async fn attended<T>(&self, answer: impl Future<Output = T>, observer: &Observer<'_>) -> T {
        let task_id = &self.work.records.origin().task_id;
        attend(answer, task_id, observer).await
    }
}
