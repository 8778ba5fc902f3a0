//! Why the system keeps this process out of a file.
//!
//! Takes a path that the system has refused to open, and what it was opened for. Gives the one file or directory whose owner
//! and mode refuse it, with the line that mends it. Refuses to hand a directory of the system's, such as `/root`, to anybody:
//! what is below it belongs elsewhere.

use std::path::{Component, Path};

use rustix::fs::{Access as Permission, AtFlags, CWD, FileType, Stat, accessat, stat};
use rustix::io::Errno;

/// What hier(7) has directly below `/`. Another one is a mount of this program's own, as in a container.
pub const SYSTEM: &str = " bin boot dev etc home lib lib32 lib64 libx32 media mnt nix opt proc root run sbin srv sys tmp usr var ";
/// Those whose own directories are the system's, too, or a person's home.
const SYSTEM_BELOW: &str =
    " bin boot dev etc home lib lib32 lib64 libx32 proc root sbin sys usr var ";

/// What a file was opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To read it.
    Read,
    /// To append to it, and to read its end.
    Append,
    /// To make it: its directory is what refuses.
    Make,
}

/// Who is kept out by what, and what mends it.
pub fn kept_out(path: &Path, purpose: Purpose) -> String {
    let user = rustix::process::geteuid().as_raw();
    let (at, needed) = refusing(path, purpose);
    let shown = at.display();
    let Ok(status) = stat(at) else {
        return format!("permission denied: let user {user} pass `{shown}`");
    };
    let (owner, mode) = (status.st_uid, status.st_mode & 0o7777);
    if is_granted(&status, needed) {
        return format!(
            "permission denied, though owner and mode of `{shown}` allow it: an access control list or SELinux does not \
             (SELinux: add `:z` to a container's mount)"
        );
    }
    if owner == user {
        let letters = letters(needed);
        return format!(
            "permission denied: mode {mode:04o} of `{shown}` keeps its owner out: `chmod u+{letters} {shown}`"
        );
    }
    let refused = format!(
        "permission denied: user {owner} owns `{shown}` (mode {mode:04o}) and keeps user {user} out"
    );
    let is_directory = FileType::from_raw_mode(status.st_mode) == FileType::Directory;
    if is_directory && is_systems(at) {
        return format!("{refused}: take a directory of its own elsewhere");
    }
    // All of a directory of ours has the owner that its files should not have. What is above it may be others'.
    let all = match (purpose, path.parent() == Some(at)) {
        (Purpose::Read, true) => "-R ",
        (Purpose::Read | Purpose::Append | Purpose::Make, _) => "",
    };
    let other = match owner {
        0 => String::new(),
        _ => format!(", or run this as user {owner}"),
    };
    format!("{refused}: `chown {all}{user} {shown}`{other}")
}

/// The first directory that cannot be passed; if there is none, what the purpose needs last.
fn refusing(path: &Path, purpose: Purpose) -> (&Path, Permission) {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    let parent = parent.unwrap_or(Path::new("."));
    let mut above: Vec<&Path> = parent.ancestors().collect();
    above.reverse();
    let mut above = above.into_iter();
    let is_closed = |directory: &&Path| {
        let passed = accessat(CWD, *directory, Permission::EXEC_OK, AtFlags::EACCESS);
        passed == Err(Errno::ACCESS)
    };
    if let Some(closed) = above.find(is_closed) {
        // Its names are looked at, too.
        return (closed, Permission::READ_OK | Permission::EXEC_OK);
    }
    match purpose {
        Purpose::Read => (path, Permission::READ_OK),
        Purpose::Append => (path, Permission::READ_OK | Permission::WRITE_OK),
        Purpose::Make => (parent, Permission::WRITE_OK | Permission::EXEC_OK),
    }
}

/// Whether owner and mode alone let this process do it. Its further groups are not known here: a filter may refuse to say.
fn is_granted(status: &Stat, needed: Permission) -> bool {
    let shift = if status.st_uid == rustix::process::geteuid().as_raw() {
        6
    } else if status.st_gid == rustix::process::getegid().as_raw() {
        3
    } else {
        0
    };
    (status.st_mode >> shift) & needed.bits() == needed.bits()
}

fn letters(needed: Permission) -> String {
    let all = [
        (Permission::READ_OK, 'r'),
        (Permission::WRITE_OK, 'w'),
        (Permission::EXEC_OK, 'x'),
    ];
    let wanted = all.iter().filter(|(one, _)| needed.contains(*one));
    wanted.map(|(_, letter)| letter).collect()
}

/// Whether a directory is the system's or a person's home.
fn is_systems(directory: &Path) -> bool {
    let is_in = |list: &str, name: &str| list.contains(&format!(" {name} "));
    let names = directory.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_str().unwrap_or_default()),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => {
            None
        }
    });
    match *names.collect::<Vec<_>>().as_slice() {
        [] => true,
        [name] => is_in(SYSTEM, name),
        [name, _] => is_in(SYSTEM_BELOW, name),
        [..] => false,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::is_systems;

    #[test]
    fn nobody_is_given_the_systems_directories() {
        for directory in [
            "/",
            "/root",
            "/etc",
            "/root/mcp-ssh",
            "/home/ops",
            "/var/log",
            "/opt",
        ] {
            assert!(is_systems(Path::new(directory)), "{directory}");
        }
        for directory in [
            "/app",
            "/app/keys",
            "/opt/mcp-ssh",
            "/home/ops/mcp-ssh",
            "/var/log/mcp-ssh",
        ] {
            assert!(!is_systems(Path::new(directory)), "{directory}");
        }
    }
}
