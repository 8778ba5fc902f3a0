//! One task: how it gets on, what it has printed, how it ended.
//!
//! ```text
//! awaiting_approval -> pending -> running -> completed | failed | cancelled | timeout
//! ```

use std::cell::{Cell, RefCell};
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
    /// Since it was made, or its question was answered.
    made: Cell<Stopwatch>,
    /// Empty after the end: then the outcome holds the output.
    live: RefCell<LiveOutput>,
    canceller: Canceller,
    state: RefCell<Phase>,
    /// Nobody sends on it. It closes when the run ends.
    ended: Receiver<Infallible>,
}

/// The run of a task, as far as the task has to know it.
pub struct RunOfTask<'a> {
    pub task_id: &'a str,
    pub alias: &'a str,
    pub command: &'a str,
    /// The policy's limits; `max_seconds` is the run's own.
    pub limits: Limits,
    /// What it will have printed.
    pub output: LiveOutput,
    pub canceller: Canceller,
}

/// How far a task is.
pub enum Phase {
    /// The approver has the question.
    AwaitingApproval,
    /// It is permitted, and waits for its turn.
    Pending,
    /// Its command is sent.
    Running,
    /// It has ended.
    Ended(Rc<EndedRun>),
}

/// How a task ended, and when.
pub struct EndedRun {
    outcome: Outcome,
    elapsed_ms: u64,
    since: Stopwatch,
}

impl Task {
    /// A task in this phase.
    pub(super) fn begun(run: RunOfTask<'_>, phase: Phase, ended: Receiver<Infallible>) -> Self {
        Self {
            id: run.task_id.to_owned(),
            alias: run.alias.to_owned(),
            hash: mcp_ssh_policy::command_hash(run.command),
            limits: run.limits,
            made: Cell::new(Stopwatch::start()),
            live: RefCell::new(run.output),
            canceller: run.canceller,
            state: RefCell::new(phase),
            ended,
        }
    }

    /// A run that has ended, whose output is kept as that of a task.
    pub fn of_result(result: RunResult, limits: Limits) -> Self {
        let (canceller, _) = cancel::pair();
        let (_, ended) = bounded(1);
        Self {
            id: result.task_id.clone(),
            alias: result.alias.clone(),
            hash: result.hash.clone(),
            limits,
            made: Cell::new(Stopwatch::start()),
            live: RefCell::default(),
            canceller,
            state: RefCell::new(Phase::Ended(Rc::new(EndedRun {
                elapsed_ms: result.duration_ms,
                since: Stopwatch::start(),
                outcome: Outcome::Finished(result),
            }))),
            ended,
        }
    }

    /// Its identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its question has a yes: its time counts from now.
    pub(super) fn permit(&self) {
        self.made.set(Stopwatch::start());
        *self.state.borrow_mut() = Phase::Pending;
    }

    /// Its command is sent.
    pub(super) fn run(&self) {
        *self.state.borrow_mut() = Phase::Running;
    }

    /// The first answer to the caller who asked for `command`. `note` says whether the time was lowered.
    pub fn started(&self, command: &str, note: Option<String>) -> TaskStarted {
        TaskStarted {
            task_id: self.id.clone(),
            status: self.state(),
            keep_alive: self.limits.task_result_ttl.into(),
            poll_frequency: self.limits.task_progress_interval,
            alias: self.alias.clone(),
            command: command.to_owned(),
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
            Phase::AwaitingApproval | Phase::Pending | Phase::Running => {
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
            None => self.made.get().elapsed_ms(),
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
        let (error, hint, stderr) = match &ended.outcome {
            Outcome::Finished(result) => {
                return Some(show(&TaskResult::Ran {
                    status: self.state(),
                    result: &result.shown(Bound::of_result(None), Rest::Kept),
                    max_seconds: self.limits.max_seconds,
                }));
            }
            Outcome::Failed(failure) => {
                let stderr = failure.stderr.as_deref();
                (&*failure.error, failure.hint.as_deref(), stderr)
            }
            Outcome::Denied(refusal) => {
                let denial = &refusal.denial;
                (denial.why.as_str(), Some(denial.hint.as_str()), None)
            }
        };
        let status = self.state();
        Some(show(&TaskResult::NotRun {
            task_id: &self.id,
            status,
            alias: &self.alias,
            hash: &self.hash,
            exit_code: -1,
            duration_ms: ended.elapsed_ms,
            output: "",
            cancelled: status == TaskState::Cancelled,
            timeout: status == TaskState::Timeout,
            error,
            hint,
            stderr,
            max_seconds: self.limits.max_seconds,
        }))
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
            Phase::AwaitingApproval => TaskState::AwaitingApproval,
            Phase::Pending => TaskState::Pending,
            Phase::Running => TaskState::Running,
            Phase::Ended(ended) => ended.outcome.ending().into(),
        }
    }

    fn ended(&self) -> Option<Rc<EndedRun>> {
        match &*self.state.borrow() {
            Phase::Ended(ended) => Some(Rc::clone(ended)),
            Phase::AwaitingApproval | Phase::Pending | Phase::Running => None,
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
            elapsed_ms: self.made.get().elapsed_ms(),
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
