//! What the pool keeps: a [`PooledHost`] with its turns, and each [`Connection`] with those who use it.
//!
//! Takes: sessions that are logged in. Gives: the sessions that may be used. A session that may not be used any more
//! is closed when no command runs over it and no connection goes through it.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::net::IpAddr;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use smol::channel::Sender;
use smol::lock::{Mutex, Semaphore};

use super::wanted::WantedConnection;
use crate::clock::Stopwatch;
use crate::runtime::{sleep, spawn};
use crate::ssh::error::SshError;
use crate::ssh::transport::session::Session;

/// Commands at once on one host: OpenSSH's MaxSessions. A server that takes fewer teaches us so.
const TURNS: usize = 10;

/// One host.
pub(super) struct PooledHost<K, T> {
    pub turns: Arc<Semaphore>,
    /// Held by the one who dials.
    pub dialling: Mutex<()>,
    /// The number of failed dials. `failure` is the last one.
    pub failures: Cell<u64>,
    pub failure: RefCell<Option<DialFailure<K>>>,
    pub connections: RefCell<Vec<Rc<Connection<K, T>>>>,
    /// Its server runs one command a connection: each is closed after its first.
    pub one_command: Cell<bool>,
}

/// A dial that failed, and what was wanted.
pub(super) struct DialFailure<K> {
    pub key: K,
    pub addresses: Vec<IpAddr>,
    pub error: SshError,
}

/// One connection.
pub(super) struct Connection<K, T> {
    pub session: Rc<Session>,
    pub key: K,
    /// What belongs to it.
    pub own: T,
    /// Commands that run over it.
    pub users: Cell<usize>,
    /// Whether one ever has.
    pub was_used: Cell<bool>,
    /// Since when nobody uses it, if nobody does.
    idle: Cell<Stopwatch>,
    presence: Sender<Infallible>,
}

impl<K, T> Default for PooledHost<K, T> {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(TURNS)),
            dialling: Mutex::default(),
            failures: Cell::default(),
            failure: RefCell::default(),
            connections: RefCell::default(),
            one_command: Cell::default(),
        }
    }
}

impl<K: 'static, T: 'static> PooledHost<K, T> {
    /// Whether one of its connections takes another command now.
    pub fn has_room(&self, on: &Connection<K, T>) -> bool {
        let spent = self.one_command.get() && on.was_used.get();
        on.has_room() && !spent
    }

    /// The connections that take another command; the others are taken out.
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

    /// Takes out connections: each is closed, after whatever runs over it.
    pub fn retire(&self, unwanted: impl Fn(&Connection<K, T>) -> bool) {
        let mut connections = self.connections.borrow_mut();
        for connection in connections.extract_if(.., |connection| unwanted(connection)) {
            connection.session.retire();
            connection.rest();
        }
    }

    /// Its longest idle connection, and for how long it has been.
    pub fn longest_idle(&self) -> Option<(Duration, Rc<Connection<K, T>>)> {
        let connections = self.connections.borrow();
        let idle = connections.iter().filter_map(|one| {
            let idle = one.idle_for()?;
            Some((idle, Rc::clone(one)))
        });
        idle.max_by_key(|(idle, _)| *idle)
    }

    /// Whether there is anything to know of it.
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
    pub fn new(session: Session, key: K, own: T, presence: Sender<Infallible>) -> Self {
        Self {
            session: Rc::new(session),
            key,
            own,
            users: Cell::default(),
            was_used: Cell::default(),
            idle: Cell::new(Stopwatch::start()),
            presence,
        }
    }

    fn has_room(&self) -> bool {
        self.users.get() == 0 || self.session.runs_several()
    }

    /// How long nobody has used it; nothing while somebody does.
    pub fn idle_for(&self) -> Option<Duration> {
        let jumped_through = Rc::strong_count(&self.session) > 1;
        let in_use = self.users.get() > 0 || jumped_through;
        (!in_use).then(|| self.idle.get().elapsed())
    }

    /// Called when nobody may use the connection any more: closes a connection that is retired.
    pub fn rest(self: &Rc<Self>) {
        if self.users.get() > 0 {
            return;
        }
        self.idle.set(Stopwatch::start());
        if !self.session.is_usable() {
            spawn(Self::close(Rc::clone(self))).detach();
        }
    }

    /// Says goodbye. Who else holds it, or jumps through its session, ends it instead.
    async fn close(own: Rc<Self>) {
        let Some(Self {
            session, presence, ..
        }) = Rc::into_inner(own)
        else {
            return;
        };
        if let Some(session) = Rc::into_inner(session) {
            session.close().await;
        }
        drop(presence);
    }
}
