//! `ssh_plan`: what the policy says of a command.
//!
//! Takes: an alias and a command. Gives: the decision and its reason. The tool runs nothing and contacts no host.
//! Refuses: an alias that no host has.

use super::call::{CallError, ToolCall};
use super::parameters::{ALIAS, COMMAND_AS_FOR_RUN, CWD_AS_FOR_RUN, TIMEOUT_AS_FOR_RUN};
use super::tool::{Effect, Tool};
use crate::gate::Plan;
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_plan",
    title: "Plan a command",
    description: "Tells whether the policy would allow a command on a host, without running it or \
                  contacting the host. `decision` is allow, deny or ask; `why` and `hint` explain a \
                  denial.",
    effect: Effect::ReadOnly,
    parameters: &[
        ALIAS,
        COMMAND_AS_FOR_RUN,
        CWD_AS_FOR_RUN,
        TIMEOUT_AS_FOR_RUN,
    ],
    output: OUTPUT,
    function: plan,
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "allowed": {"type": "boolean"},
        "decision": {"type": "string", "enum": ["allow", "deny", "ask"]},
        "alias": {"type": "string"},
        "hash": {"type": "string", "description": "Names the command in the audit log."},
        "rendered": {"type": "string", "description": "The text the remote shell would get."},
        "stage": {"type": "string", "description": "What denied it."},
        "reason": {"type": "string"},
        "why": {"type": "string"},
        "hint": {"type": "string", "description": "What to do next."},
        "commands": {"type": "array", "items": {"type": "object"}},
        "limits": {"type": "object"}
    },
    "required": ["decision", "alias", "hash", "why", "commands", "limits"]
}"#;

fn plan(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let asked = call.asked_of_host(&mut arguments)?;
    match call.gate.plan(&asked)? {
        Plan::Judged(planned) => call.success(&planned),
        Plan::UnknownHost(failure) => call.refusal(&failure),
    }
}
