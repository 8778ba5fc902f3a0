//! The reactor, and the only file that names tokio.
//!
//! smol's `LocalExecutor` runs every task of ours on the one thread; tokio's current-thread
//! runtime drives sockets, timers and signals underneath it, because russh needs a driven
//! tokio timer. It starts no thread.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use smol::LocalExecutor;
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::signal::unix::{Signal as SignalStream, SignalKind, signal};

pub use smol::Task;
/// Connected streams, as russh takes them.
pub use tokio::net::{TcpStream, UnixStream};

thread_local! {
    static EXECUTOR: &'static LocalExecutor<'static> = Box::leak(Box::new(LocalExecutor::new()));
}

/// Runs `main` and every task it spawns until `main` is done.
///
/// # Errors
/// When the operating system refuses an epoll instance.
pub fn block_on<T>(main: impl Future<Output = T>) -> io::Result<T> {
    let reactor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(EXECUTOR.with(|executor| reactor.block_on(executor.run(main))))
}

/// Starts `future` as a task of this thread. Dropping the [`Task`] ends it; `detach` lets it go on.
pub fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> Task<T> {
    EXECUTOR.with(|executor| executor.spawn(future))
}

/// Waits for `duration`.
pub async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// The output of `future`, or `None` when `limit` passed first; the future is dropped then.
pub async fn timeout<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, future).await.ok()
}

/// Connects to `address`, with Nagle's algorithm off.
///
/// # Errors
/// What connect(2) says.
pub async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Connects to the Unix-domain socket at `path`.
///
/// # Errors
/// What connect(2) says.
pub async fn connect_unix(path: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(path).await
}

/// The stream of a connection: one type for both kinds, since whoever reads it is compiled once
/// for each.
pub enum Wire {
    /// A socket of ours.
    Socket(TcpStream),
    /// A channel of another connection.
    Tunnel(Tunnel),
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Socket(socket) => Pin::new(socket).poll_read(context, into),
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

/// A stream within another connection. A write waits only when much is unsent: reading goes on
/// meanwhile, and takes what is unsent along. Otherwise the outer connection, which waits for
/// its stream to be read, and the inner one, which waits for its write, could wait for one
/// another for ever.
pub struct Tunnel {
    stream: Pin<Box<dyn Stream>>,
    unsent: Vec<u8>,
    cut: Arc<Mutex<Cut>>,
}

trait Stream: AsyncRead + AsyncWrite + Send {}
impl<S: AsyncRead + AsyncWrite + Send> Stream for S {}

/// What is unsent before a write waits: far more than a client that sends commands has to say.
const MAX_UNSENT: usize = 256 * 1024;

#[derive(Default)]
struct Cut {
    done: bool,
    reader: Option<Waker>,
}

/// Ends a [`Tunnel`] from outside.
pub struct Scissors(Arc<Mutex<Cut>>);

impl Scissors {
    /// Whoever reads sees the end of the stream from now on, whoever writes fails.
    pub fn cut(&self) {
        let mut cut = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cut.done = true;
        if let Some(reader) = cut.reader.take() {
            reader.wake();
        }
    }
}

impl Tunnel {
    /// A tunnel through `stream`, and what ends it.
    pub fn new(stream: impl AsyncRead + AsyncWrite + Send + 'static) -> (Self, Scissors) {
        let cut = Arc::new(Mutex::new(Cut::default()));
        let tunnel = Self {
            stream: Box::pin(stream),
            unsent: Vec::new(),
            cut: Arc::clone(&cut),
        };
        (tunnel, Scissors(cut))
    }

    fn is_cut(&self, context: &Context<'_>) -> bool {
        let mut cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        cut.reader = Some(context.waker().clone());
        cut.done
    }

    /// Sends what is unsent, as far as it goes.
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
        if self.is_cut(context) {
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
        if self.is_cut(context) {
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
        if self.is_cut(context) {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_send(context))?;
        self.stream.as_mut().poll_shutdown(context)
    }
}

/// A signal the process can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGHUP: reload.
    Hangup,
    /// SIGINT: stop.
    Interrupt,
    /// SIGTERM: stop.
    Terminate,
}

/// A stream of one kind of signal.
#[derive(Debug)]
pub struct Signals(SignalStream);

impl Signals {
    /// Takes over the handling of `wanted` from the operating system's default.
    ///
    /// # Errors
    /// When the handler cannot be installed.
    pub fn listen(wanted: Signal) -> io::Result<Self> {
        let kind = match wanted {
            Signal::Hangup => SignalKind::hangup(),
            Signal::Interrupt => SignalKind::interrupt(),
            Signal::Terminate => SignalKind::terminate(),
        };
        signal(kind).map(Self)
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        self.0.recv().await;
    }
}

/// Readiness of a file descriptor that stays in blocking mode, because it is inherited and
/// its open file description may be shared with other processes.
#[derive(Debug)]
pub enum Readiness {
    /// epoll watches it.
    Polled(AsyncFd<Watched>),
    /// epoll refuses it (a regular file): always ready.
    Always,
}

/// A borrowed descriptor: watching it never closes it.
#[derive(Debug)]
pub struct Watched(BorrowedFd<'static>);

impl AsRawFd for Watched {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// The direction of data that is waited for.
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
    /// When epoll fails for another reason than that the file is always ready.
    pub fn watch(descriptor: BorrowedFd<'static>, direction: Direction) -> io::Result<Self> {
        let interest = match direction {
            Direction::Read => Interest::READABLE,
            Direction::Write => Interest::WRITABLE,
        };
        #[expect(
            deprecated,
            reason = "its successor is an unsafe fn for types whose descriptor may close; a BorrowedFd<'static> cannot"
        )]
        let watched = AsyncFd::with_interest(Watched(descriptor), interest);
        match watched {
            Ok(watched) => Ok(Self::Polled(watched)),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(Self::Always),
            Err(error) => Err(error),
        }
    }

    /// Waits until a transfer in `direction` would not block, an end of file or a closed peer
    /// included.
    ///
    /// epoll is edge-triggered and the descriptor never says EAGAIN, so poll(2) is asked what
    /// holds now, and epoll only wakes us when that may have changed.
    ///
    /// # Errors
    /// What epoll or poll(2) say.
    pub async fn ready(&self, direction: Direction) -> io::Result<()> {
        let Self::Polled(watched) = self else {
            return Ok(());
        };
        while !ready_now(watched.get_ref().0, direction)? {
            let mut guard = match direction {
                Direction::Read => watched.readable().await?,
                Direction::Write => watched.writable().await?,
            };
            if !ready_now(watched.get_ref().0, direction)? {
                guard.clear_ready();
            }
        }
        Ok(())
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
