//! The outputs of runs that were too long to be shown: kept as ended tasks.
//!
//! Takes: how a run ended, and how much of its output may be shown. Gives: the same with that much
//! of it. The whole is kept under the run's identifier for `task_result_ttl`, so that the rest can
//! be read without another run; the oldest goes first where a newer one, or a task, needs the room.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use smol::channel::bounded;

use super::room::{MAX_TASK_BYTES, Reservation};
use super::{Ended, State, Task, Tasks};
use crate::cancel;
use crate::clock::Stopwatch;
use crate::gate::Gate;
use crate::gate::live::LiveOutput;
use crate::gate::loaded::Loaded;
use crate::gate::result::{Outcome, RunResult};
use crate::gate::view::{Bound, Rest};
use crate::runtime::{self, sleep, spawn};
use mcp_ssh_policy::Limits;

/// Runs whose output is kept: half of the tasks there may be.
pub(in crate::gate) const MAX_KEPT: usize = 128;
/// Output of all of them: a quarter of what tasks may hold, two of the longest.
const MAX_KEPT_BYTES: u64 = 16 * 1024 * 1024;

/// Which runs, the oldest first.
#[derive(Default)]
pub(super) struct Kept(RefCell<VecDeque<Entry>>);

struct Entry {
    id: String,
    /// Its room, given back with it.
    room: Reservation,
    /// Forgets it; ends with it.
    _timer: runtime::Task<()>,
}

/// How a run ended, with as much of its output as `bound` allows. With [`Rest::Kept`] what is left
/// out is kept, if there is room.
pub(in crate::gate) fn shown(
    gate: &Gate,
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
    let Some(room) = gate.0.tasks.room_to_keep(result.held() as u64) else {
        return Outcome::Finished(result.shown(bound, Rest::Gone));
    };
    let mut limits = loaded.host_policy(host).limits();
    limits.max_seconds = result.seconds;
    keep(gate, result, limits, room);
    Outcome::Finished(shown)
}

fn keep(gate: &Gate, result: RunResult, limits: Limits, room: Reservation) {
    let tasks = &gate.0.tasks;
    let id = result.task_id.clone();
    let (canceller, _) = cancel::pair();
    let (_, ended) = bounded(1);
    let task = Task {
        id: id.clone(),
        alias: result.alias.clone(),
        hash: result.hash.clone(),
        limits,
        made: Stopwatch::start(),
        live: RefCell::new(LiveOutput::default()),
        canceller,
        state: RefCell::new(State::Ended(Rc::new(Ended {
            elapsed_ms: result.duration_ms,
            since: Stopwatch::start(),
            outcome: Outcome::Finished(result),
        }))),
        ended,
    };
    tasks.table.borrow_mut().insert(id.clone(), Rc::new(task));
    // The gate holds the timer, so the timer must not hold the gate.
    let (gate, own) = (Rc::downgrade(&gate.0), id.clone());
    let timer = spawn(async move {
        sleep(Duration::from_secs(limits.task_result_ttl.into())).await;
        if let Some(gate) = gate.upgrade() {
            gate.tasks.forget(&own);
        }
    });
    tasks.kept.0.borrow_mut().push_back(Entry {
        id,
        room,
        _timer: timer,
    });
}

impl Tasks {
    /// Lets go of kept outputs until a task that may print so much has room.
    pub(super) fn make_room(&self, bytes: u64) {
        while !self.room.holds(bytes) && self.forget_oldest() {}
    }

    fn room_to_keep(&self, held: u64) -> Option<Reservation> {
        if held > MAX_TASK_BYTES {
            return None;
        }
        while self.kept.count() >= MAX_KEPT || self.kept.bytes() + held > MAX_KEPT_BYTES {
            self.forget_oldest();
        }
        self.make_room(held);
        self.room.keep(held)
    }

    /// False when there is none.
    fn forget_oldest(&self) -> bool {
        let oldest = self.kept.0.borrow_mut().pop_front();
        let Some(oldest) = oldest else { return false };
        self.table.borrow_mut().remove(&oldest.id);
        true
    }

    fn forget(&self, id: &str) {
        self.kept.0.borrow_mut().retain(|entry| entry.id != id);
        self.table.borrow_mut().remove(id);
    }
}

impl Kept {
    fn count(&self) -> usize {
        self.0.borrow().len()
    }

    fn bytes(&self) -> u64 {
        self.0.borrow().iter().map(|entry| entry.room.bytes()).sum()
    }
}
