//! `Lease`: the use of a connection for one command, with its turns.
//!
//! Takes: a connection and the turns that the pool has given. Gives: an [`Open`] channel, on which
//! one permitted command runs. When it is dropped, the turns are free and a connection that is no
//! longer usable is closed.

use std::rc::Rc;

use smol::lock::SemaphoreGuardArc;

use super::error::SshError;
use super::exec::{ExecLimits, Slot};
use super::output::{Live, Output};
use super::pooled::{Connection, Host};
use crate::cancel::Cancelled;
use crate::policy::Permit;

/// A channel that is open and waits for its command.
pub struct Open<K: 'static, T: 'static> {
    pub(super) lease: Lease<K, T>,
    pub(super) slot: Slot,
}

/// The use of a connection for one command, until it is dropped.
pub(super) struct Lease<K: 'static, T: 'static> {
    host: Rc<Host<K, T>>,
    pub(super) connection: Rc<Connection<K, T>>,
    turn: Option<SemaphoreGuardArc>,
    _running: SemaphoreGuardArc,
    pub(super) origin: Origin,
}

/// Where a connection comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was dialled just now.
    Dialled,
    /// It was there.
    Kept,
}

impl<K: 'static, T: 'static> Lease<K, T> {
    pub(super) fn new(
        host: Rc<Host<K, T>>,
        connection: Rc<Connection<K, T>>,
        turn: SemaphoreGuardArc,
        running: SemaphoreGuardArc,
        origin: Origin,
    ) -> Self {
        connection.users.set(connection.users.get() + 1);
        Self {
            host,
            connection,
            turn: Some(turn),
            _running: running,
            origin,
        }
    }

    /// Whether the server is busy with commands of ours: then it takes fewer at once than we
    /// thought, and the next may begin when one of them has ended.
    pub(super) fn learn_of_fewer_turns(mut self) -> bool {
        let others = self.connection.users.get() > 1;
        if others && let Some(turn) = self.turn.take() {
            turn.forget();
        }
        others
    }
}

impl<K: 'static, T: 'static> Drop for Lease<K, T> {
    fn drop(&mut self) {
        self.connection.users.set(self.connection.users.get() - 1);
        self.connection.rest();
        // One that died under the command would hold its descriptor until somebody comes.
        self.host.retire(|kept| !kept.session.is_usable());
    }
}

impl<K: 'static, T: 'static> Open<K, T> {
    /// Runs the command, with its output to be seen meanwhile; see [`Slot::run`].
    ///
    /// # Errors
    /// When no command was started.
    pub async fn exec(
        self,
        permit: Permit,
        limits: ExecLimits,
        cancelled: &Cancelled,
        live: &Live,
    ) -> Result<Output, SshError> {
        let session = &self.lease.connection.session;
        self.slot
            .run(session, permit, limits, cancelled, live)
            .await
    }

    /// What belongs to the connection.
    pub fn own(&self) -> &T {
        &self.lease.connection.own
    }
}
