//! `Pool`: the connections with the hosts, kept, shared, and closed when nobody needs them.
//!
//! Takes: a host's alias, the key of its connection (all that tells it from another connection, but the address), the
//! addresses at which the host may be, and how to dial. Gives: a [`LeasedChannel`], ready for one command, or a
//! session to jump through. Refuses: everything once the pool is closed.
//!
//! - A connection that is found dead is dialled again once, only before the command is sent.
//! - A connection whose key has changed takes no new command; it is closed after the commands that run over it.
//! - A session of root runs one command at a time (`exec/reap.rs` says why), so a host may have several sessions.
//! - A command that a server refuses because no session is free waits for a session. A server that refuses the second
//!   session of a connection while the first one is open gets a connection for each command that runs beside another.
//! - If a server refuses a command over a connection that no other command uses, another connection is dialled, once.
//!   If that connection takes the command, the host is remembered as one that runs one command for each connection.
//! - A server that hangs up on a dial while a command runs over another connection may take one connection at a time: the
//!   next command waits until that one has ended.
//! - A server that gives no answer to a further session, or ends the connection at it, is remembered like one that refuses;
//!   so is one that ends the connection with the first of two commands, and the other one with it.

mod expected;
mod host;
pub(super) mod lease;
mod size;
pub(super) mod wanted;

use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use smol::channel::{Receiver, Sender, bounded};
use smol::lock::{Semaphore, SemaphoreGuardArc};

use crate::cancel::Cancelled;
use crate::runtime::{sleep, spawn, timeout};
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::channel::Channel;
use crate::ssh::transport::session::Session;
pub use expected::ExpectedHost;
use host::{Connection, DialFailure, PooledHost};
use lease::{ConnectionOrigin, Lease, LeasedChannel};
use size::PoolSize;
use wanted::WantedConnection;

/// How long a connection that was used before may take to answer. A slower connection gets no new command; the
/// keepalives decide about the commands that run over it.
const ANSWER: Duration = Duration::from_secs(5);
/// How long a dial waits for the place of a connection that is being closed: longer than a goodbye takes. Then the limit
/// gives way.
const CLOSED: Duration = Duration::from_secs(2);
/// The first wait for a server that is slow to free a session; each later wait is twice as long.
const REFUSED_WAIT: Duration = Duration::from_millis(50);
/// How many such waits there are: 1.5 seconds altogether.
const MAX_REFUSED: u32 = 5;

/// Connections with a key of type `K` and a value of type `T` for each. Clones share one pool.
pub struct Pool<K, T>(Rc<PoolState<K, T>>);

type PooledHosts<K, T> = HashMap<(String, Use), Rc<PooledHost<K, T>>>;

struct PoolState<K, T> {
    hosts: RefCell<PooledHosts<K, T>>,
    /// A connection has a place until it is closed.
    places: Arc<Semaphore>,
    /// Counts the dials that wait for a place: each holds a clone.
    waiting: Rc<()>,
    /// Commands on all hosts; the others wait for their turn.
    turns: Arc<Semaphore>,
    /// Every connection holds a clone. Nothing is sent: the channel closes when all are dropped.
    presence: RefCell<Option<Sender<Infallible>>>,
    emptied: Receiver<Infallible>,
}

/// The purpose of a connection: commands, or jumps. To end a command its connection may have to be cut, so no other
/// host is reached through a connection that runs commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Use {
    Commands,
    Jumps,
}

impl<K, T> Clone for Pool<K, T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<K, T> Default for Pool<K, T> {
    fn default() -> Self {
        let (presence, emptied) = bounded(1);
        let size = PoolSize::of_process();
        Self(Rc::new(PoolState {
            hosts: RefCell::default(),
            places: Arc::new(Semaphore::new(size.connections)),
            waiting: Rc::default(),
            turns: Arc::new(Semaphore::new(size.running)),
            presence: RefCell::new(Some(presence)),
            emptied,
        }))
    }
}

impl<K: PartialEq + Clone + 'static, T: 'static> Pool<K, T> {
    /// A channel for one command, over a connection that the pool has or that `dial` makes.
    ///
    /// # Errors
    /// The error of `dial` or of the server, or that `cancelled` came first. No command was sent then.
    pub async fn open(
        &self,
        wanted: &WantedConnection<'_, K>,
        dial: impl AsyncFn() -> Result<(Session, T), SshError>,
        cancelled: &Cancelled,
    ) -> Result<LeasedChannel<K, T>, SshError> {
        unless_cancelled(cancelled, Box::pin(self.opened(wanted, &dial))).await
    }

