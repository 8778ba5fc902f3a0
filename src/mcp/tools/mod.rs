//! The catalogue of the tools, with `tools/list` and `tools/call`.
//!
//! Takes: the request's parameters. Gives: the answer, or the work of the call. Refuses: an unknown tool, by a protocol
//! error; bad arguments, an unknown host or task, and a missing configuration, by tool execution errors.
//!
//! Each tool has a file with its row, its own parameters, its output schema and its function.

// The parts that the tools share.
mod call;
mod file_call;
mod host_call;
mod parameters;
mod tasks;
mod tool;

// Each of these files is a tool: its name on the wire is `ssh_` and the name of the file.
mod cancel;
mod cancel_async_task;
mod describe_host;
mod edit_file;
mod get_task_output;
mod get_task_result;
mod get_task_status;
mod list_directory;
mod list_hosts;
mod ping;
mod plan;
mod read_file;
mod reload_config;
mod run;
mod run_async;
mod run_on_tag;
mod write_file;

use std::rc::Rc;

use serde_json::{Map, Value};

use super::approval::Questions;
use super::arguments::Arguments;
use super::handled::Handled;
use super::lifecycle::{Peer, Revision};
use super::{page, schema};
use crate::gate::Gate;
use crate::rpc::{Error, Request, quoted};
use call::{CallError, ToolCall};
use mcp_ssh_yaml::diagnostic::nearest;
use tool::Tool;

/// Every tool, in the order of `tools/list`.
const TOOLS: &[Tool] = &[
    ping::TOOL,
    list_hosts::TOOL,
    describe_host::TOOL,
    plan::TOOL,
    run::TOOL,
    run_on_tag::TOOL,
    cancel::TOOL,
    reload_config::TOOL,
    run_async::TOOL,
    get_task_status::TOOL,
    get_task_result::TOOL,
    get_task_output::TOOL,
    cancel_async_task::TOOL,
    read_file::TOOL,
    list_directory::TOOL,
    write_file::TOOL,
    edit_file::TOOL,
];

/// The answer to `tools/list`. All tools fit on one page, so every cursor is wrong.
///
/// # Errors
/// -32602 for a cursor.
pub(super) fn list(params: &Map<String, Value>, revision: Revision) -> Result<Value, Error> {
    page::refuse_cursor("tools/list", params)?;
    let tools: Vec<Value> = TOOLS.iter().map(|tool| tool.listing(revision)).collect();
    let mut result = Map::new();
    result.insert("tools".to_owned(), tools.into());
    Ok(schema::cacheable(revision, result))
}

/// Answers a `tools/call`, or says what to run. The answer is -32602 for an unknown tool, and for parameters that
/// are no call.
pub(super) fn call(
    gate: &Gate,
    questions: &Rc<Questions>,
    request: Request,
    peer: Peer,
) -> Handled {
    let revision = peer.revision;
    match called(gate, questions, request, peer) {
        Ok(handled) => handled,
        Err(CallError::Execution(message)) => Ok(schema::failure(revision, message)).into(),
        Err(CallError::Protocol(error)) => Err(error).into(),
    }
}

fn called(
    gate: &Gate,
    questions: &Rc<Questions>,
    request: Request,
    peer: Peer,
) -> Result<Handled, CallError> {
    let tool = find(&request.params)?;
    let (call, given) = ToolCall::read(gate, questions, request, peer)?;
    let arguments = Arguments::read(tool.name, tool.parameters, given)?;
    (tool.function)(call, arguments)
}

/// The tool that a call names.
fn find(params: &Map<String, Value>) -> Result<&'static Tool, Error> {
    let Some(Value::String(name)) = params.get("name") else {
        return Err(Error::invalid_params(
            "`tools/call` needs the string `name`",
        ));
    };
    if let Some(tool) = TOOLS.iter().find(|tool| tool.name == name) {
        return Ok(tool);
    }
    let known: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
    let meant = nearest(name, &known)
        .map(|near| format!(" (did you mean `{near}`?)"))
        .unwrap_or_default();
    Err(Error::invalid_params(format!(
        "unknown tool {}{meant}; `tools/list` names them all",
        quoted(name)
    )))
}

#[cfg(test)]
mod tests {
    use super::TOOLS;
    use crate::mcp::lifecycle::Revision;
    use serde_json::Value;

    #[test]
    fn every_output_schema_is_an_object() {
        for tool in TOOLS {
            let output: Value = serde_json::from_str(tool.output).unwrap();
            assert_eq!(output["type"], "object", "{}", tool.name);
        }
    }

    #[test]
    fn the_list_is_small_and_every_description_short() {
        let bytes: usize = TOOLS
            .iter()
            .map(|tool| tool.listing(Revision::MODERN).to_string().len())
            .sum();
        // The whole list has 21.2 kB, its frame included; the icons take 3.2 kB of that.
        assert!(bytes < 21_200, "{bytes} bytes");
        for tool in TOOLS {
            assert!(tool.description.len() < 1_000, "{}", tool.name);
        }
    }

    #[test]
    fn no_field_is_newer_than_its_revision() {
        for (revision, keys) in [
            (Revision::V2024_11_05, "name description inputSchema"),
            (
                Revision::V2025_03_26,
                "name description inputSchema annotations",
            ),
            (
                Revision::V2025_06_18,
                "name title description inputSchema outputSchema annotations",
            ),
            (
                Revision::V2025_11_25,
                "name title description inputSchema outputSchema annotations icons",
            ),
            (
                Revision::V2026_07_28,
                "name title description inputSchema outputSchema annotations icons",
            ),
        ] {
            for tool in TOOLS {
                let listing = tool.listing(revision);
                let given: Vec<&String> = listing.as_object().unwrap().keys().collect();
                let expected: Vec<&str> = keys.split(' ').collect();
                assert_eq!(given, expected, "{} in {}", tool.name, revision.name());
            }
        }
    }
}
