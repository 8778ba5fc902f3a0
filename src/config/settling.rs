//! Whether the three files are written to their end. A half-written policy may be a valid one without its last deny
//! rules. So its text does not tell; only time does.
//!
//! Takes the directories, at each look; gives the texts of the files, once nobody seems to write them. Refuses files
//! that change all the time.
//!
//! ```text
//! the stamps have not changed                               -> same: three system calls, nothing is read
//! the texts are those that were tried last                  -> same
//! all were written FRESH ago or longer, and none is empty;
//!   once some were tried: nor changed or renamed since then -> settled
//! the texts have not changed for QUIET                      -> settled
//! else                                                      -> unsettled: look again
//! ```
//!
//! A writer that pauses for longer than [`QUIET`] is not noticed. Who writes a new file and renames it over the old
//! one never shows a half.

use std::path::Path;
use std::time::Duration;

use super::files::Files;
use super::paths::Paths;
use super::stamp::{Stamp, Stamps, stamp};
use crate::clock::Stopwatch;
use crate::runtime::sleep;

/// How long files that were written just now must not change.
const QUIET: Duration = Duration::from_millis(250);
/// A file that nobody has written for so long is written to its end. Some filesystems count in steps of one or two
/// seconds (FAT, ext3, NFS), and the clock of a file server may differ from that of this machine.
const FRESH: Duration = Duration::from_secs(3);
/// The pause between two looks at files that are not settled.
pub const PAUSE: Duration = Duration::from_millis(50);
/// How long the program waits for files that change all the time.
pub const MAX_WAIT: Duration = Duration::from_secs(2);

/// What a look at the files found.
#[derive(Debug)]
pub enum Look {
    /// The texts that were tried last.
    Same,
    /// Other texts, written to their end.
    Settled(Box<Files>),
    /// Other texts, which somebody may still write.
    Unsettled,
}

/// What the looks so far have seen of the files.
#[derive(Debug)]
pub struct Settling {
    paths: Paths,
    /// The digest of the texts that were last tried to be put in force.
    tried: Option<String>,
    seen: Option<Seen>,
}

/// The last reading.
#[derive(Debug)]
struct Seen {
    stamps: Stamps,
    digest: String,
    /// Since when the files have these texts.
    held: Stopwatch,
    /// Since when the files have these stamps, too.
    stood: Stopwatch,
    /// Whether a later write surely gives other stamps: these stamps are too old to be those of two writes.
    telling: bool,
}

impl Settling {
    /// Begins: no file was seen, and nothing was tried.
    pub fn new(paths: &Paths) -> Self {
        Self {
            paths: paths.clone(),
            tried: None,
            seen: None,
        }
    }

    /// Notes that the texts of `files` are tried now; whether they are the first ones.
    pub fn tries(&mut self, files: &Files) -> bool {
        self.tried.replace(files.digest().to_owned()).is_none()
    }

    /// Whether the files may differ from those that were tried last. Only the stamps and the last look are asked.
    pub fn may_differ(&self) -> bool {
        let seen = self.seen.as_ref();
        let seen = seen.filter(|seen| self.tried.as_ref() == Some(&seen.digest));
        seen.is_none_or(|seen| seen.stamps != Stamps::of(&self.paths))
    }

    /// Looks for a change.
    pub fn look(&mut self) -> Look {
        if self.seen.as_ref().is_some_and(|seen| seen.telling) && !self.may_differ() {
            return Look::Same;
        }
        let tried = self.tried.clone();
        match self.look_anew() {
            Look::Settled(files) if tried.as_deref() != Some(files.digest()) => {
                Look::Settled(files)
            }
            Look::Settled(_) | Look::Same => Look::Same,
            Look::Unsettled => Look::Unsettled,
        }
    }

