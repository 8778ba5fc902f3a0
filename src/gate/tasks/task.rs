//! One task: how it gets on, what it has printed, how it ended.
//!
//! ```text
//! pending -> running -> completed | failed | cancelled | timeout
//! ```

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use smol::channel::{Receiver, bounded};

use super::view::{LineRange, TaskOutput, TaskResult, TaskStarted, TaskState, TaskStatus};
use crate::cancel::{self, Canceller};
use crate::clock::Stopwatch;
use crate::gate::live::LiveOutput;
use crate::gate::result::{Outcome, RunResult};
use crate::gate::view::{Bound, Rest};
use mcp_ssh_policy::Limits;

/// A command that outlives the request which started it.
pub struct Task {
    id: String,
    alias: String,
    hash: String,
    /// The policy's limits; `max_seconds` is the task's own.
    limits: Limits,
    made: Stopwatch,
    /// Empty after the end: then the outcome holds the output.
    live: RefCell<LiveOutput>,
    canceller: Canceller,
    state: RefCell<Phase>,
    /// Nobody sends on it. It closes when the run ends.
    ended: Receiver<Infallible>,
}

enum Phase {
    Pending,
    Running,
    Ended(Rc<EndedRun>),
}

struct EndedRun {
    outcome: Outcome,
    elapsed_ms: u64,
    since: Stopwatch,
}

impl Task {
    /// A task whose run is permitted, under these limits.
    pub(super) fn new(
        (id, alias, hash): (&str, &str, &str),
        limits: Limits,
        live: LiveOutput,
        canceller: Canceller,
        ended: Receiver<Infallible>,
    ) -> Self {
        Self {
            id: id.to_owned(),
            alias: alias.to_owned(),
            hash: hash.to_owned(),
            limits,
            made: Stopwatch::start(),
            live: RefCell::new(live),
            canceller,
            state: RefCell::new(Phase::Pending),
            ended,
        }
    }

    /// A run that has ended, whose output is kept as that of a task.
    pub fn of_result(result: RunResult, limits: Limits) -> Self {
        let (canceller, _) = cancel::pair();
        let (_, ended) = bounded(1);
        let of = (&*result.task_id, &*result.alias, &*result.hash);
        let task = Self::new(of, limits, LiveOutput::default(), canceller, ended);
        *task.state.borrow_mut() = Phase::Ended(Rc::new(EndedRun {
            elapsed_ms: result.duration_ms,
            since: Stopwatch::start(),
            outcome: Outcome::Finished(result),
        }));
        task
    }

    /// Its identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its command is sent.
    pub(super) fn run(&self) {
        *self.state.borrow_mut() = Phase::Running;
    }

    /// The first answer to the caller. `note` says whether the time was lowered.
    pub fn started(&self, note: Option<String>) -> TaskStarted {
        TaskStarted {
            task_id: self.id.clone(),
            status: TaskState::Pending,
            keep_alive: self.limits.task_result_ttl.into(),
            poll_frequency: self.limits.task_progress_interval,
            alias: self.alias.clone(),
            hash: self.hash.clone(),
            note,
        }
    }

    /// Waits until its run has ended.
    pub async fn wait(&self) {
        // Nobody sends on it. It closes when the run ends.
        while self.ended.recv().await.is_ok() {}
    }

    /// Tells it to stop.
    pub fn cancel(&self) -> Cancelling {
        match &*self.state.borrow() {
            Phase::Ended(_) => Cancelling::Ended,
            Phase::Pending | Phase::Running => {
                self.canceller.cancel();
                Cancelling::Told
            }
        }
    }

