//! What of the configuration others may change: its files and directories, and all that is on the way to them.
//!
//! Takes the paths; walks to each from `/`, one link after another, as the kernel does. Gives each file, directory and link
//! that somebody else than the [`TrustedUsers`] may change, once. Refuses nothing. Says nothing of what is not there or
//! cannot be looked at, since whoever reads the files reports that, and nothing of a mount that is read-only here: nobody
//! changes it from here, and whose numbers its owners are only its other side knows.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{
    CWD, FileType, Mode, OFlags, Stat, StatVfsMountFlags, fstat, fstatvfs, openat, readlinkat,
};
use rustix::io::Errno;

use super::paths::Paths;
use super::trusted_users::TrustedUsers;

/// The most links on the way to a file: the kernel follows no more (path_resolution(7)).
const MAX_LINKS: usize = 40;
/// How a name is opened to be looked at: nothing is read, and a link is itself.
const NAMED: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// Permission bits: group and others may write; in a directory only an owner may rename and remove.
const GROUP_WRITES: u32 = 0o020;
const OTHERS_WRITE: u32 = 0o002;
const STICKY: u32 = 0o1000;
/// The permission bits of a mode.
const PERMISSIONS: u32 = 0o7777;

/// Something that others may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changeable {
    /// Its path, from `/` on and without links.
    pub path: PathBuf,
    /// What it is to the configuration.
    pub part: ChangeablePart,
    /// Who may change it.
    pub by: Changer,
    /// Its permission bits.
    pub mode: u32,
}

/// What something is to the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeablePart {
    /// One of its files.
    File,
    /// A key or a secret, whose mode is judged where it is read.
    Login,
    /// One of its three directories, where a new file counts, too.
    Directory,
    /// A directory on the way to one of these.
    Above,
    /// A link on the way, in a sticky directory.
    Link,
}

/// Who may change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changer {
    /// The user that owns it, who may always change its mode.
    Owner(u32),
    /// The members of a group.
    Group(u32),
    /// Everybody.
    Others,
}

/// What others may change of a configuration, of its known_hosts, and of the files of its logins.
pub fn changeable(paths: &Paths, known_hosts: &Path, logins: &[PathBuf]) -> Vec<Changeable> {
    changeable_beside(TrustedUsers::of_this_process(), paths, known_hosts, logins)
}

/// What others than this user may change.
pub fn changeable_by_others_than(
    user: u32,
    paths: &Paths,
    known_hosts: &Path,
    logins: &[PathBuf],
) -> Vec<Changeable> {
    changeable_beside(TrustedUsers::of(user), paths, known_hosts, logins)
}

fn changeable_beside(
    trusted: TrustedUsers,
    paths: &Paths,
    known_hosts: &Path,
    logins: &[PathBuf],
) -> Vec<Changeable> {
    let mut walk = ChangeableWalk {
        trusted,
        found: Vec::new(),
    };
    for directory in [&paths.config, &paths.keys, &paths.secrets] {
        walk.to(directory, ChangeablePart::Directory);
    }
    let files = [paths.policy(), paths.servers(), paths.credentials()];
    for file in files.iter().map(PathBuf::as_path).chain([known_hosts]) {
        walk.to(file, ChangeablePart::File);
    }
    for file in logins {
        walk.to(file, ChangeablePart::Login);
    }
    walk.found
}

/// Walks to one path after another, and what was found on the way.
struct ChangeableWalk {
    trusted: TrustedUsers,
    found: Vec<Changeable>,
}

impl ChangeableWalk {
    /// Walks from `/` to a path whose end is this part; the walk ends early where something cannot be looked at.
    fn to(&mut self, path: &Path, end: ChangeablePart) {
        // A path is relative only if the current directory was removed, and then leads nowhere.
        if path.is_absolute() {
            let _unreachable = self.walk(path, end);
        }
    }

