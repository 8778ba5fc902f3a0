//! The signals that the process waits for.
//!
//! Takes: the kind of a signal. Gives: a listener for this signal. Fails only where the operating system does.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// A signal the process can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGALRM: stop.
    Alarm,
    /// SIGHUP: reload; of a command on a terminal: stop.
    Hangup,
    /// SIGCONT: the process was stopped and goes on.
    Continue,
    /// SIGINT: stop.
    Interrupt,
    /// SIGTSTP: rest until SIGCONT comes.
    Pause,
    /// SIGQUIT: stop.
    Quit,
    /// SIGTERM: stop.
    Terminate,
    /// SIGUSR1: stop.
    User1,
    /// SIGUSR2: stop.
    User2,
    /// SIGXFSZ: a file has no room left (`ulimit -f`).
    FileTooLarge,
}

impl Signal {
    fn kind(self) -> SignalKind {
        match self {
            Self::Alarm => SignalKind::alarm(),
            Self::Continue => SignalKind::from_raw(libc::SIGCONT),
            Self::Hangup => SignalKind::hangup(),
            Self::Interrupt => SignalKind::interrupt(),
            Self::Pause => SignalKind::from_raw(libc::SIGTSTP),
            Self::Quit => SignalKind::quit(),
            Self::Terminate => SignalKind::terminate(),
            Self::User1 => SignalKind::user_defined1(),
            Self::User2 => SignalKind::user_defined2(),
            Self::FileTooLarge => SignalKind::from_raw(libc::SIGXFSZ),
        }
    }

    /// Whether whoever started the process has it ignored, as nohup(1) does with SIGHUP.
    pub fn is_ignored(self) -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask >> (self.kind().as_raw_value() - 1) & 1 == 1)
    }
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
        signal(wanted.kind()).map(Self)
    }

    /// Waits for the next signal of this kind.
    pub async fn next(&mut self) {
        self.0.recv().await;
    }
}
