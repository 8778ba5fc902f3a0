//! The signals that end a process, while a person is asked and while files are written that belong together.
//!
//! Takes: nothing. Gives: from then on a signal ends nothing in the middle, but work that waits; the first that came gives
//! the exit status, as a shell says it of a process that a signal ended. SIGTSTP stops work that waits. Signals that
//! whoever started the process has ignored stay so.

use std::future::{Future, poll_fn};
use std::io;
use std::task::Poll;
use std::time::Duration;

use smol::future::or;

use super::ExitStatus;
use super::terminal_modes::Pauses;
use crate::runtime::{Signal, SignalListener, timeout};

/// Each signal, with the exit status that tells of it.
pub const ENDING: [(Signal, u8); 7] = [
    (Signal::Hangup, 129),
    (Signal::Interrupt, 130),
    (Signal::Quit, 131),
    (Signal::User1, 138),
    (Signal::User2, 140),
    (Signal::Alarm, 142),
    (Signal::Terminate, 143),
];
/// Long enough for the reactor to look once which signals have come: it looks before it counts the time.
const ONE_LOOK: Duration = Duration::from_millis(1);

/// Signals that are held back until somebody asks for them.
#[derive(Debug)]
pub struct HeldSignals {
    ending: Vec<(SignalListener, ExitStatus)>,
    pauses: Pauses,
}

impl HeldSignals {
    /// Holds them back from now on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn hold() -> io::Result<Self> {
        let wanted = ENDING
            .into_iter()
            .filter(|(signal, _)| !signal.is_ignored());
        let held = wanted.map(|(signal, status)| {
            SignalListener::listen(signal).map(|listener| (listener, ExitStatus(status)))
        });
        Ok(Self {
            ending: held.collect::<io::Result<_>>()?,
            pauses: Pauses::listen()?,
        })
    }

    /// What the work gives. Where it waits, a signal ends it: it is dropped there.
    ///
    /// # Errors
    /// The signal's exit status.
    pub async fn or_ended<T>(&mut self, work: impl Future<Output = T>) -> Result<T, ExitStatus> {
        let Self { ending, pauses } = self;
        let ended = async { Err(first_of(ending).await) };
        or(ended, or(pauses.keep(), async { Ok(work.await) })).await
    }

    /// The one that has come already.
    pub async fn has_come(&mut self) -> Option<ExitStatus> {
        timeout(ONE_LOOK, first_of(&mut self.ending)).await
    }
}

/// Waits for the first that comes.
async fn first_of(ending: &mut [(SignalListener, ExitStatus)]) -> ExitStatus {
    let waits = ending.iter_mut().map(|(listener, status)| {
        let status = *status;
        Box::pin(async move {
            listener.next().await;
            status
        })
    });
    let mut waits: Vec<_> = waits.collect();
    poll_fn(|context| {
        let ready = waits
            .iter_mut()
            .find_map(|wait| match wait.as_mut().poll(context) {
                Poll::Ready(status) => Some(status),
                Poll::Pending => None,
            });
        ready.map_or(Poll::Pending, Poll::Ready)
    })
    .await
}
