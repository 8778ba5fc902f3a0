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

use serde::{Serialize, Serializer};
use smol::future::{FutureExt, or, pending};

use super::approval::{Approver, Nobody, Unmet};
use super::approval_tag::{self, Consents};
use super::loaded::Loaded;
use super::progress::{Observer, Progress};
use super::result::{Ending, Failure, Outcome, Refusal, Request, RunResult};
use super::run::{self, Consent, Terms};
use super::{Gate, task};
use crate::cancel::{self, Cancelled};
use crate::clock::Stopwatch;
use crate::config::{Host, Tag};
use crate::runtime::{Task, spawn};

/// Output that one tag run keeps, all hosts together; each has an equal share, or its policy's
/// `max_output_bytes` where that is less. While the answer is written every byte is held up to
/// ten times (the text, the structured content, both escaped): 80 MiB in a container of 512.
const MAX_KEPT_BYTES: u64 = 8 * 1024 * 1024;

/// A command for every host with a tag.
#[derive(Clone, Debug)]
pub struct TagRequest {
    /// The tag.
    pub tag: String,
    /// What runs on each host; its alias is filled in.
    pub request: Request,
}

/// What became of it.
#[derive(Debug, Serialize)]
pub struct FanOut {
    /// The identifier of the whole; each host's run has its own.
    pub task_id: String,
    /// The tag.
    pub tag: String,
    /// The command's hash.
    pub hash: String,
    /// How many hosts ended how.
    pub summary: Summary,
    /// Whether the output of any host was cut; that host's result says so, too.
    pub truncated: bool,
    /// One for each host, in the order of servers.yml.
    pub results: Vec<HostResult>,
}

/// How many hosts ended how: every host counts in `total` and in one of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All hosts with the tag.
    pub total: usize,
    /// Exit status 0.
    pub succeeded: usize,
    /// Another exit status, a signal, the output limit, or it could not run.
    pub failed: usize,
    /// Not allowed there.
    pub denied: usize,
    /// Ended at `max_seconds`.
    pub timed_out: usize,
    /// Cancelled, while it ran or before it began.
    pub cancelled: usize,
}

/// How the command ended on one host.
#[derive(Debug)]
pub struct HostResult {
    /// The host's alias.
    pub alias: String,
    /// What a run of it alone would have given.
    pub outcome: Outcome,
    /// Since its run began, in milliseconds.
    pub duration_ms: u64,
}

#[derive(Serialize)]
struct Ran<'a> {
    status: Ending,
    #[serde(flatten)]
    result: &'a RunResult,
}

#[derive(Serialize)]
struct Denied<'a> {
    #[serde(flatten)]
    refusal: &'a Refusal,
    denied: bool,
}

impl Serialize for HostResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let status = self.outcome.ending();
        match &self.outcome {
            Outcome::Finished(result) => Ran { status, result }.serialize(serializer),
            Outcome::Failed(failure) => failure.serialize(serializer),
            Outcome::Denied(refusal) => Denied {
                refusal,
                denied: true,
            }
            .serialize(serializer),
        }
    }
}

/// Why nothing was run at all.
#[derive(Debug, Serialize)]
pub struct Unstarted {
    /// Failed, or cancelled while it waited for its turn.
    pub status: Ending,
    /// What is wrong.
    pub error: String,
    /// What to do next.
    pub hint: &'static str,
}

impl Unstarted {
    pub(super) fn new(error: impl Into<String>, hint: &'static str) -> Self {
        Self {
            status: Ending::Failed,
            error: error.into(),
            hint,
        }
    }

    fn cancelled() -> Self {
        Self {
            status: Ending::Cancelled,
            ..Self::new("cancelled before it began", "")
        }
    }
}

impl From<Unmet> for Unstarted {
    fn from(unmet: Unmet) -> Self {
        match unmet {
            Unmet::Cancelled => Self::cancelled(),
            Unmet::Unrecorded(fault) => {
                log::error!("nothing was run: {fault}");
                let error = "the audit record could not be written, so nothing was run";
                Self::new(error, "ask the operator to look at the server's stderr")
            }
            Unmet::Unapproved(why) => {
                let (error, hint) = why.in_brief();
                Self::new(error, hint)
            }
        }
    }
}