    async fn opened(
        &self,
        wanted: &WantedConnection<'_, K>,
        dial: &impl AsyncFn() -> Result<(Session, T), SshError>,
    ) -> Result<LeasedChannel<K, T>, SshError> {
        let (mut redialled, mut refused, mut spent) = (false, 0, false);
        let mut first = None;
        loop {
            let mut lease = self.lease(wanted, dial).await?;
            let first = *first.get_or_insert(lease.origin);
            let limit = match lease.origin {
                ConnectionOrigin::Dialled => wanted.answer_limit,
                ConnectionOrigin::Kept => ANSWER,
            };
            let channel = Box::pin(Channel::open(&lease.connection.session));
            let channel = timeout(limit, channel).await;
            let error = match channel {
                Some(Ok(channel)) => {
                    lease.learn_of_session();
                    if spent {
                        lease.learn_of_one_command();
                    }
                    return Ok(LeasedChannel { lease, channel });
                }
                Some(Err(error)) => error,
                None => SshError::new(SshErrorKind::Timeout, "no answer to a new session channel"),
            };
            if error.kind() == SshErrorKind::ChannelRefused {
                let connection = Rc::clone(&lease.connection);
                if lease.learn_of_fewer_turns() {
                    continue;
                }
                if refused == MAX_REFUSED && first == ConnectionOrigin::Kept && !redialled {
                    connection.session.retire();
                    (redialled, spent) = (true, true);
                    continue;
                }
                if refused == MAX_REFUSED {
                    return Err(error);
                }
                drop(connection);
                sleep(REFUSED_WAIT * 2_u32.pow(refused)).await;
                refused += 1;
            } else if lease.learn_of_no_answer(error.kind(), redialled).await {
                // The command goes over a connection that it shares with no other one.
            } else if lease.origin == ConnectionOrigin::Kept && !redialled {
                lease.connection.session.retire();
                redialled = true;
            } else {
                return Err(error);
            }
        }
    }

    /// A session to jump through; it stays open as long as it is held.
    ///
    /// # Errors
    /// The error of `dial`, or that `cancelled` came first.
    pub async fn hop(
        &self,
        wanted: &WantedConnection<'_, K>,
        dial: impl AsyncFn() -> Result<(Session, T), SshError>,
        cancelled: &Cancelled,
    ) -> Result<(Rc<Session>, T), SshError>
    where
        T: Clone,
    {
        unless_cancelled(cancelled, Box::pin(self.hopped(wanted, &dial))).await
    }

    async fn hopped(
        &self,
        wanted: &WantedConnection<'_, K>,
        dial: &impl AsyncFn() -> Result<(Session, T), SshError>,
    ) -> Result<(Rc<Session>, T), SshError>
    where
        T: Clone,
    {
        let host = self.host(wanted.alias, Use::Jumps);
        let failures = host.failures.get();
        let first = || {
            let connections = host.usable(wanted);
            let first = connections.first()?;
            Some((Rc::clone(&first.session), first.own.clone()))
        };
        while let Some((session, own)) = first() {
            if timeout(ANSWER, session.answers()).await == Some(true) {
                return Ok((session, own));
            }
            session.retire();
        }
        let any = |_: &Connection<K, T>| true;
        let (connection, _) = self.dialled(&host, wanted, dial, failures, any).await?;
        Ok((Rc::clone(&connection.session), connection.own.clone()))
    }

    /// The address of the first connection that is usable and has a wanted key.
    pub fn find(&self, alias: &str, is_wanted: impl Fn(&K) -> bool) -> Option<IpAddr> {
        let of_commands = (alias.to_owned(), Use::Commands);
        let host = Rc::clone(self.0.hosts.borrow().get(&of_commands)?);
        let connections = host.connections.borrow();
        let mut usable = connections.iter().filter(|own| own.session.is_usable());
        let found = usable.find(|own| is_wanted(&own.key))?;
        Some(found.session.peer())
    }

    /// Closes every connection that is not as it would be dialled now, once the commands over it have ended.
    pub fn keep(&self, is_current: impl Fn(&str, &K, IpAddr) -> bool) {
        self.0.hosts.borrow_mut().retain(|(alias, _), host| {
            host.retire(|own| !is_current(alias, &own.key, own.session.peer()));
            host.is_known()
        });
    }

    /// Closes every connection and waits until all are closed. A connection that runs commands is closed when the
    /// commands have ended.
    pub async fn close(&self) {
        self.0.presence.borrow_mut().take();
        for host in self.0.hosts.borrow().values() {
            host.retire(|_| true);
        }
        // Nothing is sent on the channel: it closes when the last connection is dropped.
        while self.0.emptied.recv().await.is_ok() {}
    }

