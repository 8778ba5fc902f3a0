//! The row of a tool: what a client sees of the tool, and the function that answers a call.
//!
//! Takes: constants, one [`Tool`] in the file of each tool. Gives: the tool as `tools/list` shows it, with no field
//! newer than the revision. Refuses nothing: [`super::call`] reads the messages of the client.

use serde_json::{Map, Value, json};

use super::call::{CallError, ToolCall};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::icon::ToolMark;
use crate::mcp::lifecycle::Revision;
use crate::mcp::parameter::{Parameter, input_schema};

/// A tool.
#[derive(Debug)]
pub(super) struct Tool {
    /// The name on the wire.
    pub name: &'static str,
    /// The name for a person.
    pub title: &'static str,
    /// What an assistant should know, the most important fact first.
    pub description: &'static str,
    /// What a call may change.
    pub effect: Effect,
    /// The parameters, in the order of the input schema.
    pub parameters: &'static [Parameter],
    /// The output schema (JSON Schema 2020-12, an object at the root). A result may leave out a member that the schema
    /// does not require, and may have one that the schema does not name. The schema is a text and not `json!`, which
    /// would be code for every member.
    pub output: &'static str,
    /// Reads the arguments and answers the call, or says what to run.
    pub function: fn(ToolCall<'_>, Arguments) -> Result<Handled, CallError>,
}

/// What a call may change (MCP, `ToolAnnotations`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// The call only reads what this server holds.
    ReadOnly,
    /// The call reads something of a host.
    ReadsHost,
    /// The call may do on a host whatever the policy allows.
    Destructive,
    /// The call changes what this server holds or has begun; a second call changes nothing more.
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
        if revision >= Revision::V2025_11_25 {
            listing.insert("icons".to_owned(), json!([self.effect.mark().icon()]));
        }
        Value::Object(listing)
    }
}

impl Effect {
    /// What the icon says, as `readOnlyHint` does.
    fn mark(self) -> ToolMark {
        match self {
            Self::ReadOnly | Self::ReadsHost => ToolMark::Reads,
            Self::Idempotent | Self::Destructive => ToolMark::Acts,
        }
    }

    fn annotations(self) -> Value {
        match self {
            Self::ReadOnly => json!({"readOnlyHint": true, "openWorldHint": false}),
            Self::ReadsHost => json!({"readOnlyHint": true, "openWorldHint": true}),
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
