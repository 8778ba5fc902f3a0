//! The configuration in force, and how another one takes its place: whole or not at all.
//!
//! Takes the files, once nobody writes them, when the tool, SIGHUP, a judgement or the files themselves
//! ask for it; gives a [`Reload`] to whoever asked and wakes every [`Changes`]. A configuration with a
//! fault changes nothing. What runs goes on under the configuration that it started under; a connection that the
//! new one would make otherwise is closed after what runs over it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use smol::channel::{Receiver, Sender, bounded};

use crate::clock::Stopwatch;
use crate::config::{Files, Look, MAX_WAIT, PAUSE, Paths, Watch};
use crate::runtime::sleep;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity};

use super::loaded::Loaded;
use super::{Gate, Inner, Unready, summary};

/// What became of a reload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reloaded {
    /// The files are in force.
    #[default]
    Done,
    /// They have a fault, or somebody writes them: what was in force before still is.
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
#[derive(Default)]
pub(super) struct News {
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
    fn tell(&self, reloaded: Reloaded) {
        self.last.set(reloaded);
        for listener in self.listeners.borrow().iter() {
            // One that is full wakes its listener anyway, one that is closed has none.
            let _told = listener.try_send(());
        }
    }
}

impl Inner {
    /// Puts files in force. Those with a fault change nothing: the old configuration stays.
    pub fn load(&self, files: &Files) -> Reload {
        let is_first = self.settling.borrow_mut().tries(files);
        let (state, diagnostics) = read(files, &self.paths);
        let reloaded = match state {
            Ok(loaded) => {
                if !is_first {
                    log::warn!("configuration reloaded: sha256 {}", loaded.digest());
                }
                let connections = &self.connections;
                connections.keep(|alias, made, address| made.is_current(&loaded, alias, address));
                if self.digest().as_deref() != Some(loaded.digest()) {
                    self.approvals.forget();
                }
                if !self.lists_the_hosts_of(&loaded) {
                    let hosts = &self.news.hosts;
                    hosts.set(hosts.get().wrapping_add(1));
                }
                *self.state.borrow_mut() = Ok(loaded);
                Reloaded::Done
            }
            Err(unready) => {
                if !is_first {
                    log::error!("configuration not reloaded, the old one stays: {unready}");
                }
                let mut state = self.state.borrow_mut();
                if state.is_err() {
                    *state = Err(unready);
                }
                Reloaded::Refused
            }
        };
        self.told(reloaded, diagnostics)
    }

    /// Tells everybody of a reload.
    fn told(&self, reloaded: Reloaded, diagnostics: Vec<Diagnostic>) -> Reload {
        self.news.tell(reloaded);
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

    fn lists_the_hosts_of(&self, loaded: &Loaded) -> bool {
        let before = self.loaded().ok();
        let before = before
            .iter()
            .flat_map(|loaded| loaded.inventory().hosts.iter());
        let now = loaded.inventory().hosts.iter();
        now.map(|host| summary(host))
            .eq(before.map(|host| summary(host)))
    }
}

impl Gate {
    /// Loads the configuration again, once nobody writes it. One with a fault changes nothing: the old
    /// one stays. So it does where somebody writes the files all the time.
    pub async fn reload(&self) -> Reload {
        let begun = Stopwatch::start();
        loop {
            let look = self.0.settling.borrow_mut().look_anew();
            match look {
                Look::Settled(files) => return self.0.load(&files),
                Look::Same | Look::Unsettled if begun.elapsed() < MAX_WAIT => sleep(PAUSE).await,
                Look::Same | Look::Unsettled => break,
            }
        }
        let fault = restless(&self.0.paths);
        log::error!(
            "configuration not reloaded, the old one stays: {}",
            fault.headline()
        );
        self.0.told(Reloaded::Refused, vec![fault])
    }

    /// Reloads whenever the files have become others, from now on. It ends only where the system
    /// does not tell of that: then the next judgement finds it.
    pub fn follow_files(&self) -> impl Future<Output = ()> + 'static {
        let (gate, watch) = (self.clone(), Watch::open(&self.0.paths));
        async move {
            let error = match watch {
                Err(error) => error,
                Ok(mut watch) => gate.follow(&mut watch).await,
            };
            log::warn!(
                "changed configuration files are noticed by the next call only ({error}), or by \
                 ssh_reload_config, `mcp-ssh reload` and SIGHUP"
            );
        }
    }

    /// Ends with what keeps the system from telling.
    async fn follow(&self, watch: &mut Watch) -> std::io::Error {
        loop {
            // What has changed before it was watched, too.
            while self.0.settle().await.is_err() {}
            if let Err(error) = watch.change().await {
                return error;
            }
            // What they hold now, they may hold for good.
            self.0.notice();
            if let Err(error) = watch.quiet().await {
                return error;
            }
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
}

/// Files that somebody writes all the time.
pub(super) fn restless(paths: &Paths) -> Diagnostic {
    let why =
        "the files here are being written, and count once they are as they shall be: try again";
    Diagnostic::file(&paths.config.to_string_lossy(), why)
}

/// Loads the files; what is wrong with them is told on stderr, too.
pub(super) fn read(files: &Files, paths: &Paths) -> (Result<Rc<Loaded>, Unready>, Vec<Diagnostic>) {
    let (loaded, diagnostics) = Loaded::of(files, paths);
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
