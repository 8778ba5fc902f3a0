//! The row of a tool: what a client sees of it, and the function that answers a call.
//!
//! Takes: constants, one [`Tool`] in the file of each tool. Gives: the tool as `tools/list` shows it, with no
//! field newer than the revision. Refuses nothing: [`super::call`] reads what a client sends.

use serde_json::{Map, Value, json};

use super::call::{CallError, ToolCall};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::lifecycle::Revision;
use crate::mcp::parameter::{Parameter, input_schema};

/// A tool.
#[derive(Debug)]
pub(super) struct Tool {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its name for a person.
    pub title: &'static str,
    /// What an assistant should know, the key fact first.
    pub description: &'static str,
    /// What a call may change.
    pub effect: Effect,
    /// Its parameters, in the order of its input schema.
    pub parameters: &'static [Parameter],
    /// Its output schema (JSON Schema 2020-12, an object at the root). What the schema does not require, a
    /// result may leave out; what the schema does not name, a result may hold. Text and not `json!`, which is
    /// code for every member.
    pub output: &'static str,
    /// Reads the arguments and answers the call, or says what to run.
    pub function: fn(ToolCall<'_>, Arguments) -> Result<Handled, CallError>,
}

/// What a call may change (MCP, `ToolAnnotations`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It reads, and reads only what this server holds.
    ReadOnly,
    /// It may do on a host whatever the policy allows.
    Destructive,
    /// It changes what this server holds or has begun; again changes nothing.
    Idempotent,
}

impl Tool {
    /// The tool as `tools/list` shows it in `revision`.
    pub fn listing(&self, revision: Revision) -> Value {
        let mut listing = Map::new();
        listing.insert("name".to_owned(), self.name.into());
        if revision >= Revision::V2025_06_18 {
            listing.insert("title".to_owned(), self.title.into());
        }
        listing.insert("description".to_owned(), self.description.into());
        listing.insert("inputSchema".to_owned(), input_schema(self.parameters));
        if revision >= Revision::V2025_06_18 {
            let output = serde_json::from_str(self.output).unwrap_or_default();
            listing.insert("outputSchema".to_owned(), output);
        }
        if revision >= Revision::V2025_03_26 {
            listing.insert("annotations".to_owned(), self.effect.annotations());
        }
        Value::Object(listing)
    }
}

impl Effect {
    fn annotations(self) -> Value {
        match self {
            Self::ReadOnly => json!({"readOnlyHint": true, "openWorldHint": false}),
            Self::Idempotent => json!({
                "readOnlyHint": false,
                "destructiveHint": false,
                "idempotentHint": true,
                "openWorldHint": false,
            }),
            Self::Destructive => json!({
                "readOnlyHint": false,
                "destructiveHint": true,
                "openWorldHint": true,
            }),
        }
    }
}
