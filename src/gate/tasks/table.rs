//! The tasks that run, and the runs that have ended and are kept, oldest first.
//!
//! Takes: a task, or a run whose output was too long to be shown. Gives: it again under its identifier. Refuses: more
//! than there is [`room`](super::room) for; the oldest kept output goes first where a newer one, or a task, needs the room.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use super::room::{MAX_TASK_BYTES, Reservation, Room};
use super::task::Task;
use crate::runtime;

/// Runs whose output is kept: half of the tasks there may be.
pub const MAX_KEPT: usize = 128;
/// Output of all of them: a quarter of what tasks may hold, two of the longest.
const MAX_KEPT_BYTES: u64 = 16 * 1024 * 1024;

/// The tasks of one gate.
#[derive(Default)]
pub struct Tasks {
    table: RefCell<HashMap<String, Rc<Task>>>,
    room: Rc<Room>,
    /// The runs whose output is kept, the oldest first.
    kept: RefCell<VecDeque<KeptRun>>,
}

struct KeptRun {
    id: String,
    /// Its room, given back with it.
    room: Reservation,
    /// Forgets it; ends with it.
    _timer: runtime::Task<()>,
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
            task.cancel();
        }
        for task in &tasks {
            task.wait().await;
        }
    }

    /// Room for a task that may print as much as the policy allows; kept outputs make way for it.
    ///
    /// # Errors
    /// What there is too much of.
    pub fn reserve(&self, max_output_bytes: u64) -> Result<Reservation, String> {
        self.make_room(max_output_bytes);
        self.room.reserve(max_output_bytes)
    }

    /// Puts a task where it can be asked for.
    pub fn insert(&self, task: &Rc<Task>) {
        let mut table = self.table.borrow_mut();
        table.insert(task.id().to_owned(), Rc::clone(task));
    }

    /// Takes a task away.
    pub fn remove(&self, id: &str) {
        self.table.borrow_mut().remove(id);
    }

    /// Keeps a run until `timer` has run down.
    pub fn keep(&self, task: Task, room: Reservation, timer: runtime::Task<()>) {
        let task = Rc::new(task);
        self.insert(&task);
        self.kept.borrow_mut().push_back(KeptRun {
            id: task.id().to_owned(),
            room,
            _timer: timer,
        });
    }

    /// Lets go of kept outputs until a task that may print so much has room.
    pub fn make_room(&self, bytes: u64) {
        while !self.room.holds(bytes) && self.forget_oldest() {}
    }

    /// Room for a run that has ended and holds so much; older ones make way for it.
    pub fn room_to_keep(&self, held: u64) -> Option<Reservation> {
        if held > MAX_TASK_BYTES {
            return None;
        }
        while self.kept.borrow().len() >= MAX_KEPT || self.kept_bytes() + held > MAX_KEPT_BYTES {
            self.forget_oldest();
        }
        self.make_room(held);
        self.room.keep(held)
    }

    /// False when there is none.
    fn forget_oldest(&self) -> bool {
        let oldest = self.kept.borrow_mut().pop_front();
        let Some(oldest) = oldest else { return false };
        self.table.borrow_mut().remove(&oldest.id);
        true
    }

    /// Lets go of one kept run.
    pub fn forget(&self, id: &str) {
        self.kept.borrow_mut().retain(|entry| entry.id != id);
        self.table.borrow_mut().remove(id);
    }

    fn kept_bytes(&self) -> u64 {
        self.kept.borrow().iter().map(|run| run.room.bytes()).sum()
    }
}
