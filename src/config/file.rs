//! Files, opened so that no open blocks, no read is endless, and no path leads out of its directory.
//!
//! Takes a path; gives the text of a regular file up to a bound. Refuses directories, FIFOs and devices, more
//! bytes than the bound, and text that is not UTF-8. A path of a key or a secret must stay below its directory:
//! the kernel resolves it by openat2(2) with `RESOLVE_BENEATH`; where a seccomp filter refuses that call, this
//! file opens one component after another.

use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::path::{Component, Path};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags, fstat, open, openat, openat2};
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::sandbox::is_closed;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};

/// The most bytes of a configuration file, as in the Python program. 10,000 hosts take about 2 MiB.
pub const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;

/// How files are opened: a FIFO must not block the one thread, and a terminal must not become that of the process.
const READING: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

/// Whether faults in a file may show its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// Faults may show lines of the file.
    Shown,
    /// Faults show no line: the file may hold a password.
    Withheld,
}

/// Reads a configuration file. Links are followed: Kubernetes mounts files as links.
///
/// # Errors
/// One fault that says why the file cannot be read, with the place where the text is not UTF-8.
pub fn read(path: &Path, quoting: Quoting) -> Result<Source, Diagnostic> {
    let (name, bytes) = bytes_of(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let (valid, _) = bytes.split_at(error.valid_up_to());
        not_utf8(&name, &String::from_utf8_lossy(valid), quoting)
    })?;
    Ok(match quoting {
        Quoting::Shown => Source::new(&name, text),
        Quoting::Withheld => Source::secret(&name, text),
    })
}

/// Reads a file whose lines are bytes, as those of known_hosts are. Bytes that are not UTF-8 become U+FFFD, and
/// spoil only their own line.
///
/// # Errors
/// One fault that says why the file cannot be read.
pub fn read_lossy(path: &Path) -> Result<Source, Diagnostic> {
    let (name, bytes) = bytes_of(path)?;
    Ok(Source::new(&name, &String::from_utf8_lossy(&bytes)))
}

/// The name of a file and its bytes. Links are followed.
///
/// # Errors
/// One fault that says why the file cannot be read.
pub fn bytes_of(path: &Path) -> Result<(String, Zeroizing<Vec<u8>>), Diagnostic> {
    let name = path.display().to_string();
    let opened = open(path, READING, Mode::empty()).map_err(|errno| unopened(path, errno));
    match opened.and_then(|file| read_regular(file, MAX_FILE_BYTES)) {
        Ok(bytes) => Ok((name, bytes)),
        Err(unread) => Err(Diagnostic::file(&name, unread.message(path))),
    }
}

/// The files that a configuration directory must have. Of any other file the directory is not told: another option named it.
const CONFIGURATION: [&str; 3] = ["servers.yml", "credentials.yml", "policy.yml"];

/// Why a file gave no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileReadError {
    Missing,
    /// A link where no link may be, or a link that leads out of its directory.
    Link,
    Directory,
    /// A FIFO, socket or device.
    Special,
    TooLarge,
    /// It was not there when the sandbox closed, or another file has taken its place since.
    Closed,
    /// The error of the system.
    Refused(Errno),
}

/// How a file is told of that the sandbox keeps closed.
pub(super) const CLOSED: &str = "is new, or was replaced, where the sandbox has been closed since the start: restart the server";

impl fmt::Display for FileReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "is missing",
            Self::Link => "is a link that leaves its directory",
            Self::Directory => "is a directory",
            Self::Special => "is a FIFO, socket or device",
            Self::TooLarge => "is too large",
            Self::Closed => CLOSED,
            Self::Refused(errno) => return formatter.write_str(&refused(*errno)),
        })
    }
}

impl std::error::Error for FileReadError {}

impl From<Errno> for FileReadError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::NOENT | Errno::NOTDIR => Self::Missing,
            Errno::LOOP | Errno::XDEV => Self::Link,
            Errno::NXIO | Errno::NODEV => Self::Special,
            other => Self::Refused(other),
        }
    }
}

/// Why a file could not be opened.
fn unopened(path: &Path, errno: Errno) -> FileReadError {
    match errno {
        Errno::ACCESS if is_closed(path) => FileReadError::Closed,
        _ => errno.into(),
    }
}

