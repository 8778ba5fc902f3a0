//! The parameters that several tools have.
//!
//! Takes: nothing. Gives: constants for the rows of the tools. A parameter of only one tool stands in the file of this
//! tool. Refuses nothing.

use crate::mcp::parameter::{Need, Parameter, ParameterKind, UNLISTED};

/// The alias of the host.
pub(super) const ALIAS: Parameter = Parameter {
    name: "alias",
    kind: ParameterKind::Text,
    need: Need::Required,
    description: "Host alias, exactly as ssh_list_hosts gives it.",
};

/// The command, with an explanation: for `ssh_run`, which clients call most.
pub(super) const COMMAND: Parameter = Parameter {
    name: "command",
    kind: ParameterKind::Text,
    need: Need::Required,
    description: "Command line: words, quotes, pipes, && || ; and redirection to /dev/null. No variables, \
                  substitutions or file redirections.",
};

/// The command, for a tool that refers to the explanation of `ssh_run`.
pub(super) const COMMAND_AS_FOR_RUN: Parameter = Parameter {
    description: "Command line, as for ssh_run.",
    ..COMMAND
};

/// The directory in which the command runs, with an explanation.
pub(super) const CWD: Parameter = Parameter {
    name: "cwd",
    kind: ParameterKind::Text,
    need: Need::Optional,
    description: "Absolute path: runs `cd PATH && command`.",
};

/// The directory, for a tool that refers to the explanation of `ssh_run`.
pub(super) const CWD_AS_FOR_RUN: Parameter = Parameter {
    description: "",
    ..CWD
};

/// How long the command may take, with an explanation.
pub(super) const TIMEOUT_SECONDS: Parameter = Parameter {
    name: "timeout_seconds",
    kind: ParameterKind::Integer(1, UNLISTED),
    need: Need::Optional,
    description: "Ends it sooner than max_seconds.",
};

/// How long the command may take, for a tool that refers to the explanation of `ssh_run`.
pub(super) const TIMEOUT_AS_FOR_RUN: Parameter = Parameter {
    description: "",
    ..TIMEOUT_SECONDS
};

/// How many lines of a command's output are shown.
pub(super) const MAX_OUTPUT_LINES: Parameter = Parameter {
    name: "max_output_lines",
    kind: ParameterKind::Integer(1, UNLISTED),
    need: Need::Optional,
    description: "Shows so many lines of the output, head and tail. Lines over 1000 bytes lose their middle.",
};

/// The identifier of a run or a task.
pub(super) const TASK_ID: Parameter = Parameter {
    name: "task_id",
    kind: ParameterKind::Text,
    need: Need::Required,
    description: "",
};

/// The path of a file.
pub(super) const PATH: Parameter = Parameter {
    name: "path",
    kind: ParameterKind::Text,
    need: Need::Required,
    description: "Absolute, without `.`, `..` or `//`.",
};

/// Where a page of something longer begins.
pub(super) const OFFSET: Parameter = Parameter {
    name: "offset",
    kind: ParameterKind::Integer(0, UNLISTED),
    need: Need::Optional,
    description: "",
};

/// How much a page has at most.
pub(super) const LIMIT: Parameter = Parameter {
    name: "limit",
    kind: ParameterKind::Integer(1, UNLISTED),
    need: Need::Optional,
    description: "",
};

/// The content that a caller has seen.
pub(super) const EXPECTED_SHA256: Parameter = Parameter {
    name: "expected_sha256",
    kind: ParameterKind::Text,
    need: Need::Optional,
    description: "`sha256` of ssh_read_file.",
};

/// The output schema of what writes a file.
pub(super) const WRITTEN: &str = r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string"},
        "alias": {"type": "string"},
        "path": {"type": "string"},
        "resolved": {"type": "string"},
        "status": {"enum": ["created", "replaced", "unchanged"]},
        "bytes": {"type": "integer"},
        "sha256": {"type": "string"}
    },
    "required": ["path", "status", "bytes", "sha256"]
}"#;
