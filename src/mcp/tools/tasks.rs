//! The parts that the tools with a `task_id` share.
//!
//! Takes: a `task_id`. Nobody can guess one, so a client that knows it may use it. Gives: the task, and the answer to a
//! cancellation. Refuses: a `task_id` that no task has.

use std::rc::Rc;

use serde_json::json;

use super::call::{CallError, ToolCall};
use crate::gate::{Cancelling, Gate, Task};
use crate::mcp::handled::Handled;
use crate::rpc::quoted;

/// The task with this id.
///
/// # Errors
/// That there is no such task, and what to do then.
pub(super) fn task(gate: &Gate, task_id: &str) -> Result<Rc<Task>, CallError> {
    gate.task(task_id).ok_or_else(|| {
        CallError::Execution(format!(
            "no task has the task_id {}: its result was kept for task_result_ttl and is gone, or \
             it never was; ssh_run_async starts a new one",
            quoted(task_id)
        ))
    })
}

/// Answers that the run or task is being cancelled, or had ended before.
///
/// # Errors
/// -32603 if the answer cannot be written as JSON.
pub(super) fn cancelled(
    call: &ToolCall<'_>,
    task_id: &str,
    cancelling: Cancelling,
) -> Result<Handled, CallError> {
    let message = match cancelling {
        Cancelling::Told => "told to stop; a remote process of it is being killed",
        Cancelling::Ended => "it had ended before; ssh_get_task_result has its result",
    };
    call.success(&json!({
        "task_id": task_id,
        "cancelled": cancelling == Cancelling::Told,
        "message": message,
    }))
}

/// The output schema of a cancellation.
pub(super) const CANCELLED: &str = r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string"},
        "cancelled": {"type": "boolean", "description": "False: it had ended before."},
        "message": {"type": "string"}
    },
    "required": ["task_id", "cancelled"]
}"#;
