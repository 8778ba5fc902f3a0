//! Key files: only files below the keys directory.
//!
//! Takes a `key_path` from credentials.yml; gives the text of a private key as a [`Secret`], or the text of a
//! certificate or public key, which is no secret. Refuses a path that leaves the directory, a symbolic link
//! below it (Kubernetes mounts a secret as a plain file with `subPath`), anything but a regular file, and a
//! private key that others may read or write or its group may write: 0400, 0440, 0600 and 0640 are allowed.

use std::fmt;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, fstat};
use rustix::io::Errno;

use super::beneath::{Links, open_beneath};
use super::file::{CLOSED, FileReadError, read_regular, refused};
use super::key_names::is_shown;
use super::written::Written;
use crate::kept_out::{Purpose, kept_out};
use crate::secret::Secret;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity};

/// The most characters of a `key_path`, as in the Python program.
const MAX_KEY_PATH: usize = 500;
/// The most bytes of a key file. An encrypted RSA-16384 key takes about 13 KiB.
const MAX_KEY_BYTES: u64 = 64 * 1024;
/// Permission bits that a private key must not have: any for others, writing for the group.
const OPEN_TO_OTHERS: u32 = 0o027;
/// Permission bits that a public file must not have: writing for group and others.
const WRITABLE: u32 = 0o022;
/// How a path begins whose first part a shell or ssh puts another directory in the place of: `~/.ssh`, `$HOME`, `%d`.
const REPLACED: [char; 3] = ['~', '$', '%'];
/// The permission bits of a mode.
const PERMISSIONS: u32 = 0o7777;

/// A path below the keys directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPath {
    path: PathBuf,
    written: Written,
}

impl KeyPath {
    /// Checks a `key_path`: relative to `directory`, or absolute and inside it.
    ///
    /// # Errors
    /// Why the path names no file below the directory.
    pub fn parse(text: &str, directory: &Path) -> Result<Self, KeyError> {
        let refuse = |kind| {
            Err(KeyError {
                path: is_shown(text, directory).then(|| text.to_owned()),
                written: Written::default(),
                kind,
            })
        };
        if text.chars().count() > MAX_KEY_PATH {
            return refuse(KeyErrorKind::TooLong);
        }
        if text.chars().any(char::is_control) {
            return refuse(KeyErrorKind::NotAPath);
        }
        // Two dots in the middle of a name are refused, too, as in the Python program.
        if text.contains("..") {
            return refuse(KeyErrorKind::Traversal);
        }
        if text.starts_with(REPLACED) && text.contains('/') {
            return refuse(KeyErrorKind::Unexpanded);
        }
        let path = Path::new(text);
        let relative = match path.strip_prefix(directory) {
            Ok(inside) => inside,
            Err(_) if path.is_relative() => path,
            Err(_) => return refuse(KeyErrorKind::Outside),
        };
        // This removes `./` and `//`; a `..` has been refused above.
        let relative: PathBuf = relative
            .components()
            .filter(|part| matches!(part, std::path::Component::Normal(_)))
            .collect();
        if relative.as_os_str().is_empty() {
            return refuse(KeyErrorKind::Directory);
        }
        Ok(Self {
            path: relative,
            written: Written::default(),
        })
    }

    /// Keeps the place where the path is written.
    #[must_use]
    pub(super) fn written(self, written: Written) -> Self {
        Self { written, ..self }
    }

    /// The path below the keys directory.
    pub fn as_path(&self) -> &Path {
        &self.path
    }
}

/// The keys directory.
#[derive(Clone, Debug)]
pub struct Keys {
    directory: PathBuf,
}

