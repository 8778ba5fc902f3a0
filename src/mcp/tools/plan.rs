//! `ssh_plan`: what the policy says of a command or of a file.
//!
//! Takes: an alias, and a command, or a path with what is to be done there. Gives: the decision and its reason. The tool runs
//! nothing and contacts no host. Refuses: an alias that no host has; a command and a path in one call, or neither.

use super::call::{CallError, ToolCall};
use super::parameters::{ALIAS, COMMAND_AS_FOR_RUN, CWD_AS_FOR_RUN, TIMEOUT_AS_FOR_RUN};
use super::tool::{Effect, Tool};
use crate::gate::{FilePlan, FilePlanRequest, Plan};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::parameter::{Need, Parameter, ParameterKind};
use mcp_ssh_policy::FileAccess;

/// The command: a plan of a file has none.
const COMMAND: Parameter = Parameter {
    need: Need::Optional,
    ..COMMAND_AS_FOR_RUN
};
const PATH: Parameter = Parameter {
    name: "path",
    kind: ParameterKind::Text,
    need: Need::Optional,
    description: "A file, in place of a command.",
};
const ACCESSES: &[&str] = &["read", "write", "edit"];
const ACCESS: Parameter = Parameter {
    name: "access",
    kind: ParameterKind::Choice(ACCESSES),
    need: Need::Optional,
    description: "",
};

pub(super) const TOOL: Tool = Tool {
    name: "ssh_plan",
    title: "Plan a command or a file",
    description: "Tells whether the policy would allow a command, or access to a file, without \
                  contacting the host. `decision` is allow, deny or ask; `why` and `hint` explain a denial.",
    effect: Effect::ReadOnly,
    parameters: &[
        ALIAS,
        COMMAND,
        PATH,
        ACCESS,
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
        "become": {"type": "string", "description": "The user sudo runs it as."},
        "stage": {"type": "string", "description": "What denied it."},
        "reason": {"type": "string"},
        "why": {"type": "string"},
        "hint": {"type": "string", "description": "What to do next."},
        "commands": {"type": "array", "items": {"type": "object"}},
        "limits": {"type": "object"},
        "entry": {"type": "object"},
        "max_bytes": {"type": "integer"}
    },
    "required": ["decision", "alias", "why"]
}"#;

fn plan(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    if let Some(path) = arguments.optional(PATH.name)? {
        return plan_file(&call, path, arguments);
    }
    if arguments.optional(ACCESS.name)?.is_some() {
        return Err(
            "`access` is for a `path`: add the path, or leave `access` out"
                .to_owned()
                .into(),
        );
    }
    if !arguments.has(COMMAND.name) {
        let needs = "`ssh_plan` needs the argument `command`, a string, or `path` for a file";
        return Err(needs.to_owned().into());
    }
    let asked = call.asked_of_host(&mut arguments)?;
    match call.gate.plan(&asked)? {
        Plan::Judged(planned) => call.success(&planned),
        Plan::UnknownHost(failure) => call.refusal(&failure),
    }
}

fn plan_file(
    call: &ToolCall<'_>,
    path: String,
    mut arguments: Arguments,
) -> Result<Handled, CallError> {
    let of_commands = [COMMAND, CWD_AS_FOR_RUN, TIMEOUT_AS_FOR_RUN];
    if let Some(other) = of_commands.iter().find(|other| arguments.has(other.name)) {
        let message = format!(
            "`path` is for a file and `{}` for a command: call twice",
            other.name
        );
        return Err(message.into());
    }
    let access = match arguments.choice(ACCESS.name, ACCESSES)? {
        0 => FileAccess::Read,
        1 => FileAccess::Write,
        _ => FileAccess::Edit,
    };
    let request = FilePlanRequest {
        alias: arguments.required(ALIAS.name)?,
        access,
        path,
    };
    match call.gate.plan_file(&request)? {
        FilePlan::Judged(planned) => call.success(&planned),
        FilePlan::UnknownHost(unknown) => call.refusal(&unknown),
    }
}
