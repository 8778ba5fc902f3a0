//! Sockets, and the stream that a connection of russh reads and writes.
//!
//! Takes: an address, or the path of a Unix-domain socket. Gives: a connected stream. Fails only where connect(2)
//! does.

use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rustix::net::{Shutdown, shutdown};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

use super::tunnel::Tunnel;

/// The end of a pipe that is read from.
pub use tokio::net::unix::pipe::Receiver as PipeReader;
/// Connected streams, as russh takes them, and a listening socket.
pub use tokio::net::{TcpStream, UnixListener, UnixStream};

/// Connects to `address`, with Nagle's algorithm off.
///
/// # Errors
/// The error of connect(2).
pub async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Connects to the Unix-domain socket at `path`.
///
/// # Errors
/// The error of connect(2).
pub async fn connect_unix(path: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(path).await
}

/// How many bytes are read beyond those that are asked for, at most. russh asks for the length of a packet and then for
/// the rest: the next length, and often a whole small packet, takes no system call of its own.
const AHEAD: usize = 512;

/// A socket that two can hold with one descriptor: whoever reads and writes it, and whoever ends it.
#[derive(Clone)]
pub struct SharedSocket(Arc<TcpStream>);

impl SharedSocket {
    /// Holds `stream` alone, until it is cloned.
    pub fn new(stream: TcpStream) -> Self {
        Self(Arc::new(stream))
    }

    /// Ends the connection in both directions, whatever the other holder does.
    pub fn end(&self) {
        // An error means that the connection has ended already.
        let _over = shutdown(&*self.0, Shutdown::Both);
    }

    /// Reads; what comes behind the room that `into` has is added to `ahead`.
    fn poll_read_ahead(
        &self,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
        ahead: &mut Vec<u8>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(context))?;
            let mut more = [0; AHEAD];
            let room = into.initialize_unfilled();
            let wanted = room.len();
            let mut rooms = [IoSliceMut::new(room), IoSliceMut::new(&mut more)];
            let count = match self.0.try_read_vectored(&mut rooms) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                read => read?,
            };
            into.advance(count.min(wanted));
            ahead.extend_from_slice(more.get(..count.saturating_sub(wanted)).unwrap_or_default());
            if (1..wanted + AHEAD).contains(&count) {
                // Nothing is left: epoll says when more comes, so no read has to find that out.
                let nothing_left = || Err::<(), _>(io::ErrorKind::WouldBlock.into());
                let _said = self.0.try_io(Interest::READABLE, nothing_left);
            }
            return Poll::Ready(Ok(()));
        }
    }
}

impl AsyncWrite for SharedSocket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match self.0.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(shutdown(&*self.0, Shutdown::Write)?))
    }
}

/// The stream of a connection. One type holds both kinds, since the compiler makes a copy of the code that
/// reads a stream for each type.
pub enum Wire {
    /// A socket of this process.
    Socket(SharedSocket),
    /// A channel of another connection.
    Tunnel(Tunnel),
}

impl Wire {
    /// Reads; some bytes that come behind the room that `into` has may be added to `ahead`.
    pub(super) fn poll_read_ahead(
        &mut self,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
        ahead: &mut Vec<u8>,
    ) -> Poll<io::Result<()>> {
        match self {
            Self::Socket(socket) => socket.poll_read_ahead(context, into, ahead),
            Self::Tunnel(tunnel) => Pin::new(tunnel).poll_read(context, into),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Socket(socket) => Pin::new(socket).poll_write(context, bytes),
            Self::Tunnel(tunnel) => Pin::new(tunnel).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Socket(socket) => Pin::new(socket).poll_flush(context),
            Self::Tunnel(tunnel) => Pin::new(tunnel).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Socket(socket) => Pin::new(socket).poll_shutdown(context),
            Self::Tunnel(tunnel) => Pin::new(tunnel).poll_shutdown(context),
        }
    }
}
