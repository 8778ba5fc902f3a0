//! The runs, tasks and tag runs under way. Takes each by its identifier; gives the means to cancel it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::cancel::{Cancelled, Canceller};

/// The table of what is under way. The limits on requests and on tasks bound its size. Clones share one table.
#[derive(Clone, Default)]
pub struct RunTable(Rc<RefCell<HashMap<String, Canceller>>>);

/// An entry of the table; it leaves the table when this is dropped.
pub struct Entered {
    runs: RunTable,
    task_id: String,
}

impl RunTable {
    /// Enters the work that the canceller of `cancelled` ends.
    pub fn enter(&self, task_id: &str, cancelled: &Cancelled) -> Entered {
        let task_id = task_id.to_owned();
        let mut table = self.0.borrow_mut();
        table.insert(task_id.clone(), cancelled.canceller());
        Entered {
            runs: self.clone(),
            task_id,
        }
    }

    /// Tells the work with this identifier to stop; `None` when there is none.
    pub fn cancel(&self, task_id: &str) -> Option<()> {
        self.0.borrow().get(task_id).map(Canceller::cancel)
    }
}

impl Entered {
    /// The identifier of the work.
    pub fn task_id(&self) -> &str {
        &self.task_id
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.runs.0.borrow_mut().remove(&self.task_id);
    }
}
