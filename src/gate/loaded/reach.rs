//! What the sandbox leaves open for a configuration.
//!
//! Takes a [`Loaded`]; gives the files and ports that serving it needs. The directories are opened as directories, so that
//! what is renamed into them can be read. Refuses to open another directory for one file in it, but for that of the
//! resolver below `/run`: the file is opened by itself, and is closed once another file has taken its place.

use std::path::{Path, PathBuf};

use super::Loaded;
use super::shared::{home, is_shared, real};
use crate::config::RUN_SECRETS;
use crate::sandbox::{LandlockReach, is_closed};
use crate::ssh::{RESOLVER_FILES, SshError, SshErrorKind};
use mcp_ssh_yaml::diagnostic::Diagnostic;

/// Where the kernel tells this process of itself: the signals that it was started with, and the file that `get` names.
const OWN_PROCESS: &str = "/proc/self";
/// Where files are that programs replace while the machine runs: `/etc/resolv.conf` leads there where systemd or another
/// one writes it.
const RUNNING: &str = "/run";

impl Loaded {
    /// What serving this configuration needs, beside what `reach` has already.
    pub fn reach(&self, mut reach: LandlockReach) -> LandlockReach {
        let home = home();
        let is_shared = |directory: &Path| is_shared(&real(directory), home.as_deref());
        let paths = &self.paths;
        let read = &mut reach.read;
        let own = self.own_directory().filter(|own| !is_shared(own));
        let directories = [&paths.config, &paths.keys, &paths.secrets].into_iter();
        // Those that lie in the own directory are open with it, unless they are links.
        let apart = directories
            .filter(|directory| directory.parent() != own.as_deref() || directory.is_symlink());
        read.extend(apart.cloned());
        read.extend(own);
        // Whoever has put them elsewhere has other files there, too, as in ~/.ssh: these are opened, and not their directories.
        let files = [paths.servers(), paths.credentials(), paths.policy()];
        let known_hosts = self.known_hosts_path();
        read.extend(
            files
                .iter()
                .chain([&known_hosts])
                .filter_map(|file| target(file)),
        );
        read.push(known_hosts);
        for file in RESOLVER_FILES.iter().map(Path::new) {
            read.push(file.to_owned());
            let written = target(file).filter(|target| target.starts_with(RUNNING));
            read.extend(written.map(|written| replaced(written, is_shared)));
        }
        read.extend([RUN_SECRETS, OWN_PROCESS].map(PathBuf::from));
        // A new file is made where the trail has a directory of its own, and nowhere else.
        reach.append = reach
            .append
            .and_then(|file| match self.has_own_directory(&file) {
                true => file.parent().map(Path::to_owned),
                // The trail is never a link, which could lead anywhere.
                false => Some(file).filter(|file| !file.is_symlink()),
            });
        let hosts = self.inventory.hosts.iter();
        reach
            .ports
            .extend(hosts.map(|host| host.port).chain([LandlockReach::DNS]));
        reach
    }

    /// The path of servers.yml, as diagnostics show it.
    pub fn servers_path(&self) -> String {
        self.paths.servers().display().to_string()
    }

    /// The error of a login for which known_hosts cannot be read.
    pub fn without_known_hosts(&self, fault: &Diagnostic) -> SshError {
        let path = self.known_hosts_path();
        let kind = match (is_closed(&path), path.try_exists()) {
            (true, _) => SshErrorKind::SandboxClosed,
            (false, Ok(false)) => SshErrorKind::HostKeyUnknown,
            (false, Ok(true) | Err(_)) => SshErrorKind::KnownHostsUnread,
        };
        SshError::new(kind, fault.headline())
    }

    /// What is wrong with known_hosts, if it is only that the sandbox keeps it closed.
    pub fn closed_known_hosts(&self) -> Option<Diagnostic> {
        let is_closed = is_closed(&self.known_hosts_path());
        is_closed.then(|| self.read_known_hosts().err()).flatten()
    }

    /// The directory above that of the configuration, if it is there for this program alone: the keys or the secrets are
    /// in it, too. Another directory of configuration that is renamed into it is read.
    fn own_directory(&self) -> Option<PathBuf> {
        let own = self.paths.config.parent()?;
        let others = [&self.paths.keys, &self.paths.secrets];
        let is_own = others.iter().any(|other| other.parent() == Some(own));
        is_own.then(|| own.to_owned())
    }
}

/// Where a link leads; nothing for a file that is no link.
fn target(file: &Path) -> Option<PathBuf> {
    file.is_symlink()
        .then(|| file.canonicalize().ok())
        .flatten()
}

/// What must be open for a file that others may replace by a rename: its directory, unless that is shared.
fn replaced(file: PathBuf, is_shared: impl Fn(&Path) -> bool) -> PathBuf {
    match file.parent() {
        Some(directory) if !is_shared(directory) => directory.to_owned(),
        Some(_) | None => file,
    }
}
