//! `ssh_list_hosts`: the inventory as a client may see it, in pages.
//!
//! Takes: a tag and the cursor of a page, or neither. Gives: aliases, tags and descriptions, and the cursor of the next
//! page. Refuses: a cursor that is none of this list.

use serde_json::json;

use super::call::{CallError, ToolCall};
use super::tool::{Effect, Tool};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::page;
use crate::mcp::parameter::{Need, Parameter, ParameterKind};

pub(super) const TOOL: Tool = Tool {
    name: "ssh_list_hosts",
    title: "List hosts",
    description: "Lists the host aliases that the other tools accept, with tags and descriptions.",
    effect: Effect::ReadOnly,
    parameters: &[TAG, CURSOR],
    output: OUTPUT,
    function: list_hosts,
};

const TAG: Parameter = Parameter {
    name: "tag",
    kind: ParameterKind::Text,
    need: Need::Optional,
    description: "Only hosts that carry this tag.",
};
const CURSOR: Parameter = Parameter {
    name: "cursor",
    kind: ParameterKind::Text,
    need: Need::Optional,
    description: "`nextCursor` of the page before.",
};

const OUTPUT: &str = r#"{
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
}"#;

fn list_hosts(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let tag = arguments.optional(TAG.name)?;
    let cursor = arguments.optional(CURSOR.name)?;
    let hosts = call.gate.hosts(tag.as_deref())?;
    let aliases: Vec<&str> = hosts.iter().map(|host| host.alias.as_str()).collect();
    let page = page::page(&aliases, cursor.as_deref())?;
    let mut shown = json!({"hosts": hosts.get(page.items).unwrap_or_default()});
    if let (Some(shown), Some(next)) = (shown.as_object_mut(), page.next) {
        shown.insert("nextCursor".to_owned(), next.into());
    }
    call.success(&shown)
}
