//! `subscriptions/listen`: a request of the modern era that stays open and reports changes.
//!
//! Takes: a filter. Gives: first the accepted part of the filter, then a notification for each change, then a result
//! when the server ends the request. The id of the request is the subscription's id in each notification. A client that
//! cancels the request gets nothing more. Refuses: a filter of another shape, more than [`MAX_LISTENS`] open requests.
//!
//! The tools and prompts of this server never change, so only changes of hosts are reported.

use std::convert::Infallible;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::handled::{Answering, RequestWork};
use super::lifecycle::Revision;
use super::notify::{MAX_WATCHED, Watchlist, list_changed, resource_updated};
use super::schema;
use crate::cancel::Cancelled;
use crate::gate::{Changes, Gate};
use crate::rpc::stdio::Output;
use crate::rpc::{Error, Notification, Request, RequestId, given};

/// How many may be open at a time: a client needs one, or one for each of its windows.
const MAX_LISTENS: usize = 16;
/// The `_meta` key by which a client tells its subscriptions apart.
const SUBSCRIPTION_ID: &str = "io.modelcontextprotocol/subscriptionId";

/// Counts the open requests: each holds a clone.
#[derive(Clone, Debug, Default)]
pub(super) struct OpenListens(Rc<()>);

/// Whether the filter names a kind of notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subscribed {
    Yes,
    No,
}

/// One open request.
pub(super) struct Listen {
    id: RequestId,
    hosts: Subscribed,
    watchlist: Watchlist,
    changes: Changes,
    gate: Gate,
    _open: OpenListens,
}

impl Listen {
    /// Reads the filter; a part that this server does not know is left out.
    ///
    /// # Errors
    /// -32602 for a filter of another shape, -32600 when too many requests are open.
    pub fn open(gate: &Gate, request: &Request, open: &OpenListens) -> Result<Self, Error> {
        if Rc::strong_count(&open.0) > MAX_LISTENS {
            let why = format!("{MAX_LISTENS} subscriptions are open; cancel one of them");
            return Err(Error::invalid_request(why));
        }
        let Some(Value::Object(filter)) = request.params.get("notifications") else {
            return Err(Error::invalid_params("`notifications` must be an object"));
        };
        for kind in ["toolsListChanged", "promptsListChanged"] {
            wanted(filter, kind)?;
        }
        // The listener is made before the hosts are looked at, so that a change meanwhile is reported, too.
        let changes = gate.changes();
        let mut watchlist = Watchlist::default();
        for uri in uris(filter)? {
            let _added = watchlist.add(gate, uri);
        }
        Ok(Self {
            id: request.id.clone(),
            hosts: wanted(filter, "resourcesListChanged")?,
            watchlist,
            changes,
            gate: gate.clone(),
            _open: open.clone(),
        })
    }

    /// Acknowledges the filter, then reports changes; never ends.
    async fn tell(mut self, output: &Output) -> Infallible {
        output.tell(self.acknowledgement()).await;
        loop {
            let change = self.changes.next().await;
            if self.hosts == Subscribed::Yes && change.hosts {
                output.tell(self.stamped(list_changed())).await;
            }
            for uri in self.watchlist.updated(&self.gate) {
                output.tell(self.stamped(resource_updated(uri))).await;
            }
        }
    }

    fn acknowledgement(&self) -> Notification {
        let mut honoured = Map::new();
        if self.hosts == Subscribed::Yes {
            honoured.insert("resourcesListChanged".to_owned(), true.into());
        }
        let uris: Vec<&str> = self.watchlist.uris().collect();
        if !uris.is_empty() {
            honoured.insert("resourceSubscriptions".to_owned(), uris.into());
        }
        let mut params = Map::new();
        params.insert("notifications".to_owned(), honoured.into());
        self.stamped(Notification {
            method: "notifications/subscriptions/acknowledged".to_owned(),
            params,
        })
    }

    /// The notification with the id of this subscription.
    fn stamped(&self, mut notification: Notification) -> Notification {
        let meta = json!({SUBSCRIPTION_ID: self.id.to_json()});
        notification.params.insert("_meta".to_owned(), meta);
        notification
    }

    fn result(&self) -> Value {
        let mut result = schema::complete(Revision::MODERN, Map::new());
        if let Some(meta) = result.get_mut("_meta").and_then(Value::as_object_mut) {
            meta.insert(SUBSCRIPTION_ID.to_owned(), self.id.to_json());
        }
        result
    }
}

impl RequestWork for Listen {
    /// Reports changes until the request is cancelled; the client gets the result only if the server has cancelled it.
    fn run<'a>(
        self: Box<Self>,
        _gate: &'a Gate,
        cancelled: Cancelled,
        output: &'a Output,
    ) -> Answering<'a> {
        Box::pin(async move {
            let result = self.result();
            let Some(never) = cancelled.race(self.tell(output)).await else {
                return Ok(result);
            };
            match never {}
        })
    }
}

fn wanted(filter: &Map<String, Value>, kind: &str) -> Result<Subscribed, Error> {
    match given(filter, kind) {
        None | Some(Value::Bool(false)) => Ok(Subscribed::No),
        Some(Value::Bool(true)) => Ok(Subscribed::Yes),
        Some(_) => Err(Error::invalid_params(format!(
            "`notifications.{kind}` must be a boolean"
        ))),
    }
}

fn uris(filter: &Map<String, Value>) -> Result<Vec<&str>, Error> {
    let given = match given(filter, "resourceSubscriptions") {
        None => Some(Vec::new()),
        Some(Value::Array(uris)) if uris.len() <= MAX_WATCHED => {
            uris.iter().map(Value::as_str).collect()
        }
        Some(_) => None,
    };
    given.ok_or_else(|| {
        Error::invalid_params(format!(
            "`notifications.resourceSubscriptions` must be an array of at most {MAX_WATCHED} strings"
        ))
    })
}
