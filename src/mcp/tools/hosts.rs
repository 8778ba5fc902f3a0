//! `ssh_list_hosts` and `ssh_describe_host`: the inventory as a client may see it, in pages.
//!
//! A cursor holds the place where its page begins and the alias before that place; one that no
//! longer fits the list is refused.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Handled, failed};
use crate::gate::Gate;
use crate::mcp::lifecycle::Revision;
use crate::mcp::schema;
use crate::rpc::{Error, quoted};

/// Hosts on one page of `ssh_list_hosts`: about four thousand tokens of an assistant's context.
const HOSTS_PER_PAGE: usize = 100;

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
    match page(&hosts, cursor) {
        Some((hosts, Some(next))) => {
            let page = json!({"hosts": hosts, "nextCursor": next});
            schema::success(revision, &page).map(Handled::Answered)
        }
        Some((hosts, None)) => {
            schema::success(revision, &json!({"hosts": hosts})).map(Handled::Answered)
        }
        None => Ok(failed(
            revision,
            format!(
                "the cursor {} is not one of this list; the hosts may have changed, so start \
                 again without a cursor",
                quoted(cursor.unwrap_or_default())
            ),
        )),
    }
}

/// The page that begins where `cursor` says, and the cursor of the next page. `None` when it
/// is no cursor of this list.
fn page<'a, T: Serialize>(
    hosts: &'a [T],
    cursor: Option<&str>,
) -> Option<(&'a [T], Option<String>)> {
    let start = match cursor {
        None => 0,
        Some(cursor) => start_of(hosts, cursor)?,
    };
    let rest = hosts.get(start..)?;
    let next = start + HOSTS_PER_PAGE;
    match rest.split_at_checked(HOSTS_PER_PAGE) {
        Some((page, more)) if !more.is_empty() => {
            Some((page, page.last().map(|last| cursor_after(next, last))))
        }
        _ => Some((rest, None)),
    }
}

/// Where the page of a cursor begins, if the host before it is still the same.
fn start_of<T: Serialize>(hosts: &[T], cursor: &str) -> Option<usize> {
    let (start, _) = cursor.split_once('-')?;
    let start: usize = start.parse().ok()?;
    let before = hosts.get(start.checked_sub(1)?)?;
    (cursor_after(start, before) == cursor).then_some(start)
}

/// A cursor holds the place where its page begins and the alias before that place, so that a
/// list which changed under it is noticed. Hexadecimal, so that nobody takes it for an alias.
fn cursor_after(start: usize, host: &impl Serialize) -> String {
    let host = serde_json::to_value(host).unwrap_or_default();
    let alias = host.get("alias").and_then(Value::as_str).unwrap_or("");
    let hex: String = alias.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{start}-{hex}")
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

#[cfg(test)]
mod tests {
    use super::{HOSTS_PER_PAGE, page};
    use serde_json::{Value, json};

    #[test]
    fn pages_cover_every_host_once_in_order() {
        for count in [0, 1, HOSTS_PER_PAGE, HOSTS_PER_PAGE + 1, 10_000] {
            let hosts: Vec<Value> = (0..count)
                .map(|n| json!({"alias": format!("h{n}")}))
                .collect();
            let mut seen = Vec::new();
            let mut cursor = None;
            loop {
                let (some, next) = page(&hosts, cursor.as_deref()).unwrap();
                assert!(some.len() <= HOSTS_PER_PAGE);
                seen.extend_from_slice(some);
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, hosts);
        }
    }

    #[test]
    fn a_strange_cursor_has_no_page() {
        let hosts = [json!({"alias": "web"}), json!({"alias": "db"})];
        for cursor in [
            "",
            "web",
            "1",
            "1-",
            "-776562",
            "0-",
            "0-776562",
            "01-776562",
            "+1-776562",
            "2-776562",
            "3-6462",
            "1-776562 ",
            "1-77656",
            "18446744073709551616-776562",
        ] {
            assert_eq!(page(&hosts, Some(cursor)), None, "{cursor}");
        }
        assert_eq!(page(&hosts, Some("1-776562")), Some((&hosts[1..], None)));
    }
}
