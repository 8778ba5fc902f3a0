//! How a run gets on, told to whoever asked for it.

use super::tag::HostResult;

/// Hears of each step.
pub type Observer<'a> = dyn Fn(Progress<'_>) + 'a;

/// A step of a run on one host, or on the hosts with a tag.
pub enum Progress<'a> {
    /// It is allowed, recorded, and waits for its turn.
    Permitted {
        /// The run's identifier, by which it can be cancelled.
        task_id: &'a str,
    },
    /// It has its turn, and a channel on the host: the command is sent.
    Started,
    /// It has been under way for so long.
    Running {
        /// Since it was permitted, in milliseconds.
        elapsed_ms: u64,
        /// What it has printed.
        bytes_read: u64,
    },
    /// A tag's hosts are known and the first ones begin.
    FannedOut {
        /// What cancels all of them.
        task_id: &'a str,
        /// How many they are.
        total: usize,
    },
    /// One of them is done.
    HostDone {
        /// How it ended.
        result: &'a HostResult,
        /// How many are done.
        done: usize,
        /// Of how many.
        total: usize,
    },
}

/// For callers that only want the outcome.
pub fn unobserved(_progress: Progress<'_>) {}
