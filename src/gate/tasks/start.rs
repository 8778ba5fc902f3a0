//! Starting a task: the second half of a run, in the background.
//!
//! Takes: a request. Gives: the task, once its run is permitted and that is recorded. Refuses: what the policy denies
//! (that is the answer, and no task is made), and what there is no room for.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use smol::channel::{Sender, bounded};
use smol::future::{FutureExt, or, pending};

use super::room::Reservation;
use super::task::Task;
use super::view::TaskStarted;
use crate::cancel::{self, Cancelled};
use crate::gate::approval::Approver;
use crate::gate::call::{Call, RunOptions, unknown_host};
use crate::gate::execute::execute;
use crate::gate::loaded::Loaded;
use crate::gate::permit::{Consent, PermittedRun, permit};
use crate::gate::progress::Progress;
use crate::gate::result::{Failure, Outcome, RunRequest};
use crate::gate::state::GateState;
use crate::gate::time::TimeLimit;
use crate::runtime::{sleep, spawn};

/// What became of the request for a task.
#[derive(Debug)]
pub enum Started {
    /// It was made.
    Task(TaskStarted),
    /// The policy said no, or it could not begin.
    Not(Outcome),
}

/// Judges the request; gives the task as soon as the policy has allowed it and that is recorded.
pub async fn start(
    state: &Rc<GateState>,
    loaded: Rc<Loaded>,
    request: RunRequest,
    cancelled: &Cancelled,
    approver: &dyn Approver,
) -> Started {
    let Some(host) = loaded.inventory().hosts.get(&request.alias) else {
        return Started::Not(Outcome::Failed(unknown_host(&request)));
    };
    let mut limits = loaded.host_policy(host).limits();
    let time = TimeLimit::of(limits, request.timeout_seconds);
    limits.max_seconds = time.seconds();
    let reservation = match state.tasks.reserve(limits.max_output_bytes) {
        Ok(reservation) => reservation,
        Err(full) => {
            let hint = "cancel a task that is not needed (ssh_cancel_async_task), wait until an \
                        ended one is forgotten, or use ssh_run";
            return Started::Not(Outcome::Failed(Failure::new(&request, full, Some(hint))));
        }
    };
    let (canceller, own) = cancel::pair();
    let call = Call {
        state: Rc::clone(state),
        loaded,
        request: Rc::new(request),
        cancelled: own,
    };
    let told = async {
        cancelled.wait().await;
        canceller.cancel();
        pending().await
    };
    let permitted = or(permit(call, Consent::Asked(approver)), told).await;
    let run = match permitted {
        Ok(run) => run,
        Err(outcome) => return Started::Not(outcome),
    };
    let (present, ended) = bounded(1);
    let parts = run.parts();
    let request = &parts.call.request;
    let hash = mcp_ssh_policy::command_hash(&request.command);
    let of = (parts.records.task_id(), &*request.alias, &*hash);
    let task = Rc::new(Task::new(
        of,
        limits,
        parts.output.clone(),
        canceller.clone(),
        ended,
    ));
    state.tasks.insert(&task);
    if cancelled.is_cancelled() {
        // Nobody will hear of its identifier.
        canceller.cancel();
    }
    let started = task.started(time.lowered());
    let ttl = Duration::from_secs(limits.task_result_ttl.into());
    spawn(go_on(run, task, reservation, (present, ttl))).detach();
    Started::Task(started)
}

/// The rest of a task's life: its run, and the time that its result is kept.
async fn go_on(
    run: PermittedRun,
    task: Rc<Task>,
    reservation: Reservation,
    (present, ttl): (Sender<Infallible>, Duration),
) {
    let call = &run.parts().call;
    let (state, request) = (Rc::clone(&call.state), Rc::clone(&call.request));
    let observer = |progress: Progress<'_>| match progress {
        Progress::Started => task.run(),
        Progress::Permitted { .. }
        | Progress::Running { .. }
        | Progress::FannedOut { .. }
        | Progress::HostDone { .. } => {}
    };
    let options = RunOptions {
        observer: &observer,
        output_budget: reservation.bytes(),
    };
    // From its end on nothing of the configuration is kept, only the result.
    let outcome = AssertUnwindSafe(execute(run, &options))
        .catch_unwind()
        .await;
    let outcome = outcome.unwrap_or_else(|_| {
        let error = "the server failed on this task; the operator's log says more";
        Outcome::Failed(Failure::new(&request, error, None))
    });
    reservation.shrink(task.end(outcome));
    drop(present);
    sleep(ttl).await;
    state.tasks.remove(task.id());
}
