//! Tag runs that wait until a client has asked its person, between two calls.
//!
//! Takes: a run, and the digest of its question. Gives: it again to the call that brings the answer, once; where it has
//! ended by then, its results, once. Refuses: more than [`MAX_HALTED`] of them.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::rc::Rc;

use super::result::{FanOut, TagRequest};
use super::rollout::RolloutStop;
use crate::cancel::Cancelled;
use crate::gate::approval::{Person, QuestionDigest};
use crate::gate::progress::Observer;

/// The most runs that wait so: each holds the output of its canaries. It is as many as questions may be before a person.
const MAX_HALTED: usize = 4;

/// The most runs whose results are kept for an answer that comes late: as much is shown of each as of any other.
const MAX_ENDED: usize = 8;

/// A tag run that waits for an answer which comes with another call.
pub trait HaltedRun {
    /// Whether it is what `wanted` asks for.
    fn is_wanted(&self, wanted: &TagRequest) -> bool;
    /// Whether it is what `wanted` asks for, under another configuration than that of the digest.
    fn is_outdated(&self, wanted: &TagRequest, config_sha256: Option<&str>) -> bool;
    /// Goes on as the person says.
    fn resume<'p>(
        self: Box<Self>,
        person: Person<'p>,
        cancelled: Cancelled,
        observer: Rc<Observer<'static>>,
    ) -> Pin<Box<dyn Future<Output = FanOut> + 'p>>;
    /// Ends without an answer.
    fn end(self: Box<Self>, why: RolloutStop) -> FanOut;
}

/// The runs that wait, and those that have ended so.
#[derive(Default)]
pub struct HaltedRuns {
    waiting: RefCell<HashMap<QuestionDigest, Box<dyn HaltedRun>>>,
    ended: RefCell<VecDeque<UntoldRun>>,
}

/// A run that ended without an answer, of which nobody has heard.
struct UntoldRun {
    question: QuestionDigest,
    wanted: TagRequest,
    fan_out: Box<FanOut>,
}

impl HaltedRuns {
    /// Keeps a run.
    ///
    /// # Errors
    /// The run, where there are too many.
    pub fn keep(
        &self,
        question: QuestionDigest,
        run: Box<dyn HaltedRun>,
    ) -> Result<(), Box<dyn HaltedRun>> {
        let mut runs = self.waiting.borrow_mut();
        if runs.len() >= MAX_HALTED {
            return Err(run);
        }
        runs.insert(question, run);
        Ok(())
    }

    /// The run that waits for the answer to this question.
    pub fn take(&self, question: &QuestionDigest) -> Option<Box<dyn HaltedRun>> {
        self.waiting.borrow_mut().remove(question)
    }

    /// Keeps the results of a run that has ended without an answer, until they are taken or forgotten.
    pub fn keep_ended(&self, wanted: TagRequest, question: QuestionDigest, fan_out: Box<FanOut>) {
        let mut ended = self.ended.borrow_mut();
        if ended.len() >= MAX_ENDED {
            ended.pop_front();
        }
        ended.push_back(UntoldRun {
            question,
            wanted,
            fan_out,
        });
    }

    /// The results of a run that had ended before the answer to this question came with the same request.
    pub fn take_ended(&self, wanted: &TagRequest, asked: &QuestionDigest) -> Option<Box<FanOut>> {
        let mut ended = self.ended.borrow_mut();
        let place = ended
            .iter()
            .position(|its| its.question == *asked && its.wanted.is(wanted))?;
        ended.remove(place).map(|its| its.fan_out)
    }

    /// Keeps the results of such a run no longer.
    pub fn forget_ended(&self, question: &QuestionDigest) {
        self.ended
            .borrow_mut()
            .retain(|its| its.question != *question);
    }

    /// The run that waits for the answer to this question, where this is the request for it.
    pub fn take_wanted(
        &self,
        wanted: &TagRequest,
        asked: &QuestionDigest,
    ) -> Option<Box<dyn HaltedRun>> {
        let mut waiting = self.waiting.borrow_mut();
        let is_wanted = waiting.get(asked)?.is_wanted(wanted);
        is_wanted.then(|| waiting.remove(asked)).flatten()
    }

    /// Ends all of them: nobody will bring an answer.
    pub fn end(&self) {
        for (_, run) in self.waiting.take() {
            let _ended = run.end(RolloutStop::Cancelled);
        }
    }

    /// A run that is wanted again, and whose configuration is no longer in force.
    pub fn take_outdated(
        &self,
        wanted: &TagRequest,
        config_sha256: Option<&str>,
    ) -> Option<Box<dyn HaltedRun>> {
        let mut runs = self.waiting.borrow_mut();
        let mut found = runs
            .iter()
            .filter(|(_, run)| run.is_outdated(wanted, config_sha256));
        let question = *found.next()?.0;
        runs.remove(&question)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run that nobody resumes.
    struct UnresumedRun;

    impl HaltedRun for UnresumedRun {
        fn is_wanted(&self, _: &TagRequest) -> bool {
            false
        }

        fn is_outdated(&self, _: &TagRequest, _: Option<&str>) -> bool {
            false
        }

        fn resume<'p>(
            self: Box<Self>,
            _: Person<'p>,
            _: Cancelled,
            _: Rc<Observer<'static>>,
        ) -> Pin<Box<dyn Future<Output = FanOut> + 'p>> {
            unreachable!("nobody resumes it")
        }

        fn end(self: Box<Self>, _: RolloutStop) -> FanOut {
            unreachable!("nobody ends it")
        }
    }

    #[test]
    fn so_many_runs_wait_and_one_that_is_taken_makes_room() {
        let runs = HaltedRuns::default();
        let digest = |number: usize| [u8::try_from(number).unwrap(); 32];
        let keep = |number| runs.keep(digest(number), Box::new(UnresumedRun)).is_ok();
        for number in 0..MAX_HALTED {
            assert!(keep(number));
        }
        assert!(!keep(MAX_HALTED));
        assert!(runs.take(&digest(1)).is_some() && runs.take(&digest(1)).is_none());
        assert!(keep(MAX_HALTED) && !keep(1));
        assert!(runs.take(&digest(0)).is_some());
    }
}
