//! The output schemas of the tools (JSON Schema 2020-12, an object at the root).
//!
//! What a schema does not require, a result may leave out; what it does not name, it may hold.

use serde_json::Value;

/// A schema as it is written here. Text and not `json!`: that is code for every member.
fn parsed(schema: &str) -> Value {
    serde_json::from_str(schema).unwrap_or_default()
}

pub(super) fn ping() -> Value {
    parsed(
        r#"{
        "type": "object",
        "properties": {
            "status": {"type": "string", "const": "ok"},
            "message": {"type": "string"},
            "timestamp": {"type": "number", "description": "Seconds since 1970, UTC."},
            "version": {"type": "string"}
        },
        "required": ["status", "message", "timestamp", "version"]
    }"#,
    )
}

pub(super) fn hosts() -> Value {
    parsed(
        r#"{
        "type": "object",
        "properties": {
            "hosts": {"type": "array", "items": {
                "type": "object",
                "properties": {
                    "alias": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "description": {"type": "string"}
                },
                "required": ["alias", "tags"]
            }},
            "nextCursor": {"type": "string", "description": "Absent on the last page."}
        },
        "required": ["hosts"]
    }"#,
    )
}

pub(super) fn description() -> Value {
    parsed(
        r#"{
        "type": "object",
        "properties": {
            "alias": {"type": "string"},
            "host": {"type": "string"},
            "port": {"type": "integer"},
            "credentials": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "description": {"type": "string"},
            "policy_limits": {"type": "object"}
        },
        "required": ["alias", "host", "port", "tags", "policy_limits"]
    }"#,
    )
}

pub(super) fn plan() -> Value {
    parsed(
        r#"{
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
            "commands": {"type": "array", "items": {"type": "object"}},
            "limits": {"type": "object"}
        },
        "required": ["decision", "alias", "hash", "why", "commands", "limits"]
    }"#,
    )
}

pub(super) fn run() -> Value {
    parsed(
        r#"{
        "type": "object",
        "properties": {
            "task_id": {"type": "string"},
            "alias": {"type": "string"},
            "hash": {"type": "string"},
            "exit_code": {"type": "integer", "description": "-1: it did not end by itself."},
            "exit_signal": {"type": "string"},
            "duration_ms": {"type": "integer"},
            "cancelled": {"type": "boolean"},
            "timeout": {"type": "boolean"},
            "truncated": {"type": "boolean"},
            "note": {"type": "string", "description": "Why it was ended; what may run on."},
            "target_ip": {"type": "string"},
            "output": {"type": "string", "description": "stdout and stderr as they arrived."},
            "lines_left_out": {"type": "integer"},
            "stderr": {"type": "string", "description": "Only when there was any."}
        },
        "required": ["task_id", "alias", "exit_code", "truncated", "output"]
    }"#,
    )
}

pub(super) fn run_on_tag() -> Value {
    parsed(
        r#"{
        "type": "object",
        "properties": {
            "task_id": {"type": "string", "description": "Of the whole; each result has its own."},
            "tag": {"type": "string"},
            "hash": {"type": "string"},
            "summary": {
                "type": "object",
                "description": "total, and of these: succeeded (exit code 0), failed (another, a signal, the output limit, no connection), denied, timed_out, cancelled (also what never began).",
                "additionalProperties": {"type": "integer"}
            },
            "truncated": {"type": "boolean", "description": "Some host's output was cut."},
            "results": {
                "type": "array",
                "description": "In inventory order; each as ssh_run gives it.",
                "items": {
                    "type": "object",
                    "properties": {
                        "alias": {"type": "string"},
                        "status": {"type": "string", "description": "A word of `summary`."}
                    },
                    "required": ["alias", "status"]
                }
            }
        },
        "required": ["task_id", "summary", "truncated", "results"]
    }"#,
    )
}

pub(super) fn run_async() -> Value {
    parsed(
        r#"{
        "type": "object",
        "properties": {
            "task_id": {"type": "string"},
            "status": {"const": "pending"},
            "keepAlive": {"type": "integer", "description": "Seconds its result is kept."},
            "pollFrequency": {"type": "integer", "description": "Seconds between two looks."}
        },
        "required": ["task_id", "pollFrequency"]
    }"#,
    )
}

pub(super) fn task_status() -> Value {
    parsed(
        r#"{
        "type": "object",
        "properties": {
            "task_id": {"type": "string"},
            "status": {"enum": ["pending", "running", "completed", "failed", "cancelled", "timeout"]},
            "keepAlive": {"type": "integer"},
            "pollFrequency": {"type": "integer"},
            "progress_percent": {"type": "integer", "description": "Of max_seconds."},
            "elapsed_ms": {"type": "integer"},
            "bytes_read": {"type": "integer"},
            "output_lines_available": {"type": "integer"}
        },
        "required": ["task_id", "status"]
    }"#,
    )
}

pub(super) fn task_result() -> Value {
    parsed(
        r#"{
        "type": "object",
        "description": "As ssh_run gives it, and how the task ended.",
        "properties": {
            "task_id": {"type": "string"},
            "status": {"type": "string"},
            "exit_code": {"type": "integer"},
            "output": {"type": "string"},
            "error": {"type": "string", "description": "Why it did not run."},
            "max_seconds": {"type": "integer"}
        },
        "required": ["task_id", "status", "exit_code", "output"]
    }"#,
    )
}

pub(super) fn task_output() -> Value {
    parsed(
        r#"{
        "type": "object",
        "properties": {
            "task_id": {"type": "string"},
            "status": {"type": "string"},
            "output_lines": {"type": "array", "items": {"type": "string"}},
            "offset": {"type": "integer", "description": "Of the first line given."},
            "next_offset": {"type": "integer", "description": "Where to go on."},
            "total_lines": {"type": "integer"},
            "has_more": {"type": "boolean", "description": "Later lines; without `offset`, earlier ones."}
        },
        "required": ["task_id", "status", "output_lines", "next_offset", "has_more"]
    }"#,
    )
}

pub(super) fn cancel() -> Value {
    parsed(
        r#"{
        "type": "object",
        "properties": {
            "task_id": {"type": "string"},
            "cancelled": {"type": "boolean", "description": "False: it had ended before."},
            "message": {"type": "string"}
        },
        "required": ["task_id", "cancelled"]
    }"#,
    )
}

pub(super) fn reload() -> Value {
    parsed(
        r#"{
        "type": "object",
        "properties": {
            "reloaded": {"type": "boolean"},
            "diagnostics": {"type": "array", "items": {"type": "string"}}
        },
        "required": ["reloaded"]
    }"#,
    )
}
