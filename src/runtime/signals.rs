//! The signals that the process waits for.
//!
//! Takes: the kinds of signals. Gives: listeners for them; and which kinds end a process that does nothing about them.
//! Fails only where the operating system does.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll};

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
    /// SIGIO, also called SIGPOLL: stop.
    Io,
    /// SIGTSTP: rest until SIGCONT comes.
    Pause,
    /// SIGPWR: stop.
    Power,
    /// SIGXCPU: the process has used its time (`ulimit -t`); it ends before the system ends it.
    Processor,
    /// SIGPROF: stop.
    Profile,
    /// SIGQUIT: stop.
    Quit,
    /// SIGSTKFLT: stop.
    Stack,
    /// SIGTERM: stop.
    Terminate,
    /// SIGUSR1: stop.
    User1,
    /// SIGUSR2: stop.
    User2,
    /// SIGVTALRM: stop.
    VirtualAlarm,
    /// SIGXFSZ: a file has no room left (`ulimit -f`).
    FileTooLarge,
}

impl Signal {
    /// Those that end a process which does nothing about them, where they tell of no fault of its own (SIGSEGV, SIGSYS).
    /// Those of real time are not among them: nothing sends one that was not told to.
    pub const ENDING: [Self; 13] = [
        Self::Hangup,
        Self::Interrupt,
        Self::Quit,
        Self::User1,
        Self::User2,
        Self::Alarm,
        Self::Terminate,
        Self::Stack,
        Self::Processor,
        Self::VirtualAlarm,
        Self::Profile,
        Self::Io,
        Self::Power,
    ];

    fn number(self) -> i32 {
        match self {
            Self::Alarm => libc::SIGALRM,
            Self::Continue => libc::SIGCONT,
            Self::Hangup => libc::SIGHUP,
            Self::Interrupt => libc::SIGINT,
            Self::Io => libc::SIGIO,
            Self::Pause => libc::SIGTSTP,
            Self::Power => libc::SIGPWR,
            Self::Processor => libc::SIGXCPU,
            Self::Profile => libc::SIGPROF,
            Self::Quit => libc::SIGQUIT,
            Self::Stack => libc::SIGSTKFLT,
            Self::Terminate => libc::SIGTERM,
            Self::User1 => libc::SIGUSR1,
            Self::User2 => libc::SIGUSR2,
            Self::VirtualAlarm => libc::SIGVTALRM,
            Self::FileTooLarge => libc::SIGXFSZ,
        }
    }

    /// The exit status by which a shell tells of a process that it ended.
    pub fn exit_status(self) -> u8 {
        u8::try_from(self.number()).map_or(u8::MAX, |number| number.saturating_add(128))
    }

    /// Whether whoever started the process has it ignored, as nohup(1) does with SIGHUP.
    pub fn is_ignored(self) -> bool {
        self.is_in(ignored())
    }

    fn is_in(self, mask: u64) -> bool {
        mask >> (self.number() - 1) & 1 == 1
    }
}

/// The signals that are ignored: bit 0 is signal 1.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
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
        signal(SignalKind::from_raw(wanted.number())).map(Self)
    }

    /// Waits for the next signal of this kind.
    pub async fn next(&mut self) {
        self.0.recv().await;
    }
}

/// Streams of several kinds of signals.
#[derive(Debug)]
pub struct SignalListeners(Vec<(Signal, SignalListener)>);

impl SignalListeners {
    /// Takes over the handling of those that nobody has ignored.
    ///
    /// # Errors
    /// When a handler cannot be installed.
    pub fn listen(wanted: impl IntoIterator<Item = Signal>) -> io::Result<Self> {
        let mask = ignored();
        let heeded = wanted.into_iter().filter(|wanted| !wanted.is_in(mask));
        let listeners = heeded.map(|wanted| Ok((wanted, SignalListener::listen(wanted)?)));
        listeners.collect::<io::Result<_>>().map(Self)
    }

    /// Waits for the next signal of any of these kinds.
    pub async fn next(&mut self) -> Signal {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Signal> {
        let come = self
            .0
            .iter_mut()
            .find_map(|(signal, its)| its.0.poll_recv(context).is_ready().then_some(*signal));
        come.map_or(Poll::Pending, Poll::Ready)
    }
}
