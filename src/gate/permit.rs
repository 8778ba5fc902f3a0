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

use super::approval::{Approver, Capability, Consultation, Question, Unmet};
use super::call::{Call, unknown_host};
use super::dial::{self, JumpChain};
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
    /// The person is asked in the course of the run.
    Asked(&'a dyn Approver),
    /// The person was asked before, about several hosts at once: the approval, or why there is none.
    Preapproved(Result<Approval, Unapproved>),
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

impl PermittedRun {
    /// What the run has beside its permit.
    pub fn parts(&self) -> &RunParts {
        &self.run
    }

    /// The permit, to be used now, and the rest.
    pub fn release(self) -> (Permit, RunParts) {
        (self.permit.release(), self.run)
    }
}

/// Judges a call.
///
/// # Errors
/// What the caller is told of a call that is denied, fails or cannot be recorded. That is on record, too.
pub async fn permit(call: Call, consent: Consent<'_>) -> Result<PermittedRun, Outcome> {
    let Some(host) = call.loaded.inventory().hosts.get(&call.request.alias) else {
        return Err(Outcome::Failed(unknown_host(&call.request)));
    };
    let host = Rc::clone(host);
    let task_id = new_id().map_err(|error| {
        let error = format!("the system gives no random numbers: {error}");
        Outcome::Failed(Failure::new(&call.request, error, None))
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
    let records = Records::new(call.state.audit, request, origin, commands);
    let judging = Judging {
        call: &call,
        host: &host,
        policy: call.loaded.host_policy(&host),
        records: &records,
    };
    match judging.permit(consent).await {
        Ok((permit, chain)) => Ok(PermittedRun {
            permit,
            run: RunParts {
                call,
                host,
                chain,
                records,
                output: LiveOutput::default(),
                entered,
            },
        }),
        Err(error) => Err(records.told(Err(error))),
    }
}

/// A call on its way to a permit.
struct Judging<'a> {
    call: &'a Call,
    host: &'a Rc<Host>,
    policy: Rc<HostPolicy>,
    records: &'a Records,
}

impl Judging<'_> {
    async fn permit(
        &self,
        consent: Consent<'_>,
    ) -> Result<(Recorded<Permit>, JumpChain), RunError> {
        let decision = self.policy.judge(&self.call.request.command);
        self.records.suspicion(&decision)?;
        let approval = match decision.verdict() {
            Verdict::Deny => return Err(Box::new(decision).into()),
            Verdict::Allow => None,
            Verdict::Ask => Some(Box::pin(self.approval(&decision, consent)).await?),
        };
        // The addresses may have changed while the person was asked.
        let (chain, addresses) = Box::pin(self.resolve(&decision)).await?;
        let permit = match approval {
            Some(approval) => {
                let decision = decision.clone();
                self.policy
                    .permit_approved(decision, approval, &addresses)?
            }
            None => self.policy.permit(decision.clone(), &addresses)?,
        };
        let permit = self.records.intent(&decision, permit)?;
        Ok((permit, chain))
    }

    /// A person's yes. Nobody is asked about what the network policy denies anyway.
    async fn approval(
        &self,
        decision: &Decision,
        consent: Consent<'_>,
    ) -> Result<Approval, RunError> {
        let Call { state, loaded, .. } = self.call;
        let no = |why| RunError::unmet(Unmet::Unapproved(why), decision);
        let yes = |grant| Approval::of(decision, grant).ok_or_else(|| no(Unapproved::Invalid));
        let approver = match consent {
            Consent::Preapproved(Ok(approval)) => return Ok(approval),
            Consent::Preapproved(Err(why)) => Err(why),
            Consent::Asked(approver) => Ok(approver),
        };
        let capability = approver.map_or(Capability::Asks, Approver::capability);
        // What came with this very call counts before what was said earlier.
        if capability != Capability::Answered && state.approvals.remembers(decision, loaded) {
            return yes(Grant::Session);
        }
        if capability == Capability::Nobody {
            return Err(no(Unapproved::Unasked));
        }
        let (_, addresses) = self.resolve(decision).await?;
        self.policy.reach(decision, &addresses)?;
        let consultation = Consultation {
            state,
            loaded,
            approver: approver.map_err(no)?,
            cancelled: &self.call.cancelled,
            hash: decision.hash(),
            origin: self.records.origin(),
        };
        let question = Question::of(decision, loaded);
        let held = consultation.hold(&question).await;
        yes(held.map_err(|unmet| RunError::unmet(unmet, decision))?)
    }

    /// The jump hosts and the host's addresses. Where there are none, that is recorded, and the run ends.
    async fn resolve(&self, decision: &Decision) -> Result<(JumpChain, Vec<IpAddr>), RunError> {
        let Call {
            state,
            loaded,
            cancelled,
            ..
        } = self.call;
        let by = (&state.resolver, &state.connections);
        let found = dial::find(by, loaded, &self.policy, decision, self.host);
        let found = cancelled.race(found).await.unwrap_or_else(|| {
            let detail = "cancelled while its name was looked up";
            Err(SshError::new(SshErrorKind::Cancelled, detail).into())
        });
        if let Err(RunError::Failed(error)) = &found {
            self.records.unresolved(decision, error)?;
        }
        found
    }
}
