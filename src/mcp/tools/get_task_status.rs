//! `ssh_get_task_status`: whether a task runs or has ended.
//!
//! Takes: the `task_id`. Gives: the status, and how much the task has printed. Refuses: a `task_id` that no task has.

use super::call::{CallError, ToolCall};
use super::parameters::TASK_ID;
use super::tasks::task;
use super::tool::{Effect, Tool};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_get_task_status",
    title: "Status of a task",
    description: "Tells how a task gets on and how much it has printed. completed: exit code 0.",
    effect: Effect::ReadOnly,
    parameters: &[TASK_ID],
    output: OUTPUT,
    function: get_task_status,
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string"},
        "status": {"enum": ["awaiting_approval", "pending", "running", "completed", "failed", "cancelled", "timeout"]},
        "keepAlive": {"type": "integer"},
        "pollFrequency": {"type": "integer"},
        "progress_percent": {"type": "integer", "description": "Of max_seconds."},
        "elapsed_ms": {"type": "integer"},
        "bytes_read": {"type": "integer"},
        "output_lines_available": {"type": "integer"}
    },
    "required": ["task_id", "status"]
}"#;

fn get_task_status(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let task_id = arguments.required(TASK_ID.name)?;
    call.success(&task(call.gate, &task_id)?.status())
}
