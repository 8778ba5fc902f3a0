//! `ssh_get_task_result`: the result of a task that has ended.
//!
//! Takes: the `task_id`. Gives: the exit code and the output. Refuses: a `task_id` that no task has, and a task
//! that has not ended.

use super::call::{CallError, ToolCall};
use super::parameters::TASK_ID;
use super::tasks::task;
use super::tool::{Effect, Tool};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_get_task_result",
    title: "Result of a task",
    description: "Gives the exit code and the output of a task that has ended, for `keepAlive` seconds \
                  after its end.",
    effect: Effect::ReadOnly,
    parameters: &[TASK_ID],
    output: OUTPUT,
    function: get_task_result,
};

const OUTPUT: &str = r#"{
    "type": "object",
    "description": "As ssh_run gives it, and how the task ended.",
    "properties": {
        "task_id": {"type": "string"},
        "status": {"type": "string"},
        "exit_code": {"type": "integer"},
        "output": {"type": "string"},
        "error": {"type": "string", "description": "Why it did not run."},
        "max_seconds": {"type": "integer"}
    },
    "required": ["task_id", "status"]
}"#;

fn get_task_result(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let task_id = arguments.required(TASK_ID.name)?;
    let task = task(call.gate, &task_id)?;
    let shown = task.result(|result| call.success(result));
    shown.unwrap_or_else(|| {
        Err(CallError::Execution(format!(
            "the task has not ended; call ssh_get_task_status every {} s, or \
             ssh_get_task_output for what it has printed so far",
            task.poll_frequency()
        )))
    })
}
