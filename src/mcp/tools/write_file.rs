//! `ssh_write_file`: a whole new content for one file of a host.
//!
//! Takes: an alias, a path, the content, and what must be there before: nothing, or a file with this SHA-256. Gives:
//! what is there now. Refuses: a call that names neither or both, and what the gate refuses, with its reason.

use std::rc::Rc;

use super::call::{CallError, ToolCall};
use super::file_call::{self, digest};
use super::parameters::{ALIAS, EXPECTED_SHA256, PATH, TIMEOUT_AS_FOR_RUN, WRITTEN};
use super::tool::{Effect, Tool};
use crate::gate::{FileDeed, FileWrite, NewContent, WriteCondition};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::parameter::{Need, Parameter, ParameterKind};

pub(super) const TOOL: Tool = Tool {
    name: "ssh_write_file",
    title: "Write a file",
    description: "Writes a whole file of a host if `files` of the policy allows it: a new one with `create`, else one \
                  whose content is known. The old content stands until the new one is there whole. A person may be \
                  shown the change first.",
    effect: Effect::Destructive,
    parameters: &[
        ALIAS,
        PATH,
        CONTENT,
        EXPECTED_SHA256,
        CREATE,
        MODE,
        TIMEOUT_AS_FOR_RUN,
    ],
    output: WRITTEN,
    function: write_file,
};

const CONTENT: Parameter = Parameter {
    name: "content",
    kind: ParameterKind::Text,
    need: Need::Required,
    description: "",
};

const CREATE: Parameter = Parameter {
    name: "create",
    kind: ParameterKind::Flag,
    need: Need::Optional,
    description: "Instead of expected_sha256: the file must not be there.",
};

const MODE: Parameter = Parameter {
    name: "mode",
    kind: ParameterKind::Text,
    need: Need::Optional,
    description: "Octal, such as 0640. Without it an old file keeps its mode.",
};

fn write_file(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let content = arguments.required(CONTENT.name)?.into_bytes();
    let expected = arguments.optional(EXPECTED_SHA256.name)?;
    let condition = match (expected, arguments.flag(CREATE.name)?) {
        (Some(expected), false) => {
            WriteCondition::Content(digest(&expected, EXPECTED_SHA256.name)?)
        }
        (None, true) => WriteCondition::Absent,
        (Some(_), true) | (None, false) => {
            let what = "`ssh_write_file` needs either `create: true`, for a new file, or `expected_sha256`, which \
                        ssh_read_file gives as `sha256`";
            return Err(CallError::Execution(what.to_owned()));
        }
    };
    let mode = arguments.optional(MODE.name)?;
    let deed = FileDeed::Write(FileWrite {
        content: Rc::new(NewContent::held(content)),
        condition,
        mode: mode.map(|mode| permissions(&mode)).transpose()?,
    });
    file_call::begin(call, arguments, deed)
}

/// The permissions that a text spells: no set-user-ID, set-group-ID or sticky bit.
fn permissions(text: &str) -> Result<u32, CallError> {
    let is_octal =
        (3..=4).contains(&text.len()) && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    let mode = u32::from_str_radix(text, 8)
        .ok()
        .filter(|mode| is_octal && *mode <= 0o777);
    mode.ok_or_else(|| {
        let what =
            "the argument `mode` of `ssh_write_file` must be three octal digits, such as 0640";
        CallError::Execution(what.to_owned())
    })
}
