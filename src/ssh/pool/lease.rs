//! `Lease`: the use of a connection for one command, with its turns.
//!
//! Takes: a connection and the turns that the pool has given. Gives: a [`LeasedChannel`], on which one permitted
//! command runs, or a [`FileLease`], over which files are read and written. When the lease is dropped, the turns are
//! free, and a connection that is no longer usable is closed.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use smol::lock::SemaphoreGuardArc;

use super::host::{Connection, PooledHost, SeenSessions};
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::runtime::timeout;
use crate::ssh::error::SshErrorKind;
use crate::ssh::exec::output::{CommandEnd, CommandOutput, OutputBuffer};
use crate::ssh::exec::sudo_answer::SudoAnswer;
use crate::ssh::exec::{ExecLimits, StartError};
use crate::ssh::sftp::error::{SftpError, SftpErrorKind};
use crate::ssh::sftp::host_files::HostFiles;
use crate::ssh::transport::channel::Channel;
use mcp_ssh_policy::{LookPermit, Permit};

/// How long a server that gave no answer to a session may take to say that it is there.
const THERE: Duration = Duration::from_secs(1);

/// How far apart the end of a command and that of its connection may be noticed, where they came together.
const MOMENT: Duration = Duration::from_secs(1);

/// A channel that is open and waits for its command.
pub struct LeasedChannel<K: 'static, T: 'static> {
    pub(super) lease: Lease<K, T>,
    pub(super) channel: Channel,
}

/// The use of a connection for one command, until it is dropped.
pub(super) struct Lease<K: 'static, T: 'static> {
    host: Rc<PooledHost<K, T>>,
    pub(super) connection: Rc<Connection<K, T>>,
    turn: Option<SemaphoreGuardArc>,
    _running: SemaphoreGuardArc,
    /// Whether the server has opened a session for it.
    opened: bool,
    pub(super) origin: ConnectionOrigin,
}

/// Where a connection comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionOrigin {
    /// The connection was dialled just now.
    Dialled,
    /// The pool had the connection already.
    Kept,
}

/// A connection that is used for files.
pub struct FileLease<K: 'static, T: 'static> {
    lease: Lease<K, T>,
    channel: Option<Channel>,
}

impl<K: 'static, T: 'static> FileLease<K, T> {
    /// Starts the subsystem `sftp`. `limit` is the most time for all that is done with the files.
    ///
    /// # Errors
    /// [`SftpErrorKind::WrongPermit`] if the session is at another address than the permit says,
    /// [`SftpErrorKind::Windows`], [`SftpErrorKind::NoSubsystem`], and whatever ends a connection.
    pub async fn open(
        &mut self,
        permit: &LookPermit,
        limit: Duration,
        cancelled: &Cancelled,
    ) -> Result<HostFiles<'_>, SftpError> {
        let session = &self.lease.connection.session;
        let Some(channel) = self.channel.take() else {
            let detail = "the channel is used already";
            return Err(SftpError::new(SftpErrorKind::WrongPermit, detail));
        };
        if !permit.addresses().contains(&session.peer()) {
            let detail = "the permit is for other addresses than this session's";
            return Err(SftpError::new(SftpErrorKind::WrongPermit, detail));
        }
        HostFiles::start(channel, session, limit, cancelled).await
    }

    /// Whether the refusal of the subsystem says nothing, since a server that runs one command for each connection
    /// refuses a second one. The next connection is a new one then.
    pub fn was_spent(self) -> bool {
        let was_kept = self.lease.origin == ConnectionOrigin::Kept;
        if was_kept {
            self.lease.learn_of_one_command();
        }
        was_kept
    }
}

impl<K: 'static, T: 'static> Lease<K, T> {
    pub(super) fn new(
        host: Rc<PooledHost<K, T>>,
        connection: Rc<Connection<K, T>>,
        turn: SemaphoreGuardArc,
        running: SemaphoreGuardArc,
        origin: ConnectionOrigin,
    ) -> Self {
        connection.users.set(connection.users.get() + 1);
        if connection.users.get() > 1 {
            connection.was_shared.set(true);
        }
        connection.was_used.set(true);
        Self {
            host,
            connection,
            turn: Some(turn),
            _running: running,
            opened: false,
            origin,
        }
    }

    /// Remembers for the host that its server runs one command for each connection, or opens one session: a connection
    /// over which commands have run takes no more, although no command uses it now.
    pub(super) fn learn_of_one_command(&self) {
        if self.connection.users.get() == 1 {
            self.host.one_command.set(true);
        }
    }

    /// The server has opened a session.
    pub(super) fn learn_of_session(&mut self) {
        let open = self.connection.open.get();
        if open > 0 {
            self.host.sessions.set(SeenSessions::Several);
        }
        self.connection.open.set(open + 1);
        self.opened = true;
    }

