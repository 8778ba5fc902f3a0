//! What the pool keeps: each [`PooledHost`] with its turns, and each [`Connection`] with its users.
//!
//! Takes: sessions that are logged in. Gives: the sessions that may be used. Closes a session that may not be used any
//! more, once no command runs over it and no connection goes through it.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::net::IpAddr;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use smol::channel::Sender;
use smol::lock::{Mutex, Semaphore, SemaphoreGuardArc};

use super::wanted::WantedConnection;
use crate::clock::Stopwatch;
use crate::runtime::{sleep, spawn};
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::session::Session;

/// How many commands may run at once on one host: OpenSSH's MaxSessions. A server that takes fewer gets fewer.
const TURNS: usize = 10;
/// The pause between two looks for a connection with room.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// One host.
pub(super) struct PooledHost<K, T> {
    pub turns: Arc<Semaphore>,
    /// The caller that dials holds the lock.
    pub dialling: Mutex<()>,
    /// The number of failed dials. `failure` is the last one.
    pub failures: Cell<u64>,
    pub failure: RefCell<Option<DialFailure<K>>>,
    pub connections: RefCell<Vec<Rc<Connection<K, T>>>>,
    /// Whether the server runs one command for each connection: each is closed after its first command.
    pub one_command: Cell<bool>,
    /// How many sessions the server opens at once over a connection, as far as that was seen.
    pub sessions: Cell<SeenSessions>,
    /// How much work under way comes to this host.
    pub expected: Cell<usize>,
}

/// What was seen of a server that is asked for a session while another one is open over the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SeenSessions {
    /// It was not asked so far.
    #[default]
    Unasked,
    /// It opened one. If it refuses a further one, its sessions are used up.
    Several,
    /// It refused, or ended the connection with the first of them: it opens one at a time, so a command that runs beside
    /// another needs a connection of its own.
    One,
}

/// A dial that failed, and the connection that was wanted.
pub(super) struct DialFailure<K> {
    pub key: K,
    pub addresses: Vec<IpAddr>,
    pub error: SshError,
}

/// One connection.
pub(super) struct Connection<K, T> {
    pub session: Rc<Session>,
    pub key: K,
    /// A value of the caller that belongs to the connection.
    pub own: T,
    /// How many commands run over the connection.
    pub users: Cell<usize>,
    /// How many sessions the server has opened over it that are not yet left.
    pub open: Cell<usize>,
    /// Whether a command has ever run over it.
    pub was_used: Cell<bool>,
    /// Whether two commands have ever been on it at once.
    pub was_shared: Cell<bool>,
    /// When a command over it ended of which the server said so, and when one was lost with it, the last time.
    pub ended: Cell<Option<Stopwatch>>,
    pub lost: Cell<Option<Stopwatch>>,
    /// The time since the last command ended; it counts only while no command runs.
    idle: Cell<Stopwatch>,
    /// What the pool counts it by, until it is closed.
    counted: CountedConnection,
}

/// The presence of a connection in the pool, and its place if it has one.
pub(super) type CountedConnection = (Sender<Infallible>, Option<SemaphoreGuardArc>);

impl<K, T> Default for PooledHost<K, T> {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(TURNS)),
            dialling: Mutex::default(),
            failures: Cell::default(),
            failure: RefCell::default(),
            connections: RefCell::default(),
            one_command: Cell::default(),
            sessions: Cell::default(),
            expected: Cell::default(),
        }
    }
}

impl<K: 'static, T: 'static> PooledHost<K, T> {
    /// Whether a connection of this host takes another command now.
    pub fn has_room(&self, on: &Connection<K, T>) -> bool {
        let spent = self.one_command.get() && on.was_used.get();
        let taken = self.sessions.get() == SeenSessions::One && on.users.get() > 0;
        on.has_room() && !spent && !taken
    }

