//! The news of reloads. Takes the result of each reload; gives it to every listener ([`Changes`]).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use smol::channel::{Receiver, Sender, bounded};

/// The result of a reload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reloaded {
    /// The files are in force.
    #[default]
    Done,
    /// The files have a fault, or somebody writes them: the configuration before them stays in force.
    Refused,
}

/// The reloads of one gate. Clones share them.
#[derive(Clone, Default)]
pub struct News(Rc<Told>);

#[derive(Default)]
struct Told {
    last: Cell<Reloaded>,
    /// How often the list of hosts has changed.
    hosts: Cell<u64>,
    listeners: RefCell<Vec<Sender<()>>>,
}

/// Reports each reload from now on. Several unreported reloads count as one.
pub struct Changes {
    news: News,
    woken: Receiver<()>,
    hosts: u64,
}

/// What has changed since this listener last asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The result of the last reload.
    pub reloaded: Reloaded,
    /// Whether the list of [`Gate::hosts`](super::Gate::hosts) has changed.
    pub hosts: bool,
}

impl Changes {
    /// Waits for a reload.
    pub async fn next(&mut self) -> Change {
        // `self` holds the news, so the channel cannot be closed while this waits.
        let _woken = self.woken.recv().await;
        let before = std::mem::replace(&mut self.hosts, self.news.hosts_version());
        Change {
            reloaded: self.news.0.last.get(),
            hosts: self.hosts != before,
        }
    }
}

impl News {
    /// Wakes every listener.
    pub fn tell(&self, reloaded: Reloaded) {
        self.0.last.set(reloaded);
        for listener in self.0.listeners.borrow().iter() {
            // A full channel wakes its listener anyway; a closed channel has no listener.
            let _told = listener.try_send(());
        }
    }

    /// Hears of reloads from now on.
    pub fn listen(&self) -> Changes {
        let (sender, woken) = bounded(1);
        let mut listeners = self.0.listeners.borrow_mut();
        listeners.retain(|listener| !listener.is_closed());
        listeners.push(sender);
        Changes {
            news: self.clone(),
            woken,
            hosts: self.hosts_version(),
        }
    }

    /// A number for the list of hosts: another list has another number.
    pub fn hosts_version(&self) -> u64 {
        self.0.hosts.get()
    }

    /// Notes that the list of hosts has changed.
    pub fn change_hosts(&self) {
        self.0.hosts.set(self.hosts_version().wrapping_add(1));
    }
}
