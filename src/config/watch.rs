//! Waits for changes of the configuration files, by inotify(7).
//!
//! Takes the directories. [`Watch::change`] returns once something has changed that may be a new configuration,
//! [`Watch::quiet`] once nothing more has happened for a moment. The texts of the files are not read here. Fails
//! only where the system gives no inotify.
//!
//! ```text
//! the directory    an editor renames a file over the old one; Kubernetes replaces the link `..data`
//! each file        somebody writes the file in place, even if it alone is mounted, or a link leads to it
//! the nearest      directory above it, while the directory is missing; its parent, if it is a link
//! ```
//!
//! A network filesystem tells only of changes that this machine made. A file that is mounted alone stays the old
//! one when its source is replaced.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::io::Errno;

use super::paths::Paths;
use crate::clock::Stopwatch;
use crate::runtime::{Direction, Readiness, timeout};

/// How long no event must come after a change: an editor or a deployment writes several files, one after another.
const QUIET: Duration = Duration::from_millis(250);
/// How long the silence is waited for. The watches are renewed then nevertheless.
const MAX_WAIT: Duration = Duration::from_secs(2);
/// How many bytes of events are read at once: some dozens of events, each with a name of up to 255 bytes.
const EVENT_BYTES: usize = 4096;
/// How often the nearest directory is looked for: directories may come and go meanwhile.
const MAX_ROUNDS: usize = 16;
/// The link that Kubernetes replaces: every file of a mount is below it.
const KUBERNETES_LINK: &str = "..data";

/// The watches on one configuration.
#[derive(Debug)]
pub struct Watch {
    descriptor: BorrowedFd<'static>,
    readiness: Readiness,
    directory: PathBuf,
    files: Vec<PathBuf>,
    watches: Vec<i32>,
}

impl Watch {
    /// Begins to watch.
    ///
    /// # Errors
    /// When the system gives no inotify: a seccomp filter or a limit forbids it.
    pub fn open(paths: &Paths) -> io::Result<Self> {
        Self::on(
            paths,
            vec![paths.servers(), paths.credentials(), paths.policy()],
        )
    }

    /// Begins to watch these files, which are in the directory of the configuration.
    ///
    /// # Errors
    /// When the system has no inotify for us: a seccomp filter, a limit.
    pub fn on(paths: &Paths, files: Vec<PathBuf>) -> io::Result<Self> {
        let descriptor = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        // The descriptor is watched until the process ends: a process has one server.
        let descriptor: &'static OwnedFd = Box::leak(Box::new(descriptor));
        let descriptor = descriptor.as_fd();
        let mut watch = Self {
            descriptor,
            readiness: Readiness::watch(descriptor, Direction::Read)?,
            directory: paths.config.clone(),
            files,
            watches: Vec::new(),
        };
        watch.renew()?;
        Ok(watch)
    }

    /// Waits for a change.
    ///
    /// # Errors
    /// When the events cannot be read.
    pub async fn change(&mut self) -> io::Result<()> {
        loop {
            self.readiness.ready(Direction::Read).await?;
            if self.concerns_us()? {
                return Ok(());
            }
        }
    }

    /// Waits for the silence after a change.
    ///
    /// # Errors
    /// When the system refuses further watches.
    pub async fn quiet(&mut self) -> io::Result<()> {
        let begun = Stopwatch::start();
        while begun.elapsed() < MAX_WAIT {
            let ready = timeout(QUIET, self.readiness.ready(Direction::Read)).await;
            if ready.transpose()?.is_none() {
                break;
            }
            self.concerns_us()?;
        }
        self.renew()
    }

    /// Takes all events that have come; whether one may be about the configuration.
    fn concerns_us(&self) -> io::Result<bool> {
        let mut bytes = [MaybeUninit::uninit(); EVENT_BYTES];
        let mut events = Reader::new(self.descriptor, &mut bytes);
        let mut concerns = false;
        loop {
            match events.next() {
                // The end of a watch that this file has removed.
                Ok(event) if event.events() == ReadFlags::IGNORED => {}
                Ok(event) => {
                    let name = event.file_name().map(|name| name.to_bytes());
                    concerns |= name.is_none_or(|name| self.is_ours(name));
                }
                Err(Errno::AGAIN) => return Ok(concerns),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Whether a name is that of a configuration file, or of a directory on the way to one.
    fn is_ours(&self, name: &[u8]) -> bool {
        let is = |path: &Path| {
            path.file_name()
                .is_some_and(|own| own.as_encoded_bytes() == name)
        };
        name == KUBERNETES_LINK.as_bytes()
            || self.files.iter().any(|file| is(file))
            || self.directory.ancestors().any(is)
    }

    /// Watches the files and directories that are there now, and no longer those that were there before.
    fn renew(&mut self) -> io::Result<()> {
        let mut watches = self.watch_directories()?;
        for file in &self.files {
            watches.extend(self.watch(file, IN_FILE)?);
        }
        for gone in self.watches.iter().filter(|old| !watches.contains(old)) {
            // If the file was deleted, the kernel has ended the watch already.
            let _ended = inotify::remove_watch(self.descriptor, *gone);
        }
        self.watches = watches;
        Ok(())
    }

    /// Watches the directory, or the nearest one above it that is there.
    fn watch_directories(&self) -> io::Result<Vec<i32>> {
        let mut watches = Vec::new();
        for _ in 0..MAX_ROUNDS {
            let Some(nearest) = self.nearest() else { break };
            watches.extend(self.watch(nearest, IN_DIRECTORY)?);
            // A nearer directory may have been made before this one was watched.
            if self.nearest() == Some(nearest) {
                break;
            }
        }
        if let (true, Some(parent)) = (self.directory.is_symlink(), self.directory.parent()) {
            watches.extend(self.watch(parent, IN_DIRECTORY)?);
        }
        Ok(watches)
    }

    fn nearest(&self) -> Option<&Path> {
        self.directory.ancestors().find(|path| path.is_dir())
    }

    fn watch(&self, path: &Path, events: WatchFlags) -> io::Result<Option<i32>> {
        match inotify::add_watch(self.descriptor, path, events) {
            Ok(watch) => Ok(Some(watch)),
            // The watch on the directory tells when the file comes, or when its mode changes.
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::ACCESS) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The events of a directory: about its files and about itself.
const IN_DIRECTORY: WatchFlags = WatchFlags::CLOSE_WRITE
    .union(WatchFlags::CREATE)
    .union(WatchFlags::MOVE)
    .union(WatchFlags::DELETE)
    .union(IN_FILE);
/// The events of a file.
const IN_FILE: WatchFlags = WatchFlags::CLOSE_WRITE
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF);
