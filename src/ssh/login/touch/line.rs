//! The line of the logins that want a touch.
//!
//! Takes: the alias of each host. Gives: a [`TouchTurn`] to one after another, the hosts in turn: of a host that has
//! several logins in line, only one stands before the logins of others. Whoever drops a turn, or gives up the wait for
//! one, has left the line at once. Refuses nothing: whoever waits says for how long.

use std::cell::RefCell;
use std::sync::Arc;

use smol::channel::{Receiver, Sender, bounded};

thread_local! {
    /// The first one has its turn.
    static LINE: RefCell<Vec<Arc<LineTicket>>> = const { RefCell::new(Vec::new()) };
}

/// A place in the line.
struct LineTicket {
    host: String,
    /// Tells that it is the first one.
    calls: Sender<()>,
}

/// The right to be touched for, or the wait for it.
pub(in crate::ssh::login) struct TouchTurn {
    ticket: Arc<LineTicket>,
    called: Receiver<()>,
}

/// What stands before a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ssh::login) struct LineBefore {
    /// The host for whose login the key is to be touched now.
    pub(in crate::ssh::login) holder: String,
    /// How many logins come before, with that one.
    pub(in crate::ssh::login) count: usize,
}

impl TouchTurn {
    /// Takes a place in the line: behind the other hosts that have waited as often.
    pub(in crate::ssh::login) fn in_line(host: &str) -> Self {
        let (calls, called) = bounded(1);
        let ticket = Arc::new(LineTicket {
            host: host.to_owned(),
            calls,
        });
        LINE.with_borrow_mut(|line| {
            let of = |host: &str, until: usize| {
                let before = line.iter().take(until);
                before.filter(|other| other.host == host).count()
            };
            let own = of(host, line.len());
            let is_later = |at: &usize| line.get(*at).is_some_and(|its| of(&its.host, *at) > own);
            // The first one has its turn already.
            let place = (1..line.len()).find(is_later).unwrap_or(line.len());
            line.insert(place, Arc::clone(&ticket));
            call_first(line);
        });
        Self { ticket, called }
    }

    /// Waits until it is the first one.
    pub(in crate::ssh::login) async fn come(&self) {
        // The sender is in the ticket, so this ends by the call alone.
        let _called = self.called.recv().await;
    }

    /// What stands before it; nothing once it is the first one.
    pub(in crate::ssh::login) fn before(&self) -> Option<LineBefore> {
        LINE.with_borrow(|line| {
            let is_own = |other: &Arc<LineTicket>| Arc::ptr_eq(other, &self.ticket);
            let count = line.iter().position(is_own)?;
            before(line, count)
        })
    }

    /// How many logins wait behind it.
    pub(in crate::ssh::login) fn behind(&self) -> usize {
        LINE.with_borrow(|line| {
            let others = line.iter().rev();
            others
                .take_while(|other| !Arc::ptr_eq(other, &self.ticket))
                .count()
        })
    }
}

impl Drop for TouchTurn {
    fn drop(&mut self) {
        LINE.with_borrow_mut(|line| {
            line.retain(|other| !Arc::ptr_eq(other, &self.ticket));
            call_first(line);
        });
    }
}

/// What a login would find before it that takes no place; nothing where no login waits.
pub(in crate::ssh::login) fn whole_line() -> Option<LineBefore> {
    LINE.with_borrow(|line| before(line, line.len()))
}

fn before(line: &[Arc<LineTicket>], count: usize) -> Option<LineBefore> {
    let holder = line.first().filter(|_| count > 0)?.host.clone();
    Some(LineBefore { holder, count })
}

fn call_first(line: &[Arc<LineTicket>]) {
    if let Some(first) = line.first() {
        // Whoever was called already has one call too many, which nobody hears.
        let _called = first.calls.try_send(());
    }
}