    fn walk(&mut self, path: &Path, end: ChangeablePart) -> Result<(), Errno> {
        let (mut at, mut here) = self.root()?;
        let mut left: Vec<OsString> = reversed_names(path);
        let mut links = 0;
        while let Some(name) = left.pop() {
            if name == ".." {
                at = openat(&at, "..", NAMED, Mode::empty())?;
                here.pop();
                continue;
            }
            let next = openat(&at, name.as_os_str(), NAMED, Mode::empty())?;
            let status = fstat(&next)?;
            let path = here.join(&name);
            match FileType::from_raw_mode(status.st_mode) {
                FileType::Symlink => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(Errno::LOOP);
                    }
                    self.look_at_link(&at, &next, &status, path)?;
                    let target = readlinkat(&next, "", Vec::new())?;
                    let target = PathBuf::from(OsString::from_vec(target.into_bytes()));
                    if target.is_absolute() {
                        (at, here) = self.root()?;
                    }
                    left.extend(reversed_names(&target));
                }
                FileType::Directory => {
                    let is_end = left.is_empty();
                    let part = if is_end { end } else { ChangeablePart::Above };
                    self.look(&next, &status, &path, part);
                    (at, here) = (next, path);
                }
                FileType::RegularFile
                | FileType::Fifo
                | FileType::Socket
                | FileType::CharacterDevice
                | FileType::BlockDevice
                | FileType::Unknown => {
                    self.look(&next, &status, &path, end);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// `/`, looked at.
    fn root(&mut self) -> Result<(OwnedFd, PathBuf), Errno> {
        let root = PathBuf::from("/");
        let opened = openat(CWD, &root, NAMED, Mode::empty())?;
        let status = fstat(&opened)?;
        self.look(&opened, &status, &root, ChangeablePart::Above);
        Ok((opened, root))
    }

    /// Finds whoever may change a file or directory. Both its owner and its mode may be at fault.
    fn look(&mut self, opened: &OwnedFd, status: &Stat, path: &Path, part: ChangeablePart) {
        let mode = status.st_mode & PERMISSIONS;
        let owner =
            (!self.trusted.has_user(status.st_uid)).then_some(Changer::Owner(status.st_uid));
        // In a sticky directory only the owner of a name takes it away, and all that is on the way is looked at by itself.
        let is_shared = part == ChangeablePart::Above && mode & STICKY != 0;
        let writer = if is_shared || part == ChangeablePart::Login {
            None
        } else if mode & OTHERS_WRITE != 0 {
            Some(Changer::Others)
        } else if mode & GROUP_WRITES != 0 && !self.trusted.has_group(status.st_gid) {
            Some(Changer::Group(status.st_gid))
        } else {
            None
        };
        for by in owner.into_iter().chain(writer) {
            let path = path.to_owned();
            let one = Changeable {
                path,
                part,
                by,
                mode,
            };
            // One directory is on the way to many files.
            let is_known = |known: &Changeable| known.path == one.path && known.by == one.by;
            if !self.found.iter().any(is_known) && !is_read_only(opened) {
                self.found.push(one);
            }
        }
    }

    /// Finds the owner of a link in a sticky directory, where nobody else could put another one in its place.
    fn look_at_link(
        &mut self,
        directory: &OwnedFd,
        link: &OwnedFd,
        status: &Stat,
        path: PathBuf,
    ) -> Result<(), Errno> {
        let is_sticky = fstat(directory)?.st_mode & STICKY != 0;
        if is_sticky && !self.trusted.has_user(status.st_uid) && !is_read_only(link) {
            let one = Changeable {
                path,
                part: ChangeablePart::Link,
                by: Changer::Owner(status.st_uid),
                mode: status.st_mode & PERMISSIONS,
            };
            if !self.found.contains(&one) {
                self.found.push(one);
            }
        }
        Ok(())
    }
}

/// Whether what is open is on a mount that is read-only for this process.
fn is_read_only(opened: &OwnedFd) -> bool {
    fstatvfs(opened).is_ok_and(|mount| mount.f_flag.contains(StatVfsMountFlags::RDONLY))
}

/// The names of a path, the last one first.
fn reversed_names(path: &Path) -> Vec<OsString> {
    let names = path.components().rev().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::Prefix(_) | Component::RootDir | Component::CurDir => None,
    });
    names.collect()
}
