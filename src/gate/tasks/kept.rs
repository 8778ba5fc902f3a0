//! The outputs of runs that were too long to be shown: kept as ended tasks.
//!
//! Takes: how a run ended, and how much of its output may be shown. Gives: the outcome with that much
//! of the output. The whole is kept under the run's identifier for `task_result_ttl`, so that the rest can
//! be read without another run.

use std::rc::Rc;
use std::time::Duration;

use super::room::Reservation;
use super::task::Task;
use crate::gate::loaded::Loaded;
use crate::gate::result::{Outcome, RunResult};
use crate::gate::state::GateState;
use crate::gate::view::{Bound, Rest};
use crate::runtime::{sleep, spawn};
use mcp_ssh_policy::Limits;

/// How a run ended, with as much of its output as `bound` allows. With [`Rest::Kept`] what is left
/// out is kept, if there is room.
pub fn shown(
    state: &Rc<GateState>,
    loaded: &Loaded,
    outcome: Outcome,
    bound: Bound,
    rest: Rest,
) -> Outcome {
    let Outcome::Finished(mut result) = outcome else {
        return outcome;
    };
    // Only a terminal shows it.
    result.stdout = None;
    let shown = result.shown(bound, rest);
    let host = loaded.inventory().hosts.get(&result.alias);
    let (Some(host), Rest::Kept, 1..) = (host, rest, shown.bytes_left_out) else {
        return Outcome::Finished(shown);
    };
    let Some(room) = state.tasks.room_to_keep(result.held() as u64) else {
        return Outcome::Finished(result.shown(bound, Rest::Gone));
    };
    keep(state, result, loaded.host_policy(host).limits(), room);
    Outcome::Finished(shown)
}

/// Keeps the whole output of a run; says whether there was room.
pub fn keep_whole(state: &Rc<GateState>, loaded: &Loaded, mut result: RunResult) -> bool {
    // Only a terminal shows it.
    result.stdout = None;
    let host = loaded.inventory().hosts.get(&result.alias);
    let room = state.tasks.room_to_keep(result.held() as u64);
    let (Some(host), Some(room)) = (host, room) else {
        return false;
    };
    keep(state, result, loaded.host_policy(host).limits(), room);
    true
}

fn keep(state: &Rc<GateState>, result: RunResult, mut limits: Limits, room: Reservation) {
    limits.max_seconds = result.seconds;
    // The state holds the timer, so the timer must not hold the state.
    let (weak, id) = (Rc::downgrade(state), result.task_id.clone());
    let timer = spawn(async move {
        sleep(Duration::from_secs(limits.task_result_ttl.into())).await;
        if let Some(state) = weak.upgrade() {
            state.tasks.forget(&id);
        }
    });
    state
        .tasks
        .keep(Task::of_result(result, limits), room, timer);
}
