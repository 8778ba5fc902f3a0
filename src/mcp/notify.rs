//! Changes that a client must hear of: `notifications/resources/list_changed` and `…/updated`.
//!
//! Takes: the URIs that a client wants to watch. Gives, after each reload, a notification for each watched resource
//! that has changed. Refuses: URIs that no resource can have, more than [`MAX_WATCHED`] URIs.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value, json};

use super::lifecycle::{Lifecycle, Revision};
use super::logging::Level;
use super::resources;
use super::uri::Resource;
use crate::gate::{Changes, Gate, Reloaded};
use crate::rpc::stdio::Output;
use crate::rpc::{Error, Notification};

/// How many URIs one client, or one modern request, may watch: each is looked at after each reload.
pub(super) const MAX_WATCHED: usize = 500;
/// A number for the text of a resource: another text has another number. `None` when there is no such host.
fn mark(gate: &Gate, resource: &Resource) -> Option<u64> {
    // The text of a long inventory is cut, so the number is that of the list of hosts.
    if *resource == Resource::Hosts {
        return Some(gate.hosts_version());
    }
    let text = resources::text(gate, resource).ok()??;
    let mut mark = DefaultHasher::new();
    text.to_string().hash(&mut mark);
    Some(mark.finish())
}

/// A watched resource, and its mark at the last notification.
#[derive(Debug)]
struct WatchedResource {
    uri: String,
    resource: Resource,
    mark: Option<u64>,
}

/// The resources that one client, or one modern request, watches.
#[derive(Debug, Default)]
pub(super) struct Watchlist(Vec<WatchedResource>);

impl Watchlist {
    /// Watches one more resource; `None` if no resource can have the URI, or there is no room.
    pub fn add(&mut self, gate: &Gate, uri: &str) -> Option<()> {
        if self.uris().any(|watched| watched == uri) {
            return Some(());
        }
        let resource = Resource::parse(uri).filter(|_| self.0.len() < MAX_WATCHED)?;
        self.0.push(WatchedResource {
            uri: uri.to_owned(),
            mark: mark(gate, &resource),
            resource,
        });
        Some(())
    }

    /// The watched URIs.
    pub fn uris(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|watched| watched.uri.as_str())
    }

    /// The URIs of the resources that have changed since the last call.
    pub fn updated(&mut self, gate: &Gate) -> Vec<String> {
        let mut updated = Vec::new();
        for watched in &mut self.0 {
            let mark = mark(gate, &watched.resource);
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
        let there = Resource::parse(uri).and_then(|resource| mark(gate, &resource));
        if there.is_none() {
            return Err(resources::not_found(Revision::LATEST_LEGACY, uri));
        }
        let added = self.0.borrow_mut().add(gate, uri);
        added.map(|()| json!({})).ok_or_else(|| {
            Error::invalid_params(format!(
                "{MAX_WATCHED} resources are subscribed to; unsubscribe from some, or from all and \
                 subscribe to `ssh://hosts`"
            ))
        })
    }

    /// Answers `resources/unsubscribe`, even for a resource without a subscription.
    ///
    /// # Errors
    /// -32602 without a URI.
    pub fn unsubscribe(&self, params: &Map<String, Value>) -> Result<Value, Error> {
        let uri = uri(params)?;
        let watched = &mut self.0.borrow_mut().0;
        watched.retain(|watched| watched.uri != uri);
        Ok(json!({}))
    }

    /// Reports each reload to a client that has initialized; never ends.
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

/// The notification `notifications/resources/list_changed`.
pub(super) fn list_changed() -> Notification {
    Notification {
        method: "notifications/resources/list_changed".to_owned(),
        params: Map::new(),
    }
}

/// The notification `notifications/resources/updated`.
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
