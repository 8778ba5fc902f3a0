//! The MCP contract over the real binary: framing, ids, errors, eras, tools, shutdown, and
//! official SDKs as clients.

mod absent;
mod approvals;
mod calls;
mod completion;
mod concurrency;
mod conversation;
mod eras;
mod errors;
mod framing;
mod guide;
mod half_written;
mod icons;
mod inspector;
mod logging;
mod node;
mod plan_file;
mod progress;
mod prompts;
mod python;
mod reload;
mod resources;
mod rust;
mod rust_listening;
mod schemas;
mod shutdown;
mod subscriptions;
mod traced;
mod watching;

use serde_json::{Value, json};

/// The `_meta` of a modern request.
fn modern_meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "suite", "version": "1"},
    })
}

/// The parameters of a modern request.
fn modern(mut params: Value) -> Value {
    params["_meta"] = modern_meta();
    params
}

/// The text of a result's only content block.
fn text(result: &Value) -> &str {
    let content = result["content"].as_array().expect("content is an array");
    assert_eq!(content.len(), 1, "one block of content: {result}");
    assert_eq!(content[0]["type"], "text");
    content[0]["text"].as_str().expect("text is a string")
}
