//! What is under way, by identifier, so that it can be cancelled.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::cancel::{Cancelled, Canceller};

/// Runs, tasks and tag runs. Bounded by the requests under way and the tasks that are kept.
#[derive(Default)]
pub(super) struct Runs(RefCell<HashMap<String, Canceller>>);

/// In the table until it is dropped.
pub(super) struct Entered<'a> {
    runs: &'a Runs,
    task_id: String,
}

impl Runs {
    /// Enters what `cancelled` ends.
    pub fn enter(&self, task_id: &str, cancelled: &Cancelled) -> Entered<'_> {
        let task_id = task_id.to_owned();
        let mut table = self.0.borrow_mut();
        table.insert(task_id.clone(), cancelled.canceller());
        Entered {
            runs: self,
            task_id,
        }
    }

    /// Tells one to stop; nothing when there is none of that identifier.
    pub fn cancel(&self, task_id: &str) -> Option<()> {
        self.0.borrow().get(task_id).map(Canceller::cancel)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.runs.0.borrow_mut().remove(&self.task_id);
    }
}
