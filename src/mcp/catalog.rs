//! The tools as a client sees them: one table, in the order of `tools/list`.
//!
//! Takes: a revision. Gives: the list with no field newer than that revision. The `Tool`
//! found here is what [`super::tools`] calls, so that a listed parameter is an accepted one.

use serde_json::{Map, Value, json};

use super::arguments::{Kind, Need, Parameter};
use super::lifecycle::Revision;
use super::outputs;

/// Which tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// `ssh_ping`
    Ping,
    /// `ssh_list_hosts`
    ListHosts,
    /// `ssh_describe_host`
    DescribeHost,
    /// `ssh_plan`
    Plan,
    /// `ssh_run`
    Run,
    /// `ssh_run_on_tag`
    RunOnTag,
    /// `ssh_cancel`
    Cancel,
    /// `ssh_reload_config`
    ReloadConfig,
    /// `ssh_run_async`
    RunAsync,
    /// `ssh_get_task_status`
    TaskStatus,
    /// `ssh_get_task_result`
    TaskResult,
    /// `ssh_get_task_output`
    TaskOutput,
    /// `ssh_cancel_async_task`
    CancelTask,
}

/// What a call may change (MCP, `ToolAnnotations`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It reads, and reads only what this server holds.
    ReadOnly,
    /// It may do on a host whatever the policy allows.
    Destructive,
    /// It changes what this server holds or has begun; again changes nothing.
    Idempotent,
}

/// A tool.
#[derive(Debug)]
pub(super) struct Tool {
    /// Which one.
    pub id: Name,
    /// Its name on the wire.
    pub name: &'static str,
    /// Its parameters, in the order of its input schema.
    pub parameters: &'static [Parameter],
    title: &'static str,
    description: &'static str,
    effect: Effect,
    output: fn() -> Value,
}

const ALIAS: Parameter = Parameter {
    name: "alias",
    kind: Kind::Text,
    need: Need::Required,
    description: "Host alias, exactly as ssh_list_hosts gives it.",
};
const COMMAND: Parameter = Parameter {
    name: "command",
    kind: Kind::Text,
    need: Need::Required,
    description: "Command line: words, quotes, pipes, && || ; and redirection to /dev/null. No variables, substitutions or file redirections.",
};

/// A bound that no honest number meets: the list does not name it, the error does.
const UNLISTED: usize = 999_999_999;
/// How many lines of a command's output.
pub(super) const MAX_OUTPUT_LINES: Parameter = Parameter {
    name: "max_output_lines",
    kind: Kind::Integer(1, UNLISTED),
    need: Need::Optional,
    description: "Shows so many lines of the output, head and tail. Lines over 1000 bytes lose their middle.",
};
/// How long the command may take.
pub(super) const TIMEOUT_SECONDS: Parameter = Parameter {
    name: "timeout_seconds",
    kind: Kind::Integer(1, UNLISTED),
    need: Need::Optional,
    description: "Ends it sooner than max_seconds.",
};
/// The same, where the list has said it before.
const SAME_TIMEOUT_SECONDS: Parameter = Parameter {
    description: "",
    ..TIMEOUT_SECONDS
};
/// The same, where the list has said it before.
const SAME_COMMAND: Parameter = Parameter {
    description: "Command line, as for ssh_run.",
    ..COMMAND
};
const TASK_ID: Parameter = Parameter {
    name: "task_id",
    kind: Kind::Text,
    need: Need::Required,
    description: "",
};
/// How many lines of a task's output.
pub(super) const MAX_LINES: Parameter = Parameter {
    name: "max_lines",
    kind: Kind::Integer(1, 1000),
    need: Need::Optional,
    description: "Default 50.",
};
/// From which line on.
pub(super) const OFFSET: Parameter = Parameter {
    name: "offset",
    kind: Kind::Integer(0, UNLISTED),
    need: Need::Optional,
    description: "First line wanted, from 0; left out: the last lines.",
};

