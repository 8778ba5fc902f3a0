//! The reload: a new configuration replaces the one in force, whole or not at all.
//!
//! Takes the files, once nobody writes them; the tool, SIGHUP, a judgement or a change of the files asks for that.
//! Gives a [`Reload`] to the caller, and wakes every [`Changes`](super::Changes). Refuses a configuration with a fault:
//! the old one stays. A command that runs keeps the configuration under which it started. A connection that the new
//! configuration would make differently is closed after its last command.

use std::rc::Rc;

use crate::audit::ReadyRecord;
use crate::clock::Stopwatch;
use crate::config::{Files, Look, MAX_WAIT, PAUSE, Watch};
use crate::runtime::sleep;
use mcp_ssh_yaml::diagnostic::Diagnostic;

use super::loaded::Loaded;
use super::loading::read;
use super::news::Reloaded;
use super::result::HostSummary;
use super::state::GateState;
use super::unready_error::restless;

/// What a reload has done and found.
#[derive(Debug)]
pub struct Reload {
    /// Whether the files are in force.
    pub reloaded: Reloaded,
    /// The configuration in force now; `None` while there has never been a usable one.
    pub in_force: Option<InForce>,
    /// Every fault and warning of the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// The configuration in force, in numbers.
#[derive(Debug)]
pub struct InForce {
    /// The SHA-256 over the files' texts, in hexadecimal.
    pub sha256: String,
    /// How many hosts servers.yml has.
    pub hosts: usize,
    /// How many rules policy.yml has.
    pub rules: usize,
    /// How many entries credentials.yml has.
    pub credentials: usize,
}

impl GateState {
    /// Puts files in force. If they have a fault, the old configuration stays.
    pub fn load(&self, files: &Files) -> Reload {
        let is_first = self.settling.borrow_mut().tries(files);
        let (state, mut diagnostics) = read(files, &self.paths);
        let reloaded = match state {
            Ok(loaded) => {
                self.confine_to(&loaded);
                let closed = self.closed_to(&loaded);
                for diagnostic in &closed {
                    log::warn!("{}", diagnostic.headline());
                }
                diagnostics.extend(closed);
                if !is_first {
                    log::warn!("configuration reloaded: sha256 {}", loaded.digest());
                }
                let connections = &self.connections;
                connections.keep(|alias, made, address| made.is_current(&loaded, alias, address));
                if self.digest().as_deref() != Some(loaded.digest()) {
                    self.approvals.forget();
                }
                if !self.lists_the_hosts_of(&loaded) {
                    self.news.change_hosts();
                }
                *self.in_force.borrow_mut() = Ok(loaded);
                Reloaded::Done
            }
            Err(unready) => {
                if !is_first {
                    log::error!("configuration not reloaded, the old one stays: {unready}");
                }
                let mut state = self.in_force.borrow_mut();
                if state.is_err() {
                    *state = Err(unready);
                }
                Reloaded::Refused
            }
        };
        self.told(reloaded, diagnostics)
    }

    /// Tells every listener of a reload.
    fn told(&self, reloaded: Reloaded, diagnostics: Vec<Diagnostic>) -> Reload {
        self.news.tell(reloaded);
        Reload {
            reloaded,
            in_force: self.in_numbers(),
            diagnostics,
        }
    }

    fn in_numbers(&self) -> Option<InForce> {
        self.loaded().ok().map(|loaded| InForce {
            sha256: loaded.digest().to_owned(),
            hosts: loaded.inventory().hosts.len(),
            rules: loaded.policy().rule_count(),
            credentials: loaded.inventory().credentials.len(),
        })
    }

    /// Writes the record of a server that is ready, if there is a usable configuration.
    pub fn record_ready(&self) {
        if let Some(in_force) = self.in_numbers() {
            // Nothing runs on the strength of this record; the record of a run fails by itself.
            let _unwritten = self.audit.ready(&ReadyRecord {
                hosts: in_force.hosts,
                rules: in_force.rules,
                config_sha256: &in_force.sha256,
            });
        }
    }

    fn lists_the_hosts_of(&self, loaded: &Loaded) -> bool {
        let before = self.loaded().ok();
        let before = before
            .iter()
            .flat_map(|loaded| loaded.inventory().hosts.iter());
        let now = loaded.inventory().hosts.iter();
        now.map(|host| HostSummary::of(host))
            .eq(before.map(|host| HostSummary::of(host)))
    }

    /// Loads the configuration again, once nobody writes it. If the new configuration has a fault, or the
    /// files keep changing, the old one stays.
    pub async fn reload(&self) -> Reload {
        let begun = Stopwatch::start();
        loop {
            let look = self.settling.borrow_mut().look_anew();
            match look {
                Look::Settled(files) => return self.load(&files),
                Look::Same | Look::Unsettled if begun.elapsed() < MAX_WAIT => sleep(PAUSE).await,
                Look::Same | Look::Unsettled => break,
            }
        }
        let fault = restless(&self.paths);
        log::error!(
            "configuration not reloaded, the old one stays: {}",
            fault.headline()
        );
        self.told(Reloaded::Refused, vec![fault])
    }

    /// Reloads each time the files change, from now on. Ends only if the system cannot report changes;
    /// then the next judgement finds them.
    pub fn follow_files(self: Rc<Self>) -> impl Future<Output = ()> + 'static {
        let watch = Watch::open(&self.paths);
        async move {
            let error = match watch {
                Err(error) => error,
                Ok(mut watch) => self.follow(&mut watch).await,
            };
            log::warn!(
                "changed configuration files are noticed by the next call only ({error}), or by \
                 ssh_reload_config, `mcp-ssh reload` and SIGHUP"
            );
        }
    }

    /// Reloads at each change; ends with the error for which the system cannot report changes.
    async fn follow(&self, watch: &mut Watch) -> std::io::Error {
        loop {
            // A change from before the watch is loaded here, too.
            while self.settle().await.is_err() {}
            if let Err(error) = watch.change().await {
                return error;
            }
            // The texts that the files have now may be final: the time of this look counts for settling.
            self.notice();
            if let Err(error) = watch.quiet().await {
                return error;
            }
        }
    }
}
