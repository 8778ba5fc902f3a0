//! The audit file: one chain of lines, even if several processes write it.
//!
//! Takes a record; gives the line, once it stands whole at the end of the file. Each process holds the lock of
//! the file for one line, and lets this line follow the last one of the file. When the file was moved away, a
//! new one is opened under its name.
//!
//! Refuses a file that is a link, is not regular, belongs to another user, that others may read or write, or
//! that holds no records; refuses to wait longer than a second for the lock. A line that does not fit on the
//! disk stays as far as it went, and the next line names it: what stands in the file is never taken back.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::event::{Timespec, poll};
use rustix::fs::{
    Access as Permission, AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, Stat, accessat,
    fdatasync, flock, fstat, fsync, lstat, open,
};
use rustix::io::{Errno, pread, retry_on_intr};

use crate::kept_out::{Purpose, kept_out};
use crate::sandbox::is_closed;

use super::chain::{
    Chain, Digest, Link, MAX_LINE, StampedLine, digest, digest_of_cut, is_unfinished,
};

/// The pause before the lock is tried again: about as long as a process writes one line.
const PAUSE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 1_000_000,
};
/// How often the lock is tried for a line: for about a second. A process that was stopped while it holds the
/// lock must not stop this process, too.
const PATIENCE: u32 = 1000;
/// How often a file may be moved away while it is opened.
const MAX_MOVES: u32 = 3;
/// What is no audit file.
pub(super) const IS_LINK: &str = "is a symbolic link: name the file itself";
const IS_DIRECTORY: &str = "is a directory: name a file in it";
/// How many bytes are read at the end of a file: the last line, those that were cut off after it, and their LFs.
const TAIL: usize = 2 * (MAX_LINE + 1) + 1;

/// The audit file by its name, open or not.
#[derive(Debug)]
pub(super) struct AuditFile {
    path: PathBuf,
    opened: Option<OpenedFile>,
    /// How often the lock is tried for the next line.
    patience: u32,
}

#[derive(Debug)]
struct OpenedFile {
    descriptor: OwnedFd,
    /// Where the last line of this process ends, in bytes.
    end: u64,
}

/// The end of a file.
struct FileTail {
    /// The hash that the next line must name.
    hash: Digest,
    /// Whether the last line was cut off: an LF must end it before the next line begins.
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

    /// Opens the file; makes it if it is not there.
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
            // To close the file gives the lock back, and the next line looks at the file anew.
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
        // In a file that was emptied, the chain goes on from the last line of this process.
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
            // The rest is not tried: there is no room for it. The next line, whoever writes it, ends this one and names it.
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
            // The file was moved away: the new file goes on where the old one ends.
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
        // A signal may end the pause early.
        let _interrupted = poll(&mut [], Some(&PAUSE));
    }
    *patience = 1;
    Err(refusal(path, "is locked by another process"))
}

