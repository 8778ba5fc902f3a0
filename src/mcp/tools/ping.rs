//! `ssh_ping`: whether this server answers, and whether it has a configuration.
//!
//! Takes: no arguments. Gives: the time, the version, and what is wrong with the configuration. Refuses nothing.

use serde_json::json;

use super::call::{CallError, ToolCall};
use super::tool::{Effect, Tool};
use crate::clock;
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::schema;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_ping",
    title: "Ping the server",
    description: "Checks that this MCP server answers; says whether a configuration is loaded.",
    effect: Effect::ReadOnly,
    parameters: &[],
    output: OUTPUT,
    function: ping,
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "status": {"type": "string", "const": "pong"},
        "message": {"type": "string"},
        "timestamp": {"type": "number", "description": "Seconds since 1970, UTC."},
        "version": {"type": "string"}
    },
    "required": ["status", "message", "timestamp", "version"]
}"#;

fn ping(call: ToolCall<'_>, _none: Arguments) -> Result<Handled, CallError> {
    // No host has an empty alias, so this asks only whether there is a configuration.
    let message = match call.gate.describe("") {
        Ok(_) => "the server answers and its configuration is loaded".to_owned(),
        Err(unready) => format!("the server answers, but {unready}"),
    };
    call.success(&json!({
        "status": "pong",
        "message": message,
        "timestamp": clock::unix_seconds(),
        "version": schema::version(),
    }))
}