impl FileReadError {
    fn message(self, path: &Path) -> String {
        let ours = path
            .file_name()
            .is_some_and(|name| CONFIGURATION.iter().any(|own| name == *own));
        match self {
            Self::Missing if !ours => "no such file".to_owned(),
            Self::Directory if !ours => "a directory, not a file".to_owned(),
            Self::Missing => missing(path),
            Self::Link => "a link that leads nowhere or round in a circle: mend the link".to_owned(),
            Self::Directory => "a directory is in the place of this file: remove it (docker makes one when a bind mount's source is missing) and put the file there".to_owned(),
            Self::Special => "not a regular file but a FIFO, socket or device: put a regular file there".to_owned(),
            Self::TooLarge => format!("larger than {MAX_FILE_BYTES} bytes: split the inventory or remove what is generated"),
            Self::Closed => CLOSED.to_owned(),
            Self::Refused(errno @ (Errno::ACCESS | Errno::PERM)) => {
                format!("{} and pass its directories", refused(errno))
            }
            Self::Refused(errno) => format!("cannot be read: {}", describe(errno)),
        }
    }
}

/// The system's words for an error, and who needs permission, if permission mends it.
pub(super) fn refused(errno: Errno) -> String {
    let words = describe(errno);
    match errno {
        Errno::ACCESS | Errno::PERM => {
            let user = rustix::process::geteuid().as_raw();
            format!("{words}: let user {user} read it")
        }
        _ => words,
    }
}

/// The system's words for an error, without Rust's `(os error N)`.
fn describe(errno: Errno) -> String {
    let text = std::io::Error::from(errno).to_string();
    text.split(" (os error")
        .next()
        .unwrap_or(&text)
        .to_lowercase()
}

fn missing(path: &Path) -> String {
    let other = path.with_extension("yaml");
    if other != path && other.exists() {
        let (other, name) = (other.display(), path.display());
        return format!("no such file, but `{other}` is there: rename it to `{name}`");
    }
    "no such file: name its directory with `--config` or MCP_SSH_CONFIG_DIR, or make one with `mcp-ssh init DIR`"
        .to_owned()
}

fn not_utf8(name: &str, valid: &str, quoting: Quoting) -> Diagnostic {
    let valid = valid.strip_prefix('\u{feff}').unwrap_or(valid);
    // Lines are counted as YAML counts them: a lone CR ends a line, too.
    let lines = valid.replace("\r\n", "\n").replace('\r', "\n");
    let last = lines.rsplit('\n').next().unwrap_or_default();
    let span = Span {
        line: lines.matches('\n').count() + 1,
        column: last.chars().count() + 1,
        width: 1,
    };
    let source = match quoting {
        Quoting::Shown => Source::new(name, valid),
        Quoting::Withheld => Source::secret(name, valid),
    };
    let message = "not UTF-8 from here on: save the file as UTF-8";
    Diagnostic::error(&source, span, message)
}

/// All bytes of a regular file, zeroed when dropped.
pub(super) fn read_regular(file: OwnedFd, limit: u64) -> Result<Zeroizing<Vec<u8>>, FileReadError> {
    let status = fstat(&file)?;
    match FileType::from_raw_mode(status.st_mode) {
        FileType::RegularFile => {}
        FileType::Directory => return Err(FileReadError::Directory),
        FileType::Symlink => return Err(FileReadError::Link),
        FileType::Fifo
        | FileType::Socket
        | FileType::CharacterDevice
        | FileType::BlockDevice
        | FileType::Unknown => return Err(FileReadError::Special),
    }
    let size = u64::try_from(status.st_size).unwrap_or(u64::MAX);
    if size > limit {
        return Err(FileReadError::TooLarge);
    }
    // The whole capacity is taken at once, since growth would leave copies of a secret behind. A file that grows
    // while it is read is cut one byte after the limit, and refused.
    let capacity = usize::try_from(size).unwrap_or_default().saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
    File::from(file)
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| match (error.kind(), Errno::from_io_error(&error)) {
            (ErrorKind::IsADirectory, _) => FileReadError::Directory,
            (_, errno) => FileReadError::Refused(errno.unwrap_or(Errno::IO)),
        })?;
    if u64::try_from(bytes.len()).is_ok_and(|read| read > limit) {
        return Err(FileReadError::TooLarge);
    }
    Ok(bytes)
}

/// The links that a path below a directory may pass through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    /// No symbolic link at all.
    Refused,
    /// Links that stay inside the directory, as Kubernetes makes them (`..data/`).
    Inside,
}

/// Whether openat2(2) was refused once: a filter, as the sandbox's own, stays for good.
static IS_REFUSED: AtomicBool = AtomicBool::new(false);

