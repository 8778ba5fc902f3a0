//! One question for all hosts of a tag on which a rule asks.
//!
//! Takes: the hosts and the command. Gives: an [`Approval`] for each host that the person was asked
//! about and said yes to. Asks nothing about hosts that are denied, whose addresses are not
//! permitted or not known, or whose approval is remembered; these go their own way afterwards.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::approver::{Approver, Capability};
use super::consultation::Consultation;
use super::question::Question;
use super::unmet::Unmet;
use crate::audit::Origin;
use crate::cancel::Cancelled;
use crate::config::Host;
use crate::gate::dial;
use crate::gate::loaded::Loaded;
use crate::gate::state::GateState;
use crate::gate::tag::TagRequest;
use crate::runtime::{Task, spawn};
use mcp_ssh_policy::{Approval, Decision, Unapproved, Verdict};

/// What the person said of each host.
pub struct Consents {
    given: RefCell<HashMap<String, Approval>>,
    otherwise: Unapproved,
}

impl Consents {
    fn none(otherwise: Unapproved) -> Self {
        Self {
            given: RefCell::default(),
            otherwise,
        }
    }

    /// The approval for a host, to be taken once, or why there is none.
    pub fn take(&self, alias: &str) -> Result<Approval, Unapproved> {
        self.given.borrow_mut().remove(alias).ok_or(self.otherwise)
    }
}

/// Asks about the hosts; nothing when there is nobody to ask.
///
/// # Errors
/// Why no host may begin: it was cancelled, could not be written down, or has to be called again.
pub async fn consents(
    state: &Rc<GateState>,
    loaded: &Rc<Loaded>,
    hosts: &[Rc<Host>],
    wanted: &TagRequest,
    (approver, cancelled, task_id): (&dyn Approver, &Cancelled, &str),
) -> Result<Option<Consents>, Unmet> {
    if approver.capability() == Capability::Nobody {
        return Ok(None);
    }
    let asking = asking(state, loaded, hosts, wanted);
    let asking = cancelled.race(asking).await.ok_or(Unmet::Cancelled)?;
    let Some(question) = Question::of_tag(&asking, &wanted.tag, loaded) else {
        return match approver.capability() {
            // An answer to a question that is no longer there.
            Capability::Answered => Err(Unmet::Unapproved(Unapproved::Invalid)),
            Capability::Asks | Capability::Nobody => Ok(Some(Consents::none(Unapproved::Unasked))),
        };
    };
    let consultation = Consultation {
        state,
        loaded,
        approver,
        cancelled,
        hash: &mcp_ssh_policy::command_hash(&wanted.request.command),
        origin: &Origin {
            task_id: task_id.to_owned(),
            config_sha256: loaded.digest().to_owned(),
            client: wanted.request.client.clone(),
            request_id: wanted.request.request_id.clone(),
            trace: wanted.request.trace.clone(),
        },
    };
    let held = consultation.hold(&question).await;
    if !state.still_holds(loaded).await {
        // No host has begun, so what the policy says now holds for all of them.
        return Err(Unmet::Unapproved(Unapproved::Outdated));
    }
    match held {
        Ok(grant) => {
            let given = asking.iter().filter_map(|decision| {
                let approval = Approval::of(decision, grant)?;
                Some((decision.alias().to_owned(), approval))
            });
            Ok(Some(Consents {
                given: RefCell::new(given.collect()),
                otherwise: Unapproved::Unasked,
            }))
        }
        // The client calls again, with the answer or without.
        Err(Unmet::Unapproved(why @ (Unapproved::Pending | Unapproved::Invalid))) => {
            Err(Unmet::Unapproved(why))
        }
        Err(Unmet::Unapproved(why)) => Ok(Some(Consents::none(why))),
        Err(unmet) => Err(unmet),
    }
}

/// The decisions that ask, as far as nothing else denies them; names are looked up side by side.
async fn asking(
    state: &Rc<GateState>,
    loaded: &Rc<Loaded>,
    hosts: &[Rc<Host>],
    wanted: &TagRequest,
) -> Vec<Decision> {
    let mut looks: Vec<Task<Option<Decision>>> = Vec::new();
    for host in hosts {
        let decision = loaded.host_policy(host).judge(&wanted.request.command);
        let remembered = state.approvals.remembers(&decision, loaded);
        if decision.verdict() != Verdict::Ask || remembered {
            continue;
        }
        let (state, loaded, host) = (Rc::clone(state), Rc::clone(loaded), Rc::clone(host));
        looks.push(spawn(async move {
            let policy = loaded.host_policy(&host);
            let found = dial::find(
                (&state.resolver, &state.connections),
                &loaded,
                &policy,
                &decision,
                &host,
            )
            .await;
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
