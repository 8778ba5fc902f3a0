//! The end of a command that does not end by itself, and of every command's channel.
//!
//! Takes: a [`RunningCommand`] under way. Gives: a [`Process`], which says whether its processes are gone, as far
//! as the host tells. Refuses to wait for ever: each step has a limit.
//!
//! First SIGKILL goes to the remote process group. Then a bounded wait follows for the server to say that the process
//! is gone, then the close of the channel. If the server says nothing, the connection is cut. OpenSSH delivers no
//! signals to a session of root: [`super::reap`] kills there. SIGTERM is not tried first: a shell dies of SIGTERM,
//! sshd then takes no further signal for the session, and a child of the shell that ignores SIGTERM would live on.
//!
//! sudo and programs like it pass SIGTERM on. SIGKILL ends only sudo, and its command, which belongs to another user,
//! would live on. So SIGTERM comes first under sudo. A process that holds the output after the shell has ended gets
//! no signal any more: the [`Process`] says that it may run on. A server that is not OpenSSH may have signalled only
//! the shell: the [`Process`] says so there, too.

use std::pin::pin;
use std::time::Duration;

use super::output::{Exit, Process};
use super::reap::reap;
use super::running::{ChannelState, RunningCommand};
use crate::runtime::{sleep, timeout};
use crate::ssh::transport::channel::Sig;
use crate::ssh::transport::session::{Session, Signals};
use mcp_ssh_policy::Termination;

/// How long the server may take to report the end of a killed process: several round trips around the world.
const DEATH: Duration = Duration::from_millis(1000);
/// How long this may take for a process of root: a login shell starts the killer, and login shells can be slow.
const DEATH_OF_ROOT_S: Duration = Duration::from_millis(1500);
/// The pause between one kill and the next.
const KILL_AGAIN: Duration = Duration::from_millis(200);
/// How long sudo may take to pass SIGTERM on, and its command may take to end.
const RELAY: Duration = Duration::from_millis(500);
/// How long the close of the channel may take after that.
const CLOSE: Duration = Duration::from_millis(500);

impl RunningCommand<'_> {
    /// Ends the process and the channel, so that nothing is left; says whether the process is gone.
    pub(super) async fn finish(&mut self, session: &Session, termination: Termination) -> Process {
        self.end_talk(0);
        let must_be_ended = self.state == ChannelState::Open && self.exit.is_none();
        if must_be_ended {
            let limit = match session.signals() {
                Signals::Delivered => DEATH,
                Signals::PerhapsIgnored => DEATH_OF_ROOT_S,
            };
            // Boxed: most commands end by themselves, and should not hold the memory that this takes.
            timeout(limit, Box::pin(self.end(session, termination))).await;
        }
        if self.state == ChannelState::Open && self.exit.is_some() {
            timeout(CLOSE, self.discard_until(|_| false)).await;
        }
        // The server closes a channel when no process holds the output any more.
        let held_open = self.state != ChannelState::Closed;
        if self.state == ChannelState::Open {
            self.shut(session).await;
        }
        match &self.exit {
            Some(_) if held_open => Process::MayRunOn,
            Some(_) if must_be_ended && !session.signals_groups() => Process::MayRunOn,
            Some(exit) if must_be_ended && !reached_all(termination, exit) => Process::MayRunOn,
            Some(_) => Process::Gone,
            // The server has closed the channel by itself and sends no statuses: the command has ended.
            None if !must_be_ended && !held_open => Process::Gone,
            None => {
                session.cut();
                Process::Unconfirmed
            }
        }
    }

    /// Asks sudo, if the line has it, to end its command; then kills again and again until the process is gone, since
    /// a server that is still starting the process has nothing to kill.
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
        // The signal fails only with the connection, and the wait will report that.
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

    /// Closes the channel from this side. russh then forgets the channel but keeps a little of its memory, so the
    /// session takes no new command.
    pub(super) async fn shut(&self, session: &Session) {
        session.retire();
        // The close fails only with the connection, and waits only while the connection is stuck.
        timeout(CLOSE, self.channel.close()).await;
    }
}

/// Whether the signal that ended the command reached all its processes, so that none runs on.
fn reached_all(termination: Termination, exit: &Exit) -> bool {
    match termination {
        Termination::Direct => true,
        Termination::Relayed => !matches!(exit, Exit::Signal(signal) if signal == "KILL"),
        Termination::RelayedUnseen => false,
    }
}

/// Waits until the process is `gone`, while `reaping` kills it by another way than a signal of the server. A reaping
/// that has begun is not given up half-way.
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
