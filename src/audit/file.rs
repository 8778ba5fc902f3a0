//! The audit file: one chain of lines, whoever writes it.
//!
//! Takes a record; gives the line, once it stands whole at the end of the file. Several processes
//! may write the same file: each holds its lock for the time of one line, and has that line follow
//! the last one of the file. A file that was moved away is opened again under its name.
//!
//! Refuses a file that is a link, is not regular, belongs to somebody else, that others may read
//! or write, or that holds something else; and to wait long for the lock. A line that does not fit
//! on the disk leaves nothing behind.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::event::{Timespec, poll};
use rustix::fs::{
    FileType, FlockOperation, Mode, OFlags, Stat, fdatasync, flock, fstat, fsync, ftruncate, lstat,
    open,
};
use rustix::io::{Errno, pread, retry_on_intr};

use super::chain::{Chain, Digest, Link, MAX_LINE, StampedLine, digest, digest_of_cut};

/// The pause before the lock is tried again: about what a line takes.
const PAUSE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 1_000_000,
};
/// How often the lock is tried, once: a second. A process that stands still while it holds the
/// lock must not make this one stand still, too.
const PATIENCE: u32 = 1000;
/// How often a file may be moved away while it is opened.
const MAX_MOVES: u32 = 3;
/// What is read of the end of a file: its last line, one that was cut off after it, and their LFs.
const TAIL: usize = 2 * (MAX_LINE + 1) + 1;

/// A file by its name, open or not.
#[derive(Debug)]
pub(super) struct AuditFile {
    path: PathBuf,
    opened: Option<OpenedFile>,
    /// How often the lock is tried.
    patience: u32,
}

#[derive(Debug)]
struct OpenedFile {
    descriptor: OwnedFd,
    /// Where our last line ends.
    end: u64,
}

/// The end of a file.
struct FileTail {
    /// What the next line must name.
    hash: Digest,
    /// The last line was cut off: end it before the next begins.
    cut: bool,
}

impl AuditFile {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            opened: None,
            patience: PATIENCE,
        }
    }

    /// Opens the file, and makes it when it is not there.
    pub fn ready(&mut self) -> io::Result<()> {
        self.opened = Some(OpenedFile {
            descriptor: open_or_make(&self.path)?,
            end: 0,
        });
        Ok(())
    }

    /// Appends a record as the next line of the chain.
    pub fn append(&mut self, chain: &mut Chain, object: &str) -> io::Result<StampedLine> {
        let appended = self.append_locked(chain, object);
        if appended.is_err() {
            // Closing gives the lock back, and the next line looks at the file anew.
            self.opened = None;
        }
        appended
    }

    /// Waits until the lines are on the disk.
    pub fn sync(&mut self) -> io::Result<()> {
        let Some(opened) = &self.opened else {
            return Err(refusal(&self.path, "is closed"));
        };
        let synced = retry_on_intr(|| fdatasync(&opened.descriptor));
        synced.map_err(|errno| fault(&self.path, errno))
    }

    fn append_locked(&mut self, chain: &mut Chain, object: &str) -> io::Result<StampedLine> {
        let size = self.lock(chain)?;
        let path = &self.path;
        let Some(opened) = &mut self.opened else {
            return Err(refusal(path, "is closed"));
        };
        let mut cut = false;
        // An empty one goes on from our own last line.
        if size != opened.end && size > 0 {
            let tail = tail(path, &opened.descriptor, size)?;
            (chain.prev, cut) = (tail.hash, tail.cut);
        }
        let line = chain.stamp(object)?;
        let text = if cut {
            format!("\n{}", line.text)
        } else {
            line.text.clone()
        };
        let written = retry_on_intr(|| rustix::io::write(&opened.descriptor, text.as_bytes()));
        let written = written.map_err(|errno| fault(path, errno))?;
        if written < text.len() {
            // The rest is not tried: at a limit of the process (RLIMIT_FSIZE) a second write is deadly. Under the
            // lock nobody has written after this line.
            let _still_cut = ftruncate(&opened.descriptor, size);
            return Err(refusal(
                path,
                "took only a part of the line: is the disk full, or a quota reached?",
            ));
        }
        opened.end = size.saturating_add(written as u64);
        chain.advance(&line);
        flock(&opened.descriptor, FlockOperation::Unlock).map_err(|errno| fault(path, errno))?;
        Ok(line)
    }

    /// Locks the file that has the name now, and gives its size.
    fn lock(&mut self, chain: &mut Chain) -> io::Result<u64> {
        for _ in 0..MAX_MOVES {
            if self.opened.is_none() {
                self.ready()?;
            }
            let (path, patience) = (&self.path, &mut self.patience);
            let Some(opened) = &self.opened else { break };
            take_lock(path, &opened.descriptor, patience)?;
            let stat = fstat(&opened.descriptor).map_err(|errno| fault(path, errno))?;
            let size = u64::try_from(stat.st_size).unwrap_or_default();
            if lstat(path).is_ok_and(|named| is_same(&named, &stat)) {
                check(path, &stat)?;
                return Ok(size);
            }
            // Moved away: the new file goes on where this one ends.
            if size != opened.end && size > 0 {
                chain.prev = tail(path, &opened.descriptor, size)?.hash;
            }
            self.opened = None;
        }
        Err(refusal(&self.path, "is being replaced again and again"))
    }
}

