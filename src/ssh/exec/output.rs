//! What a command printed, in the order in which the pieces arrived, and how the command ended.
//!
//! Takes: the pieces of both streams. Gives: a [`CommandOutput`]. Drops: what is over the cap. While the command
//! runs, an [`OutputBuffer`] shows what it has printed so far.

use std::cell::RefCell;
use std::rc::Rc;

use super::sudo_standing::SudoStanding;

/// One of the two output streams.
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
    /// The command ended by itself, with this exit status.
    Exited(u32),
    /// This signal ended the command; the name is without `SIG`.
    Signalled(String),
    /// This program ended the command when its time was up.
    TimedOut,
    /// This program ended the command when the call was cancelled.
    Cancelled,
    /// This program ended the command when it had printed as much as is kept.
    Truncated,
    /// The server closed the channel and did not say how the command ended.
    NoStatus,
    /// Nobody knows how it ended: the connection was lost. The text says why, only for stderr.
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
    /// The server has said that the process is gone.
    Gone,
    /// The server took no signal and did not say that the process is gone; the connection was cut.
    Unconfirmed,
    /// The command itself has ended. A process that it started may run on: it still held the output, or belongs to
    /// another user and could not be signalled.
    MayRunOn,
}

impl Process {
    /// The word for records; `None` when the process is gone.
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
    /// How the command ended.
    pub ended: CommandEnd,
    /// The exit status or signal, if one arrived; it may have come after this program ended the command.
    pub exit: Option<Exit>,
    /// Whether a process of the command may still run.
    pub process: Process,
    /// What was known of sudo's question when this program ended the command; nothing where it did not, and where the
    /// command does not run by sudo.
    pub sudo: Option<SudoStanding>,
    /// The time from the request to the end, in milliseconds.
    pub duration_ms: u64,
    /// The output that was kept.
    pub printed: Printed,
}

/// The output that was kept: all bytes in one buffer, and a list of runs that says which stream each part is of. So a
/// command that alternates between its streams costs a run for each piece, and no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    bytes: Vec<u8>,
    runs: Vec<(Stream, usize)>,
    kept_out: u64,
    kept_err: u64,
}

impl Printed {
    /// Adds as much of `data` as fits under `cap` bytes altogether; says whether all of it did.
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

    /// How many bytes of standard output were kept.
    pub fn bytes_out(&self) -> u64 {
        self.kept_out
    }

    /// How many bytes of standard error were kept.
    pub fn bytes_err(&self) -> u64 {
        self.kept_err
    }

    fn kept(&self) -> u64 {
        self.kept_out + self.kept_err
    }
}

/// The output of a running command: one side adds to it, any clone may look.
#[derive(Clone, Debug, Default)]
pub struct OutputBuffer(Rc<RefCell<Printed>>);

impl OutputBuffer {
    /// Shows `look` what was printed so far.
    pub fn look<T>(&self, look: impl FnOnce(&Printed) -> T) -> T {
        look(&self.0.borrow())
    }

    /// Adds `data` as if a command had printed it.
    #[cfg(test)]
    pub(crate) fn print(&self, data: &[u8]) {
        self.add(Stream::Out, data, u64::MAX);
    }

    /// Adds a piece; see [`Printed::add`].
    pub(in crate::ssh) fn add(&self, stream: Stream, data: &[u8], cap: u64) -> Fit {
        self.0.borrow_mut().add(stream, data, cap)
    }

    /// The whole output, once the command has ended. It is copied only if another clone may look again.
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
    /// All was kept.
    Whole,
    /// The cap was met, and the rest was dropped.
    Over,
}
