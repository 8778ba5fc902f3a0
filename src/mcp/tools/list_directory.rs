//! `ssh_list_directory`: the names in one directory of a host.
//!
//! Takes: an alias, a path, and which names. Gives: name, type, size, mode and last change of each. Refuses: what the gate
//! refuses, with its reason.

use super::call::{CallError, ToolCall};
use super::file_call;
use super::parameters::{ALIAS, LIMIT, OFFSET, PATH, TIMEOUT_AS_FOR_RUN};
use super::tool::{Effect, Tool};
use crate::gate::{EntryRange, FileDeed};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::parameter::{Parameter, ParameterKind};

/// Names of one page: with the longest names it is 70 kB.
const MAX_ENTRIES: usize = 200;

pub(super) const TOOL: Tool = Tool {
    name: "ssh_list_directory",
    title: "List a directory",
    description: "Lists a directory of a host if `read` of the policy's `files` allows its path; 200 names at most, \
                  go on at `next_offset`.",
    effect: Effect::ReadsHost,
    parameters: &[ALIAS, PATH, OFFSET, MAX_NAMES, TIMEOUT_AS_FOR_RUN],
    output: OUTPUT,
    function: list_directory,
};

const MAX_NAMES: Parameter = Parameter {
    kind: ParameterKind::Integer(1, MAX_ENTRIES),
    ..LIMIT
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string"},
        "alias": {"type": "string"},
        "path": {"type": "string"},
        "resolved": {"type": "string"},
        "entries": {"type": "array", "items": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "type": {"enum": ["file", "directory", "link", "other"]},
                "size": {"type": "integer"},
                "mode": {"type": "string"},
                "mtime": {"type": "string"}
            },
            "required": ["name", "type"]
        }},
        "offset": {"type": "integer"},
        "next_offset": {"type": "integer"},
        "total": {"type": "integer"},
        "has_more": {"type": "boolean"},
        "note": {"type": "string"}
    },
    "required": ["path", "entries", "next_offset", "has_more"]
}"#;

fn list_directory(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let range = EntryRange {
        offset: arguments.integer(&OFFSET)?.unwrap_or_default(),
        limit: arguments.integer(&MAX_NAMES)?.unwrap_or(MAX_ENTRIES),
    };
    file_call::begin(call, arguments, FileDeed::List(range))
}
