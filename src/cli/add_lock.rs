//! One `init` at a time in a directory.
//!
//! Takes: config/, and where the new files are made. Gives: a lock that ends with its process, however that ends. Another
//! one that adds is waited for, which is told. Refuses to wait for ever: any user who may read the directory can hold its lock.
//! Where the system has no such locks, refuses to take over what an ended run left.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;

use mcp_ssh_policy::shell::quoted;
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use rustix::io::Errno;

use super::Terminal;
use crate::runtime::{sleep, timeout};

/// Between two looks whether the lock is free.
const PAUSE: Duration = Duration::from_millis(50);
/// How long one waits for those that add; each of them is done within a second.
const LONGEST: Duration = Duration::from_secs(30);

/// The lock; dropped, the next one has it.
#[derive(Debug)]
pub struct AddLock(Option<OwnedFd>);

impl AddLock {
    /// Waits for it. Some network file systems have none: then there is none.
    ///
    /// # Errors
    /// That somebody else has had it all the time.
    pub async fn take(config: &Path, terminal: &mut Terminal) -> Result<Self, String> {
        Self::within(LONGEST, config, terminal).await
    }

    async fn within(
        longest: Duration,
        config: &Path,
        terminal: &mut Terminal,
    ) -> Result<Self, String> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(directory) = open(config, flags, Mode::empty()) else {
            return Ok(Self(None));
        };
        let mut locked = flock(&directory, FlockOperation::NonBlockingLockExclusive);
        if locked == Err(Errno::WOULDBLOCK) {
            terminal.error(&format!(
                "mcp-ssh: waiting for another `mcp-ssh init` that adds to {}",
                config.display()
            ));
            // A wait in the kernel would keep a signal waiting, too.
            let waited = async {
                while locked == Err(Errno::WOULDBLOCK) {
                    sleep(PAUSE).await;
                    locked = flock(&directory, FlockOperation::NonBlockingLockExclusive);
                }
            };
            timeout(longest, waited).await;
        }
        match locked {
            Err(Errno::WOULDBLOCK) => Err(still_locked(config)),
            locked => Ok(Self(locked.is_ok().then_some(directory))),
        }
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

/// Any user who may read the directory can hold its lock, by mistake or on purpose.
fn still_locked(config: &Path) -> String {
    format!(
        "{}: another process has held the lock of this directory for {} s: `fuser -v {}` names it; nothing was added",
        config.display(),
        LONGEST.as_secs(),
        quoted(&config.to_string_lossy())
    )
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use rustix::fs::{FlockOperation, flock};

    use super::{AddLock, Terminal};
    use crate::runtime::{block_on, timeout};

    #[test]
    fn a_lock_that_somebody_keeps_is_not_waited_for_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let kept = File::open(folder.path()).unwrap();
        flock(&kept, FlockOperation::LockExclusive).unwrap();
        let taken = |longest| {
            let folder = folder.path();
            let waited = async move {
                let mut terminal = Terminal::new();
                let taken = AddLock::within(longest, folder, &mut terminal);
                timeout(Duration::from_secs(60), taken).await
            };
            block_on(waited).unwrap().expect("it waits for ever")
        };
        let why = taken(Duration::ZERO).unwrap_err();
        let expected = format!(
            "{}: another process has held the lock",
            folder.path().display()
        );
        assert!(why.starts_with(&expected), "{why}");
        drop(kept);
        // A process that another test starts holds it, too, until it is another program.
        assert!(taken(super::LONGEST).unwrap().is_held());
    }
}
