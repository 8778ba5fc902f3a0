//! `resources/list`, `resources/templates/list` and `resources/read`: the inventory as documents.
//!
//! Takes: a URI (see [`super::uri`]). Gives: JSON text, with no more than the tools would tell. Refuses: a URI that no
//! resource has, and every request while there is no usable configuration.

use serde_json::{Map, Value, json};

use super::lifecycle::Revision;
use super::uri::{HostPart, Resource};
use super::{page, schema};
use crate::gate::{Gate, HostCapabilities, HostSummary, UnreadyError};
use crate::rpc::{Error, INTERNAL_ERROR, INVALID_PARAMS, json_text, quoted};
use mcp_ssh_policy::FileAccess;

/// MCP until 2025-11-25: there is no such resource. Later revisions use -32602.
const RESOURCE_NOT_FOUND: i64 = -32002;
/// The most bytes of JSON for the hosts in `ssh://hosts`, which has no pages: as much as a client takes in one piece,
/// about 500 hosts.
const MAX_HOSTS_BYTES: usize = 32 * 1024;
const MIME_TYPE: &str = "application/json";

/// A template of URIs: the part of a host, and the template's name, title and description.
struct Template {
    part: HostPart,
    name: &'static str,
    title: &'static str,
    description: &'static str,
}

const TEMPLATES: [Template; 3] = [
    Template {
        part: HostPart::Description,
        name: "host",
        title: "Host",
        description: "One host, as ssh_describe_host shows it: address, port, credential name, tags, limits.",
    },
    Template {
        part: HostPart::Tags,
        name: "host-tags",
        title: "Tags of a host",
        description: "The tags of one host, which ssh_run_on_tag takes.",
    },
    Template {
        part: HostPart::Capabilities,
        name: "host-capabilities",
        title: "What a host can be asked",
        description: "The tools that take the host, its limits, whether it has credentials and a known host \
            key, how many hosts a run on each of its tags reaches, and what may be done with some of its files.",
    },
];

/// The text of a resource; `None` when there is no such host.
pub(super) fn text(gate: &Gate, resource: &Resource) -> Result<Option<Value>, UnreadyError> {
    let Resource::Host(alias, part) = resource else {
        return Ok(Some(inventory(&gate.hosts(None)?)));
    };
    let alias = alias.as_ref();
    Ok(match part {
        HostPart::Description => gate
            .describe(alias)?
            .and_then(|host| serde_json::to_value(host).ok()),
        HostPart::Tags => gate
            .describe(alias)?
            .map(|host| json!({"alias": host.alias, "tags": host.tags})),
        HostPart::Capabilities => gate.capabilities(alias)?.map(capabilities),
    })
}

/// Whether a URI is one of the templates, whose alias completion can fill in.
pub(super) fn is_template(uri: &str) -> bool {
    TEMPLATES
        .iter()
        .any(|template| template_uri(template.part) == uri)
}

/// Answers `resources/list`: the inventory, then each host.
///
/// # Errors
/// -32602 for a bad cursor, -32603 without a configuration.
pub(super) fn list(
    gate: &Gate,
    params: &Map<String, Value>,
    revision: Revision,
) -> Result<Value, Error> {
    let hosts = gate.hosts(None).map_err(unready)?;
    // The empty name stands for the inventory: no alias is empty.
    let names: Vec<&str> = std::iter::once("")
        .chain(hosts.iter().map(|host| host.alias.as_str()))
        .collect();
    let page = page::requested(&names, params)?;
    let resources: Vec<Value> = page
        .items
        .filter_map(|place| match place.checked_sub(1) {
            None => Some(listing(
                revision,
                ("uri", "ssh://hosts".to_owned()),
                "hosts",
                "All hosts",
                "Aliases, tags and descriptions of all hosts.",
            )),
            Some(place) => hosts.get(place).map(|host| {
                let uri = ("uri", format!("ssh://host/{}", host.alias));
                listing(revision, uri, &host.alias, "", &host.description)
            }),
        })
        .collect();
    let mut result = Map::new();
    result.insert("resources".to_owned(), resources.into());
    if let Some(next) = page.next {
        result.insert("nextCursor".to_owned(), next.into());
    }
    Ok(schema::cacheable(revision, result))
}

/// Answers `resources/templates/list`.
///
/// # Errors
/// -32602 for a cursor.
pub(super) fn templates(params: &Map<String, Value>, revision: Revision) -> Result<Value, Error> {
    page::refuse_cursor("resources/templates/list", params)?;
    let templates = TEMPLATES.iter().map(|template| {
        let uri = ("uriTemplate", template_uri(template.part));
        let Template {
            name,
            title,
            description,
            ..
        } = template;
        listing(revision, uri, name, title, description)
    });
    let templates: Vec<Value> = templates.collect();
    let mut result = Map::new();
    result.insert("resourceTemplates".to_owned(), templates.into());
    Ok(schema::cacheable(revision, result))
}