/// Every tool, in the order of `tools/list`.
pub(super) const TOOLS: [Tool; 13] = [
    Tool {
        id: Name::Ping,
        name: "ssh_ping",
        parameters: &[],
        title: "Ping the server",
        description: "Checks that this MCP server answers. Contacts no host; says whether a configuration is loaded.",
        effect: Effect::ReadOnly,
        output: outputs::ping,
    },
    Tool {
        id: Name::ListHosts,
        name: "ssh_list_hosts",
        parameters: &[
            Parameter {
                name: "tag",
                kind: Kind::Text,
                need: Need::Optional,
                description: "Only hosts that carry this tag.",
            },
            Parameter {
                name: "cursor",
                kind: Kind::Text,
                need: Need::Optional,
                description: "`nextCursor` of the page before.",
            },
        ],
        title: "List hosts",
        description: "Lists the host aliases that the other tools accept, with tags and descriptions. Contacts no host.",
        effect: Effect::ReadOnly,
        output: outputs::hosts,
    },
    Tool {
        id: Name::DescribeHost,
        name: "ssh_describe_host",
        parameters: &[ALIAS],
        title: "Describe a host",
        description: "Shows a host's address, port, credential name, tags and limits. Contacts no host, shows no secret.",
        effect: Effect::ReadOnly,
        output: outputs::description,
    },
    Tool {
        id: Name::Plan,
        name: "ssh_plan",
        parameters: &[ALIAS, SAME_COMMAND, SAME_TIMEOUT_SECONDS],
        title: "Plan a command",
        description: "Tells whether the policy would allow a command on a host, without running it or contacting the host. `decision` is allow, deny or ask; `why` and `hint` explain a denial. ssh_run also checks the host's address.",
        effect: Effect::ReadOnly,
        output: outputs::plan,
    },
    Tool {
        id: Name::Run,
        name: "ssh_run",
        parameters: &[ALIAS, COMMAND, TIMEOUT_SECONDS, MAX_OUTPUT_LINES],
        title: "Run a command",
        description: "Runs a command on one host over SSH if the policy allows it, and returns its exit code and output. A denial is an error that says why, with a hint. No terminal and no input: commands that prompt fail or time out. Output over the limit is cut and `truncated` is true. A non-zero `exit_code` is the command's own verdict, not an error of this tool.",
        effect: Effect::Destructive,
        output: outputs::run,
    },
    Tool {
        id: Name::RunOnTag,
        name: "ssh_run_on_tag",
        parameters: &[
            Parameter {
                name: "tag",
                kind: Kind::Text,
                need: Need::Required,
                description: "Tag, as ssh_list_hosts gives it.",
            },
            SAME_COMMAND,
            SAME_TIMEOUT_SECONDS,
        ],
        title: "Run a command on a tag",
        description: "Runs a command on every host with a tag, several at once, each judged by the policy on its own. A host that is denied or fails stops no other: read `summary`, then each `status`. The hosts share a bound on output.",
        effect: Effect::Destructive,
        output: outputs::run_on_tag,
    },
    Tool {
        id: Name::Cancel,
        name: "ssh_cancel",
        parameters: &[TASK_ID],
        title: "Cancel a run",
        description: "Cancels what runs under a task_id: an ssh_run or ssh_run_on_tag (the id is in their first progress notification) or a task. The remote process is killed.",
        effect: Effect::Idempotent,
        output: outputs::cancel,
    },
    Tool {
        id: Name::ReloadConfig,
        name: "ssh_reload_config",
        parameters: &[],
        title: "Reload the configuration",
        description: "Reads the operator's files again. A fault in them changes nothing: the error lists all faults.",
        effect: Effect::Idempotent,
        output: outputs::reload,
    },
    Tool {
        id: Name::RunAsync,
        name: "ssh_run_async",
        parameters: &[ALIAS, SAME_COMMAND, SAME_TIMEOUT_SECONDS],
        title: "Start a task",
        description: "Starts a long command on one host as a task and returns its task_id. A denial is an error, as in ssh_run. Call ssh_get_task_status every `pollFrequency` seconds, and ssh_get_task_result once it has ended. max_seconds holds; a task ends with this server.",
        effect: Effect::Destructive,
        output: outputs::run_async,
    },
    Tool {
        id: Name::TaskStatus,
        name: "ssh_get_task_status",
        parameters: &[TASK_ID],
        title: "Status of a task",
        description: "Tells how a task gets on and how much it has printed. completed: exit code 0.",
        effect: Effect::ReadOnly,
        output: outputs::task_status,
    },
    Tool {
        id: Name::TaskResult,
        name: "ssh_get_task_result",
        parameters: &[TASK_ID],
        title: "Result of a task",
        description: "Gives the exit code and the output of a task that has ended, for `keepAlive` seconds after its end.",
        effect: Effect::ReadOnly,
        output: outputs::task_result,
    },
    Tool {
        id: Name::TaskOutput,
        name: "ssh_get_task_output",
        parameters: &[TASK_ID, MAX_LINES, OFFSET],
        title: "Output of a task",
        description: "Shows lines of a task's output, also while it runs: the last ones, or a page from `offset`. To follow a task, ask from `next_offset` on.",
        effect: Effect::ReadOnly,
        output: outputs::task_output,
    },
    Tool {
        id: Name::CancelTask,
        name: "ssh_cancel_async_task",
        parameters: &[TASK_ID],
        title: "Cancel a task",
        description: "Cancels a task and kills its remote process.",
        effect: Effect::Idempotent,
        output: outputs::cancel,
    },
];