/// Runs the command on the hosts, several at once.
pub(super) async fn run_on_tag(
    gate: &Gate,
    loaded: Rc<Loaded>,
    request: TagRequest,
    cancelled: Cancelled,
    observer: Rc<Observer<'static>>,
    approver: &dyn Approver,
) -> Result<FanOut, Unstarted> {
    let hosts = loaded.inventory().hosts.with_tag(&request.tag);
    let hosts: Vec<Rc<Host>> = hosts.cloned().collect();
    let width = admit(&loaded, &request.tag, &hosts)?;
    let task_id = task::new_id().map_err(|error| {
        Unstarted::new(format!("the system gives no random numbers: {error}"), "")
    })?;
    let _entered = gate.0.runs.enter(&task_id, &cancelled);
    // A turn is not kept waiting for a person.
    let means = (approver, &cancelled, task_id.as_str());
    let consents = approval_tag::consents(gate, &loaded, &hosts, &request, means).await?;
    let turn = async { Some(gate.0.fan_outs.acquire().await) };
    let told = async {
        cancelled.wait().await;
        None
    };
    let Some(_turn) = or(told, turn).await else {
        return Err(Unstarted::cancelled());
    };
    let total = hosts.len();
    observer(Progress::FannedOut {
        task_id: &task_id,
        total,
    });
    let work = Rc::new(Work {
        gate: gate.clone(),
        loaded,
        room: share(total),
        results: RefCell::new((0..total).map(|_| None).collect()),
        hosts,
        request: request.request,
        consents,
        cancelled,
        observer,
        begun: Cell::new(0),
        done: Cell::new(0),
    });
    let workers: Vec<Task<()>> = (0..width).map(|_| spawn(Rc::clone(&work).go())).collect();
    for worker in workers {
        worker.await;
    }
    let results: Vec<HostResult> = work.results.take().into_iter().flatten().collect();
    Ok(FanOut {
        task_id,
        tag: request.tag,
        hash: crate::policy::command_hash(&work.request.command),
        summary: summary(&results),
        truncated: results.iter().any(HostResult::is_cut),
        results,
    })
}

/// How many hosts may be worked on at once.
fn admit(loaded: &Loaded, tag: &str, hosts: &[Rc<Host>]) -> Result<usize, Unstarted> {
    let limits = || hosts.iter().map(|host| loaded.host_policy(host).limits());
    let max_hosts = limits().filter_map(|limits| limits.max_hosts).min();
    let Some(max_parallel) = limits().map(|limits| limits.max_parallel).min() else {
        // The agent's word may be anything: only what could be a tag is repeated.
        let error = match Tag::parse(tag) {
            Ok(tag) => format!("no host has the tag `{tag}`"),
            Err(_) => "no host has that tag".to_owned(),
        };
        return Err(Unstarted::new(
            error,
            "call ssh_list_hosts for the hosts and their tags",
        ));
    };
    match max_hosts {
        Some(max) if hosts.len() > usize::try_from(max).unwrap_or(usize::MAX) => {
            Err(Unstarted::new(
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

/// What the workers share.
struct Work {
    gate: Gate,
    loaded: Rc<Loaded>,
    request: Request,
    hosts: Vec<Rc<Host>>,
    room: u64,
    consents: Option<Consents>,
    cancelled: Cancelled,
    observer: Rc<Observer<'static>>,
    /// How many hosts were taken up.
    begun: Cell<usize>,
    done: Cell<usize>,
    results: RefCell<Vec<Option<HostResult>>>,
}

impl Work {
    /// One worker: takes up the next host until there is none.
    async fn go(self: Rc<Self>) {
        while let Some((place, host)) = self.next() {
            let started = Stopwatch::start();
            let outcome = self.one(host).await;
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
        let request = Request {
            alias: host.alias.to_string(),
            ..self.request.clone()
        };
        if self.cancelled.is_cancelled() {
            return Outcome::Failed(Failure::cancelled(&request));
        }
        let (canceller, own) = cancel::pair();
        let all = async {
            self.cancelled.wait().await;
            canceller.cancel();
            pending().await
        };
        let terms = Terms {
            cancelled: &own,
            observer: &super::unobserved,
            consent: match &self.consents {
                Some(consents) => Consent::Told(Cell::new(Some(consents.take(&request.alias)))),
                None => Consent::Asked(&Nobody),
            },
            room: self.room,
        };
        let run = AssertUnwindSafe(run::run(&self.gate.0, &self.loaded, &request, &terms));
        let outcome = or(run.catch_unwind(), all).await;
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

fn summary(results: &[HostResult]) -> Summary {
    let count = |ending| {
        let ended = results.iter().map(|result| result.outcome.ending());
        ended.filter(|own| *own == ending).count()
    };
    Summary {
        total: results.len(),
        succeeded: count(Ending::Succeeded),
        failed: count(Ending::Failed),
        denied: count(Ending::Denied),
        timed_out: count(Ending::TimedOut),
        cancelled: count(Ending::Cancelled),
    }
}
