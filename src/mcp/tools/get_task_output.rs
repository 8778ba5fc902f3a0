//! `ssh_get_task_output`: lines of the output of a task, even while the task runs.
//!
//! Takes: the `task_id`, the number of lines, and the first line. Gives: these lines, and the line at which to go on.
//! Refuses: a `task_id` that no task has.

use super::call::{CallError, ToolCall};
use super::parameters::{OFFSET, TASK_ID};
use super::tasks::task;
use super::tool::{Effect, Tool};
use crate::gate::LineRange;
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::parameter::{Need, Parameter, ParameterKind};

pub(super) const TOOL: Tool = Tool {
    name: "ssh_get_task_output",
    title: "Output of a task",
    description: "Shows lines of a task's output, also while it runs: the last ones, or a page from \
                  `offset`. To follow a task, ask from `next_offset` on.",
    effect: Effect::ReadOnly,
    parameters: &[TASK_ID, MAX_LINES, FIRST],
    output: OUTPUT,
    function: get_task_output,
};

/// How many lines are given when the call does not say how many.
const DEFAULT_LINES: usize = 50;

const MAX_LINES: Parameter = Parameter {
    name: "max_lines",
    kind: ParameterKind::Integer(1, 1000),
    need: Need::Optional,
    description: "Default 50.",
};
const FIRST: Parameter = Parameter {
    description: "First line wanted, from 0; left out: the last lines.",
    ..OFFSET
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string"},
        "status": {"type": "string"},
        "output_lines": {"type": "array", "items": {"type": "string"}},
        "offset": {"type": "integer", "description": "Of the first line given."},
        "next_offset": {"type": "integer", "description": "Where to go on."},
        "total_lines": {"type": "integer"},
        "has_more": {"type": "boolean", "description": "Later lines; without `offset`, earlier ones."}
    },
    "required": ["task_id", "status", "output_lines", "next_offset", "has_more"]
}"#;

fn get_task_output(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let task_id = arguments.required(TASK_ID.name)?;
    let range = LineRange {
        max_lines: arguments.integer(&MAX_LINES)?.unwrap_or(DEFAULT_LINES),
        offset: arguments.integer(&FIRST)?,
    };
    call.success(&task(call.gate, &task_id)?.output(range))
}
