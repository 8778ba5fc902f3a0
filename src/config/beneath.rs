//! Files below a directory, opened so that no path leads out of it.
//!
//! Takes a directory and a path below it; gives the open file. Refuses a path that leaves the directory, and a link where
//! none may be: the kernel resolves it by openat2(2) with `RESOLVE_BENEATH`; where a seccomp filter refuses that call, this
//! file opens one component after another.

use std::os::fd::OwnedFd;
use std::path::{Component, Path};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2};
use rustix::io::Errno;

use super::file::{FileReadError, READING, unopened};

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

    use super::super::file::{FileReadError, read_regular};
    use super::{Links, open_beneath, walk};

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
