//! What changes under a client's hands: `notifications/resources/list_changed` and `…/updated`.
//!
//! Takes: the URIs that a client wants to hear of. Gives, after each reload, a notification for
//! what is another now, and none for what is the same. Refuses: URIs that are none of ours, more
//! than [`MAX_WATCHED`] of them.
//!
//! ```text
//! uri   := "ssh://hosts" | "ssh://host/" alias [ "/tags" | "/capabilities" ]
//! ```

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value, json};

use super::lifecycle::Lifecycle;
use super::logging::Level;
use crate::config::Alias;
use crate::gate::{Changes, Gate, Reloaded};
use crate::rpc::stdio::Output;
use crate::rpc::{Error, Notification, quoted};

/// URIs that one client, or one modern request, may watch: each is looked at after each reload.
pub(super) const MAX_WATCHED: usize = 500;
/// MCP until 2025-11-25: no such resource.
const RESOURCE_NOT_FOUND: i64 = -32002;

/// A resource, whether or not there is such a host.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Resource {
    Hosts,
    Host(Alias),
}

impl Resource {
    /// Reads a URI; nothing when no resource could have it.
    fn parse(uri: &str) -> Option<Self> {
        if uri == "ssh://hosts" {
            return Some(Self::Hosts);
        }
        let path = uri.strip_prefix("ssh://host/")?;
        let (alias, part) = path.split_once('/').unwrap_or((path, "tags"));
        let known = ["tags", "capabilities"].contains(&part);
        Alias::parse(alias).ok().filter(|_| known).map(Self::Host)
    }

    /// A number for what a reader would see: another text has another one. Nothing when there is
    /// no such host.
    fn mark(&self, gate: &Gate) -> Option<u64> {
        let Self::Host(alias) = self else {
            return Some(gate.hosts_mark());
        };
        let host = gate.describe(alias.as_ref()).ok()??;
        let mut mark = DefaultHasher::new();
        let text = serde_json::to_value(host).unwrap_or_default().to_string();
        text.hash(&mut mark);
        Some(mark.finish())
    }
}

/// A resource under watch, and its mark when it was last told of.
#[derive(Debug)]
struct Watched {
    uri: String,
    resource: Resource,
    mark: Option<u64>,
}

/// What one client, or one modern request, watches.
#[derive(Debug, Default)]
pub(super) struct Watchlist(Vec<Watched>);

impl Watchlist {
    /// Watches one more resource, if the URI could be that of one and there is room.
    pub fn add(&mut self, gate: &Gate, uri: &str) -> Option<()> {
        if self.uris().any(|watched| watched == uri) {
            return Some(());
        }
        let resource = Resource::parse(uri).filter(|_| self.0.len() < MAX_WATCHED)?;
        self.0.push(Watched {
            uri: uri.to_owned(),
            mark: resource.mark(gate),
            resource,
        });
        Some(())
    }

    /// What is watched.
    pub fn uris(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|watched| watched.uri.as_str())
    }

    /// The URIs of what is another since the last time.
    pub fn updated(&mut self, gate: &Gate) -> Vec<String> {
        let mut updated = Vec::new();
        for watched in &mut self.0 {
            let mark = watched.resource.mark(gate);
            if watched.mark != mark {
                watched.mark = mark;
                updated.push(watched.uri.clone());
            }
        }
        updated
    }
}

/// The resources that a legacy client has subscribed to.
#[derive(Debug, Default)]
pub(super) struct Subscriptions(RefCell<Watchlist>);

impl Subscriptions {
    /// Answers `resources/subscribe`.
    ///
    /// # Errors
    /// -32602 without a URI or with too many, -32002 when there is no such resource.
    pub fn subscribe(&self, gate: &Gate, params: &Map<String, Value>) -> Result<Value, Error> {
        let uri = uri(params)?;
        let there = Resource::parse(uri).and_then(|resource| resource.mark(gate));
        if there.is_none() {
            return Err(Error {
                data: Some(Box::new(json!({"uri": uri}))),
                ..Error::new(
                    RESOURCE_NOT_FOUND,
                    format!("no resource {}; `resources/list` names them", quoted(uri)),
                )
            });
        }
        let added = self.0.borrow_mut().add(gate, uri);
        added.map(|()| json!({})).ok_or_else(|| {
            Error::invalid_params(format!(
                "{MAX_WATCHED} resources are subscribed to; unsubscribe from some, or from all and \
                 subscribe to `ssh://hosts`"
            ))
        })
    }

    /// Answers `resources/unsubscribe`, also for what was never subscribed to.
    ///
    /// # Errors
    /// -32602 without a URI.
    pub fn unsubscribe(&self, params: &Map<String, Value>) -> Result<Value, Error> {
        let uri = uri(params)?;
        let watched = &mut self.0.borrow_mut().0;
        watched.retain(|watched| watched.uri != uri);
        Ok(json!({}))
    }

    /// Tells a client that has initialized of each reload; never ends.
    pub async fn tell(
        &self,
        mut changes: Changes,
        gate: &Gate,
        lifecycle: &Lifecycle,
        output: &Output,
    ) {
        loop {
            let change = changes.next().await;
            let updated = self.0.borrow_mut().updated(gate);
            let Some(peer) = lifecycle.session() else {
                continue;
            };
            let (level, text) = match change.reloaded {
                Reloaded::Done => (Level::INFO, "the configuration was reloaded"),
                Reloaded::Refused => (
                    Level::ERROR,
                    "the changed configuration has a fault and is not in force: \
                     ssh_reload_config names it",
                ),
            };
            peer.log.tell(output, level, "configuration", text);
            if change.hosts {
                output.tell(list_changed()).await;
            }
            for uri in updated {
                output.tell(resource_updated(uri)).await;
            }
        }
    }
}

/// `notifications/resources/list_changed`.
pub(super) fn list_changed() -> Notification {
    Notification {
        method: "notifications/resources/list_changed".to_owned(),
        params: Map::new(),
    }
}

/// `notifications/resources/updated`.
pub(super) fn resource_updated(uri: String) -> Notification {
    let mut params = Map::new();
    params.insert("uri".to_owned(), uri.into());
    Notification {
        method: "notifications/resources/updated".to_owned(),
        params,
    }
}

fn uri(params: &Map<String, Value>) -> Result<&str, Error> {
    let uri = params.get("uri").and_then(Value::as_str);
    uri.ok_or_else(|| Error::invalid_params("`uri` must be a string, such as \"ssh://hosts\""))
}

#[cfg(test)]
mod tests {
    use super::Resource;

    #[test]
    fn only_uris_of_ours_are_read() {
        let long = format!("ssh://host/{}", "a".repeat(101));
        for (uri, read) in [
            ("ssh://hosts", true),
            ("ssh://host/web-1.a_b", true),
            ("ssh://host/web/tags", true),
            ("ssh://host/web/capabilities", true),
            ("", false),
            ("ssh://", false),
            ("ssh://hosts/", false),
            ("SSH://hosts", false),
            (" ssh://hosts", false),
            ("ssh://host/", false),
            ("ssh://host//tags", false),
            ("ssh://host/web/", false),
            ("ssh://host/web/limits", false),
            ("ssh://host/web/tags/tags", false),
            ("ssh://host/we b", false),
            ("ssh://host/web?x", false),
            ("file:///etc/passwd", false),
            (&long, false),
        ] {
            assert_eq!(Resource::parse(uri).is_some(), read, "{uri}");
        }
    }
}
