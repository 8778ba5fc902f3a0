//! Which hosts have no post-quantum key exchange, by the last connection with each.
//!
//! Takes the records of connections in their order; gives the hosts. Refuses more names than a [`Tally`] has room for.

use super::clipped::words;
use super::tally::{Tally, TallyRow};
use crate::audit::{ConnectionRow, TrailRow};

/// What the connections of a trail agreed on.
#[derive(Debug, Default)]
pub struct Exchanges {
    /// How many connections were made.
    pub made: u64,
    /// By host; the label is the key exchange, and `failed` is 1 where that is not post-quantum.
    hosts: Tally,
}

impl Exchanges {
    /// Takes the next connection.
    pub fn add(&mut self, row: &TrailRow<'_>, connection: &ConnectionRow<'_>) {
        self.made += 1;
        let host = self.hosts.row(&words(connection.alias), row.ts);
        host.label = words(connection.kex);
        host.counts.failed = u64::from(!connection.post_quantum);
    }

    /// The hosts without a post-quantum key exchange, at most this many, and how many there are.
    pub fn classical(&self, most: usize) -> (Vec<&TallyRow>, usize) {
        let classical = |row: &TallyRow| if row.counts.failed == 0 { 0.0 } else { 1.0 };
        self.hosts.ranked(classical, most)
    }
}