    /// Looks at the files for a caller that wants to try them again, even unchanged: where [`Self::look`] gives
    /// [`Look::Same`], this gives [`Look::Settled`].
    pub fn look_anew(&mut self) -> Look {
        let begun = Stopwatch::start();
        let files = Files::read(&self.paths);
        let settled = self.note(&files, begun);
        if settled || self.tried.as_deref() == Some(files.digest()) {
            Look::Settled(Box::new(files))
        } else {
            Look::Unsettled
        }
    }

    /// Remembers the texts; whether they are settled. The files were read between `begun` and now, which may be long
    /// on a busy machine: only the time from the end of one reading to the beginning of the next counts.
    fn note(&mut self, files: &Files, begun: Stopwatch) -> bool {
        let now = Stopwatch::start();
        let before = self.seen.take();
        let before = before.filter(|seen| seen.digest == files.digest());
        let held = before.as_ref().map_or(now, |seen| seen.held);
        let stood = before.filter(|seen| seen.stamps == files.stamps);
        let stood = stood.map_or(now, |seen| seen.stood);
        // A missing file may come yet. Before anything was tried, it counts as missing.
        let complete = self.tried.is_none() || files.stamps.are_complete();
        self.seen = Some(Seen {
            stamps: files.stamps,
            digest: files.digest().to_owned(),
            held,
            stood,
            telling: files.stamps.were_changed(FRESH) || stood.until(begun) >= FRESH,
        });
        // While there is no configuration yet, the time that the files give themselves counts: who copies them into a
        // container or changes their owner does so just before the start, which is not to wait for that.
        let unchanged = self.tried.is_none() || files.stamps.were_changed(FRESH);
        let old = files.untouched && files.stamps.were_written(FRESH) && unchanged;
        held.until(begun) >= QUIET || (complete && old)
    }
}

/// Waits until nobody writes the files; false when somebody still writes them after [`MAX_WAIT`].
pub async fn settled(paths: &Paths) -> bool {
    let mut settling = Settling::new(paths);
    let begun = Stopwatch::start();
    while let Look::Unsettled = settling.look_anew() {
        if begun.elapsed() >= MAX_WAIT {
            return false;
        }
        sleep(PAUSE).await;
    }
    true
}