fn open_or_make(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::APPEND | OFlags::CREATE | OFlags::NOFOLLOW;
    // A FIFO must not block, and a terminal must not become that of this process, before it is refused.
    let flags = flags | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = retry_on_intr(|| open(path, flags, Mode::RUSR | Mode::WUSR));
    let descriptor = opened.map_err(|errno| match errno {
        Errno::LOOP => refusal(path, IS_LINK),
        Errno::ISDIR => refusal(path, IS_DIRECTORY),
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

/// Puts the name of a new file on the disk. A directory that may not be read cannot be synced, and is left out.
fn sync_directory(path: &Path) {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    if let Ok(directory) = open(parent_of(path), flags, Mode::empty()) {
        let _best_effort = fsync(directory);
    }
}

/// The directory that a file is in.
pub(super) fn parent_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    parent.unwrap_or(Path::new("."))
}

/// Refuses a file that others could have changed or read; checked when the file is opened and at each line.
pub(super) fn check(path: &Path, stat: &Stat) -> io::Result<()> {
    let (shown, user) = (path.display(), rustix::process::geteuid().as_raw());
    let kind = FileType::from_raw_mode(stat.st_mode);
    if kind == FileType::Directory {
        return Err(refusal(path, IS_DIRECTORY));
    }
    if kind != FileType::RegularFile {
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

/// Reads the end of a file that another process has written.
fn tail(path: &Path, descriptor: &OwnedFd, size: u64) -> io::Result<FileTail> {
    let length = usize::try_from(size).unwrap_or(TAIL).min(TAIL);
    let mut bytes = vec![0; length];
    let from = size.saturating_sub(length as u64);
    let read = retry_on_intr(|| pread(descriptor, &mut bytes, from));
    if read.map_err(|errno| fault(path, errno))? < length {
        return Err(refusal(path, "became shorter while it was read"));
    }
    let ended = bytes.strip_suffix(b"\n");
    let cut = ended.is_none();
    let text = ended.unwrap_or(&bytes);
    let mut lines = text.rsplit(|byte| *byte == b'\n');
    let mut last = lines.next().unwrap_or_default();
    let mut torn = 0;
    // A last line that lacks only its LF is whole.
    if is_unfinished(last) || cut && Link::of(last).is_none() {
        torn = last.len();
        last = lines.next().unwrap_or_default();
        while is_unfinished(last) && torn + last.len() < text.len() {
            torn += last.len() + 1;
            last = lines.next().unwrap_or_default();
        }
    }
    if torn > MAX_LINE || torn + last.len() + 1 >= text.len() && from > 0 {
        return Err(refusal(
            path,
            "ends in a line that is too long: name another file",
        ));
    }
    let hash = match text.len() - torn {
        start if torn > 0 => digest_of_cut(last, text.get(start..).unwrap_or_default()),
        _ => digest(last),
    };
    Ok(FileTail { hash, cut })
}

pub(super) fn fault(path: &Path, errno: Errno) -> io::Error {
    let error = io::Error::from(errno);
    let shown = path.display();
    let mend = match errno {
        Errno::NOENT => ": make its directory",
        Errno::ACCESS if is_replaced(path) => {
            ": the sandbox was closed at the start, over the file that was there then, and another one has its place now: restart the server"
        }
        Errno::ACCESS if path.parent().is_some_and(is_closed) || is_kept_out(path) => {
            ": the sandbox was closed at the start, and makes no file here: the directory is new, or another one, or holds other files, too: restart the server"
        }
        Errno::ACCESS => {
            let purpose = match lstat(path) {
                Err(Errno::NOENT) => Purpose::Make,
                Ok(_) | Err(_) => Purpose::Append,
            };
            let why = kept_out(path, purpose);
            return io::Error::new(error.kind(), format!("`{shown}`: {why}"));
        }
        Errno::ROFS => ": mount its directory without `:ro`, or name a file elsewhere",
        Errno::NOSPC | Errno::DQUOT => ": make room there",
        _ => "",
    };
    io::Error::new(error.kind(), format!("`{shown}`: {error}{mend}"))
}

/// Whether a file, which was not opened, is this user's, and its mode lets this user read and write it.
fn is_replaced(path: &Path) -> bool {
    let may = Permission::READ_OK | Permission::WRITE_OK;
    let user = rustix::process::geteuid().as_raw();
    lstat(path).is_ok_and(|named| named.st_uid == user)
        && accessat(CWD, path, may, AtFlags::EACCESS).is_ok()
}

/// Whether a file is not there, though the mode of its directory lets this user make it.
fn is_kept_out(path: &Path) -> bool {
    let may = Permission::WRITE_OK | Permission::EXEC_OK;
    let makes = |parent: &Path| accessat(CWD, parent, may, AtFlags::EACCESS).is_ok();
    lstat(path).err() == Some(Errno::NOENT) && path.parent().is_some_and(makes)
}

fn refusal(path: &Path, what: &str) -> io::Error {
    io::Error::other(format!("`{}` {what}", path.display()))
}
