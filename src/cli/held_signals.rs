//! The signals that end a process, while a person is asked and while files are written that belong together.
//!
//! Takes: nothing. Gives: from then on a signal ends nothing in the middle, but work that waits; the first that came gives
//! the exit status, as a shell says it of a process that a signal ended. SIGTSTP stops work that waits. Signals that
//! whoever started the process has ignored stay so.

use std::future::Future;
use std::io;
use std::time::Duration;

use smol::future::or;

use super::ExitStatus;
use super::terminal_modes::Pauses;
use crate::runtime::{Signal, SignalListeners, timeout};

/// Long enough for the reactor to look once which signals have come: it looks before it counts the time.
const ONE_LOOK: Duration = Duration::from_millis(1);

/// Signals that are held back until somebody asks for them.
#[derive(Debug)]
pub struct HeldSignals {
    ending: SignalListeners,
    pauses: Pauses,
}

impl HeldSignals {
    /// Holds them back from now on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn hold() -> io::Result<Self> {
        Ok(Self {
            ending: SignalListeners::listen(Signal::ENDING)?,
            pauses: Pauses::listen()?,
        })
    }

    /// What the work gives. Where it waits, a signal ends it: it is dropped there.
    ///
    /// # Errors
    /// The signal's exit status.
    pub async fn or_ended<T>(&mut self, work: impl Future<Output = T>) -> Result<T, ExitStatus> {
        let Self { ending, pauses } = self;
        let ended = async { Err(status(ending.next().await)) };
        or(ended, or(pauses.keep(), async { Ok(work.await) })).await
    }

    /// The one that has come already.
    pub async fn has_come(&mut self) -> Option<ExitStatus> {
        timeout(ONE_LOOK, self.ending.next()).await.map(status)
    }
}

/// As a shell says it of a process that a signal ended.
fn status(signal: Signal) -> ExitStatus {
    ExitStatus(signal.exit_status())
}
