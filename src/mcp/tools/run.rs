//! `ssh_run`: one command on one host.
//!
//! Takes: an alias, a command, and the limits that the caller sets. Gives: the exit code and the output. Refuses: what
//! the gate refuses, with its reason.

use super::call::{CallError, ToolCall};
use super::host_call::HostCall;
use super::parameters::{ALIAS, COMMAND, MAX_OUTPUT_LINES, TIMEOUT_SECONDS};
use super::tool::{Effect, Tool};
use crate::cancel::Cancelled;
use crate::gate::{Gate, RunRequest};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::{Answering, Handled, RequestWork};
use crate::rpc::stdio::Output;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_run",
    title: "Run a command",
    description: "Runs a command on one host over SSH if the policy allows it, and returns its exit code \
                  and output. A denial is an error that says why, with a hint. No terminal and no input: \
                  commands that prompt fail or time out. Output over the limit is cut and `truncated` is \
                  true. A non-zero `exit_code` is the command's own verdict, not an error of this tool.",
    effect: Effect::Destructive,
    parameters: &[ALIAS, COMMAND, TIMEOUT_SECONDS, MAX_OUTPUT_LINES],
    output: OUTPUT,
    function: run,
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string"},
        "alias": {"type": "string"},
        "hash": {"type": "string"},
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
    "required": ["task_id", "alias", "exit_code", "truncated", "output"]
}"#;

fn run(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let request = call.asked_of_host(&mut arguments)?;
    let call = HostCall::of(call);
    Ok(Handled::Run(Box::new(RunWork { request, call })))
}

/// What runs on the host.
struct RunWork {
    request: RunRequest,
    call: HostCall,
}

impl RequestWork for RunWork {
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
            let observer = call.observer();
            let work = async {
                let run = gate.run(request, cancelled, observer.as_ref(), &call.person);
                call.reply.with(&run.await)
            };
            call.answer(work).await
        })
    }
}
