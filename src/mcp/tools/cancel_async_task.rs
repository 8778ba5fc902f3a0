//! `ssh_cancel_async_task`: ends a task.
//!
//! Takes: the `task_id`. Gives: the message that the remote process is being killed, or that the task had ended.
//! Refuses: a `task_id` that no task has.

use super::call::{CallError, ToolCall};
use super::parameters::TASK_ID;
use super::tasks::{CANCELLED, cancelled, task};
use super::tool::{Effect, Tool};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_cancel_async_task",
    title: "Cancel a task",
    description: "Cancels a task and kills its remote process.",
    effect: Effect::Idempotent,
    parameters: &[TASK_ID],
    output: CANCELLED,
    function: cancel_async_task,
};

fn cancel_async_task(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let task_id = arguments.required(TASK_ID.name)?;
    let cancelling = task(call.gate, &task_id)?.cancel();
    cancelled(&call, &task_id, cancelling)
}
