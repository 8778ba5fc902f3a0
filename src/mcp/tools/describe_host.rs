//! `ssh_describe_host`: one host of the inventory, without its secrets.
//!
//! Takes: an alias. Gives: the host's address, port, credential name, tags and limits. Refuses: an alias that no host
//! has.

use super::call::{CallError, ToolCall};
use super::parameters::ALIAS;
use super::tool::{Effect, Tool};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::rpc::quoted;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_describe_host",
    title: "Describe a host",
    description: "Shows a host's address, port, credential name, tags and limits; shows no secret.",
    effect: Effect::ReadOnly,
    parameters: &[ALIAS],
    output: OUTPUT,
    function: describe_host,
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "alias": {"type": "string"},
        "host": {"type": "string"},
        "port": {"type": "integer"},
        "credentials": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "description": {"type": "string"},
        "policy_limits": {"type": "object"}
    },
    "required": ["alias", "host", "port", "tags", "policy_limits"]
}"#;

fn describe_host(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let alias = arguments.required(ALIAS.name)?;
    let Some(host) = call.gate.describe(&alias)? else {
        return Err(CallError::Execution(format!(
            "no host has the alias {}; ssh_list_hosts gives the aliases",
            quoted(&alias)
        )));
    };
    call.success(&host)
}
