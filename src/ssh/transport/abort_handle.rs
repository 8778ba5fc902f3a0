//! The handle that ends a connection from outside.
//!
//! Takes: a second descriptor of a socket, or the handle of a tunnel. Gives: an [`AbortHandle`], which ends the
//! connection when it is called or dropped. russh's own task holds the stream, even after a stalled handshake was
//! given up. To drop this side alone would not end that task.

use std::net::Shutdown;

use crate::runtime::TunnelAbortHandle;

/// Ends a connection, at the latest when this is dropped. A second call does nothing.
pub(super) enum AbortHandle {
    /// A second descriptor of the connection's socket.
    Socket(std::net::TcpStream),
    /// The handle of the tunnel.
    Tunnel(TunnelAbortHandle),
}

impl AbortHandle {
    pub(super) fn abort(&self) {
        match self {
            Self::Socket(socket) => {
                // An error means that the connection has ended already.
                let _over = socket.shutdown(Shutdown::Both);
            }
            Self::Tunnel(handle) => handle.abort(),
        }
    }
}

impl Drop for AbortHandle {
    fn drop(&mut self) {
        self.abort();
    }
}
