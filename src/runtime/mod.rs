//! The reactor, sockets, timers, signals and readiness: the only room that names tokio.
//!
//! Gives futures for all of these. smol's `LocalExecutor` runs every task of this program on one thread. Below it,
//! tokio's current-thread runtime drives sockets, timers and signals, because russh needs a driven tokio timer. No
//! further thread is started.
//!
//! ```text
//! reactor    tasks and timers                streams    sockets, and the stream of a connection
//! tunnel     a stream within another one     signals    SIGHUP, SIGINT, SIGTERM
//! readiness  descriptors that stay in blocking mode
//! opening    a wire whose first bytes somebody else reads
//! ```

mod opening;
mod reactor;
mod readiness;
mod signals;
mod streams;
mod tunnel;

pub use opening::OpeningWire;
pub use reactor::{Task, block_on, sleep, spawn, timeout};
pub use readiness::{Direction, Readiness, WatchedDescriptor};
pub use signals::{Signal, SignalListener, SignalListeners};
pub use streams::{
    PipeReader, SharedSocket, TcpStream, UnixListener, UnixStream, Wire, connect, connect_unix,
};
pub use tunnel::{Tunnel, TunnelAbortHandle};
