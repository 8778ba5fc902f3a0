//! When a process gives up the files and ports that it does not need.
//!
//! Takes: what stays open. Gives: a [`Closing`], to be carried out at once, or when the ports or the configuration are
//! known. Refuses nothing: what the kernel does not close is told.

use std::path::Path;

use crate::gate::Gate;
use crate::sandbox::{LandlockDomain, LandlockReach};

/// When files and ports are closed.
#[derive(Debug)]
pub(super) enum Closing {
    /// Not at all: it writes files, or the operator wants no sandbox.
    Never,
    /// Before anything is read: it talks to no host, and reads the files that are named.
    Now(log::Level),
    /// Once it is known which ports are asked: it has no configuration, maybe.
    WithPorts,
    /// With the configuration: it talks to hosts.
    WithConfiguration(LandlockReach),
}

impl Closing {
    /// Closes what can be closed before anything is read.
    pub(super) fn now(&self) {
        match self {
            Self::Now(level) => drop(LandlockDomain::entered(&LandlockReach::reading(), *level)),
            Self::Never | Self::WithPorts | Self::WithConfiguration(_) => {}
        }
    }

    /// Closes the rest for a subcommand that asks these ports, and may read each file.
    pub(super) fn with_ports(&self, ports: impl Iterator<Item = u16>) {
        match self {
            Self::WithPorts => {
                let mut reach = LandlockReach::reading();
                reach.ports.extend(ports.chain([LandlockReach::DNS]));
                drop(LandlockDomain::entered(&reach, log::Level::Info));
            }
            Self::Never | Self::Now(_) | Self::WithConfiguration(_) => {}
        }
    }

    /// Closes the rest for a gate, with its configuration.
    pub(super) fn with_configuration(self, gate: &Gate) {
        match self {
            Self::WithConfiguration(reach) => gate.confine(reach, log::Level::Info),
            Self::Never | Self::Now(_) | Self::WithPorts => {}
        }
    }
}

/// What an audit file needs.
pub fn recording(audit_file: Option<&Path>) -> LandlockReach {
    LandlockReach {
        append: audit_file.map(Path::to_owned),
        ..LandlockReach::default()
    }
}
