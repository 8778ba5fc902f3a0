//! Whether records could be appended to an audit file, before there is one.
//!
//! Takes the path of the file. Gives why no record could be written there, with the mend; nothing is made, opened for
//! writing or locked. Refuses what opening it would refuse, and a disk without room.

use std::path::Path;

use rustix::fs::{
    Access as Permission, AtFlags, CWD, FileType, Mode, OFlags, accessat, fstatvfs, lstat, open,
};
use rustix::io::Errno;

use super::file::{IS_LINK, check, fault, parent_of};

/// Why no record could be written, if it is so.
pub fn unwritable(path: &Path) -> Option<String> {
    let named = match lstat(path) {
        Ok(named) => Some(named),
        Err(Errno::NOENT) => None,
        Err(errno) => return Some(fault(path, errno).to_string()),
    };
    let directory = parent_of(path);
    let permitted = match &named {
        Some(named) if FileType::from_raw_mode(named.st_mode) == FileType::Symlink => {
            return Some(format!("`{}` {IS_LINK}", path.display()));
        }
        Some(named) => {
            if let Err(why) = check(path, named) {
                return Some(why.to_string());
            }
            access(path, Permission::READ_OK | Permission::WRITE_OK)
        }
        None => access(directory, Permission::WRITE_OK | Permission::EXEC_OK),
    };
    if let Err(errno) = permitted {
        return Some(fault(path, errno).to_string());
    }
    is_full(directory).then(|| fault(path, Errno::NOSPC).to_string())
}

fn access(path: &Path, needed: Permission) -> rustix::io::Result<()> {
    accessat(CWD, path, needed, AtFlags::EACCESS)
}

/// Whether a directory's filesystem has no block left for this user. Some do not say how large they are.
fn is_full(directory: &Path) -> bool {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let room = open(directory, flags, Mode::empty()).and_then(fstatvfs);
    room.is_ok_and(|room| room.f_blocks > 0 && room.f_bavail == 0)
}
