//! Commands that outlive the request which started them.
//!
//! Takes: a request. Gives: an unguessable identifier, by which any client of this server may ask
//! for the task's state, output and result, or cancel it. Refuses: what the policy denies (that is
//! the answer, and no task is made), and more tasks or output than there is [`room`] for.
//!
//! ```text
//! pending -> running -> completed | failed | cancelled | timeout -> gone, `task_result_ttl` later
//! ```
//!
//! A task is one run of `gate/run.rs` under the configuration it was asked for under. It ends
//! with the process: [`Tasks::stop`] kills its remote process.

mod kept;
mod room;
mod view;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use smol::channel::{Receiver, Sender, bounded};
use smol::future::{FutureExt, or, pending};

use super::Gate;
use super::approval::Approver;
use super::live::LiveOutput;
use super::loaded::Loaded;
use super::progress::{Permitted, Progress};
use super::result::{Failure, Outcome, Request};
use super::run::{self, Consent, Terms};
use super::time::TimeLimit;
use super::view::{Bound, Rest};
use crate::cancel::{self, Cancelled, Canceller};
use crate::clock::Stopwatch;
use crate::runtime::{sleep, spawn};
use mcp_ssh_policy::Limits;
use room::{Reservation, Room};

pub(super) use kept::{MAX_KEPT, shown};
pub use view::{LineRange, TaskOutput, TaskResult, TaskStarted, TaskState, TaskStatus};

/// The tasks that run, and those that have ended and are kept.
#[derive(Default)]
pub(super) struct Tasks {
    table: RefCell<HashMap<String, Rc<Task>>>,
    room: Rc<Room>,
    kept: kept::Kept,
}

/// One of them.
pub struct Task {
    id: String,
    alias: String,
    hash: String,
    /// The policy's, but for the time, which is the task's own.
    limits: Limits,
    made: Stopwatch,
    /// Empty once it has ended: the outcome has it then.
    live: RefCell<LiveOutput>,
    canceller: Canceller,
    state: RefCell<State>,
    /// Nothing is sent: it fails when the run has ended.
    ended: Receiver<Infallible>,
}

enum State {
    Pending,
    Running,
    Ended(Rc<Ended>),
}

struct Ended {
    outcome: Outcome,
    elapsed_ms: u64,
    since: Stopwatch,
}

/// What became of the request for a task.
#[derive(Debug)]
pub enum Started {
    /// It was made.
    Task(TaskStarted),
    /// The policy said no, or it could not begin.
    Not(Outcome),
}

impl Tasks {
    /// The task of that identifier.
    pub fn get(&self, id: &str) -> Option<Rc<Task>> {
        self.table.borrow().get(id).cloned()
    }

    /// Tells all of them to stop, and waits until their remote processes are seen to.
    pub async fn stop(&self) {
        let tasks: Vec<Rc<Task>> = self.table.borrow().values().cloned().collect();
        for task in &tasks {
            task.canceller.cancel();
        }
        for task in &tasks {
            while task.ended.recv().await.is_ok() {}
        }
    }
}

/// Begins the run; gives the task as soon as the policy has allowed it and that is recorded.
pub(super) async fn start(
    gate: &Gate,
    loaded: Rc<Loaded>,
    request: Request,
    cancelled: &Cancelled,
    approver: Rc<dyn Approver>,
) -> Started {
    let Some(host) = loaded.inventory().hosts.get(&request.alias) else {
        return Started::Not(Outcome::Failed(run::unknown_host(&request)));
    };
    let mut limits = loaded.host_policy(host).limits();
    let time = TimeLimit::of(limits, request.timeout_seconds);
    limits.max_seconds = time.seconds();
    gate.0.tasks.make_room(limits.max_output_bytes);
    let reservation = match gate.0.tasks.room.reserve(limits.max_output_bytes) {
        Ok(reservation) => reservation,
        Err(full) => {
            let hint = "cancel a task that is not needed (ssh_cancel_async_task), wait until an \
                        ended one is forgotten, or use ssh_run";
            return Started::Not(Outcome::Failed(Failure::new(&request, full, Some(hint))));
        }
    };
    let lost = Failure::new(&request, "the server failed on this task", None);
    let (canceller, own) = cancel::pair();
    let (tell, first) = bounded(1);
    let making = Making {
        gate: gate.clone(),
        loaded,
        request,
        limits,
        time,
        own,
        tell,
        reservation,
        approver,
    };
    spawn(making.go()).detach();
    let told = async {
        cancelled.wait().await;
        canceller.cancel();
        pending().await
    };
    let started = or(first.recv(), told).await;
    if cancelled.is_cancelled() {
        // Nobody will hear of its identifier.
        canceller.cancel();
    }
    started.unwrap_or(Started::Not(Outcome::Failed(lost)))
}

