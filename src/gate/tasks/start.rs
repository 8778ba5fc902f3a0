//! Starting a task: a run that goes on in the background, from its permit or from the approver's answer.
//!
//! Takes: a request, or a run whose caller no longer waits for the approver. Gives: the task. Refuses: what the policy
//! denies (that is the answer, and no task is made), and what there is no room for.

use std::convert::Infallible;
use std::future::ready;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use smol::channel::{Sender, bounded};
use smol::future::FutureExt;

use super::awaited::{Awaited, Permitted, TaskBrief};
use super::room::Reservation;
use super::task::{Phase, Task};
use super::view::TaskStarted;
use crate::cancel::Cancelled;
use crate::gate::approval::Person;
use crate::gate::call::{Call, RunOptions, unknown_host};
use crate::gate::execute::execute;
use crate::gate::loaded::Loaded;
use crate::gate::permit::{Consent, JudgedCall, judge};
use crate::gate::progress::Progress;
use crate::gate::result::{Failure, Outcome, RunRequest};
use crate::gate::state::GateState;
use crate::runtime::{sleep, spawn};

/// What became of a request.
#[derive(Debug)]
pub enum Started {
    /// A task was made.
    Task(TaskStarted),
    /// It has ended, or could not begin.
    Ended(Outcome),
}

/// Judges the request; gives the task as soon as the policy has allowed it and that is recorded, or the approver is
/// asked.
pub async fn start(
    state: &Rc<GateState>,
    loaded: Rc<Loaded>,
    request: RunRequest,
    cancelled: &Cancelled,
    person: Person<'_>,
) -> Started {
    let Some(host) = loaded.inventory().hosts.get(&request.alias) else {
        return Started::Ended(Outcome::Failed(unknown_host(
            &request,
            &loaded.inventory().hosts,
        )));
    };
    let most = loaded.host_policy(host).limits().max_output_bytes;
    let reservation = match reserve(state, &request, most) {
        Ok(reservation) => reservation,
        Err(full) => return Started::Ended(Outcome::Failed(full)),
    };
    // The task is cancelled by its identifier, and with the request as long as that is under way.
    let (_, own) = cancelled.child();
    let call = Call {
        state: Rc::clone(state),
        loaded,
        request: Rc::new(request),
        cancelled: own,
    };
    match judge(call, Consent::Asked(person)).await {
        Err(outcome) => Started::Ended(outcome),
        Ok(JudgedCall::Waiting(run)) => {
            let (brief, permitted) = Awaited::new(*run).into_parts();
            Started::Task(begin(
                brief,
                Phase::AwaitingApproval,
                permitted,
                reservation,
            ))
        }
        Ok(JudgedCall::Permitted(run)) => {
            let brief = TaskBrief::of_permitted(&run);
            let permitted = Box::pin(ready(Ok(*run)));
            Started::Task(begin(brief, Phase::Pending, permitted, reservation))
        }
    }
}

/// Makes a task of a run whose caller no longer waits for the approver.
pub async fn adopt(awaited: Awaited) -> Started {
    let (brief, permitted) = awaited.into_parts();
    let Call { state, request, .. } = &brief.call;
    match reserve(state, request, brief.limits().max_output_bytes) {
        Ok(reservation) => Started::Task(begin(
            brief,
            Phase::AwaitingApproval,
            permitted,
            reservation,
        )),
        Err(full) => {
            // The question is taken back, and that is recorded.
            brief.call.cancelled.canceller().cancel();
            let _cancelled = permitted.await;
            Started::Ended(Outcome::Failed(full))
        }
    }
}

fn reserve(
    state: &GateState,
    request: &RunRequest,
    max_output_bytes: u64,
) -> Result<Reservation, Failure> {
    let reserved = state.tasks.reserve(max_output_bytes);
    reserved.map_err(|full| {
        let hint = "cancel a task that is not needed (ssh_cancel_async_task), wait until an \
                    ended one is forgotten, or use ssh_run";
        Failure::new(request, full, Some(hint))
    })
}

/// Puts the task into the table, and its run into the background.
fn begin(
    brief: TaskBrief,
    phase: Phase,
    permitted: Permitted,
    reservation: Reservation,
) -> TaskStarted {
    let (present, ended) = bounded(1);
    let task = Rc::new(Task::begun(brief.run(), phase, ended));
    brief.call.state.tasks.insert(&task);
    let started = task.started(&brief.call.request.command, brief.time().lowered());
    spawn(go_on(brief, permitted, task, reservation, present)).detach();
    started
}

/// The rest of a task's life: the approver's answer, its run, and the time that its result is kept.
async fn go_on(
    brief: TaskBrief,
    permitted: Permitted,
    task: Rc<Task>,
    reservation: Reservation,
    present: Sender<Infallible>,
) {
    let ttl = Duration::from_secs(brief.limits().task_result_ttl.into());
    let (state, request) = (Rc::clone(&brief.call.state), Rc::clone(&brief.call.request));
    // From its end on nothing of the configuration is kept, only the result.
    drop(brief);
    let observer = |progress: Progress<'_>| match progress {
        Progress::Started => task.run(),
        Progress::AwaitingApproval { .. }
        | Progress::Permitted { .. }
        | Progress::Connecting { .. }
        | Progress::Running { .. }
        | Progress::FannedOut { .. }
        | Progress::HostDone { .. } => {}
    };
    let options = RunOptions {
        observer: &observer,
        output_budget: reservation.bytes(),
    };
    let ran = async {
        match permitted.await {
            Ok(run) => {
                task.permit();
                execute(run, &options).await
            }
            Err(outcome) => outcome,
        }
    };
    let outcome = AssertUnwindSafe(ran).catch_unwind().await;
    let outcome = outcome.unwrap_or_else(|_| {
        let error = "the server failed on this task; the operator's log says more";
        Outcome::Failed(Failure::new(&request, error, None))
    });
    reservation.shrink(task.end(outcome));
    drop(present);
    sleep(ttl).await;
    state.tasks.remove(task.id());
}
