//! A stream within another connection, and the handle that ends it from outside.
//!
//! Takes: the stream of a channel. Gives: a [`Tunnel`] that reads while a write waits, and its
//! [`TunnelAbortHandle`]. Refuses: to write once the handle has ended the tunnel; a read sees the end.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream within another connection. A write waits only when more than [`MAX_UNSENT`] bytes are unsent, and each
/// read also sends what is unsent. Otherwise two connections could wait for each other for ever: the outer one
/// until its stream is read, the inner one until its write is done.
pub struct Tunnel {
    stream: Pin<Box<dyn ByteStream>>,
    unsent: Vec<u8>,
    state: Arc<Mutex<AbortState>>,
}

trait ByteStream: AsyncRead + AsyncWrite + Send {}
impl<S: AsyncRead + AsyncWrite + Send> ByteStream for S {}

/// How many bytes may be unsent before a write waits: far more than a client sends that runs commands.
const MAX_UNSENT: usize = 256 * 1024;

#[derive(Default)]
struct AbortState {
    done: bool,
    reader: Option<Waker>,
}

/// Ends a [`Tunnel`] from outside.
pub struct TunnelAbortHandle(Arc<Mutex<AbortState>>);

impl TunnelAbortHandle {
    /// From now on a read sees the end of the stream, and a write fails.
    pub fn abort(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.done = true;
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }
}

impl Tunnel {
    /// A tunnel through `stream`, and the handle that ends the tunnel.
    pub fn new(stream: impl AsyncRead + AsyncWrite + Send + 'static) -> (Self, TunnelAbortHandle) {
        let state = Arc::new(Mutex::new(AbortState::default()));
        let tunnel = Self {
            stream: Box::pin(stream),
            unsent: Vec::new(),
            state: Arc::clone(&state),
        };
        (tunnel, TunnelAbortHandle(state))
    }

    fn is_aborted(&self, context: &Context<'_>) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.reader = Some(context.waker().clone());
        state.done
    }

    /// Sends as much of the unsent bytes as the stream takes now.
    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unsent.is_empty() {
            let sent = ready!(self.stream.as_mut().poll_write(context, &self.unsent))?;
            self.unsent.drain(..sent);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Tunnel {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_aborted(context) {
            return Poll::Ready(Ok(()));
        }
        if let Poll::Ready(Err(error)) = self.poll_send(context) {
            return Poll::Ready(Err(error));
        }
        self.stream.as_mut().poll_read(context, into)
    }
}

impl AsyncWrite for Tunnel {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_aborted(context) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if self.unsent.len() >= MAX_UNSENT {
            ready!(self.poll_send(context))?;
        }
        self.unsent.extend_from_slice(bytes);
        match self.poll_send(context) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Ok(bytes.len())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_aborted(context) {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_send(context))?;
        self.stream.as_mut().poll_shutdown(context)
    }
}
