//! The icons: one of the server, and two small marks of its tools.
//!
//! Takes: nothing but the drawings. Gives: an `Icon` of the schema, with a `data:` URI, so that no client has to fetch
//! anything. Refuses nothing.

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

/// The project's icon, which clients show beside the name.
const SERVER: &[u8] = include_bytes!("../../assets/icon.svg");
/// The mark of a tool that only reads: two lines of text. Each byte is in `tools/list` once for each tool, so the marks
/// have one path and no more; their colour shows on light and on dark.
const READS: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="teal" d="M0 1h8v2H0v2h8v2H0"/></svg>"#;
/// The mark of a tool that does something: a prompt.
const ACTS: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="teal" d="M0 0v8l8-4"/></svg>"#;

/// The icon of the server.
pub(super) fn of_server() -> Value {
    json!({"src": source(SERVER), "mimeType": "image/svg+xml", "sizes": ["any"]})
}

/// What a tool does, as its mark says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ToolMark {
    /// It only reads.
    Reads,
    /// It runs, changes or stops something.
    Acts,
}

impl ToolMark {
    /// The icon. The URI says its type, and any size is right where none is said: both members are optional.
    pub fn icon(self) -> Value {
        json!({"src": source(match self {
            Self::Reads => READS,
            Self::Acts => ACTS,
        })})
    }
}

/// A drawing as a `data:` URI: the schema wants Base64.
fn source(drawing: &[u8]) -> String {
    let mut text = vec![0; Base64::encoded_len(drawing)];
    // The room is that of the text, so this never fails.
    let text = Base64::encode(drawing, &mut text).unwrap_or_default();
    format!("data:image/svg+xml;base64,{text}")
}
