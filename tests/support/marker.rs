//! Processes that a test can find again, and finds gone.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A number that only one command line on this machine has in it. What still runs with it at
/// the end of a test is killed.
pub struct Marker(String);

impl Marker {
    /// For instance as the seconds of a sleep.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(format!("9{:07}.{number:04}", std::process::id()))
    }

    /// The command line with the number in the place of MARKER.
    pub fn fill(&self, line: &str) -> String {
        line.replace("MARKER", &self.0)
    }

    /// Whether these words have it.
    pub fn is_in(&self, words: &str) -> bool {
        words.contains(&self.0)
    }

    /// The processes that have it in their command line.
    pub fn alive(&self) -> Vec<u32> {
        let processes = std::fs::read_dir("/proc").unwrap();
        let pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        pids.filter(|pid: &u32| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            self.is_in(&String::from_utf8_lossy(&line))
        })
        .collect()
    }

    /// True as soon as there are none; false when there still are after a second.
    pub fn is_gone(&self) -> bool {
        within(Duration::from_secs(1), || self.alive().is_empty())
    }

    /// Kills what still has it.
    pub fn kill(&self) {
        for pid in self.alive() {
            let kill = Command::new("kill")
                .arg("-KILL")
                .arg(pid.to_string())
                .status();
            assert!(kill.is_ok());
        }
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        self.kill();
    }
}

/// True as soon as `holds` does; false when it still does not after `limit`.
pub fn within(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}
