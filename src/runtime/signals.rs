//! The signals that the process waits for.
//!
//! Takes: the kind of a signal. Gives: a listener for this signal. Fails only where the operating system does.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// A signal the process can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGHUP: reload.
    Hangup,
    /// SIGCONT: the process was stopped and goes on.
    Continue,
    /// SIGINT: stop.
    Interrupt,
    /// SIGTERM: stop.
    Terminate,
}

/// A stream of one kind of signal.
#[derive(Debug)]
pub struct SignalListener(tokio::signal::unix::Signal);

impl SignalListener {
    /// Takes over the handling of `wanted` from the operating system's default.
    ///
    /// # Errors
    /// When the handler cannot be installed.
    pub fn listen(wanted: Signal) -> io::Result<Self> {
        let kind = match wanted {
            Signal::Continue => SignalKind::from_raw(libc::SIGCONT),
            Signal::Hangup => SignalKind::hangup(),
            Signal::Interrupt => SignalKind::interrupt(),
            Signal::Terminate => SignalKind::terminate(),
        };
        signal(kind).map(Self)
    }

    /// Waits for the next signal of this kind.
    pub async fn next(&mut self) {
        self.0.recv().await;
    }
}
