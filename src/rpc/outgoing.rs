//! Requests of the server to the client, and the client's responses.
//!
//! Takes: the id of a request that goes out; later the client's response. Gives: a [`Pending`], which hears
//! one response. Refuses: more than [`MAX_PENDING`] requests at once. Drops a response whose id does not
//! wait: a late one, a second one, one that was never asked for.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::Value;
use smol::channel::{Receiver, Sender, bounded};

use super::message::{ClientResponse, RequestId};

/// How many requests may wait for the client at once. The server only asks persons, and the gate asks fewer
/// questions at once than this.
const MAX_PENDING: usize = 16;

/// The requests that wait for a response.
#[derive(Debug, Default)]
pub struct Outgoing(RefCell<HashMap<RequestId, Sender<Option<Value>>>>);

/// One request that waits, until this is dropped.
#[derive(Debug)]
pub struct Pending<'a> {
    id: RequestId,
    outgoing: &'a Outgoing,
    heard: Receiver<Option<Value>>,
}

impl Outgoing {
    /// Waits for the response to this id from now on; `None` when too many requests wait, or this id does already.
    pub fn begin(&self, id: RequestId) -> Option<Pending<'_>> {
        let mut waiting = self.0.borrow_mut();
        if waiting.len() >= MAX_PENDING || waiting.contains_key(&id) {
            return None;
        }
        let (tell, heard) = bounded(1);
        waiting.insert(id.clone(), tell);
        Some(Pending {
            id,
            outgoing: self,
            heard,
        })
    }

    /// Hands a response to the request that waits for it.
    pub fn hear(&self, answer: ClientResponse) {
        match self.0.borrow_mut().remove(&answer.id) {
            // The request may have been dropped meanwhile.
            Some(tell) => drop(tell.try_send(answer.result)),
            None => log::debug!("a response was ignored: nothing waits for it"),
        }
    }
}

impl Pending<'_> {
    /// The result; `None` when the client sent an error, or no proper response.
    pub async fn answer(&self) -> Option<Value> {
        self.heard.recv().await.ok().flatten()
    }

    /// Whether a response has come.
    pub fn is_answered(&self) -> bool {
        !self.outgoing.0.borrow().contains_key(&self.id)
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.outgoing.0.borrow_mut().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_PENDING, Outgoing};
    use crate::rpc::{ClientResponse, RequestId};
    use serde_json::json;
    use smol::future::block_on;

    fn id(text: &str) -> RequestId {
        RequestId::Text(text.into())
    }

    fn hear(outgoing: &Outgoing, to: &str, result: Option<u8>) {
        let result = result.map(|number| json!(number));
        outgoing.hear(ClientResponse { id: id(to), result });
    }

    #[test]
    fn the_first_answer_reaches_whoever_waits_for_it_and_no_other_does() {
        let outgoing = Outgoing::default();
        let (one, two) = (outgoing.begin(id("a")), outgoing.begin(id("b")));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert!(outgoing.begin(id("a")).is_none(), "one id, one request");
        hear(&outgoing, "c", Some(0));
        hear(&outgoing, "b", Some(2));
        hear(&outgoing, "b", Some(3));
        assert!(!one.is_answered() && two.is_answered());
        assert_eq!(block_on(two.answer()), Some(json!(2)));
        hear(&outgoing, "a", None);
        assert_eq!(block_on(one.answer()), None);
    }

    #[test]
    fn there_is_a_bound_and_a_dropped_request_makes_room() {
        let outgoing = Outgoing::default();
        let mut held: Vec<_> = (0..MAX_PENDING)
            .map(|number| outgoing.begin(RequestId::Signed(number as i64)).unwrap())
            .collect();
        assert!(outgoing.begin(id("one more")).is_none());
        held.pop();
        assert!(outgoing.begin(id("one more")).is_some());
    }
}