    /// A connection for one command.
    async fn lease(
        &self,
        wanted: &WantedConnection<'_, K>,
        dial: &impl AsyncFn() -> Result<(Session, T), SshError>,
    ) -> Result<Lease<K, T>, SshError> {
        let host = self.host(wanted.alias, Use::Commands);
        loop {
            // A dial that fails while this caller waits for its turn counts for this caller, too.
            let failures = host.failures.get();
            // The turn of the host comes first: a caller that waits for one host must not hold up other hosts.
            let turn = host.turns.acquire_arc().await;
            let running = self.0.turns.acquire_arc().await;
            let kept = host
                .usable(wanted)
                .into_iter()
                .find(|kept| host.has_room(kept));
            let dialled = match kept {
                Some(kept) => Ok((kept, ConnectionOrigin::Kept)),
                None => {
                    let fits = |kept: &Connection<K, T>| host.has_room(kept);
                    self.dialled(&host, wanted, dial, failures, fits).await
                }
            };
            match dialled {
                Ok((connection, origin)) => {
                    return Ok(Lease::new(host, connection, turn, running, origin));
                }
                Err(error) if host.may_take_one_connection(wanted, error.kind()) => {
                    drop((turn, running));
                    host.left(wanted).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Dials, unless another caller has dialled while this one waited. A caller that waited for a dial which failed,
    /// and that wants the same connection, gets that failure: a host that is down is not dialled once for every
    /// command. `failures` is how many dials had failed when the wait began.
    async fn dialled(
        &self,
        host: &Rc<PooledHost<K, T>>,
        wanted: &WantedConnection<'_, K>,
        dial: &impl AsyncFn() -> Result<(Session, T), SshError>,
        failures: u64,
        fits: impl Fn(&Connection<K, T>) -> bool,
    ) -> Result<(Rc<Connection<K, T>>, ConnectionOrigin), SshError> {
        let _sole = host.dialling.lock().await;
        if let Some(kept) = host.usable(wanted).into_iter().find(|kept| fits(kept)) {
            return Ok((kept, ConnectionOrigin::Kept));
        }
        if failures != host.failures.get()
            && let Some(failure) = &*host.failure.borrow()
            && failure.key == wanted.key
            && failure.addresses == wanted.addresses
        {
            return Err(failure.error.clone());
        }
        let presence = self.0.presence.borrow().clone();
        let Some(presence) = presence else {
            return Err(SshError::new(SshErrorKind::Cancelled, "the pool is closed"));
        };
        let place = self.place().await;
        // The future is on the heap: one of many waiting callers dials, and the others need no room for a dial.
        match Box::pin(dial()).await {
            Ok((session, own)) => {
                let key = wanted.key.clone();
                let connection = Rc::new(Connection::new(session, key, own, (presence, place)));
                host.connections.borrow_mut().push(Rc::clone(&connection));
                let (of, idle) = (Rc::downgrade(host), Rc::downgrade(&connection));
                spawn(PooledHost::close_when_idle(of, idle, wanted.idle_limit)).detach();
                Ok((connection, ConnectionOrigin::Dialled))
            }
            Err(error) => {
                if error.kind() != SshErrorKind::Cancelled {
                    host.failures.set(host.failures.get() + 1);
                    *host.failure.borrow_mut() = Some(DialFailure {
                        key: wanted.key.clone(),
                        addresses: wanted.addresses.to_owned(),
                        error: error.clone(),
                    });
                }
                Err(error)
            }
        }
    }

    fn host(&self, alias: &str, of: Use) -> Rc<PooledHost<K, T>> {
        let mut hosts = self.0.hosts.borrow_mut();
        Rc::clone(hosts.entry((alias.to_owned(), of)).or_default())
    }

    /// Says that work under way comes to this host, until what it gives is dropped.
    pub fn expect(&self, alias: &str) -> ExpectedHost<K, T> {
        ExpectedHost::of(self.host(alias, Use::Commands))
    }

    /// A place for one more connection. Where there are as many as there may be, the idlest is closed, and its place is
    /// waited for; nothing when that takes too long.
    async fn place(&self) -> Option<SemaphoreGuardArc> {
        // A place that comes free belongs to a dial that waits for it, and has closed another connection for it.
        let waiting = Rc::clone(&self.0.waiting);
        if Rc::strong_count(&waiting) == 2
            && let Some(place) = self.0.places.try_acquire_arc()
        {
            return Some(place);
        }
        self.close_idlest();
        let place = timeout(CLOSED, self.0.places.acquire_arc()).await;
        drop(waiting);
        place
    }

    /// Closes the connection that has been idle longest. One with a host to which work under way comes is closed only
    /// where there is no other.
    fn close_idlest(&self) {
        let hosts = self.0.hosts.borrow();
        let idlest = hosts.values().filter_map(|host| {
            let (idle, connection) = host.longest_idle()?;
            Some(((host.expected.get() == 0, idle), host, connection))
        });
        if let Some((_, host, idlest)) = idlest.max_by_key(|(order, ..)| *order) {
            host.retire(|connection| std::ptr::eq(connection, &raw const *idlest));
        }
    }
}

/// The result of `work`, unless `cancelled` comes first.
async fn unless_cancelled<R>(
    cancelled: &Cancelled,
    work: impl Future<Output = Result<R, SshError>>,
) -> Result<R, SshError> {
    cancelled.race(work).await.unwrap_or_else(|| {
        let detail = "cancelled before the command was sent";
        Err(SshError::new(SshErrorKind::Cancelled, detail))
    })
}
