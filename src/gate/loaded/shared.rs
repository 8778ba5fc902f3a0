//! Directories that hold what is others'.
//!
//! Takes the directories of a [`Loaded`], and the audit file. Gives warnings of those that the sandbox would open with what
//! is others' in them, and whether the trail has one of its own. Refuses nothing: where the configuration is, is for the
//! operator to say.

use std::path::{Component, Path, PathBuf};

use super::Loaded;
use crate::config::Paths;
use crate::kept_out::SYSTEM;
use mcp_ssh_yaml::diagnostic::Diagnostic;

/// What a directory for the trail alone may be called.
const OWN_DIRECTORY: &str = "mcp-ssh";

impl Loaded {
    /// What the sandbox opens, or keeps closed, because something is in a directory of others.
    pub fn shared_places(&self, audit_file: Option<&Path>) -> Vec<Diagnostic> {
        let home = home();
        let paths = &self.paths;
        let own = [&paths.config, &paths.keys, &paths.secrets].into_iter();
        let wide = own.filter(|directory| is_of_others(&real(directory), home.as_deref()));
        let mut told: Vec<Diagnostic> = wide
            .map(|directory| {
                let why = "holds what is others', and the server may read all below it: take a directory of its own";
                Diagnostic::file_warning(&directory.display().to_string(), why)
            })
            .collect();
        told.dedup();
        let trail = audit_file.filter(|file| !self.has_own_directory(file));
        told.extend(trail.map(|file| {
            let name = file.file_name().unwrap_or_default();
            let own = file.with_file_name(OWN_DIRECTORY).join(name);
            let why = format!(
                "its directory has other files, too, so the sandbox opens this file alone: once it is moved away, as \
                 logrotate does, nothing runs until a restart; give it a directory of its own, such as `{}`, for which \
                 docs/AUDIT.md has the lines of logrotate",
                own.display()
            );
            Diagnostic::file_warning(&file.display().to_string(), why)
        }));
        told
    }

    /// Whether there is nothing in the directory of the audit file that is others', or the configuration's.
    pub fn has_own_directory(&self, audit_file: &Path) -> bool {
        is_trail_alone(&self.paths, self.known_hosts_path(), audit_file)
    }
}

/// As [`Loaded::has_own_directory`], of a configuration that need not load.
pub fn is_trail_alone(paths: &Paths, known_hosts: PathBuf, audit_file: &Path) -> bool {
    let Some(directory) = audit_file.parent().map(real) else {
        return false;
    };
    let directories = [&paths.config, &paths.keys, &paths.secrets].map(PathBuf::clone);
    let files = [
        paths.servers(),
        paths.credentials(),
        paths.policy(),
        known_hosts,
    ];
    let mut ours = directories.into_iter().chain(files);
    let is_ours = |path: PathBuf| real(&path).starts_with(&directory);
    !is_of_others(&directory, home().as_deref()) && !ours.any(is_ours)
}

/// The home of the user.
pub(super) fn home() -> Option<PathBuf> {
    std::env::home_dir().map(|home| real(&home))
}

/// A path without links, if there is something.
pub(super) fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Whether a directory may hold what belongs to others: one directly below `/`, one of hier(7) below that, a home, and one
/// in a home that is hidden, as `.ssh` and `.config` are.
pub(super) fn is_shared(directory: &Path, home: Option<&Path>) -> bool {
    let is_hidden = |name: &str| name.starts_with('.');
    match *names(directory).as_slice() {
        [] | [_] | ["home" | "usr" | "var" | "run", _] => true,
        ["run", "user", _] | ["usr", "local", _] => true,
        ["root", name] | ["home", _, name] if is_hidden(name) => true,
        [.., name] => {
            home == Some(directory)
                || home.is_some() && home == directory.parent() && is_hidden(name)
        }
    }
}

/// As [`is_shared`], of a directory that the operator has named: a mount directly below `/` or `/run` is its own.
fn is_of_others(directory: &Path, home: Option<&Path>) -> bool {
    match *names(directory).as_slice() {
        [top] => SYSTEM.contains(&format!(" {top} ")) || home == Some(directory),
        ["run", name] => name == "user" || name == "lock",
        ["dev" | "proc" | "sys", ..] => true,
        _ => is_shared(directory, home),
    }
}

/// The names that a path is made of.
fn names(path: &Path) -> Vec<&str> {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str().or(Some("")),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => {
            None
        }
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{is_of_others, is_shared};

    #[test]
    fn a_directory_with_the_files_of_others_is_shared() {
        // Whether it is, and whether it is for one that the operator has named.
        for (directory, shared, of_others) in [
            ("/", true, true),
            ("/etc", true, true),
            ("/dev", true, true),
            ("/dev/shm", false, true),
            ("/proc/self/fd", false, true),
            ("/app", true, false),
            ("/root", true, true),
            ("/home/ops", true, true),
            ("/srv/ops", true, true),
            ("/var/log", true, true),
            ("/run/secrets", true, false),
            ("/run/user", true, true),
            ("/run/user/1000", true, true),
            ("/usr/local/etc", true, true),
            ("/root/.ssh", true, true),
            ("/home/ops/.ssh", true, true),
            ("/home/ops/.config", true, true),
            ("/srv/ops/.aws", true, true),
            ("/home/ops/.config/mcp-ssh", false, false),
            ("/opt/mcp-ssh", false, false),
            ("/etc/mcp-ssh", false, false),
            ("/home/ops/mcp-ssh", false, false),
            ("/srv/ops/mcp-ssh", false, false),
            ("/run/systemd/resolve", false, false),
            ("/var/lib/mcp-ssh", false, false),
            ("/tmp/.tmp", false, false),
        ] {
            let (path, home) = (Path::new(directory), Some(Path::new("/srv/ops")));
            assert_eq!(is_shared(path, home), shared, "{directory}");
            assert_eq!(is_of_others(path, home), of_others, "{directory}");
        }
        assert!(!is_shared(Path::new("/srv/ops"), None));
    }
}