impl Keys {
    /// The keys below `directory`; nothing is read yet.
    pub fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
        }
    }

    /// Reads a private key.
    ///
    /// # Errors
    /// Why the file is not taken, and the command that mends this, if there is one.
    pub fn open(&self, key: &KeyPath) -> Result<Secret, KeyError> {
        let exposed = |mode| {
            let open = mode & OPEN_TO_OTHERS != 0;
            // The mode of a public key is right for what it is.
            let is_public = key.path.extension() == Some("pub".as_ref());
            open.then_some(match is_public {
                true => KeyErrorKind::PublicKey,
                false => KeyErrorKind::Exposed { mode },
            })
        };
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
        self.read(key, exposed, text).map(Secret::new)
    }

    /// Reads a certificate or a public key, which everybody may read. Its comment may be in any encoding.
    ///
    /// # Errors
    /// Why the file is not taken, and the command that mends this, if there is one.
    pub fn open_public(&self, key: &KeyPath) -> Result<String, KeyError> {
        let writable = |mode| {
            let open = mode & WRITABLE != 0;
            open.then_some(KeyErrorKind::Writable { mode })
        };
        // UTF-16 has a NUL in each of its characters.
        let text = |bytes: &[u8]| {
            let is_text = !bytes.contains(&0);
            is_text.then(|| String::from_utf8_lossy(bytes).into_owned())
        };
        self.read(key, writable, text)
    }

    /// Reads a file, unless `fault` refuses its permission bits, or its bytes are no `text`.
    fn read(
        &self,
        key: &KeyPath,
        fault: impl Fn(u32) -> Option<KeyErrorKind>,
        text: impl Fn(&[u8]) -> Option<String>,
    ) -> Result<String, KeyError> {
        let is_shown = is_shown(&key.path.to_string_lossy(), &self.directory);
        let at = self.directory.join(&key.path);
        let unread = |why| {
            if is_shown && why == FileReadError::Refused(Errno::ACCESS) {
                return KeyErrorKind::Unreadable(kept_out(&at, Purpose::Read));
            }
            KeyErrorKind::from(why)
        };
        let read = || {
            let file = open_beneath(&self.directory, &key.path, Links::Refused).map_err(unread)?;
            let mode = fstat(&file).map_err(FileReadError::from)?.st_mode;
            let regular = FileType::from_raw_mode(mode) == FileType::RegularFile;
            if let Some(fault) = fault(mode & PERMISSIONS).filter(|_| regular) {
                return Err(fault);
            }
            let bytes = read_regular(file, MAX_KEY_BYTES)?;
            text(&bytes).ok_or(KeyErrorKind::NotText)
        };
        read().map_err(|kind| KeyError {
            path: is_shown.then(|| at.display().to_string()),
            written: key.written.clone(),
            kind,
        })
    }
}

/// Why a key file is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError {
    /// The path: as it is written if it was refused before the file was opened, else with its directory. `None` where it
    /// may be a secret.
    path: Option<String>,
    written: Written,
    /// What is wrong.
    pub kind: KeyErrorKind,
}

/// What is wrong with a key file or its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyErrorKind {
    /// The path has more than [`MAX_KEY_PATH`] characters.
    TooLong,
    /// The path has a NUL or another control character.
    NotAPath,
    /// The path has a `..`.
    Traversal,
    /// The path is absolute and not below the keys directory.
    Outside,
    /// The path begins with the sign of a directory that nobody puts in its place here.
    Unexpanded,
    /// There is no such file.
    Missing,
    /// A symbolic link is on the way.
    Link,
    /// The path leads to a directory.
    Directory,
    /// The path leads to a FIFO, socket or device.
    NotRegular,
    /// Others may read or write the private key, or its group may write it.
    Exposed {
        /// The permission bits of the file.
        mode: u32,
    },
    /// The path of the private key names the file of a public one.
    PublicKey,
    /// Group or others may write the certificate or public key.
    Writable {
        /// The permission bits of the file.
        mode: u32,
    },
    /// The sandbox keeps the file closed.
    Closed,
    /// The system cannot read the file, for this reason.
    Unreadable(String),
    /// The file has more than [`MAX_KEY_BYTES`] bytes.
    TooLarge,
    /// The process or the system has no descriptor left to open the file with.
    NoDescriptor,
    /// The private key is not UTF-8, or the public one has a NUL, so it has no key format that this program reads.
    NotText,
}

impl From<FileReadError> for KeyErrorKind {
    fn from(unread: FileReadError) -> Self {
        match unread {
            FileReadError::Missing => Self::Missing,
            FileReadError::Link => Self::Link,
            FileReadError::Directory => Self::Directory,
            FileReadError::Special => Self::NotRegular,
            FileReadError::TooLarge => Self::TooLarge,
            FileReadError::Refused(Errno::MFILE | Errno::NFILE) => Self::NoDescriptor,
            FileReadError::Closed => Self::Closed,
            FileReadError::Refused(errno) => Self::Unreadable(refused(errno)),
        }
    }
}

