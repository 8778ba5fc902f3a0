//! ONE command on every host with a tag: each host is a run of its own, with its own decision
//! and its own records.
//!
//! Takes: a tag and a command. Gives: a result for each host in inventory order, and how many
//! ended how. Refuses, before anything runs: a tag that no host has, more hosts than `max_hosts`.
//! Of `max_hosts` and `max_parallel` the strictest over the hosts concerned holds. A host that
//! is denied, fails, stalls or even panics changes nothing for another.

use std::cell::{Cell, RefCell};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use smol::future::FutureExt;
use smol::lock::SemaphoreGuard;

use super::result::{FanOut, HostResult, Summary, TagRequest, TagRunError};
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::config::{Host, Tag};
use crate::gate::approval::{Consents, Person, TagQuestion};
use crate::gate::call::{Call, LISTED, RunOptions, or_rather};
use crate::gate::dial::ExpectedConnection;
use crate::gate::identifier::new_id;
use crate::gate::loaded::Loaded;
use crate::gate::permit::Consent;
use crate::gate::progress::{Observer, Progress, unobserved};
use crate::gate::result::{Failure, Outcome, RunRequest};
use crate::gate::run::run;
use crate::gate::state::GateState;
use crate::gate::tasks::{MAX_KEPT, shown as shown_of_one};
use crate::gate::view::{Bound, Rest};
use crate::runtime::{Task, spawn};

/// Output that one tag run keeps, all hosts together; each has an equal share, or its policy's
/// `max_output_bytes` where that is less. It is there as it came, redacted, and once more while
/// that is done.
const MAX_KEPT_BYTES: u64 = 8 * 1024 * 1024;

/// The least output shown for a host. With less, the cut notice would be longer than the output.
const LEAST_SHOWN_BYTES: usize = 256;

/// Runs the command on the hosts, several at once.
pub async fn run_on_tag(
    state: &Rc<GateState>,
    loaded: Rc<Loaded>,
    request: TagRequest,
    cancelled: Cancelled,
    observer: Rc<Observer<'static>>,
    person: Person<'_>,
) -> Result<FanOut, TagRunError> {
    let tagged = loaded.inventory().hosts.with_tag(&request.tag);
    let hosts: Vec<Rc<Host>> = tagged.cloned().collect();
    let width = admit(&loaded, &request.tag, &hosts)?;
    let task_id = new_id().map_err(|error| {
        TagRunError::new(format!("the system gives no random numbers: {error}"), "")
    })?;
    let _entered = state.runs.enter(&task_id, &cancelled);
    // A turn is not kept waiting for a person.
    let question = TagQuestion {
        state,
        loaded: &loaded,
        hosts: &hosts,
        wanted: &request,
        cancelled: &cancelled,
        task_id: &task_id,
        observer: observer.as_ref(),
    };
    let consents = question.consents(person).await?;
    let _turn = turn(state, &loaded, &cancelled).await?;
    let total = hosts.len();
    observer(Progress::FannedOut {
        task_id: &task_id,
        total,
    });
    let expect = |host: &Rc<Host>| state.connections.expect(host.alias.as_ref());
    let work = Rc::new(TagWork {
        state: Rc::clone(state),
        loaded,
        output_budget: share(total),
        results: RefCell::new((0..total).map(|_| None).collect()),
        expected: RefCell::new(hosts.iter().map(|host| Some(expect(host))).collect()),
        hosts,
        request: request.request,
        consents,
        cancelled,
        observer,
        begun: Cell::new(0),
        done: Cell::new(0),
    });
    let mut results = work.done_by(width).await;
    if let Some(bound) = work.request.bound {
        results = shown(state, &work.loaded, results, bound);
    }
    Ok(FanOut {
        task_id,
        tag: request.tag,
        hash: mcp_ssh_policy::command_hash(&work.request.command),
        summary: Summary::of(results.iter().map(|result| result.outcome.ending())),
        truncated: results.iter().any(HostResult::is_cut),
        results,
    })
}

/// One of the few tag runs that go on at once, unless it was cancelled or the configuration changed
/// before.
pub async fn turn<'g>(
    state: &'g GateState,
    loaded: &Loaded,
    cancelled: &Cancelled,
) -> Result<SemaphoreGuard<'g>, TagRunError> {
    let turn = cancelled.race(state.tag_runs.acquire()).await;
    let turn = turn.ok_or_else(TagRunError::cancelled)?;
    if !state.still_holds(loaded).await {
        // No host has begun, so what the policy says now holds for all of them.
        return Err(TagRunError::new(
            "the configuration has changed while this waited for its turn: nothing was run",
            "call again: it is judged anew",
        ));
    }
    Ok(turn)
}

/// How many hosts may be worked on at once.
pub fn admit(loaded: &Loaded, tag: &str, hosts: &[Rc<Host>]) -> Result<usize, TagRunError> {
    let limits = || hosts.iter().map(|host| loaded.host_policy(host).limits());
    let max_hosts = limits().filter_map(|limits| limits.max_hosts).min();
    let Some(max_parallel) = limits().map(|limits| limits.max_parallel).min() else {
        // The agent's word may be anything: only what could be a tag is repeated.
        let error = match Tag::parse(tag) {
            Ok(tag) => {
                let tags = loaded.inventory().hosts.tags();
                format!(
                    "no host has the tag `{tag}`{}",
                    or_rather(tag.as_ref(), &tags)
                )
            }
            Err(_) => "no host has that tag".to_owned(),
        };
        return Err(TagRunError::new(error, LISTED));
    };
    match max_hosts {
        Some(max) if hosts.len() > usize::try_from(max).unwrap_or(usize::MAX) => {
            Err(TagRunError::new(
                format!(
                    "{} hosts have the tag, and the policy lets a tag run have {max} at most (max_hosts): nothing was run",
                    hosts.len()
                ),
                "use a tag that fewer hosts have, or ssh_run for one of them",
            ))
        }
        Some(_) | None => Ok(usize::try_from(max_parallel)
            .unwrap_or(usize::MAX)
            .min(hosts.len())),
    }
}