impl Tool {
    /// The tool as `tools/list` shows it in `revision`.
    pub fn listing(&self, revision: Revision) -> Value {
        let mut listing = Map::new();
        listing.insert("name".to_owned(), self.name.into());
        if revision >= Revision::V2025_06_18 {
            listing.insert("title".to_owned(), self.title.into());
        }
        listing.insert("description".to_owned(), self.description.into());
        listing.insert("inputSchema".to_owned(), self.input());
        if revision >= Revision::V2025_06_18 {
            listing.insert("outputSchema".to_owned(), (self.output)());
        }
        if revision >= Revision::V2025_03_26 {
            listing.insert("annotations".to_owned(), self.annotations());
        }
        Value::Object(listing)
    }

    fn annotations(&self) -> Value {
        match self.effect {
            Effect::ReadOnly => json!({"readOnlyHint": true, "openWorldHint": false}),
            Effect::Idempotent => json!({
                "readOnlyHint": false,
                "destructiveHint": false,
                "idempotentHint": true,
                "openWorldHint": false,
            }),
            Effect::Destructive => json!({
                "readOnlyHint": false,
                "destructiveHint": true,
                "openWorldHint": true,
            }),
        }
    }

    fn input(&self) -> Value {
        if self.parameters.is_empty() {
            return json!({"type": "object", "additionalProperties": false});
        }
        let property = |parameter: &Parameter| {
            let mut schema = match parameter.kind {
                Kind::Text => json!({"type": "string"}),
                Kind::Integer(least, UNLISTED) => json!({"type": "integer", "minimum": least}),
                Kind::Integer(least, most) => {
                    json!({"type": "integer", "minimum": least, "maximum": most})
                }
            };
            if let (Some(schema), false) =
                (schema.as_object_mut(), parameter.description.is_empty())
            {
                schema.insert("description".to_owned(), parameter.description.into());
            }
            (parameter.name.to_owned(), schema)
        };
        let mut input = Map::new();
        input.insert("type".to_owned(), "object".into());
        let properties: Map<String, Value> = self.parameters.iter().map(property).collect();
        input.insert("properties".to_owned(), properties.into());
        let required: Vec<&str> = self
            .parameters
            .iter()
            .filter(|parameter| parameter.need == Need::Required)
            .map(|parameter| parameter.name)
            .collect();
        if !required.is_empty() {
            input.insert("required".to_owned(), required.into());
        }
        input.insert("additionalProperties".to_owned(), false.into());
        Value::Object(input)
    }
}

#[cfg(test)]
mod tests {
    use super::TOOLS;
    use crate::mcp::lifecycle::Revision;

    #[test]
    fn the_list_is_small_and_every_description_short() {
        let bytes: usize = TOOLS
            .iter()
            .map(|tool| tool.listing(Revision::MODERN).to_string().len())
            .sum();
        // The whole list has 12 kB, its frame included.
        assert!(bytes < 11_950, "{bytes} bytes");
        for tool in &TOOLS {
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
                Revision::V2026_07_28,
                "name title description inputSchema outputSchema annotations",
            ),
        ] {
            for tool in &TOOLS {
                let listing = tool.listing(revision);
                let given: Vec<&String> = listing.as_object().unwrap().keys().collect();
                let expected: Vec<&str> = keys.split(' ').collect();
                assert_eq!(given, expected, "{} in {}", tool.name, revision.name());
            }
        }
    }
}
