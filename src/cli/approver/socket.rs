//! The approver's socket in the file system.
//!
//! Takes: its path. Gives: a listening socket of mode 0600, in a directory that nobody else can change. Refuses: a
//! directory that others may write to, a path where something else is, and a socket on which another approver listens.

use std::fs::{DirBuilder, Permissions};
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream as BlockingUnixStream;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use rustix::io::Errno;
use rustix::process::{geteuid, umask};

use crate::runtime::UnixListener;

/// A listening socket, whose file goes with it.
#[derive(Debug)]
pub struct ApproverSocket {
    pub listener: UnixListener,
    path: PathBuf,
    /// Device and inode: what stands at the path later may be another approver's.
    file: (u64, u64),
}

impl ApproverSocket {
    /// Listens at `path`. With users beside the own one, everybody may connect: the kernel tells who does.
    ///
    /// # Errors
    /// What is wrong with the path, and what to do.
    pub fn open(path: &Path, others: &[u32]) -> Result<Self, String> {
        let told = |error: io::Error| format!("{}: {error}", path.display());
        let directory = path.parent().unwrap_or(path);
        prepare(directory, others)?;
        let _alone = alone(directory)?;
        remove_stale(path)?;
        let before = umask(Mode::from_raw_mode(0o177));
        let listener = UnixListener::bind(path);
        umask(before);
        let listener = listener.map_err(told)?;
        if !others.is_empty() {
            std::fs::set_permissions(path, Permissions::from_mode(0o666)).map_err(told)?;
        }
        let metadata = std::fs::symlink_metadata(path).map_err(told)?;
        Ok(Self {
            listener,
            path: path.to_owned(),
            file: (metadata.dev(), metadata.ino()),
        })
    }
}

impl Drop for ApproverSocket {
    fn drop(&mut self) {
        let is_own = std::fs::symlink_metadata(&self.path)
            .is_ok_and(|metadata| (metadata.dev(), metadata.ino()) == self.file);
        if is_own {
            let _removed = std::fs::remove_file(&self.path);
        }
    }
}

/// Makes the directory, or sees that nobody else can put a socket of their own in the place of ours.
fn prepare(directory: &Path, others: &[u32]) -> Result<(), String> {
    let mode = if others.is_empty() { 0o700 } else { 0o711 };
    match DirBuilder::new().mode(mode).create(directory) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(format!("{}: {error}", directory.display())),
    }
    let metadata = std::fs::metadata(directory);
    let metadata = metadata.map_err(|error| format!("{}: {error}", directory.display()))?;
    let own = geteuid().as_raw();
    let fault = if !metadata.is_dir() {
        "is no directory"
    } else if metadata.uid() != own && metadata.uid() != 0 {
        "belongs to another user"
    } else if metadata.mode() & 0o022 != 0 {
        "may be written to by others, who could put a socket of their own there"
    } else {
        return Ok(());
    };
    Err(format!(
        "{} {fault}: use a directory of yours with mode 0700",
        directory.display()
    ))
}

/// Sees that no other approver starts here until the descriptor is dropped: each could take the other one's new socket
/// for one that was left behind.
fn alone(directory: &Path) -> Result<OwnedFd, String> {
    let told = |errno: Errno| format!("{}: {errno}", directory.display());
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let descriptor = open(directory, flags, Mode::empty()).map_err(told)?;
    match flock(&descriptor, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(descriptor),
        Err(Errno::WOULDBLOCK) => Err(format!(
            "another approver is starting in {}: look whether it runs, then try again",
            directory.display()
        )),
        Err(errno) => Err(told(errno)),
    }
}

/// Removes the socket of an approver that has ended without removing it.
fn remove_stale(path: &Path) -> Result<(), String> {
    let shown = path.display();
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{shown}: {error}")),
        Ok(metadata) if !metadata.file_type().is_socket() => {
            return Err(format!("{shown} is there and is no socket: move it away"));
        }
        Ok(_) => {}
    }
    match BlockingUnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path).map_err(|error| format!("{shown}: {error}"))
        }
        Ok(_) => Err(format!(
            "another program listens on {shown}: end it, or give --socket"
        )),
        Err(error) => Err(format!("{shown}: {error}")),
    }
}
