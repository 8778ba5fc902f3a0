//! What ends a connection from outside.
//!
//! Takes: a second descriptor of a socket, or the other end of a tunnel. Gives: a [`AbortHandle`], which ends the
//! connection when it is called or dropped. russh's own task holds the stream and goes on holding it when a
//! handshake that stalls is given up, so dropping our side alone would not end that task.

use std::net::Shutdown;

use crate::runtime::TunnelAbortHandle;

/// Ends a connection, at the latest when it is dropped. Any number of times is as good as once.
pub(super) enum AbortHandle {
    /// A second descriptor of the connection's socket.
    Socket(std::net::TcpStream),
    /// The other end of the tunnel.
    Tunnel(TunnelAbortHandle),
}

impl AbortHandle {
    pub(super) fn abort(&self) {
        match self {
            Self::Socket(socket) => {
                // An error means that the connection is over already.
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
