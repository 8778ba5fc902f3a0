//! A tag run that goes on as a task: its caller is answered while the approver is still asked.
//!
//! Takes: a run whose canaries have ended well, and what waits for the approver. Gives: the task, whose result is that of
//! the tag run. Refuses nothing: the run has had its room since its question.

use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;
use smol::channel::bounded;
use smol::future::FutureExt;

use super::canary::WaitingFleet;
use super::compare::ComparedFanOut;
use super::fold::FoldedFanOut;
use super::result::FanOut;
use super::tag_run::TagRun;
use crate::gate::live::LiveOutput;
use crate::gate::progress::Progress;
use crate::gate::tasks::{Phase, RunOfTask, Task, TaskStarted, TaskState};
use crate::runtime::{sleep, spawn};
use mcp_ssh_policy::Limits;

/// Room for a result that is kept, in bytes: what is shown of the output, twice.
const KEPT_BYTES: u64 = 64 * 1024;

/// What became of a tag run when its caller is answered.
pub enum TagStarted {
    /// It goes on as a task.
    Task(TaskStarted),
    /// It has ended.
    Ended(Box<FanOut>),
}

/// Makes a task of a run whose caller no longer waits for the approver. Its room is that of the run.
pub fn adopt(waiting: WaitingFleet) -> TaskStarted {
    let WaitingFleet { run, consent } = waiting;
    let (state, work) = (Rc::clone(&run.work.state), Rc::clone(&run.work));
    let (present, ended) = bounded(1);
    let limits = limits(&run);
    let task = Rc::new(Task::begun(
        RunOfTask {
            task_id: run.task_id(),
            alias: "",
            tag: Some(&run.wanted.tag),
            command: &work.request.command,
            limits,
            output: LiveOutput::default(),
            canceller: work.cancelled.canceller(),
        },
        Phase::AwaitingApproval,
        ended,
    ));
    state.tasks.insert(&task);
    let started = task.started(&work.request.command, run.note.clone());
    // Nothing is told to the caller after the answer: the task hears of the hosts.
    let heard = Rc::clone(&task);
    work.observer
        .replace(Rc::new(move |progress: Progress<'_>| {
            if let Progress::HostDone { done, total, .. } = progress {
                heard.progress(done, total);
            }
        }));
    spawn(async move {
        let going = AssertUnwindSafe(async { run.follow(consent.await).await });
        let (end, told) = match going.catch_unwind().await {
            Ok(fan_out) => (word(&fan_out), rows(&fan_out)),
            Err(_) => (TaskState::Failed, Ok(serde_json::json!({}))),
        };
        task.end_fleet(end, told.unwrap_or_default());
        let room = run.room.take();
        if let Some(room) = &room {
            room.shrink(KEPT_BYTES);
        }
        drop((run, present));
        sleep(Duration::from_secs(limits.task_result_ttl.into())).await;
        state.tasks.remove(task.id());
        drop(room);
    })
    .detach();
    started
}

/// What is kept of it: the hosts in groups where they were compared, else a row for each.
fn rows(fan_out: &FanOut) -> serde_json::Result<Value> {
    match ComparedFanOut::of(fan_out) {
        Some(compared) => serde_json::to_value(&compared),
        None => FoldedFanOut::of(fan_out).map(|its| its.rows),
    }
}

/// How it ended, in a word.
fn word(fan_out: &FanOut) -> TaskState {
    let summary = &fan_out.summary;
    if summary.succeeded == summary.total {
        TaskState::Completed
    } else if summary.cancelled > 0 || fan_out.is_cancelled() {
        TaskState::Cancelled
    } else {
        TaskState::Failed
    }
}

/// The limits of the task: the strictest of its hosts.
fn limits(run: &TagRun) -> Limits {
    let work = &run.work;
    let limits = work
        .hosts
        .iter()
        .map(|host| work.loaded.host_policy(host).limits());
    let strictest = limits.reduce(|one, other| Limits {
        task_result_ttl: one.task_result_ttl.min(other.task_result_ttl),
        task_progress_interval: one.task_progress_interval.min(other.task_progress_interval),
        ..one
    });
    strictest.unwrap_or_default()
}
