//! `ssh_run_async`: a command that goes on as a task when the call has been answered.
//!
//! Takes: an alias and a command. Gives: the `task_id`, and how often to look. Refuses: what the gate refuses, with its
//! reason.

use serde_json::Value;

use super::call::{CallError, ToolCall};
use super::host_call::{self, HostReply, HostWork, OpenCall};
use super::parameters::{ALIAS, COMMAND_AS_FOR_RUN, CWD_AS_FOR_RUN, TIMEOUT_AS_FOR_RUN};
use super::tool::{Effect, Tool};
use crate::cancel::Cancelled;
use crate::gate::{Gate, QuestionDigest, RunRequest, Started};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::schema;
use crate::rpc::Error;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_run_async",
    title: "Start a task",
    description: "Starts a long command on one host as a task and returns its task_id. Call ssh_get_task_status every `pollFrequency` seconds, and \
                  ssh_get_task_result once it has ended. max_seconds holds; a task ends with this server.",
    effect: Effect::Destructive,
    parameters: &[
        ALIAS,
        COMMAND_AS_FOR_RUN,
        CWD_AS_FOR_RUN,
        TIMEOUT_AS_FOR_RUN,
    ],
    output: OUTPUT,
    function: run_async,
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string"},
        "status": {"type": "string"},
        "keepAlive": {"type": "integer", "description": "Seconds its result is kept."},
        "pollFrequency": {"type": "integer", "description": "Seconds between two looks."}
    },
    "required": ["task_id", "pollFrequency"]
}"#;

fn run_async(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let request = call.asked_of_host(&mut arguments)?;
    Ok(host_call::begin(call, RunAsyncWork(request)))
}

/// What the task runs on the host.
struct RunAsyncWork(RunRequest);

impl HostWork for RunAsyncWork {
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
        let person = call.client.person();
        match gate.start_task(self.0, &cancelled, person).await {
            Started::Task(task) => schema::success(call.reply.revision, &task),
            Started::Ended(outcome) => call.answer(&outcome),
        }
    }
}
