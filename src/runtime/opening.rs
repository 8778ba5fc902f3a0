//! A wire whose first bytes somebody else reads.
//!
//! Takes: a [`Wire`], and who reads its opening. Gives: the wire from the byte on at which the reader says that the
//! opening is over. Fails where the wire or the reader does.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::streams::Wire;

/// Reads the opening, piece by piece; gives what follows it, once it is over.
type OpeningReader = Box<dyn FnMut(&[u8]) -> io::Result<Option<Vec<u8>>> + Send>;

/// A wire without its opening.
pub struct OpeningWire {
    wire: Wire,
    /// Absent once the opening is over.
    reader: Option<OpeningReader>,
    /// Set whenever bytes come.
    hearing: Arc<AtomicBool>,
    /// What follows the opening, or was read ahead, and was not asked for yet.
    unread: Vec<u8>,
}

impl OpeningWire {
    /// Lets `reader` read the opening of `wire`; `hearing` is set whenever bytes come.
    pub fn new(
        wire: Wire,
        hearing: Arc<AtomicBool>,
        reader: impl FnMut(&[u8]) -> io::Result<Option<Vec<u8>>> + Send + 'static,
    ) -> Self {
        Self {
            wire,
            reader: Some(Box::new(reader)),
            hearing,
            unread: Vec::new(),
        }
    }

    /// Lets the opening be read. True when it is over; false at the end of the stream.
    fn poll_opening(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        while let Some(read) = &mut self.reader {
            let mut piece = [0; 256];
            let mut piece = ReadBuf::new(&mut piece);
            let ahead = &mut self.unread;
            ready!(self.wire.poll_read_ahead(context, &mut piece, ahead))?;
            if piece.filled().is_empty() {
                return Poll::Ready(Ok(false));
            }
            let bytes = [piece.filled(), &std::mem::take(ahead)].concat();
            if let Some(rest) = read(&bytes)? {
                self.unread = rest;
                self.reader = None;
            }
        }
        Poll::Ready(Ok(true))
    }
}

impl AsyncRead for OpeningWire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !ready!(this.poll_opening(context))? {
            return Poll::Ready(Ok(()));
        }
        if this.unread.is_empty() {
            let before = into.filled().len();
            let read = this.wire.poll_read_ahead(context, into, &mut this.unread);
            if into.filled().len() > before {
                this.hearing.store(true, Ordering::Relaxed);
            }
            return read;
        }
        let count = this.unread.len().min(into.remaining());
        into.put_slice(this.unread.get(..count).unwrap_or_default());
        this.unread.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for OpeningWire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().wire).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_shutdown(context)
    }
}
