//! A host that work under way still comes to.
//!
//! Takes: a host of the pool. While an [`ExpectedHost`] is held, the pool closes another host's idle connection before
//! one with this host.

use std::rc::Rc;

use super::host::PooledHost;

/// Holds the connections with a host, as far as there are others to close.
pub struct ExpectedHost<K, T>(Rc<PooledHost<K, T>>);

impl<K, T> ExpectedHost<K, T> {
    pub(super) fn of(host: Rc<PooledHost<K, T>>) -> Self {
        host.expected.set(host.expected.get() + 1);
        Self(host)
    }
}

impl<K, T> Drop for ExpectedHost<K, T> {
    fn drop(&mut self) {
        self.0.expected.set(self.0.expected.get() - 1);
    }
}
