//! What must be as before after a failure: the server's descriptors, threads and memory.

use std::fs;
use std::time::Duration;

use crate::support::client::Client;
use crate::support::marker::within;

/// What a failure may cost for good: the allocator keeps some of what it was given.
const MEMORY_KIB: u64 = 2048;
/// In which what was used must be given back: goodbyes and idle timeouts of a second.
const GIVEN_BACK: Duration = Duration::from_secs(8);

/// A number of /proc/PID/status; memory is in KiB.
pub fn number(pid: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.unwrap().split_whitespace().next().unwrap();
    number.parse().unwrap()
}

/// A process as /proc shows it.
#[derive(Clone, Copy, Debug)]
pub struct Vitals {
    pub descriptors: usize,
    threads: u64,
    memory_kib: u64,
}

impl Vitals {
    pub fn of(client: &Client) -> Self {
        let pid = client.pid();
        // The server is not dumpable: its descriptors are shown to root alone.
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd"));
        Self {
            descriptors: descriptors.expect("run this test as root").count(),
            threads: number(pid, "Threads:"),
            memory_kib: number(pid, "VmRSS:"),
        }
    }

    /// More memory may be kept than is usual.
    pub fn with_memory(self, kib: u64) -> Self {
        let memory_kib = self.memory_kib + kib;
        Self { memory_kib, ..self }
    }

    /// Waits until no more is in use than now.
    pub fn are_back(self, client: &Client, what: &str) {
        let back = || {
            let now = Self::of(client);
            now.descriptors <= self.descriptors
                && now.threads == 1
                && now.memory_kib <= self.memory_kib + MEMORY_KIB
        };
        assert!(
            within(GIVEN_BACK, back),
            "{what}: {self:?} before, {:?} after",
            Self::of(client)
        );
    }
}
