//! The configuration in force, and how another one takes its place: whole or not at all.
//!
//! Takes the files as they are when the tool, SIGHUP or the files themselves ask for it; gives a
//! [`Reload`] to whoever asked and wakes every [`Changes`]. A configuration with a fault changes
//! nothing. What runs goes on under the configuration that it started under; a connection that the
//! new one would make otherwise is closed after what runs over it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use smol::channel::{Receiver, Sender, bounded};

use crate::config::{self, Paths, Quoting, Watch};
use crate::diagnostic::{Diagnostic, Severity, Source};
use crate::runtime::sleep;

use super::loaded::{Loaded, digest};
use super::{Gate, Unready, summary};

/// The files are looked at a second time, for changes before they were watched, after the client's
/// first questions.
const SECOND_LOOK: Duration = Duration::from_millis(250);

/// What became of a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reloaded {
    /// The files are in force.
    Done,
    /// They have a fault: what was in force before still is.
    Refused,
}

/// What a reload did and found.
#[derive(Debug)]
pub struct Reload {
    /// Whether the files are in force.
    pub reloaded: Reloaded,
    /// What is in force now; nothing while there has never been a usable configuration.
    pub in_force: Option<InForce>,
    /// Every fault and warning of the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// The configuration in force, in numbers.
#[derive(Debug)]
pub struct InForce {
    /// SHA-256 over the files' texts, in hexadecimal.
    pub sha256: String,
    /// Hosts in servers.yml.
    pub hosts: usize,
    /// Rules in policy.yml.
    pub rules: usize,
    /// Entries in credentials.yml.
    pub credentials: usize,
}

/// Who wants to hear of reloads, and what there is to hear.
pub(super) struct News {
    /// What the files held, or why they could not be read, when they were last loaded.
    contents: RefCell<String>,
    last: Cell<Reloaded>,
    /// How often the hosts have become others.
    hosts: Cell<u64>,
    listeners: RefCell<Vec<Sender<()>>>,
}

/// Hears of each reload from now on; of several that it has not heard of yet, once.
pub struct Changes {
    gate: Gate,
    woken: Receiver<()>,
    hosts: u64,
}

/// What is another than when it was last heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What became of the last reload.
    pub reloaded: Reloaded,
    /// Whether the hosts, as [`Gate::hosts`] lists them, are others.
    pub hosts: bool,
}

impl Changes {
    /// Waits for a reload.
    pub async fn next(&mut self) -> Change {
        // The gate is held here and never drops a listener that listens.
        let _woken = self.woken.recv().await;
        let before = std::mem::replace(&mut self.hosts, self.gate.hosts_version());
        Change {
            reloaded: self.gate.0.news.last.get(),
            hosts: self.hosts != before,
        }
    }
}

impl News {
    /// Nothing has been reloaded yet.
    pub fn new(state: &Result<Rc<Loaded>, Unready>, paths: &Paths) -> Self {
        let contents = match state {
            Ok(loaded) => loaded.digest().to_owned(),
            Err(_) => contents(paths),
        };
        Self {
            contents: RefCell::new(contents),
            last: Cell::new(Reloaded::Done),
            hosts: Cell::default(),
            listeners: RefCell::default(),
        }
    }

    fn tell(&self, reloaded: Reloaded) {
        self.last.set(reloaded);
        for listener in self.listeners.borrow().iter() {
            // One that is full wakes its listener anyway, one that is closed has none.
            let _told = listener.try_send(());
        }
    }
}

impl Gate {
    /// Loads the configuration again. One with a fault changes nothing: the old one stays.
    pub fn reload(&self) -> Reload {
        // Before they are loaded: a change meanwhile is then a change since.
        self.load(contents(&self.0.paths))
    }

    /// The same, if the files hold something else than when they were last loaded.
    fn reload_if_changed(&self) {
        let contents = contents(&self.0.paths);
        if *self.0.news.contents.borrow() != contents {
            self.load(contents);
        }
    }

