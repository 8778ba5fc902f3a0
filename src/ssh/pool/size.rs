//! How many connections, and commands at once, the descriptors of the process are enough for.
//!
//! Takes: the limit of open descriptors (`ulimit -n`, RLIMIT_NOFILE of getrlimit(2)). Gives: a [`PoolSize`]. Refuses
//! nothing: with few descriptors there are few connections.

use rustix::process::{Resource, getrlimit};

/// The most connections, however many descriptors there may be: each takes some 80 KiB of memory.
const MAX_CONNECTIONS: usize = 2_048;
/// How many descriptors the process has open besides, at least: its directories and files, its streams, the reactor.
const OTHERS: usize = 16;
/// The most commands at once. Each may hold output in memory, up to its limit.
const MAX_RUNNING: usize = 100;

/// How much a pool may have open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PoolSize {
    /// Connections to all hosts.
    pub connections: usize,
    /// Commands at once on all hosts: fewer than there are connections, so that there is an idle one to close.
    pub running: usize,
}

impl PoolSize {
    /// What the limit of this process is enough for.
    pub fn of_process() -> Self {
        Self::of(getrlimit(Resource::Nofile).current)
    }

    /// A connection has one descriptor. A quarter of them is left to the files, the resolver, agents, and addresses that
    /// are dialled side by side. No limit is `None`.
    fn of(descriptors: Option<u64>) -> Self {
        let descriptors = descriptors.and_then(|limit| usize::try_from(limit).ok());
        let connections = descriptors.map_or(MAX_CONNECTIONS, |limit| {
            (limit / 4 * 3).min(limit.saturating_sub(OTHERS))
        });
        let connections = connections.clamp(2, MAX_CONNECTIONS);
        Self {
            connections,
            running: MAX_RUNNING.min(connections / 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PoolSize;

    #[test]
    fn three_quarters_of_the_descriptors_are_for_connections() {
        for (limit, connections, running) in [
            (Some(0), 2, 1),
            (Some(24), 8, 4),
            (Some(40), 24, 12),
            (Some(64), 48, 24),
            (Some(256), 192, 96),
            (Some(1_024), 768, 100),
            (Some(4_096), 2_048, 100),
            (Some(1_048_576), 2_048, 100),
            (Some(u64::MAX), 2_048, 100),
            (None, 2_048, 100),
        ] {
            let size = PoolSize {
                connections,
                running,
            };
            assert_eq!(PoolSize::of(limit), size, "{limit:?}");
        }
    }
}
