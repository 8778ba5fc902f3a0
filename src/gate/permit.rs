//! The first half of a run: from the request to a permit whose use is on record.
//!
//! ```text
//! request -> host -> judge -> resolve, jump hosts first -> a person's yes, where a rule asks
//!         -> permit -> intent written
//! ```
//!
//! The order is the security of the program: no lookup before the policy has said yes, no question before the
//! network policy has said yes, too, no packet before the address is permitted, no command before the record of it
//! is written. The [`Permit`] is surrendered to the audit and comes back only once the record is out. A denial at
//! any step is written as well, and told with a reason and a hint.

use std::net::IpAddr;
use std::rc::Rc;

use super::approval::{
    ConsentError, Consultation, OpenRoad, Person, Question, QuestionPlace, find, may_be_asked,
    nobody,
};
use super::call::{Call, unknown_host};
use super::dial::{self, JumpChain};
use super::dial_error::NoRouteError;
use super::identifier::new_id;
use super::live::LiveOutput;
use super::record::Records;
use super::result::{Failure, Outcome};
use super::run_error::RunError;
use super::runs::Entered;
use crate::audit::{Origin, Recorded};
use crate::config::Host;
use crate::ssh::{SshError, SshErrorKind};
use mcp_ssh_policy::{Approval, Decision, Grant, HostPolicy, Permit, Unapproved, Verdict};

/// Where a person's yes comes from, if a rule asks for one.
pub enum Consent<'a> {
    /// The person is asked about this run.
    Asked(Person<'a>),
    /// The person was asked before, about several hosts at once: the approval, or why there is none.
    Preapproved(Result<Approval, Unapproved>),
}

/// What judging a call has come to.
pub enum JudgedCall {
    /// It may run now.
    Permitted(Box<PermittedRun>),
    /// The approver is about to be asked, which may take minutes.
    Waiting(Box<WaitingRun>),
}

/// A run that is permitted, and whose intent is written. Only this file makes one.
pub struct PermittedRun {
    permit: Recorded<Permit>,
    run: RunParts,
}

/// What a run has beside its permit.
pub struct RunParts {
    pub call: Call,
    pub host: Rc<Host>,
    pub chain: JumpChain,
    pub records: Records,
    /// What it will have printed.
    pub output: LiveOutput,
    /// By which it can be cancelled until it has ended.
    pub entered: Entered,
}

/// A run that a rule asks about, with a road to the approver. It needs nothing of its caller any more.
pub struct WaitingRun {
    judging: Judging,
    decision: Decision,
    question: Question,
    road: OpenRoad<'static>,
    place: QuestionPlace,
}

impl PermittedRun {
    /// What the run has beside its permit.
    pub fn parts(&self) -> &RunParts {
        &self.run
    }

    /// Where the host may be dialled.
    pub fn addresses(&self) -> &[IpAddr] {
        self.permit.recorded().addresses()
    }

    /// The permit, to be used now, and the rest.
    pub fn release(self) -> (Permit, RunParts) {
        (self.permit.release(), self.run)
    }
}

/// Judges a call, as far as that goes without the approver.
///
/// # Errors
/// What the caller is told of a call that is denied, fails or cannot be recorded. That is on record, too.
pub async fn judge(call: Call, consent: Consent<'_>) -> Result<JudgedCall, Outcome> {
    let judging = Judging::begin(call).map_err(Outcome::Failed)?;
    let decision = judging.policy.judge(&judging.call.request.command);
    match judging.consent(&decision, consent).await {
        Err(error) => Err(judging.records.told(Err(error))),
        Ok(Consented::Approval(approval)) => {
            let permitted = judging.permit(&decision, approval).await?;
            Ok(JudgedCall::Permitted(Box::new(permitted)))
        }
        Ok(Consented::Question(asking)) => {
            let (question, road, place) = *asking;
            Ok(JudgedCall::Waiting(Box::new(WaitingRun {
                judging,
                decision,
                question,
                road,
                place,
            })))
        }
    }
}

