//! The hosts of one tag run: each begins when the [`Rollout`] says so, and is a run of its own.
//!
//! Takes: the hosts, the command, and the plan of the steps. Gives: what became of each host. Refuses nothing: a host that
//! is denied, fails, stalls or even panics changes nothing for another but what the plan says of it.

use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use smol::future::FutureExt;

use super::result::HostResult;
use super::rollout::{Rollout, RolloutStep, RolloutStop};
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::config::Host;
use crate::gate::approval::{Consents, Person};
use crate::gate::call::{Call, RunOptions};
use crate::gate::dial::ExpectedConnection;
use crate::gate::loaded::Loaded;
use crate::gate::permit::Consent;
use crate::gate::progress::{Observer, Progress};
use crate::gate::result::{Failure, Outcome, RunRequest};
use crate::gate::run::run;
use crate::gate::state::GateState;
use crate::runtime::{Task, spawn};

/// What the workers share.
pub struct TagWork {
    pub state: Rc<GateState>,
    pub loaded: Rc<Loaded>,
    pub request: RunRequest,
    pub hosts: Vec<Rc<Host>>,
    pub cancelled: Cancelled,
    /// How many hosts may be worked on at once.
    pub width: usize,
    /// The most output that is kept of one host, in bytes.
    pub output_budget: u64,
    pub consents: Option<Consents>,
    pub observer: RefCell<Rc<Observer<'static>>>,
    pub rollout: RefCell<Rollout>,
    /// Keeps the connections with the hosts that are not done, while there is a turn.
    pub expected: RefCell<Vec<Option<ExpectedConnection>>>,
    /// What became of the hosts that have begun, in their order.
    pub results: RefCell<Vec<Option<HostResult>>>,
}

impl TagWork {
    /// Works until a person is to be asked, or all is over; gives which of the two.
    pub async fn go(self: &Rc<Self>) -> RolloutStep {
        self.expect();
        loop {
            let step = self.rollout.borrow_mut().step();
            let RolloutStep::Hosts(count) = step else {
                self.expected.take();
                return step;
            };
            let workers = 0..self.width.min(count).max(1);
            let workers: Vec<Task<()>> =
                workers.map(|_| spawn(Rc::clone(self).take_up())).collect();
            for worker in workers {
                worker.await;
            }
        }
    }

    /// The results of all hosts, in their order: those that have not begun say why.
    pub fn all_results(&self) -> Vec<HostResult> {
        let mut results: Vec<HostResult> = self.results.take().into_iter().flatten().collect();
        let rollout = self.rollout.borrow();
        let Some(why) = rollout.stopped() else {
            return results;
        };
        let (error, hint) = rollout.told(why);
        let hint = Some(hint).filter(|hint| !hint.is_empty());
        let rest = self.hosts.get(rollout.rest()).unwrap_or_default();
        results.extend(rest.iter().map(|host| {
            let request = self.request_on(host);
            HostResult {
                alias: request.alias.clone(),
                outcome: Outcome::Failed(Failure::not_started(&request, &error, hint)),
                duration_ms: 0,
            }
        }));
        results
    }

    /// Keeps the connections with the hosts that have not begun.
    fn expect(&self) {
        let begun = self.rollout.borrow().rest().start;
        let hosts = self.hosts.iter().enumerate();
        let expected = hosts.map(|(place, host)| {
            (place >= begun).then(|| self.state.connections.expect(host.alias.as_ref()))
        });
        self.expected.replace(expected.collect());
    }

    /// One worker: takes up the next host of the step until there is none.
    async fn take_up(self: Rc<Self>) {
        while let Some((place, host)) = self.next().await {
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
            self.stop_if_cancelled();
            let done = {
                let mut rollout = self.rollout.borrow_mut();
                rollout.end(result.verdict());
                rollout.ended()
            };
            let observer = Rc::clone(&self.observer.borrow());
            observer(Progress::HostDone {
                result: &result,
                done,
                total: self.hosts.len(),
            });
            if let Some(slot) = self.results.borrow_mut().get_mut(place) {
                *slot = Some(result);
            }
        }
    }

    /// The next host, which begins now. Where what is in force by now does not let it, no further host begins.
    async fn next(&self) -> Option<(usize, &Rc<Host>)> {
        loop {
            self.stop_if_cancelled();
            let place = self.rollout.borrow().next()?;
            let host = self.hosts.get(place)?;
            let line = &self.request.command;
            let is_allowed = self.state.still_allows(&self.loaded, host, line).await;
            self.stop_if_cancelled();
            let mut rollout = self.rollout.borrow_mut();
            if rollout.next() != Some(place) {
                // Another worker has taken it up meanwhile, or none begins any more.
                continue;
            }
            if !is_allowed {
                rollout.stop(RolloutStop::Outdated);
            }
            return Some((rollout.begin()?, host));
        }
    }

    fn stop_if_cancelled(&self) {
        if self.cancelled.is_cancelled() {
            self.rollout.borrow_mut().stop(RolloutStop::Cancelled);
        }
    }

    fn request_on(&self, host: &Host) -> RunRequest {
        RunRequest {
            alias: host.alias.to_string(),
            ..self.request.clone()
        }
    }

    /// Runs it on one host, which can be cancelled alone or with all the others.
    async fn one(&self, host: &Host) -> Outcome {
        let request = self.request_on(host);
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
        let observer = Rc::clone(&self.observer.borrow());
        let touches = |progress: Progress<'_>| {
            if matches!(&progress, Progress::Connecting { stage, .. } if stage.awaits_touch()) {
                observer(progress);
            }
        };
        let options = RunOptions {
            observer: &touches,
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
