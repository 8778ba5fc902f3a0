//! The requests that are under way, each with the means to cancel it.
//!
//! Takes: the id of a request when its work begins. Gives: a [`RunningRequest`], which the work holds to its
//! end; it hears a cancellation, and knows whether the client still wants the answer. Refuses: more than
//! [`MAX_IN_FLIGHT`] requests, and any new one once stopped. The caller refuses an id that is under way.

use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::rc::Rc;

use smol::channel::{Receiver, Sender, bounded};

use super::message::RequestId;
use super::waiting::{MAX_CALL_LINE, Share};
use crate::cancel::{Cancelled, Canceller, pair};

/// How many requests may be under way at once. A client that itself asks each host of a large fleet stays below;
/// a client without control is refused before memory runs out.
const MAX_IN_FLIGHT: usize = 2048;

/// The table of requests under way; clones share it.
#[derive(Clone, Debug)]
pub struct InFlight(Rc<Table>);

#[derive(Debug)]
struct Table {
    entries: RefCell<HashMap<RequestId, InFlightEntry>>,
    /// Every [`RunningRequest`] holds a clone. Nothing is sent: the channel closes when all are dropped.
    presence: RefCell<Option<Sender<Infallible>>>,
    emptied: Receiver<Infallible>,
}

#[derive(Debug)]
struct InFlightEntry {
    canceller: Canceller,
    delivery: Delivery,
}

/// Whether the client still waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The client waits: the response is written.
    Wanted,
    /// The client has cancelled the request: no response is written.
    Withdrawn,
}

/// A request under way. To drop it takes the id out of the table.
#[derive(Debug)]
pub struct RunningRequest {
    id: RequestId,
    cancelled: Cancelled,
    table: Rc<Table>,
    _presence: Sender<Infallible>,
    /// The room that the request holds beside the waiting answers; it is given back when this is dropped.
    _share: Share,
}

/// Why a request cannot begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeginError {
    /// [`MAX_IN_FLIGHT`] requests are under way.
    TooMany,
    /// The requests, and the answers that wait to be read, hold as much memory as they may.
    Full,
    /// The line of the request has so many bytes, for which there is never room.
    TooLong(usize),
    /// The server is stopping.
    Stopping,
}

impl std::error::Error for BeginError {}

impl std::fmt::Display for BeginError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooMany => write!(
                formatter,
                "{MAX_IN_FLIGHT} requests are under way; wait for one to be answered"
            ),
            Self::Full => formatter.write_str(
                "the requests under way and the answers that wait to be read hold as much as they \
                 may; read, or wait for one to be answered",
            ),
            Self::TooLong(bytes) => write!(
                formatter,
                "the call has {bytes} bytes, and one has {MAX_CALL_LINE} at most: send a shorter one; `mcp-ssh put` writes \
                 files that need more"
            ),
            Self::Stopping => formatter.write_str("the server is stopping; nothing new is started"),
        }
    }
}

impl Default for InFlight {
    fn default() -> Self {
        let (presence, emptied) = bounded(1);
        Self(Rc::new(Table {
            entries: RefCell::default(),
            presence: RefCell::new(Some(presence)),
            emptied,
        }))
    }
}

impl InFlight {
    /// Whether a request with this id is under way. A cancelled request is, until its work has ended.
    pub fn contains(&self, id: &RequestId) -> bool {
        self.0.entries.borrow().contains_key(id)
    }

    /// Enters a request that has its room. The caller must have asked [`Self::contains`] first.
    ///
    /// # Errors
    /// When there is no room, or the server is stopping.
    pub fn begin(&self, id: RequestId, share: Share) -> Result<RunningRequest, BeginError> {
        let mut entries = self.0.entries.borrow_mut();
        if entries.len() >= MAX_IN_FLIGHT {
            return Err(BeginError::TooMany);
        }
        let presence = self
            .0
            .presence
            .borrow()
            .clone()
            .ok_or(BeginError::Stopping)?;
        let (canceller, cancelled) = pair();
        let entry = InFlightEntry {
            canceller,
            delivery: Delivery::Wanted,
        };
        entries.insert(id.clone(), entry);
        Ok(RunningRequest {
            id,
            cancelled,
            table: Rc::clone(&self.0),
            _presence: presence,
            _share: share,
        })
    }

    /// Cancels a request for the client: the work is told to stop, and no response is written. An unknown id is
    /// ignored.
    pub fn cancel(&self, id: &RequestId) {
        if let Some(entry) = self.0.entries.borrow_mut().get_mut(id) {
            entry.delivery = Delivery::Withdrawn;
            entry.canceller.cancel();
        }
    }

    /// Refuses new requests, tells all work to stop, and waits until all of it has ended.
    pub async fn stop(&self) {
        self.0.presence.borrow_mut().take();
        for entry in self.0.entries.borrow().values() {
            entry.canceller.cancel();
        }
        // The channel carries nothing: it fails when the last `RunningRequest` is gone.
        while self.0.emptied.recv().await.is_ok() {}
    }
}

impl RunningRequest {
    /// The token by which the work hears that it should stop.
    pub fn cancelled(&self) -> Cancelled {
        self.cancelled.clone()
    }

    /// Whether the client still waits for the answer; to be asked when the work has ended.
    pub fn delivery(&self) -> Delivery {
        self.table
            .entries
            .borrow()
            .get(&self.id)
            .map_or(Delivery::Withdrawn, |entry| entry.delivery)
    }
}

impl Drop for RunningRequest {
    fn drop(&mut self) {
        self.table.entries.borrow_mut().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::{BeginError, Delivery, InFlight, MAX_IN_FLIGHT, RunningRequest};
    use crate::rpc::{RequestId, waiting};

    /// Begins a request that there is room for.
    fn begin(table: &InFlight, id: RequestId) -> Result<RunningRequest, BeginError> {
        table.begin(id, waiting::queue().0.call(0).unwrap())
    }

    #[test]
    fn a_cancelled_request_stops_and_is_not_answered() {
        let table = InFlight::default();
        let one = begin(&table, RequestId::Signed(1)).unwrap();
        let text = begin(&table, RequestId::Text("1".into())).unwrap();
        table.cancel(&RequestId::Signed(1));
        table.cancel(&RequestId::Signed(2));
        assert!(one.cancelled().is_cancelled());
        assert_eq!(one.delivery(), Delivery::Withdrawn);
        assert!(!text.cancelled().is_cancelled());
        assert_eq!(text.delivery(), Delivery::Wanted);
        assert!(table.contains(&RequestId::Signed(1)));
        drop(one);
        assert!(!table.contains(&RequestId::Signed(1)));
    }

    #[test]
    fn stopping_waits_for_the_work_and_still_wants_its_answer() {
        let table = InFlight::default();
        let running = begin(&table, RequestId::Signed(1)).unwrap();
        let work = async {
            running.cancelled().wait().await;
            assert_eq!(running.delivery(), Delivery::Wanted);
            drop(running);
        };
        smol::future::block_on(smol::future::zip(table.stop(), work));
        assert_eq!(
            begin(&table, RequestId::Signed(2)).unwrap_err(),
            BeginError::Stopping
        );
    }

    #[test]
    fn there_is_a_bound() {
        let table = InFlight::default();
        let id = |number: usize| RequestId::Unsigned(number as u64);
        let mut held: Vec<_> = (0..MAX_IN_FLIGHT)
            .map(|number| begin(&table, id(number)).unwrap())
            .collect();
        assert_eq!(begin(&table, id(9999)).unwrap_err(), BeginError::TooMany);
        held.pop();
        assert!(begin(&table, id(9999)).is_ok());
    }
}