impl WaitingRun {
    /// The run's identifier, by which it can be cancelled.
    pub fn task_id(&self) -> &str {
        self.judging.records.task_id()
    }

    /// What asks for it.
    pub fn call(&self) -> &Call {
        &self.judging.call
    }

    /// What it will have printed.
    pub fn output(&self) -> &LiveOutput {
        &self.judging.output
    }

    /// Waits for the approver's answer.
    ///
    /// # Errors
    /// Those of [`judge`].
    pub async fn permit(self) -> Result<PermittedRun, Outcome> {
        let Self {
            judging,
            decision,
            question,
            road,
            place,
        } = self;
        match judging.ask(&decision, &question, (road, place)).await {
            Ok(approval) => judging.permit(&decision, Some(approval)).await,
            Err(error) => Err(judging.records.told(Err(error))),
        }
    }
}

/// What there is of a person's yes.
enum Consented {
    /// The yes, where one is needed.
    Approval(Option<Approval>),
    /// The approver is to be asked.
    Question(Box<(Question, OpenRoad<'static>, QuestionPlace)>),
}

/// A call on its way to a permit.
struct Judging {
    call: Call,
    host: Rc<Host>,
    policy: Rc<HostPolicy>,
    records: Records,
    output: LiveOutput,
    entered: Entered,
}

impl Judging {
    /// Finds the host, and opens the records of the run.
    fn begin(call: Call) -> Result<Self, Failure> {
        let Some(host) = call.loaded.inventory().hosts.get(&call.request.alias) else {
            return Err(unknown_host(&call.request, &call.loaded.inventory().hosts));
        };
        let host = Rc::clone(host);
        let task_id = new_id().map_err(|error| {
            let error = format!("the system gives no random numbers: {error}");
            Failure::new(&call.request, error, None)
        })?;
        let entered = call.state.runs.enter(&task_id, &call.cancelled);
        let origin = Origin {
            task_id,
            config_sha256: call.loaded.digest().to_owned(),
            client: call.request.client.clone(),
            request_id: call.request.request_id.clone(),
            trace: call.request.trace.clone(),
        };
        let request = Rc::clone(&call.request);
        let commands = call.loaded.policy().recorded();
        Ok(Self {
            records: Records::new(call.state.audit, request, origin, commands),
            policy: call.loaded.host_policy(&host),
            call,
            host,
            output: LiveOutput::default(),
            entered,
        })
    }

    /// A person's yes, where a rule asks for one. Nobody is asked about what the network policy denies anyway.
    async fn consent(
        &self,
        decision: &Decision,
        consent: Consent<'_>,
    ) -> Result<Consented, RunError> {
        self.records.suspicion(decision)?;
        match decision.verdict() {
            Verdict::Deny => return Err(Box::new(decision.clone()).into()),
            Verdict::Allow => return Ok(Consented::Approval(None)),
            Verdict::Ask => {}
        }
        let Call { state, loaded, .. } = &self.call;
        let no = |why: Unapproved| RunError::unapproved(why.into(), decision);
        let given = match &consent {
            Consent::Preapproved(Ok(_)) => None,
            // What came with this very call counts before what was said earlier.
            Consent::Asked(Person::Answered(..)) => None,
            Consent::Preapproved(Err(_)) | Consent::Asked(_) => {
                let line = decision.remembered_line();
                state.approvals.remembers(decision.alias(), &line, loaded)
            }
        };
        if let Some(grant) = given {
            return Ok(Consented::Approval(Some(yes(decision, grant)?)));
        }
        let person = match consent {
            Consent::Preapproved(Ok(approval)) => return Ok(Consented::Approval(Some(approval))),
            Consent::Preapproved(Err(why)) => Err(why),
            Consent::Asked(person) if may_be_asked(loaded, person) => Ok(person),
            Consent::Asked(_) => return Err(no(nobody(loaded))),
        };
        let (_, addresses) = Box::pin(self.resolve(decision)).await?;
        self.policy.reach(decision, &addresses)?;
        let person = person.map_err(no)?;
        let question = Question::of(decision, loaded.digest(), loaded.user(&self.host));
        let place = state.approvals.begin(&question).map_err(no)?;
        let road = Box::pin(find(loaded, person));
        let road = self.call.cancelled.race(road).await;
        let road = road.ok_or(ConsentError::Cancelled);
        let road = road.and_then(|road| Ok(road?));
        match road.map_err(|error| RunError::unapproved(error, decision))? {
            OpenRoad::Approver(link) => {
                let asking = (question, OpenRoad::Approver(link), place);
                Ok(Consented::Question(Box::new(asking)))
            }
            client @ OpenRoad::Client(_) => {
                let asked = Box::pin(self.ask(decision, &question, (client, place)));
                Ok(Consented::Approval(Some(asked.await?)))
            }
        }
    }

    /// Puts the question, and waits for the yes.
    async fn ask(
        &self,
        decision: &Decision,
        question: &Question,
        (road, place): (OpenRoad<'_>, QuestionPlace),
    ) -> Result<Approval, RunError> {
        let consultation = Consultation {
            state: &self.call.state,
            loaded: &self.call.loaded,
            cancelled: &self.call.cancelled,
            hash: decision.hash(),
            origin: self.records.origin(),
            question,
        };
        let held = consultation.hold(road, place).await;
        let given = held.map_err(|error| RunError::unapproved(error, decision))?;
        yes(decision, given.grant)
    }

    /// The permit, for the addresses that the host has now: they may have changed while the person was asked.
    async fn permit(
        self,
        decision: &Decision,
        approval: Option<Approval>,
    ) -> Result<PermittedRun, Outcome> {
        let permitted = Box::pin(self.recorded(decision, approval)).await;
        match permitted {
            Err(error) => Err(self.records.told(Err(error))),
            Ok((permit, chain)) => Ok(PermittedRun {
                permit,
                run: RunParts {
                    call: self.call,
                    host: self.host,
                    chain,
                    records: self.records,
                    output: self.output,
                    entered: self.entered,
                },
            }),
        }
    }

    async fn recorded(
        &self,
        decision: &Decision,
        approval: Option<Approval>,
    ) -> Result<(Recorded<Permit>, JumpChain), RunError> {
        let (chain, addresses) = self.resolve(decision).await?;
        let permit = match approval {
            Some(approval) => {
                let decision = decision.clone();
                self.policy
                    .permit_approved(decision, approval, &addresses)?
            }
            None => self.policy.permit(decision.clone(), &addresses)?,
        };
        let permit = self.records.intent(decision, permit)?;
        Ok((permit, chain))
    }

    /// The jump hosts and the host's addresses. Where there are none, that is recorded, and the run ends.
    async fn resolve(&self, decision: &Decision) -> Result<(JumpChain, Vec<IpAddr>), RunError> {
        let Call {
            state,
            loaded,
            cancelled,
            ..
        } = &self.call;
        let found = dial::find(state.finder(), loaded, &self.policy, &self.host);
        let found = cancelled.race(found).await.unwrap_or_else(|| {
            let detail = "cancelled while its name was looked up";
            Err(SshError::new(SshErrorKind::Cancelled, detail).into())
        });
        match found {
            Ok(found) => Ok(found),
            Err(NoRouteError::Denied(denial)) => {
                Err(Box::new(decision.clone().denied(*denial)).into())
            }
            Err(NoRouteError::Unresolved(error)) => {
                self.records.unresolved(decision, &error)?;
                Err(error.into())
            }
        }
    }
}

fn yes(decision: &Decision, grant: Grant) -> Result<Approval, RunError> {
    let approval = Approval::of(decision, grant);
    approval.ok_or_else(|| RunError::unapproved(Unapproved::Invalid.into(), decision))
}
