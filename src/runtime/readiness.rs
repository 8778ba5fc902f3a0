//! Whether a descriptor that stays in blocking mode can be read or written without waiting.
//!
//! Takes: a descriptor that is borrowed for ever. Gives: a [`Readiness`]. Refuses: a descriptor that epoll cannot
//! watch, unless the reason is that the descriptor is always ready.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Readiness of a file descriptor. The descriptor stays in blocking mode: it is inherited, and other
/// processes may share its open file description.
#[derive(Debug)]
pub enum Readiness {
    /// epoll watches the descriptor.
    Polled(AsyncFd<WatchedDescriptor>),
    /// epoll does not take the descriptor (a regular file): it is always ready.
    Always,
}

/// A borrowed descriptor: to watch it never closes it.
#[derive(Debug)]
pub struct WatchedDescriptor(BorrowedFd<'static>);

impl AsRawFd for WatchedDescriptor {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// The direction in which data may flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Until a read would not block.
    Read,
    /// Until a write of up to `PIPE_BUF` bytes would not block.
    Write,
}

impl Readiness {
    /// Watches `descriptor` in one direction.
    ///
    /// # Errors
    /// When epoll fails, unless the reason is that the file is always ready.
    pub fn watch(descriptor: BorrowedFd<'static>, direction: Direction) -> io::Result<Self> {
        let interest = match direction {
            Direction::Read => Interest::READABLE,
            Direction::Write => Interest::WRITABLE,
        };
        #[expect(
            deprecated,
            reason = "its successor is an unsafe fn for types whose descriptor may close; a BorrowedFd<'static> cannot"
        )]
        let watched = AsyncFd::with_interest(WatchedDescriptor(descriptor), interest);
        match watched {
            Ok(watched) => Ok(Self::Polled(watched)),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(Self::Always),
            Err(error) => Err(error),
        }
    }

    /// Waits until a transfer in `direction` would not block. An end of file and a closed peer count, too.
    ///
    /// epoll is edge-triggered, and the descriptor never says EAGAIN. So poll(2) says what holds now, and epoll
    /// only wakes the task when that may have changed.
    ///
    /// # Errors
    /// What epoll or poll(2) say.
    pub async fn ready(&self, direction: Direction) -> io::Result<()> {
        let Self::Polled(watched) = self else {
            return Ok(());
        };
        loop {
            let mut guard = match direction {
                Direction::Read => watched.readable().await?,
                Direction::Write => watched.writable().await?,
            };
            if ready_now(watched.get_ref().0, direction)? {
                return Ok(());
            }
            guard.clear_ready();
        }
    }
}

fn ready_now(descriptor: BorrowedFd<'_>, direction: Direction) -> io::Result<bool> {
    let wanted = match direction {
        Direction::Read => PollFlags::IN,
        Direction::Write => PollFlags::OUT,
    };
    let mut polled = [PollFd::from_borrowed_fd(descriptor, wanted)];
    // A hang-up or an error counts: the transfer will say which, without blocking. A signal that
    // comes meanwhile is somebody else's matter.
    let ready = retry_on_intr(|| poll(&mut polled, Some(&Timespec::default())))?;
    Ok(ready > 0)
}
