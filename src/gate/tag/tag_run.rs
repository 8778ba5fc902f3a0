//! A tag run as a whole: it goes on where a person says so, and its end is on record.
//!
//! Takes: the work on the hosts, and what became of the question about those after the canaries. Gives: the result of
//! each host, and how many ended how. Refuses to begin a further host without a yes, or under another configuration.

use std::cell::RefCell;
use std::rc::Rc;

use super::admission::turn;
use super::compare::{ComparisonBound, compare};
use super::kept::shown;
use super::result::{FanOut, HostResult, Summary, TagReport, TagRequest};
use super::rollout::{RolloutStop, RolloutTerms};
use super::work::TagWork;
use crate::audit::{Origin, TagRunRecord};
use crate::gate::approval::ConsentError;
use crate::gate::result::{Ending, RunResult};
use crate::gate::runs::Entered;
use crate::gate::tasks::{Reservation, keep_whole};
use mcp_ssh_policy::Unapproved;

/// Hosts that did not begin, as far as the record of a tag run names them: a record has 256 KiB at most.
const MAX_RECORDED: usize = 500;

/// A tag run on its way. It needs nothing of its caller any more.
pub struct TagRun {
    pub wanted: TagRequest,
    pub work: Rc<TagWork>,
    pub terms: RolloutTerms,
    /// What of the request was looser than the policy.
    pub note: Option<String>,
    /// By which it can be cancelled until it has ended.
    entered: Entered,
    /// Room for the output of the canaries, from the question on.
    pub room: RefCell<Option<Reservation>>,
}

impl TagRun {
    /// Of this work, with what holds for its steps and what of the request was looser.
    pub fn new(
        wanted: TagRequest,
        work: TagWork,
        (terms, told): (RolloutTerms, Vec<String>),
        entered: Entered,
    ) -> Self {
        Self {
            wanted,
            work: Rc::new(work),
            terms,
            note: (!told.is_empty()).then(|| told.join("; ")),
            entered,
            room: RefCell::default(),
        }
    }

    /// Goes on with the hosts after the canaries, if the person said yes, and ends.
    pub async fn follow(&self, consent: Result<(), ConsentError>) -> FanOut {
        if let Err(error) = consent {
            return self.stopped(stop(&error)).await;
        }
        let TagWork {
            state,
            loaded,
            cancelled,
            ..
        } = self.work.as_ref();
        let turn = turn(state, loaded, cancelled).await;
        let Ok(_turn) = turn else {
            let why = match cancelled.is_cancelled() {
                true => RolloutStop::Cancelled,
                false => RolloutStop::Outdated,
            };
            return self.stopped(why).await;
        };
        self.work.rollout.borrow_mut().approve();
        // Nobody is asked twice.
        let _over = self.work.go().await;
        self.finish().await
    }

    /// Ends: no further host begins.
    async fn stopped(&self, why: RolloutStop) -> FanOut {
        self.work.rollout.borrow_mut().stop(why);
        self.finish().await
    }

    /// Ends at once, with a result for each host: nobody waits for a comparison.
    pub fn stopped_now(&self, why: RolloutStop) -> FanOut {
        self.work.rollout.borrow_mut().stop(why);
        self.ended(TagReport::EachHost)
    }

    /// What became of it, as it is wanted; that is written down.
    pub async fn finish(&self) -> FanOut {
        let mut fan_out = self.ended(self.wanted.report);
        let TagWork {
            state,
            loaded,
            request,
            ..
        } = self.work.as_ref();
        match self.wanted.report {
            TagReport::EachHost => {}
            TagReport::Compared => {
                let keep = |result: &RunResult| {
                    request.bound.is_some() && keep_whole(state, loaded, result.clone())
                };
                let bound = ComparisonBound::of(request.bound);
                fan_out.comparison = Some(compare(&fan_out.results, bound, &keep).await);
            }
        }
        fan_out
    }

    /// What became of it, before anything is compared; that is written down.
    fn ended(&self, report: TagReport) -> FanOut {
        let work = self.work.as_ref();
        let stopped = work.rollout.borrow().stopped().map(RolloutStop::reason);
        let mut results = work.all_results();
        if let (TagReport::EachHost, Some(bound)) = (report, work.request.bound) {
            results = shown(&work.state, &work.loaded, results, bound);
        }
        let fan_out = FanOut {
            hash: mcp_ssh_policy::command_hash(&work.request.command),
            summary: Summary::of(results.iter().map(|result| result.outcome.ending())),
            truncated: results.iter().any(HostResult::is_cut),
            rollout: self.terms.given(),
            stopped,
            note: self.note.clone(),
            results,
            comparison: None,
            tag: self.wanted.tag.clone(),
            task_id: self.task_id().to_owned(),
        };
        self.record(&fan_out);
        fan_out
    }

    fn record(&self, fan_out: &FanOut) {
        let (results, summary) = (fan_out.results.iter(), &fan_out.summary);
        let not_started = results.filter(|its| its.outcome.ending() == Ending::NotStarted);
        let not_started = not_started.map(|its| its.alias.as_str());
        let record = TagRunRecord {
            tag: &fan_out.tag,
            hash: &fan_out.hash,
            total: summary.total,
            succeeded: summary.succeeded,
            failed: summary.failed,
            denied: summary.denied,
            timed_out: summary.timed_out,
            cancelled: summary.cancelled,
            not_started: summary.not_started,
            stopped: fan_out.stopped,
            aliases_not_started: not_started.take(MAX_RECORDED).collect(),
            origin: &self.origin(),
        };
        // What ran, ran: the caller is told even when this line cannot be written.
        if let Err(fault) = self.work.state.audit.tag_run(&record) {
            log::error!("{fault}");
        }
    }

    /// The most output that the hosts which have begun hold, in bytes.
    pub fn held(&self) -> u64 {
        let begun = self.work.rollout.borrow().ended();
        let begun = u64::try_from(begun).unwrap_or(u64::MAX);
        self.work.output_budget.saturating_mul(begun)
    }

    /// Its identifier, by which it can be cancelled until it has ended.
    pub fn task_id(&self) -> &str {
        self.entered.task_id()
    }

    /// What asks for it, and under what.
    pub fn origin(&self) -> Origin {
        let request = &self.work.request;
        Origin {
            task_id: self.task_id().to_owned(),
            config_sha256: self.work.loaded.digest().to_owned(),
            client: request.client.clone(),
            request_id: request.request_id.clone(),
            trace: request.trace.clone(),
        }
    }
}

/// Why no further host begins, where the question about them has no yes.
fn stop(error: &ConsentError) -> RolloutStop {
    match error {
        ConsentError::Unapproved(why) => RolloutStop::Unapproved(*why),
        ConsentError::HandedOver(_) => RolloutStop::Unapproved(Unapproved::Pending),
        ConsentError::Cancelled => RolloutStop::Cancelled,
        ConsentError::Unrecorded(fault) => {
            log::error!("{fault}");
            RolloutStop::Unrecorded
        }
    }
}
