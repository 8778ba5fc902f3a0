//! Lines in, lines out: the stdio transport of MCP. No other file touches stdout, except `src/cli/terminal.rs`, which
//! writes for a person or a script.
//!
//! Takes: bytes from stdin, however they are cut; responses and notifications from any task ([`Output`]). Gives:
//! one [`Frame`] for each line of stdin; on stdout whole lines in the order in which they were queued, by one
//! writer, as far as [`super::waiting`] has room. Refuses: a line over [`MAX_LINE_BYTES`], or over
//! [`MAX_UNREAD_LINE_BYTES`] from a client that does not read; the rest of such a line is skipped.
//!
//! stdin and stdout are inherited, and may share their open file description with the client or with each
//! other. So `O_NONBLOCK` is never set; see [`Readiness`].

use std::io;
use std::os::fd::BorrowedFd;
use std::rc::Rc;
use std::time::Duration;

use rustix::io::Errno;
use smol::future::or;

use super::framing::{Assembler, MAX_LINE_BYTES};
use super::inflight::BeginError;
use super::message::{Notification, Request};
use super::response::Response;
use super::waiting::{self, Lines, MAX_CALL_LINE, Queue, Share};
use crate::runtime::{Direction, Readiness, sleep};

pub use super::framing::Frame;
#[cfg(any(test, fuzzing))]
pub use super::framing::frames;

/// How many bytes one read asks for: the usual capacity of a pipe.
const READ_BYTES: usize = 64 * 1024;
/// `PIPE_BUF` on Linux: a pipe that poll(2) calls writable takes this much without blocking.
const WRITE_BYTES: usize = 4096;
/// The pause after a transfer that poll(2) had promised and that still would block: another process was
/// faster, or the descriptor was inherited non-blocking.
const RETRY_PAUSE: Duration = Duration::from_millis(1);
/// The longest line, in bytes, from a client that does not read: the answer to the line adds to those that wait.
const MAX_UNREAD_LINE_BYTES: usize = 1024 * 1024;
/// With more bytes of waiting answers, a client counts as one that does not read: pipelined requests leave less.
const MANY_UNREAD_BYTES: usize = 4 * 1024 * 1024;

/// stdin, line by line.
#[derive(Debug)]
pub struct StdinLines {
    descriptor: BorrowedFd<'static>,
    readiness: Readiness,
    chunk: Vec<u8>,
    unread: std::ops::Range<usize>,
    assembler: Assembler,
}

impl StdinLines {
    /// Watches stdin.
    ///
    /// # Errors
    /// When epoll fails.
    pub fn open() -> io::Result<Self> {
        let descriptor = rustix::stdio::stdin();
        Ok(Self {
            descriptor,
            readiness: Readiness::watch(descriptor, Direction::Read)?,
            chunk: vec![0; READ_BYTES],
            unread: 0..0,
            assembler: Assembler::default(),
        })
    }

    /// The next line that is not blank, if it has at most as many bytes as `most` allows while the line comes.
    ///
    /// # Errors
    /// The error of read(2).
    pub async fn next(&mut self, most: impl Fn() -> usize) -> io::Result<Frame> {
        loop {
            while let Some(bytes) = self
                .chunk
                .get(self.unread.clone())
                .filter(|b| !b.is_empty())
            {
                let (taken, frame) = self.assembler.take(bytes, most());
                self.unread.start += taken;
                if let Some(frame) = frame {
                    return Ok(frame);
                }
            }
            self.unread = 0..self.read().await?;
            if self.unread.is_empty() {
                return Ok(self.assembler.finish().unwrap_or(Frame::End));
            }
        }
    }