    /// Whether commands of this program keep the server busy. Then the server takes fewer at once than there were
    /// turns, and the next command may begin when one of them has ended. A server that was never seen to open a second
    /// session beside the first one opens one at a time: the next command takes another connection.
    pub(super) fn learn_of_fewer_turns(mut self) -> bool {
        let others = self.connection.users.get() > 1;
        let is_second = self.connection.open.get() == 1;
        if is_second && self.host.sessions.get() != SeenSessions::Several {
            self.host.sessions.set(SeenSessions::One);
            return others;
        }
        if others && let Some(turn) = self.turn.take() {
            turn.forget();
        }
        others
    }

    /// Remembers for the host that its server does not refuse a further session of a connection, but says nothing to it,
    /// although it is there, or ends the connection. True if so: the command then gets a connection of its own. The end
    /// of a connection that nobody shared tells this only when it is the second one (`again`): others end, too. A server
    /// that was seen to open a second session beside the first one had another reason.
    pub(super) async fn learn_of_no_answer(&self, kind: SshErrorKind, again: bool) -> bool {
        let may_be_one = self.host.sessions.get() != SeenSessions::Several;
        let was_kept = self.origin == ConnectionOrigin::Kept;
        if kind == SshErrorKind::Closed && self.connection.was_shared.get() && may_be_one {
            self.host.sessions.set(SeenSessions::One);
            return true;
        }
        if kind == SshErrorKind::Closed && was_kept && again {
            self.host.one_command.set(true);
            return true;
        }
        if kind != SshErrorKind::Timeout || !was_kept || !self.is_there().await {
            return false;
        }
        if self.connection.open.get() == 0 {
            self.host.one_command.set(true);
            return true;
        }
        if may_be_one {
            self.host.sessions.set(SeenSessions::One);
        }
        may_be_one
    }

    /// Remembers for the host that its server ends the connection with a command: the command beside it was lost in the
    /// moment in which this one ended, or this one was. Either may be noticed first.
    fn learn_of_end(&self, output: &CommandOutput) {
        let Connection { lost, ended, .. } = self.connection.as_ref();
        let is_lost = matches!(output.ended, CommandEnd::Lost(_));
        let (own, other) = match &output.exit {
            None if is_lost => (lost, ended),
            None => return,
            Some(_) => (ended, lost),
        };
        own.set(Some(Stopwatch::start()));
        if other.get().is_some_and(|at| at.elapsed() < MOMENT) {
            self.host.sessions.set(SeenSessions::One);
        }
    }

    /// Whether the server answers. One that is slow, or gone, does not.
    async fn is_there(&self) -> bool {
        timeout(THERE, self.connection.session.is_there()).await == Some(true)
    }
}

impl<K: 'static, T: 'static> Drop for Lease<K, T> {
    fn drop(&mut self) {
        self.connection.users.set(self.connection.users.get() - 1);
        if self.opened {
            self.connection.open.set(self.connection.open.get() - 1);
        }
        if self.host.one_command.get() {
            self.connection.session.retire();
        }
        self.connection.rest();
        // A connection that died under the command would hold its descriptor until the next use of the host.
        self.host.retire(|kept| !kept.session.is_usable());
    }
}

impl<K: 'static, T: 'static> LeasedChannel<K, T> {
    /// Runs the command; its output can be seen meanwhile. See [`Channel::run`].
    ///
    /// # Errors
    /// When no command was started. The permit comes back, for a new connection, if the server has refused the
    /// command over a connection that the pool had already.
    pub async fn exec(
        self,
        permit: Permit,
        sudo: Option<SudoAnswer>,
        limits: ExecLimits,
        cancelled: &Cancelled,
        live: &OutputBuffer,
    ) -> Result<CommandOutput, StartError> {
        let Self { lease, channel } = self;
        let session = &lease.connection.session;
        let run = channel.run(session, permit, sudo, limits, cancelled, live);
        let ran = run.await;
        if let Ok(output) = &ran {
            lease.learn_of_end(output);
        }
        ran.map_err(|unstarted| match (&unstarted.unused, lease.origin) {
            (Some(_), ConnectionOrigin::Kept) => {
                lease.learn_of_one_command();
                unstarted
            }
            (Some(_), ConnectionOrigin::Dialled) => unstarted.error.into(),
            (None, _) => unstarted,
        })
    }

    /// The use of the channel for files.
    pub fn for_files(self) -> FileLease<K, T> {
        let Self { lease, channel } = self;
        FileLease {
            lease,
            channel: Some(channel),
        }
    }

    /// The address of the host at the other end.
    pub fn peer(&self) -> IpAddr {
        self.lease.connection.session.peer()
    }

    /// Which of the process's connections it is on.
    pub fn connection(&self) -> u64 {
        self.lease.connection.session.number()
    }

    /// The caller's value that belongs to the connection.
    pub fn own(&self) -> &T {
        &self.lease.connection.own
    }
}