/// Answers `resources/read`.
///
/// # Errors
/// -32602 without a URI, -32002 or -32602 for an unknown one, -32603 without a configuration.
pub(super) fn read(
    gate: &Gate,
    params: &Map<String, Value>,
    revision: Revision,
) -> Result<Value, Error> {
    let Some(Value::String(uri)) = params.get("uri") else {
        return Err(Error::invalid_params(
            "`resources/read` needs the string `uri`",
        ));
    };
    let found = match Resource::parse(uri) {
        Some(resource) => text(gate, &resource).map_err(unready)?.zip(Some(resource)),
        None => None,
    };
    let Some((text, resource)) = found else {
        return Err(not_found(revision, uri));
    };
    let contents = json!([{
        "uri": resource.to_string(),
        "mimeType": MIME_TYPE,
        "text": json_text(&text),
    }]);
    let mut result = Map::new();
    result.insert("contents".to_owned(), contents);
    Ok(schema::cacheable(revision, result))
}

/// The error for a URI that no resource has.
pub(super) fn not_found(revision: Revision, uri: &str) -> Error {
    let code = if revision >= Revision::V2026_07_28 {
        INVALID_PARAMS
    } else {
        RESOURCE_NOT_FOUND
    };
    let message = format!(
        "there is no resource {}; `ssh://hosts` lists the aliases, and a host is \
         `ssh://host/ALIAS`, with `/tags` or `/capabilities` after it if wanted",
        quoted(uri)
    );
    Error {
        data: Some(Box::new(json!({"uri": uri}))),
        ..Error::new(code, message)
    }
}

/// The error for a server without a usable configuration: it says which file to mend, and how.
pub(super) fn unready(unready: UnreadyError) -> Error {
    Error::new(INTERNAL_ERROR, unready.to_string())
}

fn template_uri(part: HostPart) -> String {
    format!("ssh://host/{{alias}}{}", part.suffix())
}

fn listing(
    revision: Revision,
    (key, uri): (&str, String),
    name: &str,
    title: &str,
    description: &str,
) -> Value {
    let mut listing = Map::new();
    listing.insert(key.to_owned(), uri.into());
    listing.insert("name".to_owned(), name.into());
    if revision >= Revision::V2025_06_18 && !title.is_empty() {
        listing.insert("title".to_owned(), title.into());
    }
    if !description.is_empty() {
        listing.insert("description".to_owned(), description.into());
    }
    listing.insert("mimeType".to_owned(), MIME_TYPE.into());
    Value::Object(listing)
}

/// As many hosts as fit into [`MAX_HOSTS_BYTES`], and how to list the others.
fn inventory(hosts: &[HostSummary]) -> Value {
    let mut bytes = 0;
    let mut shown = Vec::new();
    for host in hosts {
        let host = serde_json::to_value(host).unwrap_or_default();
        bytes += json_text(&host).len();
        if bytes > MAX_HOSTS_BYTES {
            break;
        }
        shown.push(host);
    }
    let left_out = hosts.len() - shown.len();
    let mut text = json!({"count": hosts.len(), "hosts": shown});
    if let (Some(text), 1..) = (text.as_object_mut(), left_out) {
        text.insert("left_out".to_owned(), left_out.into());
        let hint = "ssh_list_hosts gives all hosts, in pages and by tag";
        text.insert("hint".to_owned(), hint.into());
    }
    text
}

fn capabilities(host: HostCapabilities) -> Value {
    let mut tools = vec!["ssh_plan", "ssh_run", "ssh_run_async"];
    if !host.tag_runs.is_empty() {
        tools.push("ssh_run_on_tag");
    }
    for access in &host.files {
        tools.extend_from_slice(match access {
            FileAccess::Read => &["ssh_read_file", "ssh_list_directory"],
            FileAccess::Write => &["ssh_write_file"],
            FileAccess::Edit => &["ssh_edit_file"],
        });
    }
    let tag_runs: Vec<Value> = host
        .tag_runs
        .iter()
        .map(|(tag, hosts)| json!({"tag": tag, "hosts": hosts}))
        .collect();
    json!({
        "alias": host.alias,
        "tools": tools,
        "has_credentials": host.has_credentials,
        "host_key_known": host.host_key_known,
        "tag_runs": tag_runs,
        "files": host.files,
        "limits": host.limits,
    })
}
