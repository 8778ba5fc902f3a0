//! The host that a new configuration begins with: where it is, who logs in, which of its keys a person has compared.
//!
//! Takes: what flags or answers say. Gives: the entries for servers.yml and credentials.yml, the lines for known_hosts,
//! and a copy of the key. Refuses: a key file that cannot be read, and to write over a file.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::host_place::HostPlace;
use super::import::{Import, KNOWN_HOSTS, PresentHosts, unused, yaml};
use super::worked_policy::WorkedPolicy;
use crate::ssh::{ShownKey, Spelling};
use zeroize::Zeroizing;

/// A key that the server reads is its reader's alone.
const KEY_MODE: u32 = 0o400;
/// The most bytes of a key file: as many as the server would read.
const MAX_KEY_BYTES: u64 = 64 * 1024;

/// A host to begin with.
pub struct FirstHost {
    pub place: HostPlace,
    pub alias: String,
    pub user: String,
    /// The private key to log in with; the agent's, where there is none.
    pub key: Option<PathBuf>,
    /// Those of its keys that a person has compared.
    pub compared: Vec<ShownKey>,
    pub policy: &'static WorkedPolicy,
}

impl FirstHost {
    /// Its entries beside what is there.
    pub fn import(&self, standing: &PresentHosts) -> Import {
        let taken = standing
            .key_files
            .iter()
            .map(|name| name.to_ascii_lowercase());
        let mut taken: HashSet<String> = taken.collect();
        taken.insert(KNOWN_HOSTS.to_owned());
        let file = self.key.as_ref().map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            (
                path.to_string_lossy().into_owned(),
                unused(&name, &mut taken),
            )
        });
        let names = standing.inventory.credentials.iter();
        let mut names = names.map(|login| login.name.to_ascii_lowercase()).collect();
        let login = unused(&self.user, &mut names);
        let mut credentials = format!(
            "  - name: {}\n    username: {}\n",
            yaml(&login),
            yaml(&self.user)
        );
        credentials.push_str(&match &file {
            Some((_, name)) => format!("    key_path: {}\n", yaml(name)),
            None => "    agent: true\n".to_owned(),
        });
        let HostPlace { name, port } = &self.place;
        let mut servers = format!(
            "  - alias: {}\n    host: {}\n    port: {port}\n    credentials: {}\n",
            yaml(&self.alias),
            yaml(&name.to_string()),
            yaml(&login)
        );
        if let Some(tag) = self.policy.tag {
            servers.push_str(&format!("    tags: [{tag}]\n"));
        }
        if !standing.inventory.hosts.is_empty() {
            // The file may have a default jump host.
            servers.push_str("    jump: ''\n");
        }
        Import {
            servers,
            credentials,
            aliases: vec![self.alias.clone()],
            files: file.into_iter().collect(),
            present: 0,
            told: Vec::new(),
        }
    }

    /// Copies the key, and writes what is known of the host's keys; gives the files.
    ///
    /// # Errors
    /// The file that could not be written, and why.
    pub fn furnish(&self, keys: &Path, import: &Import) -> Result<Vec<PathBuf>, String> {
        let mut written = Vec::new();
        for (from, name) in &import.files {
            let to = keys.join(name);
            copy_key(Path::new(from), &to).map_err(|error| format!("{from}: {error}"))?;
            written.push(to);
        }
        let mut lines = String::new();
        for key in &self.compared {
            let line = key.line(
                &self.place.name.to_string(),
                self.place.port,
                Spelling::Plain,
            );
            lines.push_str(&line.map_err(|error| error.detail().to_owned())?);
            lines.push('\n');
        }
        if !lines.is_empty() {
            let path = keys.join(KNOWN_HOSTS);
            let mut options = OpenOptions::new();
            let file = options.append(true).create(true).mode(0o644).open(&path);
            let appended = file.and_then(|mut file| file.write_all(lines.as_bytes()));
            appended.map_err(|error| format!("{}: {error}", path.display()))?;
            written.push(path);
        }
        Ok(written)
    }
}

/// Copies a private key to a new file that only its owner reads.
fn copy_key(from: &Path, to: &Path) -> io::Result<()> {
    let length = fs::metadata(from)?.len();
    if length > MAX_KEY_BYTES {
        return Err(io::Error::other("too large for a private key"));
    }
    let key = Zeroizing::new(fs::read(from)?);
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(KEY_MODE)
        .open(to)?;
    file.write_all(&key)
}
