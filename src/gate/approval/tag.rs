//! One question for all hosts of a tag on which a rule asks.
//!
//! Takes: the hosts and the command. Gives: an [`Approval`] for each host that the person was asked
//! about and said yes to. Asks nothing about hosts that are denied, whose addresses are not
//! permitted or not known, or whose approval is remembered; these go their own way afterwards.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::consent_error::ConsentError;
use super::consultation::Consultation;
use super::person::Person;
use super::question::Question;
use super::remembered::{GivenConsent, QuestionPlace};
use super::road::{OpenRoad, find, may_be_asked};
use crate::audit::Origin;
use crate::cancel::Cancelled;
use crate::config::Host;
use crate::gate::dial;
use crate::gate::loaded::Loaded;
use crate::gate::progress::{Observer, attend};
use crate::gate::state::GateState;
use crate::gate::tag::TagRequest;
use crate::runtime::{Task, spawn};
use mcp_ssh_policy::{Approval, Decision, Unapproved, Verdict};

/// What the person said of each host.
pub struct Consents {
    given: RefCell<HashMap<String, Approval>>,
    otherwise: Unapproved,
    /// The yes that the approvals come from.
    yes: Option<GivenConsent>,
}

impl Consents {
    fn none(otherwise: Unapproved) -> Self {
        Self {
            given: RefCell::default(),
            otherwise,
            yes: None,
        }
    }

    /// Whether there is an approval for a host.
    pub fn has(&self, alias: &str) -> bool {
        let is_withdrawn = self.yes.as_ref().is_some_and(GivenConsent::is_withdrawn);
        !is_withdrawn && self.given.borrow().contains_key(alias)
    }

    /// The approval for a host, to be taken once as the host begins, or why there is none.
    pub fn take(&self, alias: &str) -> Result<Approval, Unapproved> {
        if self.yes.as_ref().is_some_and(GivenConsent::is_withdrawn) {
            return Err(Unapproved::Withdrawn);
        }
        self.given.borrow_mut().remove(alias).ok_or(self.otherwise)
    }
}

/// The hosts and the command that a person may be asked about.
pub struct TagQuestion<'a> {
    pub state: &'a Rc<GateState>,
    pub loaded: &'a Rc<Loaded>,
    pub hosts: &'a [Rc<Host>],
    pub wanted: &'a TagRequest,
    pub cancelled: &'a Cancelled,
    pub task_id: &'a str,
    pub observer: &'a Observer<'a>,
}

impl TagQuestion<'_> {
    /// Asks about the hosts; nothing when there is nobody to ask.
    ///
    /// # Errors
    /// Why no host may begin: it was cancelled, could not be written down, or has to be called again.
    pub async fn consents(&self, person: Person<'_>) -> Result<Option<Consents>, ConsentError> {
        if !may_be_asked(self.loaded, person) {
            return Ok(None);
        }
        let asking = self.race(self.asking()).await?;
        let asked = |host: &&Rc<Host>| asking.iter().any(|its| its.alias() == host.alias.as_ref());
        let asked = self.hosts.iter().filter(asked);
        let users = asked.filter_map(|host| self.loaded.user(host));
        let digest = self.loaded.digest();
        let question = match Question::of_tag(&asking, &self.wanted.tag, digest, users) {
            Ok(question) => question,
            Err(why) => {
                return match person {
                    // An answer to a question that is no longer there.
                    Person::Answered(..) => Err(Unapproved::Invalid.into()),
                    Person::Asked(_) | Person::AskedBetweenCalls | Person::Nobody => {
                        Ok(Some(Consents::none(why)))
                    }
                };
            }
        };
        let place = match self.state.approvals.begin(&question) {
            Ok(place) => place,
            Err(why) => return Ok(Some(Consents::none(why))),
        };
        let road = match self.race(find(self.loaded, person)).await? {
            Ok(road) => road,
            Err(why) => return Ok(Some(Consents::none(why))),
        };
        let held = self.held(&question, (road, place)).await;
        if !self.race(self.state.still_holds(self.loaded)).await? {
            // No host has begun, so what the policy says now holds for all of them.
            return Err(Unapproved::Outdated.into());
        }
        match held {
            Ok(yes) => {
                let given = asking.iter().filter_map(|decision| {
                    let approval = Approval::of(decision, yes.grant)?;
                    Some((decision.alias().to_owned(), approval))
                });
                Ok(Some(Consents {
                    given: RefCell::new(given.collect()),
                    otherwise: Unapproved::Missed,
                    yes: Some(yes),
                }))
            }
            // The client calls again, without the answer.
            Err(ConsentError::Unapproved(Unapproved::Invalid)) => Err(Unapproved::Invalid.into()),
            Err(ConsentError::Unapproved(why)) => Ok(Some(Consents::none(why))),
            Err(error) => Err(error),
        }
    }

    /// Puts the question on this road, and waits for the answer.
    async fn held(
        &self,
        question: &Question,
        (road, place): (OpenRoad<'_>, QuestionPlace),
    ) -> Result<GivenConsent, ConsentError> {
        let request = &self.wanted.request;
        let consultation = Consultation {
            state: self.state,
            loaded: self.loaded,
            cancelled: self.cancelled,
            hash: &mcp_ssh_policy::command_hash(&request.command),
            origin: &Origin {
                task_id: self.task_id.to_owned(),
                config_sha256: self.loaded.digest().to_owned(),
                client: request.client.clone(),
                request_id: request.request_id.clone(),
                trace: request.trace.clone(),
            },
            question,
        };
        let by_approver = matches!(road, OpenRoad::Approver(_));
        let held = consultation.hold(road, place);
        if by_approver {
            attend(held, self.task_id, self.observer).await
        } else {
            held.await
        }
    }

    /// The decisions that ask, as far as nothing else denies them; names are looked up side by side.
    async fn asking(&self) -> Vec<Decision> {
        let mut looks: Vec<Task<Option<Decision>>> = Vec::new();
        for host in self.hosts {
            let policy = self.loaded.host_policy(host);
            let decision = policy.judge(&self.wanted.request.command);
            let line = decision.remembered_line();
            let remembered = self
                .state
                .approvals
                .remembers(decision.alias(), &line, self.loaded);
            if decision.verdict() != Verdict::Ask || remembered.is_some() {
                continue;
            }
            let (state, loaded) = (Rc::clone(self.state), Rc::clone(self.loaded));
            let host = Rc::clone(host);
            looks.push(spawn(async move {
                let found = dial::find(state.finder(), &loaded, &policy, &host).await;
                let (_, addresses) = found.ok()?;
                policy.reach(&decision, &addresses).ok()?;
                Some(decision)
            }));
        }
        let mut asking = Vec::new();
        for look in looks {
            asking.extend(look.await);
        }
        asking
    }

    async fn race<T>(&self, work: impl Future<Output = T>) -> Result<T, ConsentError> {
        let done = self.cancelled.race(work).await;
        done.ok_or(ConsentError::Cancelled)
    }
}
