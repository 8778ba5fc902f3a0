//! The handle that ends a connection from outside.
//!
//! Takes: a socket that russh has as well, or the handle of a tunnel. Gives: an [`AbortHandle`], which ends the
//! connection when it is called or dropped. russh's own task holds the stream, even after a stalled handshake was
//! given up. To drop this side alone would not end that task.

use crate::runtime::{SharedSocket, TunnelAbortHandle};

/// Ends a connection, at the latest when this is dropped. A second call does nothing.
pub(super) enum AbortHandle {
    /// The connection's socket. shutdown(2) ends it also where russh's task waits for something else.
    Socket(SharedSocket),
    /// The handle of the tunnel.
    Tunnel(TunnelAbortHandle),
}

impl AbortHandle {
    pub(super) fn abort(&self) {
        match self {
            Self::Socket(socket) => socket.end(),
            Self::Tunnel(handle) => handle.abort(),
        }
    }
}

impl Drop for AbortHandle {
    fn drop(&mut self) {
        self.abort();
    }
}
