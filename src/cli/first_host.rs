//! The host that a new configuration begins with: where it is, who logs in, which of its keys a person has compared.
//!
//! Takes: what flags or answers say. Gives: the entries for servers.yml and credentials.yml, the lines for known_hosts,
//! and a copy of the key. Refuses: a key file that cannot be read, and to write over a file.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::host_place::HostPlace;
use super::import::{Import, KNOWN_HOSTS, PresentHosts, unused, yaml};
use super::key_to_copy::KeyToCopy;
use super::site_file::{SiteContent, SiteFile};
use super::worked_policy::WorkedPolicy;
use crate::ssh::{ShownKey, Spelling};

/// A key that the server reads is its reader's alone.
const KEY_MODE: u32 = 0o400;
/// What stands in known_hosts is no secret.
const PUBLIC_MODE: u32 = 0o644;

/// A host to begin with.
pub struct FirstHost {
    pub place: HostPlace,
    pub alias: String,
    pub user: String,
    /// The private key to log in with; the agent's, where there is none.
    pub key: Option<KeyToCopy>,
    /// The key of the host that a person has compared.
    pub compared: Option<ShownKey>,
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
        let file = self.key.as_ref().map(|key| {
            let name = key.path.file_name().unwrap_or_default().to_string_lossy();
            let from = key.path.to_string_lossy().into_owned();
            (from, unused(&name, &mut taken))
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

    /// The key and what is known of the host's keys, as files of the keys directory.
    ///
    /// # Errors
    /// That the system gives no random numbers.
    pub fn key_files(self, import: &Import) -> Result<Vec<SiteFile>, String> {
        let lines = self.known_hosts_lines()?;
        let names = import.files.iter().map(|(_, name)| name);
        let mut files: Vec<SiteFile> = names
            .zip(self.key)
            .map(|(name, key)| SiteFile {
                name: format!("keys/{name}"),
                content: SiteContent::Key(key.bytes),
                mode: KEY_MODE,
            })
            .collect();
        if !lines.is_empty() {
            files.push(SiteFile {
                name: format!("keys/{KNOWN_HOSTS}"),
                content: SiteContent::Text(lines.into()),
                mode: PUBLIC_MODE,
            });
        }
        Ok(files)
    }

    /// Adds the key, and what is known of the host's keys, to a keys directory.
    ///
    /// # Errors
    /// The file that could not be written, and why.
    pub fn add_keys(&self, keys: &Path, import: &Import) -> Result<Vec<PathBuf>, String> {
        let lines = self.known_hosts_lines()?;
        let mut written = Vec::new();
        let mut add = |name: &str, options: &mut OpenOptions, bytes: &[u8]| {
            let path = keys.join(name);
            // No link is followed.
            let file = options.custom_flags(libc::O_NOFOLLOW).open(&path);
            let added = file.and_then(|mut file| file.write_all(bytes));
            added.map_err(|error| format!("{}: {error}", path.display()))?;
            written.push(path);
            Ok::<(), String>(())
        };
        for ((_, name), key) in import.files.iter().zip(&self.key) {
            let mut options = OpenOptions::new();
            add(
                name,
                options.write(true).create_new(true).mode(KEY_MODE),
                &key.bytes,
            )?;
        }
        if !lines.is_empty() {
            // A last line without an end would take the new one in, and neither would be read.
            let old = fs::read(keys.join(KNOWN_HOSTS)).unwrap_or_default();
            let end = match old.last() {
                None | Some(b'\n') => "",
                Some(_) => "\n",
            };
            let mut options = OpenOptions::new();
            let options = options.append(true).create(true).mode(PUBLIC_MODE);
            add(KNOWN_HOSTS, options, format!("{end}{lines}").as_bytes())?;
        }
        Ok(written)
    }

    fn known_hosts_lines(&self) -> Result<String, String> {
        let HostPlace { name, port } = &self.place;
        let lines = self.compared.iter().map(|key| {
            let line = key.line(&name.to_string(), *port, Spelling::Plain);
            line.map(|line| line + "\n")
                .map_err(|error| error.detail().to_owned())
        });
        lines.collect()
    }
}
