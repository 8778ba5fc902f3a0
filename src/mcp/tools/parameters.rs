//! The parameters that several tools have.
//!
//! Takes: nothing. Gives: constants for the rows of the tools; a parameter of one tool alone stands in the file of that
//! tool. Refuses nothing.

use crate::mcp::parameter::{Need, Parameter, ParameterKind, UNLISTED};

/// The host.
pub(super) const ALIAS: Parameter = Parameter {
    name: "alias",
    kind: ParameterKind::Text,
    need: Need::Required,
    description: "Host alias, exactly as ssh_list_hosts gives it.",
};

/// The command, explained: the tool that most calls go to.
pub(super) const COMMAND: Parameter = Parameter {
    name: "command",
    kind: ParameterKind::Text,
    need: Need::Required,
    description: "Command line: words, quotes, pipes, && || ; and redirection to /dev/null. No variables, \
                  substitutions or file redirections.",
};

/// The command, of a tool that leans on the explanation of `ssh_run`.
pub(super) const COMMAND_AS_FOR_RUN: Parameter = Parameter {
    description: "Command line, as for ssh_run.",
    ..COMMAND
};

/// How long the command may take, explained.
pub(super) const TIMEOUT_SECONDS: Parameter = Parameter {
    name: "timeout_seconds",
    kind: ParameterKind::Integer(1, UNLISTED),
    need: Need::Optional,
    description: "Ends it sooner than max_seconds.",
};

/// How long the command may take, of a tool that leans on the explanation of `ssh_run`.
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

/// What runs, or has run.
pub(super) const TASK_ID: Parameter = Parameter {
    name: "task_id",
    kind: ParameterKind::Text,
    need: Need::Required,
    description: "",
};
