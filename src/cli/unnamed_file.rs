//! A local file without a name, until it is whole.
//!
//! Takes: the path that the file is to have. Gives: an [`UnnamedFile`] to write to, which gets its name at the end, by
//! linkat(2): then it is whole, or it never was. Refuses: a path at which something is, and a directory whose file system
//! has no file without a name (O_TMPFILE).

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
use rustix::io::Errno;

/// A file that has no name yet.
#[derive(Debug)]
pub struct UnnamedFile {
    file: File,
    path: PathBuf,
}

impl UnnamedFile {
    /// Opens one in the directory of `path`. Only its owner may read it.
    ///
    /// # Errors
    /// Why there is none, for the operator.
    pub fn open(path: PathBuf) -> Result<Self, String> {
        if path.symlink_metadata().is_ok() {
            return Err(format!(
                "`{}` is there already: name another file, or remove it",
                path.display()
            ));
        }
        let parent = directory(&path);
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        match open(parent, flags, Mode::RUSR | Mode::WUSR) {
            Ok(file) => Ok(Self {
                file: file.into(),
                path,
            }),
            Err(Errno::OPNOTSUPP) => Err(format!(
                "the file system of `{}` has no file without a name: write `-` for stdout",
                parent.display()
            )),
            Err(error) => Err(format!(
                "no file can be made in `{}`: {}",
                parent.display(),
                io::Error::from(error)
            )),
        }
    }

    /// The directory in which it gets its name.
    pub fn directory(&self) -> PathBuf {
        directory(&self.path).to_owned()
    }

    /// The file.
    ///
    /// # Errors
    /// When the system has no descriptor for it.
    pub fn sink(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// Why it has none: it is gone then.
    pub fn place(self) -> Result<PathBuf, String> {
        let own = format!("/proc/self/fd/{}", self.file.as_raw_fd());
        let linked = linkat(CWD, own, CWD, &self.path, AtFlags::SYMLINK_FOLLOW);
        match linked {
            Ok(()) => Ok(self.path),
            Err(error) => Err(format!(
                "`{}` could not be made: {}",
                self.path.display(),
                io::Error::from(error)
            )),
        }
    }
}

fn directory(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}