/// Bytes of output for each of so many hosts.
fn share(hosts: usize) -> u64 {
    u64::try_from(hosts).map_or(0, |hosts| MAX_KEPT_BYTES / hosts.max(1))
}

/// The results with no more output than `bound` allows for all of them.
fn shown(
    state: &Rc<GateState>,
    loaded: &Loaded,
    results: Vec<HostResult>,
    bound: Bound,
) -> Vec<HostResult> {
    let held = results.iter().map(|result| match &result.outcome {
        Outcome::Finished(result) => result.held(),
        Outcome::Denied(_) | Outcome::Failed(_) => 0,
    });
    let max_bytes = fair_share(held.collect(), bound.max_bytes).max(LEAST_SHOWN_BYTES);
    let bound = Bound { max_bytes, ..bound };
    let shown = results.into_iter().enumerate().map(|(place, result)| {
        // More would push out the first of them.
        let rest = if place < MAX_KEPT {
            Rest::Kept
        } else {
            Rest::Gone
        };
        HostResult {
            outcome: shown_of_one(state, loaded, result.outcome, bound, rest),
            ..result
        }
    });
    shown.collect()
}

/// The equal share of `room`. A host that needs less leaves its rest to the others.
fn fair_share(mut needs: Vec<usize>, room: usize) -> usize {
    needs.sort_unstable();
    let (mut left, mut others) = (room, needs.len());
    for need in needs {
        if need > left / others {
            return left / others;
        }
        left -= need;
        others -= 1;
    }
    room
}

/// What the workers share.
struct TagWork {
    state: Rc<GateState>,
    loaded: Rc<Loaded>,
    request: RunRequest,
    hosts: Vec<Rc<Host>>,
    /// Keeps the connections with the hosts that are not done.
    expected: RefCell<Vec<Option<ExpectedConnection>>>,
    output_budget: u64,
    consents: Option<Consents>,
    cancelled: Cancelled,
    observer: Rc<Observer<'static>>,
    /// How many hosts were taken up.
    begun: Cell<usize>,
    done: Cell<usize>,
    results: RefCell<Vec<Option<HostResult>>>,
}

impl TagWork {
    /// The results of all hosts, once so many workers have done them.
    async fn done_by(self: &Rc<Self>, width: usize) -> Vec<HostResult> {
        let workers: Vec<Task<()>> = (0..width).map(|_| spawn(Rc::clone(self).go())).collect();
        for worker in workers {
            worker.await;
        }
        self.results.take().into_iter().flatten().collect()
    }

    /// One worker: takes up the next host until there is none.
    async fn go(self: Rc<Self>) {
        while let Some((place, host)) = self.next() {
            let started = Stopwatch::start();
            let outcome = self.one(host).await;
            if let Some(expected) = self.expected.borrow_mut().get_mut(place) {
                *expected = None;
            }
            let result = HostResult {
                alias: host.alias.to_string(),
                outcome,
                duration_ms: started.elapsed_ms(),
            };
            self.done.set(self.done.get() + 1);
            (self.observer)(Progress::HostDone {
                result: &result,
                done: self.done.get(),
                total: self.hosts.len(),
            });
            if let Some(slot) = self.results.borrow_mut().get_mut(place) {
                *slot = Some(result);
            }
        }
    }

    fn next(&self) -> Option<(usize, &Rc<Host>)> {
        let place = self.begun.get();
        let host = self.hosts.get(place)?;
        self.begun.set(place + 1);
        Some((place, host))
    }

    /// Runs it on one host, which can be cancelled alone or with all the others.
    async fn one(&self, host: &Host) -> Outcome {
        let request = RunRequest {
            alias: host.alias.to_string(),
            ..self.request.clone()
        };
        if self.cancelled.is_cancelled() {
            return Outcome::Failed(Failure::cancelled(&request));
        }
        let (_, own) = self.cancelled.child();
        let consent = match &self.consents {
            Some(consents) => Consent::Preapproved(consents.take(&request.alias)),
            None => Consent::Asked(Person::Nobody),
        };
        let request = Rc::new(request);
        let call = Call {
            state: Rc::clone(&self.state),
            loaded: Rc::clone(&self.loaded),
            request: Rc::clone(&request),
            cancelled: own,
        };
        let options = RunOptions {
            observer: &unobserved,
            output_budget: self.output_budget,
        };
        let run = AssertUnwindSafe(run(call, consent, &options));
        let outcome = run.catch_unwind().await;
        outcome.unwrap_or_else(|_| {
            let error = "the server failed on this host; the operator's log says more";
            Outcome::Failed(Failure::new(&request, error, None))
        })
    }
}

impl HostResult {
    fn is_cut(&self) -> bool {
        matches!(&self.outcome, Outcome::Finished(result) if result.truncated)
    }
}

#[cfg(test)]
mod tests {
    use super::fair_share;

    #[test]
    fn who_needs_less_leaves_the_others_more() {
        for (needs, room, share) in [
            (vec![], 100, 100),
            (vec![0, 0], 100, 100),
            (vec![500], 100, 100),
            (vec![50, 50], 100, 100),
            (vec![10, 500], 100, 90),
            (vec![500, 500, 0, 20], 100, 40),
            (vec![500; 1000], 100, 0),
        ] {
            assert_eq!(fair_share(needs.clone(), room), share, "{needs:?}");
        }
    }
}
