//! The shapes of results: no result has a field newer than its revision.
//!
//! Takes: a revision and the content of a result. Gives: the members of the result, as the official schema of this
//! revision has them.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::icon;
use super::lifecycle::Revision;
use crate::rpc::{Error, INTERNAL_ERROR, json_text};

/// The name in `serverInfo`.
const NAME: &str = "mcp-ssh-orchestrator";
const TITLE: &str = "SSH orchestrator";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const DESCRIPTION: &str = env!("CARGO_PKG_DESCRIPTION");

/// What an assistant should know before its first call.
const INSTRUCTIONS: &str = "Runs shell commands on servers over SSH, only as far as the operator's \
policy allows. Call ssh_list_hosts for the aliases; hosts are named by alias only. Before an \
unfamiliar command call ssh_plan: it tells, without connecting, whether the policy allows it. Run one \
command per ssh_run, ssh_run_on_tag for many hosts, ssh_run_async for what takes long; variables, \
substitutions and redirections to files are not accepted. Files: ssh_read_file, ssh_list_directory, \
ssh_edit_file, ssh_write_file, where the policy lets them be touched. A denial says why and carries a hint: follow the \
hint or ask the operator, and do not try to spell the same command differently.";

/// The result of `initialize`.
pub(super) fn initialized(revision: Revision) -> Value {
    let mut info = Map::new();
    info.insert("name".to_owned(), NAME.into());
    info.insert("version".to_owned(), VERSION.into());
    if revision >= Revision::V2025_06_18 {
        info.insert("title".to_owned(), TITLE.into());
    }
    if revision >= Revision::V2025_11_25 {
        info.insert("description".to_owned(), DESCRIPTION.into());
        info.insert("icons".to_owned(), json!([icon::of_server()]));
    }
    json!({
        "protocolVersion": revision.name(),
        "capabilities": capabilities(revision),
        "serverInfo": info,
        "instructions": INSTRUCTIONS,
    })
}

/// The result of `server/discover`.
pub(super) fn discovery() -> Value {
    let mut result = Map::new();
    let supported = [Revision::MODERN.name()];
    result.insert("supportedVersions".to_owned(), json!(supported));
    result.insert("capabilities".to_owned(), capabilities(Revision::MODERN));
    result.insert("instructions".to_owned(), INSTRUCTIONS.into());
    cacheable(Revision::MODERN, result)
}

/// What this server offers.
fn capabilities(revision: Revision) -> Value {
    let mut offered = Map::new();
    offered.insert("tools".to_owned(), Map::new().into());
    let changing = json!({"subscribe": true, "listChanged": true});
    offered.insert("resources".to_owned(), changing);
    offered.insert("prompts".to_owned(), Map::new().into());
    offered.insert("logging".to_owned(), Map::new().into());
    if revision >= Revision::V2025_03_26 {
        offered.insert("completions".to_owned(), Map::new().into());
    }
    offered.into()
}

/// A result that the modern era lets clients cache: lists, resources and discovery. Each reload may change the results
/// of this server, so they say that no client may cache them.
pub(super) fn cacheable(revision: Revision, mut result: Map<String, Value>) -> Value {
    if revision >= Revision::V2026_07_28 {
        result.insert("ttlMs".to_owned(), 0.into());
        result.insert("cacheScope".to_owned(), "private".into());
    }
    complete(revision, result)
}

/// A modern result that asks for input before the call can be answered.
pub(super) fn input_required(result: Map<String, Value>) -> Value {
    typed(Revision::MODERN, result, "input_required")
}

/// A result that asks for no input.
pub(super) fn complete(revision: Revision, result: Map<String, Value>) -> Value {
    typed(revision, result, "complete")
}

fn typed(revision: Revision, mut result: Map<String, Value>, kind: &str) -> Value {
    if revision >= Revision::V2026_07_28 {
        result.insert("resultType".to_owned(), kind.into());
        let server = json!({"name": NAME, "version": VERSION});
        let meta = json!({"io.modelcontextprotocol/serverInfo": server});
        result.insert("_meta".to_owned(), meta);
    }
    Value::Object(result)
}

/// The result of a call that succeeded: structured content, and the content as text.
///
/// # Errors
/// [`fault`] if `content` cannot be written as JSON.
pub(super) fn success(revision: Revision, content: &impl Serialize) -> Result<Value, Error> {
    let content = structured(content)?;
    Ok(success_told(revision, json_text(&content), content))
}

/// The result of a call that succeeded, whose text says the structured content in another form.
pub(super) fn success_told(revision: Revision, told: String, content: Value) -> Value {
    let mut result = Map::new();
    result.insert("content".to_owned(), text(told));
    if revision >= Revision::V2025_06_18 {
        result.insert("structuredContent".to_owned(), content);
    }
    complete(revision, result)
}

/// A tool execution error with details: the JSON object as text.
///
/// # Errors
/// [`fault`] if `details` cannot be written as JSON.
pub(super) fn refusal(revision: Revision, details: &impl Serialize) -> Result<Value, Error> {
    structured(details).map(|details| failure(revision, json_text(&details)))
}

/// A tool execution error: text that says what to change.
pub(super) fn failure(revision: Revision, message: impl Into<String>) -> Value {
    let mut result = Map::new();
    result.insert("content".to_owned(), text(message.into()));
    result.insert("isError".to_owned(), true.into());
    complete(revision, result)
}

/// Any serialisable value as JSON.
///
/// # Errors
/// [`fault`] if the value cannot be written as JSON.
fn structured(content: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(content).map_err(|error| {
        log::error!("a result cannot be written as JSON: {error}");
        fault()
    })
}

/// The error for a fault of this program: it tells the client that the request was not at fault.
pub fn fault() -> Error {
    Error::new(
        INTERNAL_ERROR,
        "the server failed on this request; the operator's log says more",
    )
}

fn text(text: String) -> Value {
    json!([{"type": "text", "text": text}])
}

/// The version of this program, for `ssh_ping`.
pub(super) fn version() -> &'static str {
    VERSION
}
