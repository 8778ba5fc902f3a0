//! A directory of which nobody else can change what is in it.
//!
//! Takes: a path, or a name in another such directory. Gives: what is in it and takes it away, relative to what was opened.
//! Refuses: a link, another user's directory, and one that others may write into.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat, fstat, openat, statat, unlinkat,
};
use rustix::io::Errno;
use zeroize::Zeroizing;

/// What another user than the owner may do to a directory.
const WRITABLE_BY_OTHERS: u32 = 0o022;
/// More than any file that `init` writes has.
const MOST: u64 = 1 << 20;
const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);
/// A pipe that came into a file's place keeps nobody waiting.
const FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

/// The directory, opened.
#[derive(Debug)]
pub struct OwnFolder(OwnedFd);

impl OwnFolder {
    /// Opens the outermost one. It may be named by a link; whose it is was looked at before.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub fn root(path: &Path) -> io::Result<Self> {
        Ok(Self(openat(CWD, path, FOLDER, Mode::empty())?))
    }

    /// Opens the one of this name, if it is one of these users'; `None` where nothing has the name.
    ///
    /// # Errors
    /// That it is no directory, a link, another user's, or open to others.
    pub fn below(&self, name: &str, owners: &[u32]) -> io::Result<Option<Self>> {
        let opened = match openat(&self.0, name, FOLDER | OFlags::NOFOLLOW, Mode::empty()) {
            Err(Errno::NOENT) => return Ok(None),
            opened => opened?,
        };
        let is = fstat(&opened)?;
        match owners.contains(&is.st_uid) && is.st_mode & WRITABLE_BY_OTHERS == 0 {
            true => Ok(Some(Self(opened))),
            false => Err(Errno::PERM.into()),
        }
    }

    /// The names in it.
    ///
    /// # Errors
    /// That it cannot be read, or that a name is not UTF-8.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name != b"." && name != b".." {
                let name = std::str::from_utf8(name);
                names.push(name.map_err(io::Error::other)?.to_owned());
            }
        }
        Ok(names)
    }

    /// What is known of a regular file; `None` where nothing has the name.
    ///
    /// # Errors
    /// That it is something else.
    pub fn file(&self, name: &str) -> io::Result<Option<Stat>> {
        match statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(is) if FileType::from_raw_mode(is.st_mode) == FileType::RegularFile => Ok(Some(is)),
            Ok(_) => Err(Errno::INVAL.into()),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// That it cannot be read, or is longer than any that `init` writes.
    pub fn bytes(&self, name: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(Vec::new());
        let file = File::from(openat(&self.0, name, FILE, Mode::empty())?);
        match file.take(MOST + 1).read_to_end(&mut bytes)? as u64 > MOST {
            true => Err(Errno::FBIG.into()),
            false => Ok(bytes),
        }
    }

    /// Takes a file away.
    ///
    /// # Errors
    /// Why it stays.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Takes an empty directory away.
    ///
    /// # Errors
    /// Why it stays.
    pub fn remove_folder(&self, name: &str) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }
}
