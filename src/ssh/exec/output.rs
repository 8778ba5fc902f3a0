//! What a command printed, in the order in which it arrived, and how it ended.
//!
//! Takes: the pieces of both streams. Gives: a [`CommandOutput`]. Refuses: what is over the cap. An
//! [`OutputBuffer`] shows what was printed so far while the command runs.

use std::cell::RefCell;
use std::rc::Rc;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// How a command ended, or what ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandEnd {
    /// By itself, with this exit status.
    Exited(u32),
    /// By this signal, without `SIG`.
    Signalled(String),
    /// By us, when its time was up.
    TimedOut,
    /// By us, when the call was cancelled.
    Cancelled,
    /// By us, when it had printed as much as is kept.
    Truncated,
    /// By the server, which did not say how.
    NoStatus,
    /// Nobody knows: the connection was lost. Holds why, for stderr only.
    Lost(String),
}

/// What the server said about the end of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The exit status.
    Status(u32),
    /// The signal, without `SIG`.
    Signal(String),
}

/// Whether the remote process is known to be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// The server said so.
    Gone,
    /// The server took no signal and did not say; the connection was dropped.
    Unconfirmed,
    /// The command itself has ended; something that it started still held its output, or belongs to
    /// another user and could not be signalled. It may run on.
    MayRunOn,
}

impl Process {
    /// What records say of it, unless it is gone.
    pub fn doubt(self) -> Option<&'static str> {
        match self {
            Self::Gone => None,
            Self::Unconfirmed => Some("unconfirmed"),
            Self::MayRunOn => Some("may_run_on"),
        }
    }
}

/// The outcome of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandOutput {
    /// How it ended.
    pub ended: CommandEnd,
    /// The exit status or signal, if one arrived, before or after we ended it.
    pub exit: Option<Exit>,
    /// Whether anything of it may still run.
    pub process: Process,
    /// From the request to the end, in milliseconds.
    pub duration_ms: u64,
    /// What was kept of its output.
    pub printed: Printed,
}

/// Kept output: the bytes in one piece, and whose they are as runs, so that a command that
/// alternates between its streams costs a run a piece and not an allocation a byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    bytes: Vec<u8>,
    runs: Vec<(Stream, usize)>,
    kept_out: u64,
    kept_err: u64,
}

impl Printed {
    /// Adds what fits under `cap` bytes in all; true when something did not.
    pub(in crate::ssh) fn add(&mut self, stream: Stream, data: &[u8], cap: u64) -> Fit {
        let room = usize::try_from(cap.saturating_sub(self.kept())).unwrap_or(usize::MAX);
        let (kept, fit) = match data.get(..room) {
            Some(head) if head.len() < data.len() => (head, Fit::Over),
            Some(_) | None => (data, Fit::Whole),
        };
        if kept.is_empty() {
            return fit;
        }
        self.bytes.extend_from_slice(kept);
        match self.runs.last_mut() {
            Some((last, length)) if *last == stream => *length += kept.len(),
            Some(_) | None => self.runs.push((stream, kept.len())),
        }
        match stream {
            Stream::Out => self.kept_out += kept.len() as u64,
            Stream::Err => self.kept_err += kept.len() as u64,
        }
        fit
    }

    /// Both streams as they arrived.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The pieces in order of arrival; no two neighbours are of one stream.
    pub fn chunks(&self) -> impl Iterator<Item = (Stream, &[u8])> + Clone {
        let mut rest = self.bytes.as_slice();
        self.runs.iter().map(move |(stream, length)| {
            let (piece, after) = rest.split_at_checked(*length).unwrap_or((rest, &[]));
            rest = after;
            (*stream, piece)
        })
    }

    /// The bytes of one stream.
    pub fn of(&self, wanted: Stream) -> Vec<u8> {
        self.chunks()
            .filter(|(stream, _)| *stream == wanted)
            .flat_map(|(_, bytes)| bytes.iter().copied())
            .collect()
    }

    /// Bytes kept of standard output.
    pub fn bytes_out(&self) -> u64 {
        self.kept_out
    }

    /// Bytes kept of standard error.
    pub fn bytes_err(&self) -> u64 {
        self.kept_err
    }

    fn kept(&self) -> u64 {
        self.kept_out + self.kept_err
    }
}

/// The output of a command that runs: one side adds, any clone looks.
#[derive(Clone, Debug, Default)]
pub struct OutputBuffer(Rc<RefCell<Printed>>);

impl OutputBuffer {
    /// Looks at what was printed so far.
    pub fn look<T>(&self, look: impl FnOnce(&Printed) -> T) -> T {
        look(&self.0.borrow())
    }

    /// As a command prints it.
    #[cfg(test)]
    pub(crate) fn print(&self, data: &[u8]) {
        self.add(Stream::Out, data, u64::MAX);
    }

    /// See [`Printed::add`].
    pub(in crate::ssh) fn add(&self, stream: Stream, data: &[u8], cap: u64) -> Fit {
        self.0.borrow_mut().add(stream, data, cap)
    }

    /// All of it, once the command has ended: copied only where another clone may look again.
    pub(in crate::ssh) fn finish(&self) -> Printed {
        if Rc::strong_count(&self.0) == 1 {
            self.0.take()
        } else {
            self.0.borrow().clone()
        }
    }
}

/// Whether all of a piece was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ssh) enum Fit {
    /// It was.
    Whole,
    /// The cap was met.
    Over,
}