/// A run that becomes a task when it is permitted.
struct Making {
    gate: Gate,
    loaded: Rc<Loaded>,
    request: Request,
    limits: Limits,
    time: TimeLimit,
    own: Cancelled,
    tell: Sender<Started>,
    reservation: Reservation,
    approver: Rc<dyn Approver>,
}

impl Making {
    /// The whole life of a task: the run, and the time that its result is kept.
    async fn go(self) {
        let (present, ended) = bounded(1);
        let made: OnceCell<Rc<Task>> = OnceCell::new();
        let observer = |progress: Progress<'_>| match progress {
            Progress::Permitted(permitted) => {
                let task = made.get_or_init(|| self.task(&permitted, ended.clone()));
                self.announce(task);
            }
            Progress::Started => {
                if let Some(task) = made.get() {
                    *task.state.borrow_mut() = State::Running;
                }
            }
            Progress::Running { .. } | Progress::FannedOut { .. } | Progress::HostDone { .. } => {}
        };
        let terms = Terms {
            cancelled: &self.own,
            observer: &observer,
            consent: Consent::Asked(&*self.approver),
            room: self.reservation.bytes(),
        };
        let run = run::run(&self.gate.0, &self.loaded, &self.request, &terms);
        let outcome = AssertUnwindSafe(run).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_| {
            let error = "the server failed on this task; the operator's log says more";
            Outcome::Failed(Failure::new(&self.request, error, None))
        });
        let Some(task) = made.get().cloned() else {
            self.send(Started::Not(outcome));
            return;
        };
        self.reservation.shrink(task.end(outcome));
        // From here on nothing of the configuration is kept, only the result.
        drop::<(Sender<Infallible>, Rc<Loaded>)>((present, self.loaded));
        sleep(Duration::from_secs(self.limits.task_result_ttl.into())).await;
        self.gate.0.tasks.table.borrow_mut().remove(&task.id);
    }

    fn task(&self, permitted: &Permitted<'_>, ended: Receiver<Infallible>) -> Rc<Task> {
        Rc::new(Task {
            id: permitted.task_id.to_owned(),
            alias: self.request.alias.clone(),
            hash: mcp_ssh_policy::command_hash(&self.request.command),
            limits: self.limits,
            made: Stopwatch::start(),
            live: RefCell::new(permitted.live.clone()),
            canceller: self.own.canceller(),
            state: RefCell::new(State::Pending),
            ended,
        })
    }

    /// Puts the task where it can be asked for, and lets its request be answered.
    fn announce(&self, task: &Rc<Task>) {
        let mut table = self.gate.0.tasks.table.borrow_mut();
        table.insert(task.id.clone(), Rc::clone(task));
        self.send(Started::Task(TaskStarted {
            task_id: task.id.clone(),
            status: TaskState::Pending,
            keep_alive: self.limits.task_result_ttl.into(),
            poll_frequency: self.limits.task_progress_interval,
            alias: task.alias.clone(),
            hash: task.hash.clone(),
            note: self.time.lowered(),
        }));
    }

    /// One of two messages is sent, and the one who waits for it may be gone.
    fn send(&self, started: Started) {
        let _gone = self.tell.try_send(started);
    }
}

impl Task {
    /// Tells it to stop.
    pub fn cancel(&self) -> Cancelling {
        match &*self.state.borrow() {
            State::Ended(_) => Cancelling::Ended,
            State::Pending | State::Running => {
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
            State::Pending => TaskState::Pending,
            State::Running => TaskState::Running,
            State::Ended(ended) => ended.outcome.ending().into(),
        }
    }

    fn ended(&self) -> Option<Rc<Ended>> {
        match &*self.state.borrow() {
            State::Ended(ended) => Some(Rc::clone(ended)),
            State::Pending | State::Running => None,
        }
    }

    fn bytes(&self) -> u64 {
        match self.ended().as_deref() {
            Some(Ended {
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
            Some(Ended {
                outcome: Outcome::Finished(result),
                ..
            }) => look(&result.output),
            Some(_) => look(""),
            None => look(&self.live.borrow().text()),
        }
    }

    /// Keeps the outcome; gives the bytes that it holds.
    fn end(&self, mut outcome: Outcome) -> u64 {
        let mut held = 0;
        if let Outcome::Finished(result) = &mut outcome {
            // Only a terminal shows it.
            result.stdout = None;
            held = result.held();
        }
        self.live.take();
        *self.state.borrow_mut() = State::Ended(Rc::new(Ended {
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