impl KeyError {
    /// The path, or where it is written if it may be a secret.
    pub fn place(&self) -> String {
        let written = || self.written.to_string();
        self.path.clone().unwrap_or_else(written)
    }

    /// The error as a fault of credentials.yml, which names the file.
    pub fn fault(&self) -> Diagnostic {
        let message = match &self.path {
            Some(path) => format!("`{}`: {path}: {}", self.written.key(), self.reason()),
            None => self.to_string(),
        };
        self.written.fault(Severity::Error, &message)
    }

    /// The security event of the error, as `(event_type, reason)`; `None` for an ordinary mistake.
    pub fn event(&self) -> Option<(&'static str, &'static str)> {
        match self.kind {
            KeyErrorKind::TooLong => Some(("input_length_limit_exceeded", "key_path_too_long")),
            KeyErrorKind::Traversal => {
                Some(("path_traversal_attempt", "contains_traversal_pattern"))
            }
            KeyErrorKind::Outside => Some((
                "path_traversal_attempt",
                "absolute_path_outside_keys_directory",
            )),
            KeyErrorKind::Link => Some(("file_validation_failed", "path_is_symlink")),
            KeyErrorKind::Directory => Some(("file_validation_failed", "path_is_directory")),
            KeyErrorKind::NotRegular => Some(("file_validation_failed", "path_not_regular_file")),
            KeyErrorKind::TooLarge => Some(("file_size_limit_exceeded", "key_file_too_large")),
            KeyErrorKind::NotAPath
            | KeyErrorKind::Unexpanded
            | KeyErrorKind::Missing
            | KeyErrorKind::Exposed { .. }
            | KeyErrorKind::PublicKey
            | KeyErrorKind::Writable { .. }
            | KeyErrorKind::Closed
            | KeyErrorKind::Unreadable(_)
            | KeyErrorKind::NoDescriptor
            | KeyErrorKind::NotText => None,
        }
    }

    /// What is wrong and how to mend it; the path is left out.
    pub fn reason(&self) -> String {
        let path = self.path.as_deref().unwrap_or("FILE");
        match &self.kind {
            KeyErrorKind::TooLong => format!("longer than {MAX_KEY_PATH} characters: shorten it"),
            KeyErrorKind::NotAPath => "holds a control character: remove it".to_owned(),
            KeyErrorKind::Traversal => {
                "holds `..`: write the path relative to the keys directory".to_owned()
            }
            KeyErrorKind::Outside => {
                "leaves the keys directory: put the key in it, and write its path relative to it"
                    .to_owned()
            }
            KeyErrorKind::Unexpanded => {
                "begins with `~`, `$` or `%`, in whose place no directory is put here: put the key into the keys \
                 directory, and write its path there"
                    .to_owned()
            }
            KeyErrorKind::Missing => "no such key file: put the key there".to_owned(),
            KeyErrorKind::Link => {
                "a symbolic link is on the way: put the key file itself into the keys directory"
                    .to_owned()
            }
            KeyErrorKind::Directory => {
                "a directory, not a key file: name the file in it".to_owned()
            }
            KeyErrorKind::NotRegular => {
                "a FIFO, socket or device, not a key file: name a regular file".to_owned()
            }
            KeyErrorKind::PublicKey => {
                "by its name a public key: name the private key, which is the file without `.pub` at its end, or add \
                 `agent: true`"
                    .to_owned()
            }
            KeyErrorKind::Exposed { mode } => {
                format!("mode {mode:04o} leaves the key open to others: `chmod 0400 {path}`")
            }
            KeyErrorKind::NoDescriptor => "too many open files: raise `ulimit -n`".to_owned(),
            KeyErrorKind::Writable { mode } => {
                format!("mode {mode:04o} lets others change it: `chmod go-w {path}`")
            }
            KeyErrorKind::Closed => CLOSED.to_owned(),
            KeyErrorKind::Unreadable(words) => words.clone(),
            KeyErrorKind::TooLarge => {
                format!("larger than {MAX_KEY_BYTES} bytes, as no key is: name the key file")
            }
            KeyErrorKind::NotText => {
                "not text: this is no key of OpenSSH's or in PEM; one in UTF-16 has to be saved as UTF-8".to_owned()
            }
        }
    }
}

impl std::error::Error for KeyError {}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place(), self.reason())
    }
}
