//! What other users of this machine may change of the configuration, or read in it.
//!
//! Takes the paths, and what was loaded of them, if anything was. Gives a warning for each file, directory and link, with the
//! mode and the line that mends it. Refuses nothing: ssh's StrictModes would, but a site that runs must go on.

use std::path::Path;

use rustix::fs::{Mode, stat};

use super::loaded::Loaded;
use crate::config::{
    Changeable, ChangeablePart, Changer, Paths, changeable, changeable_by_others_than,
};
use mcp_ssh_policy::shell::quoted;
use mcp_ssh_yaml::diagnostic::Diagnostic;

/// Warnings of what others may change, and of a credentials.yml with a password that others may read.
pub fn open_to_others(paths: &Paths, loaded: Option<&Loaded>) -> Vec<Diagnostic> {
    let known_hosts = loaded.map_or_else(|| paths.known_hosts(), Loaded::known_hosts_path);
    let logins = loaded.map(Loaded::login_files).unwrap_or_default();
    let mut found = changeable(paths, &known_hosts, &logins);
    let mut told = Vec::new();
    if let Some(user) = sole_owner(&found) {
        let message = format!(
            "the configuration belongs to user {user}, who can change what it allows: run this as that user, or give it \
             to root"
        );
        let place = paths.config.display().to_string();
        told.push(Diagnostic::file_warning(&place, message));
        found = changeable_by_others_than(user, paths, &known_hosts, &logins);
    }
    told.extend(found.iter().map(changed_by_others));
    told.extend(loaded.and_then(|loaded| read_by_others(paths, loaded)));
    told
}

/// The one user who owns all that is found to have another owner than it should, if it is not one thing alone. It is asked
/// by root only: to any other user it is more than one line that such a site needs.
fn sole_owner(found: &[Changeable]) -> Option<u32> {
    let owner = |one: &Changeable| match one.by {
        Changer::Owner(user) => Some(user),
        Changer::Group(_) | Changer::Others => None,
    };
    let owners: Vec<u32> = found.iter().filter_map(owner).collect();
    let (first, others) = owners.split_first()?;
    let is_sole = !others.is_empty() && others.iter().all(|other| other == first);
    (is_sole && rustix::process::geteuid().is_root()).then_some(*first)
}

fn changed_by_others(found: &Changeable) -> Diagnostic {
    let mend = mended(&found.path);
    let mode = found.mode;
    let does = match found.part {
        ChangeablePart::File | ChangeablePart::Login => "change it",
        // A new file in a sticky directory counts where there is none of its name.
        ChangeablePart::Directory if mode & 0o1000 != 0 => "put files into it",
        ChangeablePart::Directory => "replace what is in it",
        ChangeablePart::Above => "replace what is below it, the configuration too",
        ChangeablePart::Link => "make it lead elsewhere",
    };
    let option = match found.part {
        ChangeablePart::Link => "-h ",
        ChangeablePart::File
        | ChangeablePart::Login
        | ChangeablePart::Directory
        | ChangeablePart::Above => "",
    };
    let message = match found.by {
        Changer::Others => format!("mode {mode:04o} lets others {does}: `chmod go-w {mend}`"),
        Changer::Group(group) => {
            format!("mode {mode:04o} lets group {group} {does}: `chmod go-w {mend}`")
        }
        // What is above may be somebody's home.
        Changer::Owner(user) if found.part == ChangeablePart::Above => {
            format!(
                "user {user} owns it (mode {mode:04o}) and can {does}: move the configuration below a directory of \
                 root's, or run this as user {user}"
            )
        }
        Changer::Owner(user) => {
            let own = rustix::process::geteuid().as_raw();
            format!(
                "user {user} owns it (mode {mode:04o}) and can {does}: `chown {option}{own} {mend}`"
            )
        }
    };
    Diagnostic::file_warning(&found.path.display().to_string(), message)
}

/// The warning of a password in credentials.yml that others may read; of names alone nobody need know.
fn read_by_others(paths: &Paths, loaded: &Loaded) -> Option<Diagnostic> {
    let mut credentials = loaded.inventory().credentials.iter();
    credentials.find(|credential| credential.password.is_some())?;
    let allows = |path: &Path, what: Mode| {
        stat(path).is_ok_and(|status| Mode::from_raw_mode(status.st_mode).intersects(what))
    };
    let file = paths.credentials();
    if !allows(&paths.config, Mode::XOTH) || !allows(&file, Mode::ROTH) {
        return None;
    }
    let message = format!(
        "others can read the password in it: `chmod 0400 {}`",
        mended(&file)
    );
    Some(Diagnostic::file_warning(
        &file.display().to_string(),
        message,
    ))
}

/// A path as a person can paste it. It is one that is there, so it is no secret that was put in the wrong place.
fn mended(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}