fn take_lock(path: &Path, descriptor: &OwnedFd, patience: &mut u32) -> io::Result<()> {
    for _ in 0..*patience {
        match flock(descriptor, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                *patience = PATIENCE;
                return Ok(());
            }
            Err(Errno::WOULDBLOCK | Errno::INTR) => {}
            Err(errno) => return Err(fault(path, errno)),
        }
        // A signal makes the pause shorter.
        let _interrupted = poll(&mut [], Some(&PAUSE));
    }
    *patience = 1;
    Err(refusal(path, "is locked by another process"))
}

fn open_or_make(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::APPEND | OFlags::CREATE | OFlags::NOFOLLOW;
    // What is no regular file must neither block nor become our terminal before it is refused.
    let flags = flags | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = retry_on_intr(|| open(path, flags, Mode::RUSR | Mode::WUSR));
    let descriptor = opened.map_err(|errno| match errno {
        Errno::LOOP => refusal(path, "is a symbolic link: name the file itself"),
        other => fault(path, other),
    })?;
    let stat = fstat(&descriptor).map_err(|errno| fault(path, errno))?;
    check(path, &stat)?;
    if stat.st_size == 0 {
        sync_directory(path);
        return Ok(descriptor);
    }
    let mut first = [0];
    match retry_on_intr(|| pread(&descriptor, &mut first, 0)) {
        Ok(_) if first == *b"{" => Ok(descriptor),
        Ok(_) => Err(refusal(
            path,
            "holds something else than records: name another file",
        )),
        Err(errno) => Err(fault(path, errno)),
    }
}

/// A new file's name must last, too. A directory that may not be read has to do without.
fn sync_directory(path: &Path) {
    let directory = path.parent().filter(|parent| *parent != Path::new(""));
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    if let Ok(directory) = open(directory.unwrap_or(Path::new(".")), flags, Mode::empty()) {
        let _best_effort = fsync(directory);
    }
}

/// What every file must be, when it is opened and at each line.
fn check(path: &Path, stat: &Stat) -> io::Result<()> {
    let (shown, user) = (path.display(), rustix::process::geteuid().as_raw());
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(refusal(path, "is not a regular file: name another"));
    }
    if stat.st_uid != user {
        let mend = format!("belongs to another user: type `chown {user} {shown}`");
        return Err(refusal(path, &mend));
    }
    if stat.st_mode & 0o077 != 0 {
        let mend = format!("may be read or written by others: type `chmod 600 {shown}`");
        return Err(refusal(path, &mend));
    }
    Ok(())
}

fn is_same(one: &Stat, other: &Stat) -> bool {
    (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}

/// The end of a file that somebody else has written, or an earlier process.
fn tail(path: &Path, descriptor: &OwnedFd, size: u64) -> io::Result<FileTail> {
    let length = usize::try_from(size).unwrap_or(TAIL).min(TAIL);
    let mut bytes = vec![0; length];
    let from = size.saturating_sub(length as u64);
    let read = retry_on_intr(|| pread(descriptor, &mut bytes, from));
    if read.map_err(|errno| fault(path, errno))? < length {
        return Err(refusal(path, "became shorter while it was read"));
    }
    let whole = bytes.strip_suffix(b"\n");
    let cut = whole.is_none();
    let text = whole.unwrap_or(&bytes);
    let mut lines = text.rsplit(|byte| *byte == b'\n');
    let last = lines.next().unwrap_or_default();
    let torn = cut && Link::of(last).is_none();
    let before = if torn { lines.next() } else { None }.unwrap_or_default();
    // One that lacks its LF alone is whole.
    if last.len() + before.len() + 1 >= text.len() && from > 0 {
        return Err(refusal(
            path,
            "ends in a line that is too long: name another file",
        ));
    }
    let hash = if torn {
        digest_of_cut(before, last)
    } else {
        digest(last)
    };
    Ok(FileTail { hash, cut })
}

fn fault(path: &Path, errno: Errno) -> io::Error {
    let error = io::Error::from(errno);
    let mend = match errno {
        Errno::NOENT => ": make its directory",
        _ => "",
    };
    io::Error::new(error.kind(), format!("`{}`: {error}{mend}", path.display()))
}

fn refusal(path: &Path, what: &str) -> io::Error {
    io::Error::other(format!("`{}` {what}", path.display()))
}
