//! One task: how it gets on, what it has printed, how it ended.
//!
//! ```text
//! awaiting_approval -> pending -> running -> completed | failed | cancelled | timeout
//! ```

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::rc::Rc;

use serde_json::Value;
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
    /// The host's alias; empty where it is about the hosts with a tag.
    alias: String,
    tag: Option<String>,
    hash: String,
    /// The policy's limits; `max_seconds` is the task's own.
    limits: Limits,
    /// Since it was made, or its question was answered.
    made: Cell<Stopwatch>,
    /// Empty after the end: then the outcome holds the output.
    live: RefCell<LiveOutput>,
    canceller: Canceller,
    state: RefCell<Phase>,
    /// How much of the hosts with a tag is done.
    done_percent: Cell<Option<u64>>,
    /// Nobody sends on it. It closes when the run ends.
    ended: Receiver<Infallible>,
}

/// The run of a task, as far as the task has to know it.
pub struct RunOfTask<'a> {
    pub task_id: &'a str,
    /// The host's alias; empty where it is about the hosts with a tag.
    pub alias: &'a str,
    pub tag: Option<&'a str>,
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
    ending: TaskEnding,
    elapsed_ms: u64,
    since: Stopwatch,
}

/// What became of a task.
#[expect(
    clippy::large_enum_variant,
    reason = "each stands behind an Rc of its own, and nearly all are the large one"
)]
enum TaskEnding {
    /// Of a command on one host.
    Run(Outcome),
    /// Of a command on the hosts with a tag: in a word, and as the tag run tells it.
    Fleet(TaskState, Value),
}

impl Task {
    /// A task in this phase.
    pub fn begun(run: RunOfTask<'_>, phase: Phase, ended: Receiver<Infallible>) -> Self {
        Self {
            id: run.task_id.to_owned(),
            alias: run.alias.to_owned(),
            tag: run.tag.map(str::to_owned),
            done_percent: Cell::new(None),
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
            tag: None,
            done_percent: Cell::new(None),
            hash: result.hash.clone(),
            limits,
            made: Cell::new(Stopwatch::start()),
            live: RefCell::default(),
            canceller,
            state: RefCell::new(Phase::Ended(Rc::new(EndedRun {
                elapsed_ms: result.duration_ms,
                since: Stopwatch::start(),
                ending: TaskEnding::Run(Outcome::Finished(result)),
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
    pub fn run(&self) {
        *self.state.borrow_mut() = Phase::Running;
    }

    /// So many of so many hosts are done.
    pub fn progress(&self, done: usize, total: usize) {
        let percent = done.saturating_mul(100) / total.max(1);
        self.done_percent.set(u64::try_from(percent).ok());
        self.run();
    }

    /// The first answer to the caller who asked for `command`. `note` says whether the time was lowered.
    pub fn started(&self, command: &str, note: Option<String>) -> TaskStarted {
        TaskStarted {
            task_id: self.id.clone(),
            status: self.state(),
            keep_alive: self.limits.task_result_ttl.into(),
            poll_frequency: self.limits.task_progress_interval,
            alias: self.alias.clone(),
            tag: self.tag.clone(),
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
            None => {
                let of_time = (elapsed_ms / most.max(1)).min(100);
                (ttl, self.done_percent.get().unwrap_or(of_time))
            }
        };
        TaskStatus {
            task_id: self.id.clone(),
            status: self.state(),
            alias: self.alias.clone(),
            tag: self.tag.clone(),
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
        let outcome = match &ended.ending {
            TaskEnding::Run(outcome) => outcome,
            TaskEnding::Fleet(status, fan_out) => {
                let status = *status;
                return Some(show(&TaskResult::Fleet { status, fan_out }));
            }
        };
        let (error, hint, stderr) = match outcome {
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
            Phase::Ended(ended) => match &ended.ending {
                TaskEnding::Run(outcome) => outcome.ending().into(),
                TaskEnding::Fleet(state, _) => *state,
            },
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
                ending: TaskEnding::Run(Outcome::Finished(result)),
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
                ending: TaskEnding::Run(Outcome::Finished(result)),
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
        self.keep(TaskEnding::Run(outcome));
        held as u64
    }

    /// Keeps what became of the hosts with a tag: a word for it, and what the tag run tells.
    pub fn end_fleet(&self, state: TaskState, fan_out: Value) {
        self.keep(TaskEnding::Fleet(state, fan_out));
    }

    fn keep(&self, ending: TaskEnding) {
        *self.state.borrow_mut() = Phase::Ended(Rc::new(EndedRun {
            ending,
            elapsed_ms: self.made.get().elapsed_ms(),
            since: Stopwatch::start(),
        }));
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
