//! What is under way, by identifier, so that it can be cancelled.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::cancel::{Cancelled, Canceller};

/// The runs, tasks and tag runs that are under way. The number of requests and of tasks bounds the table. Clones are
/// of one table.
#[derive(Clone, Default)]
pub struct RunTable(Rc<RefCell<HashMap<String, Canceller>>>);

/// In the table until it is dropped.
pub struct Entered {
    runs: RunTable,
    task_id: String,
}

impl RunTable {
    /// Enters what `cancelled` ends.
    pub fn enter(&self, task_id: &str, cancelled: &Cancelled) -> Entered {
        let task_id = task_id.to_owned();
        let mut table = self.0.borrow_mut();
        table.insert(task_id.clone(), cancelled.canceller());
        Entered {
            runs: self.clone(),
            task_id,
        }
    }

    /// Tells one to stop; nothing when there is none of that identifier.
    pub fn cancel(&self, task_id: &str) -> Option<()> {
        self.0.borrow().get(task_id).map(Canceller::cancel)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.runs.0.borrow_mut().remove(&self.task_id);
    }
}
