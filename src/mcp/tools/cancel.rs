//! `ssh_cancel`: ends the task, or the call that has not been answered yet, with a `task_id`.
//!
//! Takes: the `task_id`. Gives: the message that the remote process is being killed. Refuses: a `task_id` under which
//! no run is under way.

use super::call::{CallError, ToolCall};
use super::parameters::TASK_ID;
use super::tasks::{CANCELLED, cancelled};
use super::tool::{Effect, Tool};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::rpc::quoted;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_cancel",
    title: "Cancel a run",
    description: "Cancels what runs under a task_id: an ssh_run or ssh_run_on_tag (the id is in their \
                  first progress notification) or a task. The remote process is killed.",
    effect: Effect::Idempotent,
    parameters: &[TASK_ID],
    output: CANCELLED,
    function: cancel,
};

fn cancel(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let task_id = arguments.required(TASK_ID.name)?;
    let Some(cancelling) = call.gate.cancel(&task_id) else {
        return Err(CallError::Execution(format!(
            "nothing that runs has the task_id {}: it has ended or never was, so there is \
             nothing to cancel",
            quoted(&task_id)
        )));
    };
    cancelled(&call, &task_id, cancelling)
}
