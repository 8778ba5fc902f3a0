//! `ssh_list_hosts` and `ssh_describe_host`: the inventory as a client may see it, in pages.

use serde_json::json;

use super::{Handled, failed};
use crate::gate::Gate;
use crate::mcp::lifecycle::Revision;
use crate::mcp::{page, schema};
use crate::rpc::{Error, quoted};

/// Answers `ssh_list_hosts`.
pub(super) fn list_hosts(
    gate: &Gate,
    revision: Revision,
    tag: Option<&str>,
    cursor: Option<&str>,
) -> Result<Handled, Error> {
    let hosts = match gate.hosts(tag) {
        Ok(hosts) => hosts,
        Err(unready) => return Ok(failed(revision, unready.to_string())),
    };
    let aliases: Vec<&str> = hosts.iter().map(|host| host.alias.as_str()).collect();
    let page = match page::page(&aliases, cursor) {
        Ok(page) => page,
        Err(stale) => return Ok(failed(revision, stale)),
    };
    let mut shown = json!({"hosts": hosts.get(page.items).unwrap_or_default()});
    if let (Some(shown), Some(next)) = (shown.as_object_mut(), page.next) {
        shown.insert("nextCursor".to_owned(), next.into());
    }
    schema::success(revision, &shown).map(Handled::Answered)
}

/// Answers `ssh_describe_host`.
pub(super) fn describe_host(
    gate: &Gate,
    revision: Revision,
    alias: &str,
) -> Result<Handled, Error> {
    match gate.describe(alias) {
        Ok(Some(host)) => schema::success(revision, &host).map(Handled::Answered),
        Ok(None) => Ok(failed(
            revision,
            format!(
                "no host has the alias {}; ssh_list_hosts gives the aliases",
                quoted(alias)
            ),
        )),
        Err(unready) => Ok(failed(revision, unready.to_string())),
    }
}
