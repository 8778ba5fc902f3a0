//! `completion/complete`: aliases and tags, for the arguments of prompts and resource templates.
//!
//! Takes: a reference, the name of an argument, and the text that the user has typed. Gives: the aliases or tags that
//! begin with this text, in any case of letters. Refuses: an unknown reference or argument.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::lifecycle::Revision;
use super::{prompts, resources, schema};
use crate::gate::Gate;
use crate::rpc::{Error, quoted};

/// The most values in one answer (MCP, completion).
const MAX_VALUES: usize = 100;
const NO_REFERENCE: &str = "`ref` is neither a prompt of `prompts/list` nor a template of \
                            `resources/templates/list`";

/// Answers `completion/complete`.
///
/// # Errors
/// -32602 for a bad reference or argument, -32603 without a configuration.
pub(super) fn complete(
    gate: &Gate,
    params: &Map<String, Value>,
    revision: Revision,
) -> Result<Value, Error> {
    let text = |object: &str, key: &str| {
        let text = params
            .get(object)
            .and_then(|object| object.get(key)?.as_str());
        text.ok_or_else(|| {
            Error::invalid_params(format!(
                "`completion/complete` needs the string `{key}` in `{object}`"
            ))
        })
    };
    let argument = text("argument", "name")?;
    let takes_it = match text("ref", "type")? {
        "ref/prompt" => prompts::has_argument(text("ref", "name")?, argument),
        "ref/resource" => {
            resources::is_template(text("ref", "uri")?).then_some(argument == "alias")
        }
        _ => None,
    };
    match takes_it {
        Some(true) => {}
        Some(false) => {
            let message = format!("`ref` has no argument {}", quoted(argument));
            return Err(Error::invalid_params(message));
        }
        None => return Err(Error::invalid_params(NO_REFERENCE)),
    }
    let begun = text("argument", "value")?;
    let hosts = match argument {
        "alias" | "tag" => gate.hosts(None).map_err(resources::unready)?,
        _ => Vec::new(),
    };
    let begins = |word: &&str| {
        let start = word.as_bytes().get(..begun.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(begun.as_bytes()))
    };
    let found: Vec<&str> = if argument == "tag" {
        let tags = hosts.iter().flat_map(|host| &host.tags);
        let tags: BTreeSet<&str> = tags.map(String::as_str).filter(begins).collect();
        tags.into_iter().collect()
    } else {
        let aliases = hosts.iter().map(|host| host.alias.as_str());
        aliases.filter(begins).collect()
    };
    let values: Vec<&str> = found.iter().take(MAX_VALUES).copied().collect();
    let completion = json!({
        "values": values,
        "total": found.len(),
        "hasMore": found.len() > values.len(),
    });
    let mut result = Map::new();
    result.insert("completion".to_owned(), completion);
    Ok(schema::complete(revision, result))
}
