//! SIGINT, SIGTERM and SIGHUP while files are written that belong together.
//!
//! Takes: nothing. Gives: from then on a signal ends nothing in the middle; the first that came gives the exit status, as
//! a shell says it of a process that a signal ended. Signals that whoever started the process has ignored stay so.

use std::future::{Future, poll_fn};
use std::io;
use std::task::Poll;
use std::time::Duration;

use super::ExitStatus;
use crate::runtime::{Signal, SignalListener, timeout};

/// Each signal, with the exit status that tells of it.
const ENDING: [(Signal, u8); 3] = [
    (Signal::Hangup, 129),
    (Signal::Interrupt, 130),
    (Signal::Terminate, 143),
];
/// Long enough for the reactor to look once which signals have come: it looks before it counts the time.
const ONE_LOOK: Duration = Duration::from_millis(1);

/// Signals that are held back until somebody asks for them.
#[derive(Debug)]
pub struct HeldSignals(Vec<(SignalListener, ExitStatus)>);

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
        held.collect::<io::Result<Vec<_>>>().map(Self)
    }

    /// The one that has come already.
    pub async fn has_come(&mut self) -> Option<ExitStatus> {
        timeout(ONE_LOOK, self.next()).await
    }

    /// Waits for the first that comes.
    pub async fn next(&mut self) -> ExitStatus {
        let waits = self.0.iter_mut().map(|(listener, status)| {
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
}
