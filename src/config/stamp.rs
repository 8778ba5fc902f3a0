//! Which file is at a path, and when it was last changed: enough to see that the file must be read again.
//!
//! Takes a path; gives a [`Stamp`], or `None` without a file. The file is not opened. A network filesystem is asked
//! anew, since its cached answer may be seconds old (statx(2), `AT_STATX_FORCE_SYNC`).

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{AtFlags, CWD, StatxFlags, makedev, statx};
use rustix::io::Errno;

use super::paths::Paths;
use crate::clock;

/// Which file a path leads to, and when it was last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    /// Whether the file was written to its end at least `age` ago, by the clock. Of an empty file nothing tells it: one that is
    /// truncated has its new size before its new time.
    pub(super) fn was_written(&self, age: Duration) -> bool {
        self.bytes > 0 && self.is_dated(age)
    }

    /// Whether its time is at least `age` ago, by the clock. A program may give a file a time to come (`touch -d`, an archive);
    /// the time at which the file was changed, which none may give, then says when it was.
    fn is_dated(&self, age: Duration) -> bool {
        is_past(self.modified, age) || is_to_come(self.modified, age) && is_past(self.changed, age)
    }
}

/// The stamp of a file; `None` when it is not there. Links are followed, so a link that was changed gives the stamp
/// of another file.
pub fn stamp(path: &Path) -> Option<Stamp> {
    match statx(
        CWD,
        path,
        AtFlags::STATX_FORCE_SYNC,
        StatxFlags::BASIC_STATS,
    ) {
        Ok(file) => Some(Stamp {
            device: makedev(file.stx_dev_major, file.stx_dev_minor),
            inode: file.stx_ino,
            bytes: file.stx_size,
            modified: (file.stx_mtime.tv_sec, file.stx_mtime.tv_nsec.into()),
            changed: (file.stx_ctime.tv_sec, file.stx_ctime.tv_nsec.into()),
        }),
        // Linux before 4.11 has no statx; Docker before 18.04 answers EPERM to system calls that it does not know.
        Err(Errno::NOSYS | Errno::PERM) => older_stamp(path),
        Err(_) => None,
    }
}

fn older_stamp(path: &Path) -> Option<Stamp> {
    let file = std::fs::metadata(path).ok()?;
    Some(Stamp {
        device: file.dev(),
        inode: file.ino(),
        bytes: file.len(),
        modified: (file.mtime(), file.mtime_nsec()),
        changed: (file.ctime(), file.ctime_nsec()),
    })
}

/// The stamps of servers.yml, credentials.yml and policy.yml; `None` for a missing file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamps([Option<Stamp>; 3]);

impl Stamps {
    /// The stamps of the files as they are now.
    pub fn of(paths: &Paths) -> Self {
        let files = [paths.servers(), paths.credentials(), paths.policy()];
        Self(files.map(|file| stamp(&file)))
    }

    /// Whether every file is there.
    pub fn are_complete(&self) -> bool {
        self.0.iter().all(Option::is_some)
    }

    /// Whether the files that are there were written to their end at least `age` ago, by the clock.
    pub fn were_written(&self, age: Duration) -> bool {
        let mut files = self.0.iter().flatten();
        files.all(|file| file.was_written(age))
    }

    /// Whether nothing about the files has changed for at least `age`: they were neither written nor renamed.
    pub fn were_changed(&self, age: Duration) -> bool {
        let mut files = self.0.iter().flatten();
        files.all(|file| is_past(file.changed, age) && file.is_dated(age))
    }
}

/// Whether a time is at least `age` ago; a time in the future is not.
fn is_past(time: (i64, i64), age: Duration) -> bool {
    since(time) >= age.as_secs_f64()
}

/// Whether a time is more than `age` in the future.
fn is_to_come(time: (i64, i64), age: Duration) -> bool {
    since(time) < -age.as_secs_f64()
}

/// The seconds since a time; less than none before it.
fn since((seconds, nanoseconds): (i64, i64)) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of this century need no more than an f64 has"
    )]
    let time = seconds as f64 + nanoseconds as f64 / 1e9;
    clock::unix_seconds() - time
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Stamp;
    use crate::clock;

    /// In seconds from now: when the file was written as it says, when it was changed, and whether it is old.
    #[test]
    fn a_file_of_tomorrow_is_as_old_as_its_last_change() {
        let at = |from_now: i64| {
            #[expect(clippy::cast_possible_truncation, reason = "seconds of this century")]
            let now = clock::unix_seconds() as i64;
            (now + from_now, 0)
        };
        for (modified, changed, is_old) in [
            (-3600, -3600, true),
            (-3600, 0, true),
            (0, 0, false),
            (86_400, -3600, true),
            (86_400, 0, false),
            (86_400, 86_400, false),
        ] {
            let stamp = Stamp {
                device: 1,
                inode: 1,
                bytes: 1,
                modified: at(modified),
                changed: at(changed),
            };
            let age = Duration::from_mins(1);
            assert_eq!(stamp.was_written(age), is_old, "{modified} {changed}");
        }
    }
}
