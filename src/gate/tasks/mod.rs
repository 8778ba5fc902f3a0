//! Commands that outlive the request which started them.
//!
//! Takes: a request. Gives: an unguessable identifier, by which any client of this server may ask
//! for the task's state, output and result, or cancel it. Refuses: what the policy denies (that is
//! the answer, and no task is made), and more tasks or output than there is [`room`] for.
//!
//! ```text
//! awaiting_approval -> pending -> running -> completed | failed | cancelled | timeout -> gone, `task_result_ttl` later
//! ```
//!
//! A task is the second half of one run (`gate/execute.rs`). It keeps the configuration of its request, and ends with
//! the server: [`Tasks::stop`] kills its remote process.

mod awaited;
mod kept;
mod room;
mod start;
mod table;
mod task;
mod view;

pub use start::Started;
pub use task::{Cancelling, Task};
pub use view::{LineRange, TaskState};

pub(super) use awaited::Awaited;
pub(super) use kept::{keep_whole, shown};
pub(super) use room::Reservation;
pub(super) use start::{adopt, start};
pub(super) use table::{MAX_KEPT, Tasks};
pub(super) use task::{Phase, RunOfTask};
pub(super) use view::TaskStarted;
