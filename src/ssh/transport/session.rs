//! A connection that is logged in.
//!
//! Takes: the connection that `connect` has made. Gives: a [`Session`] for any number of commands, or of connections to
//! other hosts. Refuses: further commands, once it is retired.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use russh::Disconnect;
use russh::client::Handle;

use super::abort_handle::AbortHandle;
use super::handler::{Findings, ServerHandler};
use super::stage::Handshake;
use crate::clock::Stopwatch;
use crate::runtime;

/// How long a server may take to end a connection after a regular close.
const GOODBYE: Duration = Duration::from_millis(500);

/// A connection that is logged in. To drop it ends it, and every command over it.
pub struct Session {
    pub(super) handle: Handle<ServerHandler>,
    pub(super) abort_handle: AbortHandle,
    pub(super) hop: Option<Rc<Session>>,
    pub(super) peer: IpAddr,
    pub(super) number: u64,
    pub(super) findings: Findings,
    pub(super) retired: Cell<bool>,
    pub(super) running: Cell<usize>,
    /// How many connections to other hosts were asked for.
    pub(super) forwarded: Cell<u32>,
    pub(super) username: String,
    /// The time since the connection was dialled.
    pub(super) clock: Stopwatch,
}

/// Whether the server passes signals on to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ssh) enum Signals {
    /// The server does, as far as is known.
    Delivered,
    /// The server may not. Only this command runs over the connection.
    PerhapsIgnored,
}

/// The number of the next connection.
pub(super) fn next_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// Counts one command over a session, until the guard is dropped.
pub(in crate::ssh) struct CommandGuard<'a>(&'a Cell<usize>);

impl Drop for CommandGuard<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Retires the session when the guard is dropped before the request has finished: the server may still carry out the
/// request, and nobody would see that.
pub(in crate::ssh) struct UnfinishedGuard<'a>(Option<&'a Session>);

impl UnfinishedGuard<'_> {
    pub(in crate::ssh) fn finished(mut self) {
        self.0 = None;
    }
}

impl Drop for UnfinishedGuard<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.0 {
            session.retire();
        }
    }
}

impl Session {
    /// The address at the other end: that of the socket, which was checked before the login, or the address that the
    /// jump host was asked for.
    pub fn peer(&self) -> IpAddr {
        self.peer
    }

    /// Which of the process's connections this is, from 1: by it records are joined.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What both sides have agreed on, in the last key exchange.
    pub fn handshake(&self) -> Handshake {
        self.findings.handshake().unwrap_or_default()
    }

    /// Asks the server whether it is there, and waits for the answer.
    pub(in crate::ssh) async fn is_there(&self) -> bool {
        self.handle.send_ping().await.is_ok() && !self.handle.is_closed()
    }

    /// As [`Session::is_there`]; false once the session is retired.
    pub(in crate::ssh) async fn answers(&self) -> bool {
        self.is_there().await && self.is_usable()
    }

    /// The name by which the session was logged in to.
    pub(in crate::ssh) fn username(&self) -> &str {
        &self.username
    }

    fn is_root(&self) -> bool {
        self.username == "root"
    }

    /// Whether the session may run several commands at once, so that each can be ended by itself.
    pub(in crate::ssh) fn runs_several(&self) -> bool {
        !self.is_root()
    }

    /// True while another command can be run over this connection.
    pub fn is_usable(&self) -> bool {
        !self.retired.get() && !self.handle.is_closed()
    }

    /// Closes the connection and waits up to [`GOODBYE`] for the server. Then closes the session with the jump host,
    /// unless other connections use it.
    pub async fn close(mut self) {
        let hop = self.hop.take();
        let handle = &mut self.handle;
        let goodbye = async {
            let said = handle.disconnect(Disconnect::ByApplication, "", "").await;
            // The result is the server's reply; the connection has ended in any case.
            let _ended = (&mut *handle).await;
            said
        };
        if runtime::timeout(GOODBYE, goodbye).await.is_none() {
            // russh's task has the socket: once the task has ended, the descriptor is free.
            self.abort_handle.abort();
            runtime::timeout(GOODBYE, &mut self.handle).await;
        }
        drop(self);
        if let Some(hop) = hop.and_then(Rc::into_inner) {
            Box::pin(hop.close()).await;
        }
    }

    /// How long ago the connection was dialled.
    pub(in crate::ssh) fn age(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Counts a command as long as the guard lives.
    pub(in crate::ssh) fn begin(&self) -> CommandGuard<'_> {
        self.running.set(self.running.get() + 1);
        CommandGuard(&self.running)
    }

    /// Whether a signal of the server is enough to kill a command.
    pub(in crate::ssh) fn signals(&self) -> Signals {
        if self.is_root() && self.running.get() == 1 {
            Signals::PerhapsIgnored
        } else {
            Signals::Delivered
        }
    }

    /// Whether a signal reaches all processes of a command.
    pub(in crate::ssh) fn signals_groups(&self) -> bool {
        self.findings.signals_groups()
    }

    /// Whether the server says that it runs on Windows.
    pub(in crate::ssh) fn is_windows(&self) -> bool {
        self.findings.is_windows()
    }

    /// Begins a request that must not be given up half-way.
    pub(in crate::ssh) fn unless_finished(&self) -> UnfinishedGuard<'_> {
        UnfinishedGuard(Some(self))
    }

    pub(in crate::ssh) fn handle(&self) -> &Handle<ServerHandler> {
        &self.handle
    }

    /// Takes no further command; the commands that run go on to their end.
    pub(in crate::ssh) fn retire(&self) {
        self.retired.set(true);
    }

    /// Ends the connection now, and every command over it.
    pub(in crate::ssh) fn cut(&self) {
        self.retire();
        self.abort_handle.abort();
    }

    /// Why the connection ended, for stderr. The reason is missing only after a panic of russh's task.
    pub(in crate::ssh) fn last_word(&self) -> String {
        match self.findings.disconnect_reason() {
            Some(reason) => reason.to_string(),
            None => "the connection's task panicked".to_owned(),
        }
    }

    /// Why the connection ended, as the end of a sentence; empty while the connection lives.
    pub(in crate::ssh) fn why_closed(&self) -> String {
        let reason = self.findings.disconnect_reason();
        reason.map_or(String::new(), |reason| format!(": {reason}"))
    }
}