    fn load(&self, contents: String) -> Reload {
        let (state, diagnostics) = read(&self.0.paths);
        self.0.news.contents.replace(contents);
        let reloaded = match state {
            Ok(loaded) => {
                log::warn!("configuration reloaded: sha256 {}", loaded.digest());
                let connections = &self.0.connections;
                connections.keep(|alias, made, address| made.is_current(&loaded, alias, address));
                if self.0.digest().as_deref() != Some(loaded.digest()) {
                    self.0.approvals.forget();
                }
                if !self.lists_the_hosts_of(&loaded) {
                    let hosts = &self.0.news.hosts;
                    hosts.set(hosts.get().wrapping_add(1));
                }
                *self.0.state.borrow_mut() = Ok(loaded);
                Reloaded::Done
            }
            Err(unready) => {
                log::error!("configuration not reloaded, the old one stays: {unready}");
                let mut state = self.0.state.borrow_mut();
                if state.is_err() {
                    *state = Err(unready);
                }
                Reloaded::Refused
            }
        };
        self.0.news.tell(reloaded);
        let in_force = self.loaded().ok().map(|loaded| InForce {
            sha256: loaded.digest().to_owned(),
            hosts: loaded.inventory().hosts.len(),
            rules: loaded.policy().rule_count(),
            credentials: loaded.inventory().credentials.len(),
        });
        Reload {
            reloaded,
            in_force,
            diagnostics,
        }
    }

    /// Reloads whenever the files have become others, from now on. It ends only where the system
    /// does not tell of that: the tool and SIGHUP are left.
    pub fn follow_files(&self) -> impl Future<Output = ()> + 'static {
        let (gate, watch) = (self.clone(), Watch::open(&self.0.paths));
        async move {
            sleep(SECOND_LOOK).await;
            let error = match watch {
                Err(error) => error,
                Ok(mut watch) => loop {
                    gate.reload_if_changed();
                    if let Err(error) = watch.changed().await {
                        break error;
                    }
                },
            };
            log::warn!(
                "changed configuration files are not noticed ({error}): use ssh_reload_config, \
                 `mcp-ssh reload` or SIGHUP"
            );
        }
    }

    /// Hears of reloads.
    pub fn changes(&self) -> Changes {
        let (sender, woken) = bounded(1);
        let mut listeners = self.0.news.listeners.borrow_mut();
        listeners.retain(|listener| !listener.is_closed());
        listeners.push(sender);
        Changes {
            gate: self.clone(),
            woken,
            hosts: self.hosts_version(),
        }
    }

    /// A number for the hosts as [`Gate::hosts`] lists them: another list has another one.
    pub fn hosts_version(&self) -> u64 {
        self.0.news.hosts.get()
    }

    fn lists_the_hosts_of(&self, loaded: &Loaded) -> bool {
        let now = self.hosts(None).unwrap_or_default();
        let others = loaded.inventory().hosts.iter().map(|host| summary(host));
        others.eq(now)
    }
}

/// Loads the files; what is wrong with them is told on stderr, too.
pub(super) fn read(paths: &Paths) -> (Result<Rc<Loaded>, Unready>, Vec<Diagnostic>) {
    let (loaded, diagnostics) = Loaded::load(paths);
    for diagnostic in &diagnostics {
        match diagnostic.severity {
            Severity::Error => log::error!("{}", diagnostic.headline()),
            Severity::Warning => log::warn!("{}", diagnostic.headline()),
        }
    }
    let state = loaded
        .map(Rc::new)
        .ok_or_else(|| Unready::new(&diagnostics));
    (state, diagnostics)
}

/// What the files hold, as [`Loaded::digest`] has it, or why they cannot be read.
fn contents(paths: &Paths) -> String {
    let files = [paths.servers(), paths.credentials(), paths.policy()];
    let sources = files.map(|file| {
        config::read(&file, Quoting::Withheld)
            .unwrap_or_else(|fault| Source::new("", &fault.headline()))
    });
    digest(&sources)
}
