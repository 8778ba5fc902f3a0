//! `ssh_read_file`: a part of one file of a host.
//!
//! Takes: an alias, a path, and which part. Gives: the text, or base64 of bytes that are no text, without secrets.
//! Refuses: what the gate refuses, with its reason.

use super::call::{CallError, ToolCall};
use super::file_call;
use super::parameters::{ALIAS, LIMIT, OFFSET, PATH, TIMEOUT_AS_FOR_RUN};
use super::tool::{Effect, Tool};
use crate::gate::{FileDeed, FilePart, PartUnit};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::parameter::{Need, Parameter, ParameterKind};

pub(super) const TOOL: Tool = Tool {
    name: "ssh_read_file",
    title: "Read a file",
    description: "Reads a file of a host if `files` of the policy allows it. A result has 32 kB at most: go on at \
                  `next_offset`. Secrets are shown as [redacted].",
    effect: Effect::ReadsHost,
    parameters: &[ALIAS, PATH, FIRST, LIMIT, UNIT, TIMEOUT_AS_FOR_RUN],
    output: OUTPUT,
    function: read_file,
};

const FIRST: Parameter = Parameter {
    description: "First line or byte, from 0.",
    ..OFFSET
};

const UNITS: &[&str] = &["lines", "bytes"];

const UNIT: Parameter = Parameter {
    name: "unit",
    kind: ParameterKind::Choice(UNITS),
    need: Need::Optional,
    description: "",
};

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string"},
        "alias": {"type": "string"},
        "path": {"type": "string"},
        "resolved": {"type": "string", "description": "Where its links lead."},
        "encoding": {"enum": ["utf-8", "base64"]},
        "content": {"type": "string"},
        "unit": {"type": "string"},
        "offset": {"type": "integer"},
        "next_offset": {"type": "integer"},
        "total": {"type": "integer"},
        "has_more": {"type": "boolean"},
        "bytes": {"type": "integer", "description": "Of the whole file."},
        "sha256": {"type": "string", "description": "Of the whole file; for expected_sha256."},
        "note": {"type": "string"}
    },
    "required": ["path", "encoding", "content", "next_offset", "has_more"]
}"#;

fn read_file(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let unit = match arguments.choice(UNIT.name, UNITS)? {
        0 => PartUnit::Lines,
        _ => PartUnit::Bytes,
    };
    let part = FilePart {
        unit,
        offset: arguments.integer(&FIRST)?.unwrap_or_default(),
        limit: arguments.integer(&LIMIT)?,
    };
    file_call::begin(call, arguments, FileDeed::Read(part))
}
