//! `ssh_run`: one command on one host.
//!
//! Takes: an alias, a command, and the limits that the caller sets. Gives: the exit code and the output, or a task that
//! awaits a person's approval. Refuses: what the gate refuses, with its reason.

use serde_json::Value;

use super::call::{CallError, ToolCall};
use super::host_call::{self, HostReply, HostWork, OpenCall, PATIENCE};
use super::parameters::{ALIAS, COMMAND, CWD, MAX_OUTPUT_LINES, TIMEOUT_SECONDS};
use super::tool::{Effect, Tool};
use crate::cancel::Cancelled;
use crate::gate::{Gate, QuestionDigest, RunRequest, Started};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::schema;
use crate::rpc::Error;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_run",
    title: "Run a command",
    description: "Runs a command on one host over SSH if the policy allows it, and returns its exit code \
                  and output. A denial is an error that says why, with a hint. No terminal and no input: \
                  commands that prompt fail or time out. A non-zero `exit_code` is the command's own verdict, not an error of this tool.",
    effect: Effect::Destructive,
    parameters: &[ALIAS, COMMAND, CWD, TIMEOUT_SECONDS, MAX_OUTPUT_LINES],
    output: OUTPUT,
    function: run,
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string"},
        "alias": {"type": "string"},
        "hash": {"type": "string"},
        "status": {"const": "awaiting_approval"},
        "exit_code": {"type": "integer", "description": "-1: it did not end by itself."},
        "exit_signal": {"type": "string"},
        "duration_ms": {"type": "integer"},
        "cancelled": {"type": "boolean"},
        "timeout": {"type": "boolean"},
        "truncated": {"type": "boolean"},
        "note": {"type": "string", "description": "Why it was ended; what may run on."},
        "target_ip": {"type": "string"},
        "output": {"type": "string", "description": "stdout and stderr as they arrived."},
        "lines_left_out": {"type": "integer"},
        "stderr": {"type": "string", "description": "Only when there was any."}
    },
    "required": ["task_id", "alias"]
}"#;

fn run(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let request = call.asked_of_host(&mut arguments)?;
    Ok(host_call::begin(call, RunWork(request)))
}

/// What runs on the host.
struct RunWork(RunRequest);

impl HostWork for RunWork {
    fn refuse(
        &self,
        gate: &Gate,
        reply: &HostReply<'_>,
        _: Option<QuestionDigest>,
    ) -> Result<Value, Error> {
        reply.with(&gate.refuse_answer(&self.0))
    }

    async fn go(
        self,
        gate: &Gate,
        cancelled: Cancelled,
        call: &OpenCall<'_>,
    ) -> Result<Value, Error> {
        let observer = call.observer();
        let person = call.client.person();
        let run = gate.run_or_adopt(self.0, cancelled, observer.as_ref(), person, PATIENCE);
        match run.await {
            Started::Task(task) => schema::success(call.reply.revision, &task),
            Started::Ended(outcome) => call.answer(&outcome),
        }
    }
}
