//! Permission to look where a path leads on one host: at its components, one by one, and at nothing in them.
//!
//! Takes a decision that allows or asks, and addresses that may be dialled. Gives a [`LookPermit`]; only
//! [`HostPolicy::permit_look`](crate::HostPolicy::permit_look) makes one. It opens no file: that takes a
//! [`FilePermit`](crate::FilePermit), which needs the path at which the look arrives.

use std::net::IpAddr;
use std::rc::Rc;

use super::file_decision::{FileAccess, FileDecision};

/// Permission to look where a path leads on one host, at one of its judged addresses.
#[derive(Debug)]
pub struct LookPermit {
    alias: Rc<str>,
    access: FileAccess,
    path: String,
    addresses: Vec<IpAddr>,
}

impl LookPermit {
    pub(super) fn new(decision: FileDecision, addresses: Vec<IpAddr>) -> Self {
        Self {
            alias: decision.alias,
            access: decision.access,
            path: decision.path,
            addresses,
        }
    }

    /// The alias of the host for which the permit is.
    pub fn alias(&self) -> &str {
        &self.alias
    }

    /// What is to be done with the file.
    pub fn access(&self) -> FileAccess {
        self.access
    }

    /// The path that was asked for.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The addresses that may be dialled, in the order in which they are tried: at least one.
    pub fn addresses(&self) -> &[IpAddr] {
        &self.addresses
    }
}
