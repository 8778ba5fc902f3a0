//! How many tasks there may be, and how much output all of them may hold.

use std::cell::Cell;
use std::rc::Rc;

/// Tasks that run or whose results are kept. A client that follows its tasks has some dozens. A client
/// that starts tasks without end gets an error before memory is full.
const MAX_TASKS: usize = 256;
/// Tasks that run or wait for their turn: fewer than commands that may run at once, so that tasks
/// which last for hours leave turns to the calls that wait.
const MAX_RUNNING_TASKS: usize = 64;
/// Output of all tasks together: half of what a container of 128 MiB has. A task that runs counts
/// with all that it may print, one that has ended with what it did.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Output of one task; where the policy allows less, that holds. A share that leaves room for
/// seven others.
pub(super) const MAX_TASK_BYTES: u64 = MAX_BYTES / 8;

/// What is taken.
#[derive(Default)]
pub struct Room {
    tasks: Cell<usize>,
    running: Cell<usize>,
    bytes: Cell<u64>,
}

/// The room of one task, given back when it is dropped.
pub struct Reservation {
    room: Rc<Room>,
    /// 1 until the task has ended, then 0.
    running: Cell<usize>,
    bytes: Cell<u64>,
}

impl Room {
    /// Whether there is room for one more task that may print `bytes`.
    pub fn holds(&self, bytes: u64) -> bool {
        let bytes = bytes.min(MAX_TASK_BYTES);
        self.tasks.get() < MAX_TASKS && self.bytes.get().saturating_add(bytes) <= MAX_BYTES
    }

    /// Room for what has ended and holds so much; nothing when there is none.
    pub fn keep(self: &Rc<Self>, held: u64) -> Option<Reservation> {
        if !self.holds(held) {
            return None;
        }
        self.tasks.set(self.tasks.get() + 1);
        self.bytes.set(self.bytes.get() + held);
        Some(Reservation {
            room: Rc::clone(self),
            running: Cell::new(0),
            bytes: Cell::new(held),
        })
    }

    /// Room for a task that may print as much as the policy allows.
    ///
    /// # Errors
    /// What there is too much of.
    pub fn reserve(self: &Rc<Self>, max_output_bytes: u64) -> Result<Reservation, String> {
        let bytes = max_output_bytes.min(MAX_TASK_BYTES);
        if self.tasks.get() >= MAX_TASKS {
            return Err(format!(
                "{MAX_TASKS} tasks run or have their results kept, which is the most there may be"
            ));
        }
        if self.running.get() >= MAX_RUNNING_TASKS {
            return Err(format!(
                "{MAX_RUNNING_TASKS} tasks run or wait for their turn, which is the most there may be"
            ));
        }
        if self.bytes.get().saturating_add(bytes) > MAX_BYTES {
            return Err(format!(
                "the tasks there are hold {} bytes of output or may print them, and this one may \
                 print {bytes}: {MAX_BYTES} is the most there may be",
                self.bytes.get()
            ));
        }
        self.tasks.set(self.tasks.get() + 1);
        self.running.set(self.running.get() + 1);
        self.bytes.set(self.bytes.get() + bytes);
        Ok(Reservation {
            room: Rc::clone(self),
            running: Cell::new(1),
            bytes: Cell::new(bytes),
        })
    }
}

impl Reservation {
    /// What the task may print.
    pub fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    /// Keeps room for what the ended task holds, at most what was reserved: redaction can make output
    /// longer.
    pub fn shrink(&self, held: u64) {
        self.stop_running();
        let held = held.min(self.bytes.get());
        self.give_back(self.bytes.get() - held);
        self.bytes.set(held);
    }

    fn stop_running(&self) {
        let running = self.room.running.get() - self.running.take();
        self.room.running.set(running);
    }

    fn give_back(&self, bytes: u64) {
        self.room.bytes.set(self.room.bytes.get() - bytes);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.stop_running();
        self.give_back(self.bytes.get());
        self.room.tasks.set(self.room.tasks.get() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, MAX_RUNNING_TASKS, MAX_TASK_BYTES, MAX_TASKS, Room};
    use std::rc::Rc;

    #[test]
    fn tasks_are_counted_and_those_that_run() {
        let room = Rc::new(Room::default());
        let mut held = Vec::new();
        for _ in 0..MAX_TASKS / MAX_RUNNING_TASKS {
            let running = (0..MAX_RUNNING_TASKS).map(|_| room.reserve(1).unwrap());
            held.extend(running.collect::<Vec<_>>());
            let refused = room.reserve(1).err().unwrap();
            assert!(refused.contains(" tasks run or "), "{refused}");
            held.iter().for_each(|reservation| reservation.shrink(0));
        }
        let refused = room.reserve(1).err().unwrap();
        assert!(refused.starts_with("256 tasks run or have"), "{refused}");
        held.pop();
        let last = room.reserve(1).unwrap();
        drop((held, last));
        assert_eq!((room.tasks.get(), room.running.get()), (0, 0));
    }

    #[test]
    fn bytes_are_counted_and_given_back() {
        let room = Rc::new(Room::default());
        let held: Vec<_> = (0..8).map(|_| room.reserve(u64::MAX).unwrap()).collect();
        assert_eq!(held[0].bytes(), MAX_TASK_BYTES);
        let refused = room.reserve(1).err().unwrap();
        assert!(refused.contains("this one may print 1:"), "{refused}");
        held[0].shrink(MAX_TASK_BYTES - 10);
        assert!(room.reserve(11).is_err());
        let rest = room.reserve(10).unwrap();
        assert_eq!(room.bytes.get(), MAX_BYTES);
        rest.shrink(u64::MAX);
        drop((held, rest));
        assert_eq!((room.bytes.get(), room.tasks.get()), (0, 0));
    }
}
