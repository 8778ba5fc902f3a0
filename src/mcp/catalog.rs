//! The tools as a client sees them: one table, in the order of `tools/list`.
//!
//! Takes: a revision. Gives: the list with no field newer than that revision. The `Tool`
//! found here is what [`super::tools`] calls, so that a listed parameter is an accepted one.

use serde_json::{Map, Value, json};

use super::arguments::{Kind, Need, Parameter};
use super::lifecycle::Revision;

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
}

/// What a call may change (MCP, `ToolAnnotations`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It reads, and reads only what this server holds.
    ReadOnly,
    /// It may do on a host whatever the policy allows.
    Destructive,
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

const MAX_OUTPUT_LINES: Parameter = Parameter {
    name: "max_output_lines",
    kind: Kind::Count,
    need: Need::Optional,
    description: "Show at most this many lines of the output: its head and tail, and how much lies between. Lines over 1000 bytes lose their middle.",
};

/// Every tool, in the order of `tools/list`.
pub(super) const TOOLS: [Tool; 5] = [
    Tool {
        id: Name::Ping,
        name: "ssh_ping",
        parameters: &[],
        title: "Ping the server",
        description: "Checks that this MCP server answers. Contacts no host; says whether a configuration is loaded.",
        effect: Effect::ReadOnly,
        output: ping_output,
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
                description: "`nextCursor` of the page before; leave out for the first page.",
            },
        ],
        title: "List hosts",
        description: "Lists the host aliases that the other tools accept, with tags and descriptions, in pages. Contacts no host.",
        effect: Effect::ReadOnly,
        output: hosts_output,
    },
    Tool {
        id: Name::DescribeHost,
        name: "ssh_describe_host",
        parameters: &[ALIAS],
        title: "Describe a host",
        description: "Shows one host's address, port, credential name, tags and the limits its commands run under. Contacts no host, shows no secret.",
        effect: Effect::ReadOnly,
        output: description_output,
    },
    Tool {
        id: Name::Plan,
        name: "ssh_plan",
        parameters: &[ALIAS, COMMAND],
        title: "Plan a command",
        description: "Tells whether the policy would allow a command on a host, without running it or contacting the host. `decision` is allow, deny or ask; `why` and `hint` explain a denial. ssh_run decides by the same rules and then also checks the host's address.",
        effect: Effect::ReadOnly,
        output: plan_output,
    },
    Tool {
        id: Name::Run,
        name: "ssh_run",
        parameters: &[ALIAS, COMMAND, MAX_OUTPUT_LINES],
        title: "Run a command",
        description: "Runs a command on one host over SSH if the policy allows it, and returns its exit code and output. A denial is an error that says why, with a hint. No terminal and no input: commands that prompt fail or time out. Output over the limit is cut and `truncated` is true. A non-zero `exit_code` is the command's own verdict, not an error of this tool.",
        effect: Effect::Destructive,
        output: run_output,
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
            Effect::Destructive => json!({
                "readOnlyHint": false,
                "destructiveHint": true,
                "idempotentHint": false,
                "openWorldHint": true,
            }),
        }
    }

    fn input(&self) -> Value {
        if self.parameters.is_empty() {
            return json!({"type": "object", "additionalProperties": false});
        }
        let property = |parameter: &Parameter| {
            let description = parameter.description;
            let schema = match parameter.kind {
                Kind::Text => json!({"type": "string", "description": description}),
                Kind::Count => json!({"type": "integer", "minimum": 1, "description": description}),
            };
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

fn ping_output() -> Value {
    json!({
        "type": "object",
        "properties": {
            "status": {"type": "string", "const": "ok"},
            "message": {"type": "string"},
            "timestamp": {"type": "number", "description": "Seconds since 1970, UTC."},
            "version": {"type": "string"},
        },
        "required": ["status", "message", "timestamp", "version"],
    })
}

fn hosts_output() -> Value {
    json!({
        "type": "object",
        "properties": {
            "hosts": {"type": "array", "items": {
                "type": "object",
                "properties": {
                    "alias": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "description": {"type": "string"},
                },
                "required": ["alias", "tags"],
            }},
            "nextCursor": {"type": "string", "description": "Absent on the last page."},
        },
        "required": ["hosts"],
    })
}

fn description_output() -> Value {
    json!({
        "type": "object",
        "properties": {
            "alias": {"type": "string"},
            "host": {"type": "string"},
            "port": {"type": "integer"},
            "credentials": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "description": {"type": "string"},
            "policy_limits": {"type": "object"},
        },
        "required": ["alias", "host", "port", "tags", "policy_limits"],
    })
}

fn plan_output() -> Value {
    json!({
        "type": "object",
        "properties": {
            "decision": {"type": "string", "enum": ["allow", "deny", "ask"]},
            "alias": {"type": "string"},
            "hash": {"type": "string", "description": "Names the command in the audit log."},
            "rendered": {"type": "string", "description": "The text the remote shell would get."},
            "stage": {"type": "string", "description": "What denied it."},
            "reason": {"type": "string"},
            "why": {"type": "string"},
            "hint": {"type": "string", "description": "What to do next."},
            "denied_command": {"type": "string"},
            "rule": {"type": "object", "description": "The determining rule."},
            "commands": {"type": "array", "items": {"type": "object"}},
            "limits": {"type": "object"},
        },
        "required": ["decision", "alias", "hash", "why", "commands", "limits"],
    })
}

fn run_output() -> Value {
    json!({
        "type": "object",
        "properties": {
            "task_id": {"type": "string"},
            "alias": {"type": "string"},
            "hash": {"type": "string", "description": "Names the command in the audit log."},
            "exit_code": {"type": "integer", "description": "-1: it did not end by itself."},
            "exit_signal": {"type": "string"},
            "duration_ms": {"type": "integer"},
            "cancelled": {"type": "boolean"},
            "timeout": {"type": "boolean"},
            "truncated": {"type": "boolean"},
            "note": {"type": "string", "description": "Why it did not end by itself."},
            "target_ip": {"type": "string"},
            "output": {"type": "string", "description": "stdout and stderr as they arrived."},
            "lines_total": {"type": "integer", "description": "Lines of output, shown or not."},
            "lines_left_out": {"type": "integer"},
            "stderr": {"type": "string", "description": "Only when there was any."},
            "bytes_out": {"type": "integer"},
            "bytes_err": {"type": "integer"},
        },
        "required": [
            "task_id", "alias", "hash", "exit_code", "duration_ms", "cancelled", "timeout",
            "truncated", "target_ip", "output", "lines_total", "lines_left_out", "bytes_out",
            "bytes_err",
        ],
    })
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
        // The whole list has 12 kB, and eight more tools are to come.
        assert!(bytes < 6_000, "{bytes} bytes");
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
