//! The end of a command that does not end by itself, and of every command's channel.
//!
//! Takes: a [`RunningCommand`] under way. Gives: whether its processes are gone, as far as the host says.
//!
//! SIGKILL to the remote process group, a bounded wait for the server to say that the process is gone,
//! then the channel's close; where the server says nothing, the connection goes. A session of root's, to
//! which OpenSSH delivers no signals, is seen to by [`super::reap`]. SIGTERM is not tried first: a
//! shell dies of it, sshd then takes no further signal for the session, and a child of that
//! shell which ignores SIGTERM would live on.
//!
//! sudo and its like pass SIGTERM on, but SIGKILL ends sudo alone, and its command, which is another
//! user's, would live on. So SIGTERM comes first under sudo. Whatever holds the output after the
//! shell has ended gets no signal any more: the [`Process`] says that it may run on. So it does of a
//! server that is not OpenSSH, which may have signalled the shell alone.

use std::pin::pin;
use std::time::Duration;

use super::output::{Exit, Process};
use super::reap::reap;
use super::running::{ChannelState, RunningCommand};
use crate::runtime::{sleep, timeout};
use crate::ssh::transport::channel::Sig;
use crate::ssh::transport::session::{Session, Signals};
use mcp_ssh_policy::Termination;

/// How long a killed process may take to be reported: several round trips around the world.
const DEATH: Duration = Duration::from_millis(1000);
/// How long a killed process of root's may take: a login shell starts the killer, and login shells can be slow.
const DEATH_OF_ROOT_S: Duration = Duration::from_millis(1500);
/// How long one kill is waited for before the next.
const KILL_AGAIN: Duration = Duration::from_millis(200);
/// How long sudo may take to pass SIGTERM on, and its command to end of it.
const RELAY: Duration = Duration::from_millis(500);
/// How long the rest of the channel may take after that.
const CLOSE: Duration = Duration::from_millis(500);

impl RunningCommand<'_> {
    /// Sees to it that nothing is left: neither the process nor the channel.
    pub(super) async fn finish(&mut self, session: &Session, termination: Termination) -> Process {
        let must_be_ended = self.state == ChannelState::Open && self.exit.is_none();
        if must_be_ended {
            let limit = match session.signals() {
                Signals::Delivered => DEATH,
                Signals::PerhapsIgnored => DEATH_OF_ROOT_S,
            };
            timeout(limit, self.end(session, termination)).await;
        }
        if self.state == ChannelState::Open && self.exit.is_some() {
            timeout(CLOSE, self.discard_until(|_| false)).await;
        }
        // The server closes a channel when nothing holds the output any more.
        let held_open = self.state != ChannelState::Closed;
        if self.state == ChannelState::Open {
            self.shut(session).await;
        }
        match &self.exit {
            Some(_) if held_open => Process::MayRunOn,
            Some(_) if must_be_ended && !session.signals_groups() => Process::MayRunOn,
            Some(exit) if must_be_ended && !reached_all(termination, exit) => Process::MayRunOn,
            Some(_) => Process::Gone,
            None => {
                session.cut();
                Process::Unconfirmed
            }
        }
    }

    /// Asks sudo or its like to end its command, where there may be one, and kills what is left until
    /// the process is gone: a server that is still starting it has nobody to kill.
    async fn end(&mut self, session: &Session, termination: Termination) {
        if termination != Termination::Direct {
            self.signal(session, Sig::TERM, RELAY).await;
        }
        while self.state == ChannelState::Open && self.exit.is_none() {
            self.signal(session, Sig::KILL, KILL_AGAIN).await;
        }
    }

    /// Sends one signal, and waits a while for the end of the process.
    async fn signal(&mut self, session: &Session, signal: Sig, patience: Duration) {
        // Fails only with the connection, which the wait will report.
        let _lost = self.channel.signal(signal.clone()).await;
        let since = self.clock.elapsed();
        let gone = self.discard_until(|run| run.exit.is_some());
        match session.signals() {
            Signals::Delivered => {
                timeout(patience, gone).await;
            }
            Signals::PerhapsIgnored => {
                reaped(reap(session, since, &signal), gone, patience).await;
            }
        }
    }

    /// Closes the channel from our side. russh forgets it then and keeps a little of its memory,
    /// so the session takes no new command.
    pub(super) async fn shut(&self, session: &Session) {
        session.retire();
        // It fails only with the connection, and waits only while the connection is stuck.
        timeout(CLOSE, self.channel.close()).await;
    }
}

/// Whether a signal that ended the command, and closed the output, ended all of it.
fn reached_all(termination: Termination, exit: &Exit) -> bool {
    match termination {
        Termination::Direct => true,
        Termination::Relayed => !matches!(exit, Exit::Signal(signal) if signal == "KILL"),
        Termination::RelayedUnseen => false,
    }
}

/// Signals what gets no signals; ends when the process is `gone`, or a while after that, and never
/// while it is still under way.
async fn reaped(
    reaping: impl Future<Output = ()>,
    gone: impl Future<Output = ()>,
    patience: Duration,
) {
    let mut reaping = pin!(reaping);
    let mut done = false;
    let again = async {
        reaping.as_mut().await;
        done = true;
        sleep(patience).await;
    };
    smol::future::or(gone, again).await;
    if !done {
        reaping.await;
    }
}
