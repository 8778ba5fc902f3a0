//! One `init` at a time in a directory.
//!
//! Takes: config/, and where the new files are made. Gives: a lock that ends with its process, however that ends. Another
//! one that adds is waited for, which is told. Refuses, where the system has no such locks, to take over what an ended run left.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;

use mcp_ssh_policy::shell::quoted;
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use rustix::io::Errno;

use super::Terminal;
use crate::runtime::sleep;

/// Between two looks whether the lock is free.
const PAUSE: Duration = Duration::from_millis(50);

/// The lock; dropped, the next one has it.
#[derive(Debug)]
pub struct AddLock(Option<OwnedFd>);

impl AddLock {
    /// Waits for it. Some network file systems have none: then there is none.
    pub async fn take(config: &Path, terminal: &mut Terminal) -> Self {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(directory) = open(config, flags, Mode::empty()) else {
            return Self(None);
        };
        let mut locked = flock(&directory, FlockOperation::NonBlockingLockExclusive);
        if locked == Err(Errno::WOULDBLOCK) {
            terminal.error(&format!(
                "mcp-ssh: waiting for another `mcp-ssh init` that adds to {}",
                config.display()
            ));
        }
        // A wait in the kernel would keep a signal waiting, too.
        while locked == Err(Errno::WOULDBLOCK) {
            sleep(PAUSE).await;
            locked = flock(&directory, FlockOperation::NonBlockingLockExclusive);
        }
        Self(locked.is_ok().then_some(directory))
    }

    /// Takes it if nobody has it.
    ///
    /// # Errors
    /// That somebody has it.
    pub fn at_once(root: &Path) -> Result<Self, String> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(directory) = open(root, flags, Mode::empty()) else {
            return Ok(Self(None));
        };
        match flock(&directory, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => Err(format!(
                "{}: another `mcp-ssh init` writes into it now: nothing was written",
                root.display()
            )),
            locked => Ok(Self(locked.is_ok().then_some(directory))),
        }
    }

    /// Whether nobody else can have it. Some network file systems have no such locks.
    pub fn is_held(&self) -> bool {
        self.0.is_some()
    }

    /// Takes away what an earlier run left that was killed: nobody writes there while the lock is held.
    ///
    /// # Errors
    /// How it is taken away by hand.
    pub fn sweep(&self, beside: &Path, names: &[&str]) -> Result<(), String> {
        let Ok(there) = fs::symlink_metadata(beside) else {
            return Ok(());
        };
        if self.0.is_some() && there.is_dir() {
            for name in names {
                let _gone = fs::remove_file(beside.join(name));
            }
            if fs::remove_dir(beside).is_ok() {
                return Ok(());
            }
        }
        Err(left_behind(beside))
    }
}

/// How what a killed run has left is taken away by hand.
pub fn left_behind(path: &Path) -> String {
    format!(
        "{}: left by a run that was ended in the middle: if none is under way, remove it: rm -r -- {}; \
         nothing was added",
        path.display(),
        quoted(&path.to_string_lossy())
    )
}