    /// The connections of this host as they are wanted. All others are taken out.
    pub fn usable(&self, wanted: &WantedConnection<'_, K>) -> Vec<Rc<Connection<K, T>>>
    where
        K: PartialEq,
    {
        self.retire(|own| {
            let is_wanted = own.key == wanted.key && wanted.addresses.contains(&own.session.peer());
            !is_wanted || !own.session.is_usable()
        });
        self.connections.borrow().clone()
    }

    /// Whether an error of a dial may come from this, that the server takes no second connection beside the first one: it
    /// has hung up, and a command runs over another connection. Where it refuses the login, no second try is made, since
    /// hosts count those.
    pub fn may_take_one_connection(
        &self,
        wanted: &WantedConnection<'_, K>,
        error: SshErrorKind,
    ) -> bool
    where
        K: PartialEq,
    {
        error == SshErrorKind::Closed && self.usable(wanted).iter().any(|own| own.users.get() > 0)
    }

    /// Waits until a connection has room again, or none is left.
    pub async fn left(&self, wanted: &WantedConnection<'_, K>)
    where
        K: PartialEq,
    {
        loop {
            let connections = self.usable(wanted);
            if connections.is_empty() || connections.iter().any(|own| self.has_room(own)) {
                return;
            }
            drop(connections);
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Takes out connections. Each is closed once no command runs over it.
    pub fn retire(&self, unwanted: impl Fn(&Connection<K, T>) -> bool) {
        let mut connections = self.connections.borrow_mut();
        for connection in connections.extract_if(.., |connection| unwanted(connection)) {
            connection.session.retire();
            connection.rest();
        }
    }

    /// The connection that has been idle longest, and for how long.
    pub fn longest_idle(&self) -> Option<(Duration, Rc<Connection<K, T>>)> {
        let connections = self.connections.borrow();
        let idle = connections.iter().filter_map(|one| {
            let idle = one.idle_for()?;
            Some((idle, Rc::clone(one)))
        });
        idle.max_by_key(|(idle, _)| *idle)
    }

    /// Whether the pool must keep this host: it has connections, or a caller uses it.
    pub fn is_known(self: &Rc<Self>) -> bool {
        Rc::strong_count(self) > 1 || !self.connections.borrow().is_empty()
    }

    /// Takes a connection out when it has been idle for `limit`.
    pub async fn close_when_idle(
        host: Weak<Self>,
        connection: Weak<Connection<K, T>>,
        limit: Duration,
    ) {
        loop {
            let (Some(of), Some(own)) = (host.upgrade(), connection.upgrade()) else {
                return;
            };
            let wait = match own.idle_for() {
                Some(idle) if idle >= limit => {
                    of.retire(|other| std::ptr::eq(other, &raw const *own));
                    return;
                }
                Some(idle) => limit.saturating_sub(idle),
                None => limit,
            };
            drop((of, own));
            sleep(wait).await;
        }
    }
}

impl<K: 'static, T: 'static> Connection<K, T> {
    pub fn new(session: Session, key: K, own: T, counted: CountedConnection) -> Self {
        Self {
            session: Rc::new(session),
            key,
            own,
            users: Cell::default(),
            open: Cell::default(),
            was_used: Cell::default(),
            was_shared: Cell::default(),
            ended: Cell::default(),
            lost: Cell::default(),
            idle: Cell::new(Stopwatch::start()),
            counted,
        }
    }

    fn has_room(&self) -> bool {
        self.users.get() == 0 || self.session.runs_several()
    }

    /// How long no command has used the connection; `None` while one does.
    pub fn idle_for(&self) -> Option<Duration> {
        let jumped_through = Rc::strong_count(&self.session) > 1;
        let in_use = self.users.get() > 0 || jumped_through;
        (!in_use).then(|| self.idle.get().elapsed())
    }

    /// Must be called when a command has left the connection: closes a connection that is retired and unused.
    pub fn rest(self: &Rc<Self>) {
        if self.users.get() > 0 {
            return;
        }
        self.idle.set(Stopwatch::start());
        if !self.session.is_usable() {
            spawn(Self::close(Rc::clone(self))).detach();
        }
    }

    /// Closes the connection in order. If another holder or a jump still uses the session, the last of them ends it.
    async fn close(own: Rc<Self>) {
        let Some(Self {
            session, counted, ..
        }) = Rc::into_inner(own)
        else {
            return;
        };
        if let Some(session) = Rc::into_inner(session) {
            session.close().await;
        }
        drop(counted);
    }
}
