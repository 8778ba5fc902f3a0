//! `ssh_edit_file`: exact replacements in one file of a host.
//!
//! Takes: an alias, a path, the replacements, and the SHA-256 of the content that the caller has seen. Gives: what is
//! there now. Refuses: a text that does not stand there exactly once, and what the gate refuses, with its reason.

use super::call::{CallError, ToolCall};
use super::file_call::{self, digest};
use super::parameters::{ALIAS, EXPECTED_SHA256, PATH, TIMEOUT_AS_FOR_RUN, WRITTEN};
use super::tool::{Effect, Tool};
use crate::gate::{FileDeed, FileEdit, MAX_EDITS, Replacement};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::parameter::{Need, Parameter, ParameterKind};

pub(super) const TOOL: Tool = Tool {
    name: "ssh_edit_file",
    title: "Edit a file",
    description: "Replaces exact texts in a file of a host if `files` of the policy lets it be read and written. A \
                  person may be shown the change first.",
    effect: Effect::Destructive,
    parameters: &[ALIAS, PATH, EDITS, REQUIRED_SHA256, TIMEOUT_AS_FOR_RUN],
    output: WRITTEN,
    function: edit_file,
};

const EDITS: Parameter = Parameter {
    name: "edits",
    kind: ParameterKind::Edits(MAX_EDITS),
    need: Need::Required,
    description: "One after another; each `old` must stand there exactly once.",
};

const REQUIRED_SHA256: Parameter = Parameter {
    need: Need::Required,
    ..EXPECTED_SHA256
};

fn edit_file(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let edits = arguments.edits(EDITS.name, MAX_EDITS)?;
    let expected = arguments.required(EXPECTED_SHA256.name)?;
    let replacements = edits.into_iter().map(|(old, new)| Replacement { old, new });
    let deed = FileDeed::Edit(FileEdit {
        replacements: replacements.collect(),
        expected: digest(&expected, EXPECTED_SHA256.name)?,
    });
    file_call::begin(call, arguments, deed)
}