/// Waits until nobody writes one file, which may be missing: until it was written [`FRESH`] ago or longer, or has had one
/// stamp for [`QUIET`]. False when somebody still writes it after [`MAX_WAIT`].
pub async fn is_written(file: &Path) -> bool {
    let begun = Stopwatch::start();
    let (mut seen, mut held) = (stamp(file), Stopwatch::start());
    let is_old = |stamp: Option<Stamp>| stamp.is_none_or(|stamp| stamp.was_written(FRESH));
    while !is_old(seen) && held.elapsed() < QUIET {
        if begun.elapsed() >= MAX_WAIT {
            return false;
        }
        sleep(PAUSE).await;
        let now = stamp(file);
        if now != seen {
            (seen, held) = (now, Stopwatch::start());
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::path::Path;
    use std::thread::sleep;
    use std::time::{Duration, SystemTime};

    use tempfile::TempDir;

    use super::{FRESH, Look, QUIET, Settling};
    use crate::config::Paths;

    const LONG_AGO: Duration = Duration::from_secs(3600);

    /// Three files that were written long ago and were tried.
    fn settling() -> (TempDir, Settling) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["servers.yml", "credentials.yml", "policy.yml"] {
            write(folder.path(), name, "one", LONG_AGO);
        }
        let (config, keys, secrets) = (folder.path(), folder.path(), folder.path());
        let mut settling = Settling::new(&Paths {
            config: config.to_owned(),
            keys: keys.to_owned(),
            secrets: secrets.to_owned(),
        });
        let Look::Settled(files) = settling.look() else {
            panic!("old files are settled at once");
        };
        assert!(settling.tries(&files));
        (folder, settling)
    }

    fn write(folder: &Path, name: &str, text: &str, age: Duration) {
        fs::write(folder.join(name), text).unwrap();
        let file = File::options().write(true).open(folder.join(name)).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }

    fn found(look: Look) -> Option<&'static str> {
        match look {
            Look::Same => Some("same"),
            Look::Settled(_) => Some("settled"),
            Look::Unsettled => None,
        }
    }

    #[test]
    fn a_file_counts_when_it_is_old_or_has_stayed_as_it_is() {
        let future = SystemTime::now() + Duration::from_secs(86_400);
        for (case, age, at_start) in [
            ("written now", Duration::ZERO, None),
            ("a second ago", Duration::from_secs(1), None),
            ("its time set back just now", LONG_AGO, Some("settled")),
        ] {
            let (folder, mut settling) = settling();
            write(folder.path(), "policy.yml", "two", age);
            assert_eq!(found(settling.look()), None, "{case}");
            let mut starting = Settling::new(&settling.paths);
            assert_eq!(found(starting.look()), at_start, "{case}, at the start");
            sleep(QUIET);
            assert_eq!(found(settling.look()), Some("settled"), "{case}");
        }
        let (folder, mut settling) = settling();
        write(folder.path(), "policy.yml", "two", LONG_AGO);
        let policy = File::options()
            .write(true)
            .open(folder.path().join("policy.yml"));
        policy.unwrap().set_modified(future).unwrap();
        assert_eq!(found(settling.look()), None, "of tomorrow");
        sleep(QUIET);
        assert_eq!(found(settling.look()), Some("settled"), "of tomorrow");
    }

    /// open(2) with O_TRUNC gives the file its new size first, and its new time later: as long as it waits in between, the
    /// file is empty and old.
    #[test]
    fn an_empty_file_may_have_been_truncated_just_now() {
        for name in ["servers.yml", "credentials.yml", "policy.yml"] {
            let (folder, mut settling) = settling();
            write(folder.path(), name, "", LONG_AGO);
            assert_eq!(found(settling.look()), None, "{name}");
            sleep(QUIET);
            assert_eq!(found(settling.look()), Some("settled"), "{name}");
        }
    }

    #[test]
    fn what_becomes_something_else_meanwhile_begins_anew() {
        let (folder, mut settling) = settling();
        let mut text = String::new();
        for piece in ["two", " and", " three"] {
            text.push_str(piece);
            write(folder.path(), "policy.yml", &text, Duration::ZERO);
            assert_eq!(found(settling.look()), None, "{text}");
            sleep(QUIET);
        }
        assert_eq!(found(settling.look()), Some("settled"));
    }

    #[test]
    fn a_missing_file_may_be_on_its_way() {
        let (folder, mut settling) = settling();
        fs::remove_file(folder.path().join("policy.yml")).unwrap();
        assert_eq!(found(settling.look()), None);
        write(folder.path(), "policy.yml", "one", Duration::ZERO);
        assert_eq!(found(settling.look()), Some("same"));
        fs::remove_file(folder.path().join("policy.yml")).unwrap();
        assert_eq!(found(settling.look()), None);
        sleep(QUIET);
        assert_eq!(found(settling.look()), Some("settled"));
        let mut at_start = Settling::new(&settling.paths);
        assert_eq!(
            found(at_start.look()),
            Some("settled"),
            "it is simply missing"
        );
    }

    /// Two writes of one size have equal stamps if the clock of the filesystem is slow.
    #[test]
    fn fresh_files_are_read_whatever_their_stamps_say() {
        let (folder, mut settling) = settling();
        assert_eq!(found(settling.look()), Some("same"));
        assert!(
            !settling.seen.as_ref().unwrap().telling,
            "their inodes are new"
        );
        assert!(!settling.may_differ());
        sleep(FRESH);
        assert_eq!(found(settling.look()), Some("same"));
        assert!(settling.seen.as_ref().unwrap().telling);
        write(folder.path(), "policy.yml", "two", LONG_AGO);
        assert!(settling.may_differ());
    }
}
