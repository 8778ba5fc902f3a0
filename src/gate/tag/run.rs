//! ONE command on every host with a tag: each host is a run of its own, with its own decision
//! and its own records.
//!
//! ```text
//! admission.rs  how many hosts at once, a turn          rollout.rs  which hosts begin now, and what ends it early
//! work.rs       the hosts, each a run of its own        canary.rs   a person says whether the others follow
//! tag_run.rs    the run as a whole, its end on record   kept.rs     how much of their output is kept and shown
//! ```
//!
//! Takes: a tag and a command. Gives: a result for each host in inventory order, and how many
//! ended how. Refuses, before anything runs: a tag that no host has, more hosts than `max_hosts`.
//! Of the limits the strictest over the hosts concerned holds. A host that is denied, fails, stalls or even panics
//! changes nothing for another, but where the call or the policy says so.

use std::cell::RefCell;
use std::rc::Rc;

use super::admission::{admit, limits, turn};
use super::canary::{TagEnd, ask};
use super::halted::HaltedRun;
use super::kept::share;
use super::result::{TagRequest, TagRunError};
use super::rollout::{Rollout, RolloutStep, RolloutTerms};
use super::tag_run::TagRun;
use super::work::TagWork;
use crate::cancel::Cancelled;
use crate::config::Host;
use crate::gate::approval::{Person, TagQuestion};
use crate::gate::identifier::new_id;
use crate::gate::loaded::Loaded;
use crate::gate::progress::{Observer, Progress};
use crate::gate::state::GateState;
use mcp_ssh_policy::Limits;

/// Runs the command on the hosts, several at once, in the steps that the call and the policy want.
pub async fn run_on_tag(
    state: &Rc<GateState>,
    loaded: Rc<Loaded>,
    wanted: TagRequest,
    cancelled: Cancelled,
    observer: Rc<Observer<'static>>,
    person: Person<'_>,
) -> Result<TagEnd, TagRunError> {
    if let Some(halted) = halted(state, person) {
        let ended = halted.resume(person, cancelled, observer).await;
        return Ok(TagEnd::Ended(Box::new(ended)));
    }
    let tagged = loaded.inventory().hosts.with_tag(&wanted.tag);
    let hosts: Vec<Rc<Host>> = tagged.cloned().collect();
    let width = admit(&loaded, &wanted.tag, &hosts)?;
    let task_id = new_id().map_err(|error| {
        TagRunError::new(format!("the system gives no random numbers: {error}"), "")
    })?;
    let entered = state.runs.enter(&task_id, &cancelled);
    // A turn is not kept waiting for a person.
    let question = TagQuestion {
        state,
        loaded: &loaded,
        hosts: &hosts,
        wanted: &wanted,
        cancelled: &cancelled,
        task_id: &task_id,
        observer: observer.as_ref(),
    };
    let consents = question.consents(person).await?;
    let turn = turn(state, &loaded, &cancelled).await?;
    let (task_id, total) = (&task_id, hosts.len());
    observer(Progress::FannedOut { task_id, total });
    let policies: Vec<Limits> = limits(&loaded, &hosts).collect();
    let (terms, told) = RolloutTerms::of(wanted.rollout, policies.into_iter(), total);
    let work = TagWork {
        state: Rc::clone(state),
        loaded,
        request: wanted.request.clone(),
        width,
        output_budget: share(total),
        consents,
        cancelled,
        observer: RefCell::new(observer),
        rollout: RefCell::new(Rollout::new(terms, total)),
        expected: RefCell::default(),
        results: RefCell::new((0..total).map(|_| None).collect()),
        hosts,
    };
    let run = TagRun::new(wanted, work, (terms, told), entered);
    let step = run.work.go().await;
    drop(turn);
    if step == RolloutStep::Person {
        return ask(run, after(person)).await;
    }
    Ok(TagEnd::Ended(Box::new(run.finish().await)))
}

/// The run of an earlier call, which what the person has answered between the two is about.
fn halted(state: &GateState, person: Person<'_>) -> Option<Box<dyn HaltedRun>> {
    match person {
        Person::Answered(question, _) => state.halted.take(&question),
        Person::Nobody | Person::Asked(_) | Person::AskedBetweenCalls => None,
    }
}

/// How the person is asked about the hosts after the canaries: an answer that came with the call was to another question.
fn after(person: Person<'_>) -> Person<'_> {
    match person {
        Person::Answered(..) => Person::AskedBetweenCalls,
        Person::Nobody | Person::Asked(_) | Person::AskedBetweenCalls => person,
    }
}