/// Opens `relative` below `directory`; a path that leaves the directory is refused.
pub(super) fn open_beneath(
    directory: &Path,
    relative: &Path,
    links: Links,
) -> Result<OwnedFd, FileReadError> {
    let base = openat(
        CWD,
        directory,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    let resolve = ResolveFlags::BENEATH
        | ResolveFlags::NO_MAGICLINKS
        | match links {
            Links::Refused => ResolveFlags::NO_SYMLINKS,
            Links::Inside => ResolveFlags::empty(),
        };
    let walked = |base| walk(base, directory, relative, links);
    let opened = if IS_REFUSED.load(Ordering::Relaxed) {
        walked(base)
    } else {
        match openat2(&base, relative, READING, Mode::empty(), resolve) {
            // Docker before 20.10 answers EPERM to system calls it does not know.
            Err(Errno::NOSYS | Errno::PERM) => {
                IS_REFUSED.store(true, Ordering::Relaxed);
                walked(base)
            }
            opened => opened.map_err(FileReadError::from),
        }
    };
    if let Err(FileReadError::Refused(errno)) = opened {
        return Err(unopened(&directory.join(relative), errno));
    }
    opened
}

/// Does what openat2 does, one component after another. A link is resolved first, and the resolved path is then
/// opened without following links: so a link that is changed meanwhile is refused, not followed.
fn walk(
    base: OwnedFd,
    directory: &Path,
    relative: &Path,
    links: Links,
) -> Result<OwnedFd, FileReadError> {
    let resolved;
    let relative = match links {
        Links::Refused => relative,
        Links::Inside => {
            let real = |path: &Path| {
                path.canonicalize().map_err(|error| {
                    FileReadError::from(Errno::from_io_error(&error).unwrap_or(Errno::IO))
                })
            };
            resolved = real(&directory.join(relative))?;
            let inside = resolved.strip_prefix(real(directory)?);
            inside.map_err(|_| FileReadError::Link)?
        }
    };
    let mut at = base;
    let mut components = relative.components().peekable();
    while let Some(component) = components.next() {
        let Component::Normal(name) = component else {
            return Err(FileReadError::Link);
        };
        let flags = match components.peek() {
            Some(_) => OFlags::PATH | OFlags::CLOEXEC | OFlags::NOFOLLOW,
            None => READING | OFlags::NOFOLLOW,
        };
        at = openat(&at, name, flags, Mode::empty())?;
        if FileType::from_raw_mode(fstat(&at)?.st_mode) == FileType::Symlink {
            return Err(FileReadError::Link);
        }
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use rustix::fs::{CWD, Mode, OFlags, openat};

    use super::{FileReadError, Links, open_beneath, read_regular, walk};

    /// Both ways to open must agree on every path.
    #[test]
    fn the_walk_refuses_what_the_kernel_refuses() {
        let outside = tempfile::tempdir().expect("a directory");
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path();
        fs::create_dir_all(path.join("sub/deep")).expect("a directory");
        fs::write(path.join("sub/deep/key"), "k").expect("a file");
        fs::write(outside.path().join("key"), "k").expect("a file");
        symlink("sub", path.join("link")).expect("a link");
        symlink("deep/key", path.join("sub/key")).expect("a link");
        symlink(outside.path(), path.join("out")).expect("a link");
        symlink("gone", path.join("dangling")).expect("a link");
        symlink("../../etc/passwd", path.join("up")).expect("a link");

        use Links::{Inside, Refused};
        #[rustfmt::skip]
        let cases = [
            ("sub/deep/key", Refused, None),
            ("sub/deep/key", Inside, None),
            ("sub/key", Refused, Some(FileReadError::Link)),
            ("sub/key", Inside, None),
            ("link/deep/key", Refused, Some(FileReadError::Link)),
            ("link/deep/key", Inside, None),
            ("out/key", Refused, Some(FileReadError::Link)),
            ("out/key", Inside, Some(FileReadError::Link)),
            ("up", Refused, Some(FileReadError::Link)),
            ("up", Inside, Some(FileReadError::Link)),
            ("dangling", Refused, Some(FileReadError::Link)),
            ("dangling", Inside, Some(FileReadError::Missing)),
            ("gone", Refused, Some(FileReadError::Missing)),
            ("sub/deep/key/x", Refused, Some(FileReadError::Missing)),
            ("sub", Refused, Some(FileReadError::Directory)),
            ("../key", Refused, Some(FileReadError::Link)),
            ("/etc/passwd", Refused, Some(FileReadError::Link)),
        ];
        for (relative, links, refused) in cases {
            let read = |opened: Result<_, FileReadError>| {
                opened.and_then(|file| read_regular(file, 10)).err()
            };
            let relative = Path::new(relative);
            assert_eq!(
                read(open_beneath(path, relative, links)),
                refused,
                "{relative:?} {links:?}"
            );
            let base = openat(CWD, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty());
            let walked = walk(base.expect("opens"), path, relative, links);
            assert_eq!(read(walked), refused, "walking {relative:?} {links:?}");
        }
    }
}