    /// Fills the chunk; gives how many bytes were read, 0 at the end of the stream.
    async fn read(&mut self) -> io::Result<usize> {
        loop {
            self.readiness.ready(Direction::Read).await?;
            match rustix::io::read(self.descriptor, self.chunk.as_mut_slice()) {
                Ok(count) => return Ok(count),
                Err(Errno::INTR | Errno::AGAIN) => sleep(RETRY_PAUSE).await,
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The way to stdout for every task; clones share one queue and one writer.
#[derive(Clone, Debug)]
pub struct Output(Rc<Queue>);

impl Output {
    /// Queues a response, or a short error in its place if too many wait. The call never waits. After the end of
    /// stdout the response is dropped.
    pub fn send(&self, response: &Response) {
        self.0.answer(response);
    }

    /// Queues a notification that must not be lost; waits until the one before it is written.
    pub async fn tell(&self, notification: Notification) {
        self.0.told(notification.into_line()).await;
    }

    /// Queues a request of the server; `None` when the client does not read.
    pub fn ask(&self, request: Request) -> Option<()> {
        self.0.question(request.into_line())
    }

    /// Queues a notification on which nothing depends, or drops it if the client is slow. The notification comes
    /// before every response that is queued later.
    pub fn offer(&self, notification: Notification) {
        if self.0.offered(notification.into_line()).is_none() {
            log::debug!("a notification was dropped: the client does not read, or it is too long");
        }
    }

    /// The room, beside the waiting answers, of a call that came in a line of so many bytes.
    ///
    /// # Errors
    /// When there is no room, or never will be.
    pub fn call(&self, line: usize) -> Result<Share, BeginError> {
        match line > MAX_CALL_LINE {
            true => Err(BeginError::TooLong(line)),
            false => self.0.call(line).ok_or(BeginError::Full),
        }
    }

    /// How many bytes of answers wait.
    pub fn unread(&self) -> usize {
        self.0.bytes()
    }

    /// How many bytes a line may have now: a client that does not read gets less room.
    pub fn longest_line(&self) -> usize {
        if self.unread() > MANY_UNREAD_BYTES {
            MAX_UNREAD_LINE_BYTES
        } else {
            MAX_LINE_BYTES
        }
    }

    /// Lets the writer end once it has written what is queued.
    pub fn close(&self) {
        self.0.close();
    }
}

/// The writing end; one task runs it.
#[derive(Debug)]
pub struct Writer {
    descriptor: BorrowedFd<'static>,
    readiness: Readiness,
    lines: Lines,
}

/// Watches stdout.
///
/// # Errors
/// When epoll fails.
pub fn output() -> io::Result<(Output, Writer)> {
    let descriptor = rustix::stdio::stdout();
    let (queue, lines) = waiting::queue();
    let writer = Writer {
        descriptor,
        readiness: Readiness::watch(descriptor, Direction::Write)?,
        lines,
    };
    Ok((Output(Rc::new(queue)), writer))
}

impl Writer {
    /// Writes each line as it comes, unbuffered, until the queue is closed and empty.
    ///
    /// # Errors
    /// The error of write(2); `BrokenPipe` when the client has closed its end, or reads nothing.
    pub async fn run(self) -> io::Result<()> {
        let gone = async {
            while self.lines.client.recv().await.is_ok() {}
            Err(io::ErrorKind::BrokenPipe.into())
        };
        let written = or(self.write_lines(), gone).await;
        // News that wait for earlier lines must not wait for lines that are never written.
        self.lines.queue.close();
        while self.lines.queue.try_recv().is_ok() {}
        written
    }

    async fn write_lines(&self) -> io::Result<()> {
        while let Ok(line) = self.lines.queue.recv().await {
            let mut rest = line.as_bytes();
            while !rest.is_empty() {
                let written = self.write(rest).await?;
                rest = rest.get(written..).unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Writes the beginning of `bytes`; gives how many bytes went out.
    async fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        let piece = bytes.get(..WRITE_BYTES).unwrap_or(bytes);
        loop {
            self.readiness.ready(Direction::Write).await?;
            match rustix::io::write(self.descriptor, piece) {
                Ok(count) => return Ok(count),
                Err(Errno::INTR | Errno::AGAIN) => sleep(RETRY_PAUSE).await,
                Err(error) => return Err(error.into()),
            }
        }
    }
}
