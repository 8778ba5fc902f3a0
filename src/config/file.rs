//! Files, opened so that no open blocks, no read is endless.
//!
//! Takes a path; gives the text of a regular file up to a bound. Refuses directories, FIFOs and devices, more
//! bytes than the bound, and text that is not UTF-8; says who keeps this process out of a file.

use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{FileType, Mode, OFlags, fstat, open};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::mounted::{LEFT_BEHIND, is_left_behind, missing};
use crate::kept_out::{Purpose, kept_out};
use crate::sandbox::is_closed;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};

/// The most bytes of a configuration file, as in the Python program. 10,000 hosts take about 2 MiB.
pub const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;

/// How files are opened: a FIFO must not block the one thread, and a terminal must not become that of the process.
pub(super) const READING: OFlags = OFlags::RDONLY
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
/// One fault that says why the file cannot be read, with the place where the text is not UTF-8; or that a mount has another
/// file than there is by now.
pub fn read(path: &Path, quoting: Quoting) -> Result<Source, Diagnostic> {
    let (name, bytes) = bytes_of(path)?;
    if is_left_behind(path) {
        return Err(Diagnostic::file(&name, LEFT_BEHIND));
    }
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
            Self::Directory => "is a directory: remove it (docker makes one where the source of a mount is missing), and put the file there",
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
pub(super) fn unopened(path: &Path, errno: Errno) -> FileReadError {
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
            Self::Directory if !ours => "a directory, not a file (docker makes one where the source of a mount is missing)".to_owned(),
            Self::Missing => missing(path),
            Self::Link => "a link that leads nowhere or round in a circle: mend the link".to_owned(),
            Self::Directory => "a directory is in the place of this file: remove it (docker makes one when a bind mount's source is missing) and put the file there".to_owned(),
            Self::Special => "not a regular file but a FIFO, socket or device: put a regular file there".to_owned(),
            Self::TooLarge => format!("larger than {MAX_FILE_BYTES} bytes: split the inventory or remove what is generated"),
            Self::Closed => CLOSED.to_owned(),
            Self::Refused(Errno::ACCESS) => kept_out(path, Purpose::Read),
            Self::Refused(errno @ Errno::PERM) => refused(errno),
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
