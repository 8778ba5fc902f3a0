//! The sandbox of the gate: once there is a configuration, all that it does not need is given up, for good.
//!
//! Takes what the caller needs beside the configuration; gives the [`LandlockDomain`] that holds from then on. A gate
//! without a usable configuration waits for the first one: nothing runs before. Refuses nothing itself; what a later
//! configuration has and the domain has not, it tells.

use std::collections::BTreeSet;

use mcp_ssh_yaml::diagnostic::Diagnostic;

use super::loaded::Loaded;
use super::ports::closed_port;
use super::state::GateState;
use crate::sandbox::{LandlockDomain, LandlockReach};

impl GateState {
    /// Gives up what the configuration does not need and `reach` does not have; without a configuration, later.
    pub fn confine(&self, reach: LandlockReach, level: log::Level) {
        *self.confining.borrow_mut() = Some((reach, level));
        if let Ok(loaded) = self.loaded() {
            self.confine_to(&loaded);
        }
    }

    /// Gives up what a configuration does not need, if that is still to be done.
    pub fn confine_to(&self, loaded: &Loaded) {
        let Some((reach, level)) = self.confining.borrow_mut().take() else {
            return;
        };
        for told in loaded.shared_places(reach.append.as_deref()) {
            log::log!(level, "{told}");
        }
        if let Some(domain) = LandlockDomain::entered(&loaded.reach(reach), level) {
            // It is set once: `confining` was taken.
            let _first = self.domain.set(domain);
        }
    }

    /// What of a configuration the sandbox keeps closed, which was closed for an earlier one.
    pub fn closed_to(&self, loaded: &Loaded) -> Vec<Diagnostic> {
        let Some(domain) = self.domain.get() else {
            return Vec::new();
        };
        let servers = loaded.servers_path();
        let mut ports = BTreeSet::new();
        let hosts = loaded.inventory().hosts.iter();
        let closed = hosts.filter(|host| host.jump.is_none() && !domain.admits(host.port));
        // One host of each port is enough to be told: a thousand may have it.
        let first = closed.filter(|host| ports.insert(host.port));
        let mut told: Vec<Diagnostic> = first
            .map(|host| Diagnostic::file_warning(&servers, closed_port(host)))
            .collect();
        told.extend(loaded.closed_known_hosts());
        told
    }
}