    /// How it gets on.
    pub fn status(&self) -> TaskStatus {
        let ttl = u64::from(self.limits.task_result_ttl);
        let most = u64::from(self.limits.max_seconds) * 10;
        let ended = self.ended();
        let elapsed_ms = match &ended {
            Some(ended) => ended.elapsed_ms,
            None => self.made.elapsed_ms(),
        };
        let (keep_alive, progress_percent) = match &ended {
            Some(ended) => (ttl.saturating_sub(ended.since.elapsed().as_secs()), 100),
            None => (ttl, (elapsed_ms / most.max(1)).min(100)),
        };
        TaskStatus {
            task_id: self.id.clone(),
            status: self.state(),
            alias: self.alias.clone(),
            hash: self.hash.clone(),
            keep_alive,
            poll_frequency: self.limits.task_progress_interval,
            progress_percent,
            elapsed_ms,
            bytes_read: self.bytes(),
            output_lines_available: self.text(|text| text.lines().count()),
        }
    }

    /// Shows its result, or nothing while it runs.
    pub fn result<T>(&self, show: impl FnOnce(&TaskResult<'_>) -> T) -> Option<T> {
        let ended = self.ended()?;
        let status = self.state();
        let max_seconds = self.limits.max_seconds;
        Some(match &ended.outcome {
            Outcome::Finished(result) => show(&TaskResult::Ran {
                status,
                result: &result.shown(Bound::of_result(None), Rest::Kept),
                max_seconds,
            }),
            Outcome::Failed(failure) => show(&TaskResult::NotRun {
                task_id: &self.id,
                status,
                alias: &self.alias,
                hash: &self.hash,
                exit_code: -1,
                duration_ms: ended.elapsed_ms,
                output: "",
                cancelled: status == TaskState::Cancelled,
                timeout: status == TaskState::Timeout,
                error: &failure.error,
                hint: failure.hint.as_deref(),
                max_seconds,
            }),
            // A task is made once its run is allowed: it cannot be denied any more.
            Outcome::Denied(_) => return None,
        })
    }

    /// Some lines of its output, as far as it has printed them.
    pub fn output(&self, range: LineRange) -> TaskOutput {
        self.text(|text| TaskOutput::of(&self.id, self.state(), text, range))
    }

    /// Seconds to wait before the next look.
    pub fn poll_frequency(&self) -> u32 {
        self.limits.task_progress_interval
    }

    fn state(&self) -> TaskState {
        match &*self.state.borrow() {
            Phase::Pending => TaskState::Pending,
            Phase::Running => TaskState::Running,
            Phase::Ended(ended) => ended.outcome.ending().into(),
        }
    }

    fn ended(&self) -> Option<Rc<EndedRun>> {
        match &*self.state.borrow() {
            Phase::Ended(ended) => Some(Rc::clone(ended)),
            Phase::Pending | Phase::Running => None,
        }
    }

    fn bytes(&self) -> u64 {
        match self.ended().as_deref() {
            Some(EndedRun {
                outcome: Outcome::Finished(result),
                ..
            }) => result.bytes_out + result.bytes_err,
            Some(_) => 0,
            None => self.live.borrow().bytes(),
        }
    }

    /// Its output as it may be shown now.
    fn text<T>(&self, look: impl FnOnce(&str) -> T) -> T {
        match self.ended().as_deref() {
            Some(EndedRun {
                outcome: Outcome::Finished(result),
                ..
            }) => look(&result.output),
            Some(_) => look(""),
            None => look(&self.live.borrow().text()),
        }
    }

    /// Keeps the outcome; gives the bytes that it holds.
    pub(super) fn end(&self, mut outcome: Outcome) -> u64 {
        let mut held = 0;
        if let Outcome::Finished(result) = &mut outcome {
            // Only a terminal shows it.
            result.stdout = None;
            held = result.held();
        }
        self.live.take();
        *self.state.borrow_mut() = Phase::Ended(Rc::new(EndedRun {
            outcome,
            elapsed_ms: self.made.elapsed_ms(),
            since: Stopwatch::start(),
        }));
        held as u64
    }
}

/// What a cancellation met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelling {
    /// It was told to stop.
    Told,
    /// It had ended before.
    Ended,
}
