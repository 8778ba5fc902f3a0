//! `ssh_run_async`: a command that goes on as a task when the call has been answered.
//!
//! Takes: an alias and a command. Gives: the `task_id`, and how often to look. Refuses: what the gate refuses, with its
//! reason.

use super::call::{CallError, ToolCall};
use super::host_call::HostCall;
use super::parameters::{ALIAS, COMMAND_AS_FOR_RUN, TIMEOUT_AS_FOR_RUN};
use super::tool::{Effect, Tool};
use crate::cancel::Cancelled;
use crate::gate::{Gate, RunRequest, Started};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::{Answering, Handled, RequestWork};
use crate::mcp::schema;
use crate::rpc::stdio::Output;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_run_async",
    title: "Start a task",
    description: "Starts a long command on one host as a task and returns its task_id. A denial is an \
                  error, as in ssh_run. Call ssh_get_task_status every `pollFrequency` seconds, and \
                  ssh_get_task_result once it has ended. max_seconds holds; a task ends with this server.",
    effect: Effect::Destructive,
    parameters: &[ALIAS, COMMAND_AS_FOR_RUN, TIMEOUT_AS_FOR_RUN],
    output: OUTPUT,
    function: run_async,
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string"},
        "status": {"const": "pending"},
        "keepAlive": {"type": "integer", "description": "Seconds its result is kept."},
        "pollFrequency": {"type": "integer", "description": "Seconds between two looks."}
    },
    "required": ["task_id", "pollFrequency"]
}"#;

fn run_async(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let request = call.asked_of_host(&mut arguments)?;
    let call = HostCall::of(call);
    Ok(Handled::Run(Box::new(RunAsyncWork { request, call })))
}

/// What the task runs on the host.
struct RunAsyncWork {
    request: RunRequest,
    call: HostCall,
}

impl RequestWork for RunAsyncWork {
    fn run<'a>(
        self: Box<Self>,
        gate: &'a Gate,
        cancelled: Cancelled,
        output: &'a Output,
    ) -> Answering<'a> {
        Box::pin(async move {
            let Self { request, call } = *self;
            let call = match call.open((gate, output), &cancelled, &request) {
                Ok(call) => call,
                Err(refused) => return refused,
            };
            let work = async {
                match gate.start_task(request, &cancelled, &call.person).await {
                    Started::Task(task) => schema::success(call.reply.revision, &task),
                    Started::Not(outcome) => call.reply.with(&outcome),
                }
            };
            call.answer(work).await
        })
    }
}
