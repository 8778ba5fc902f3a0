//! Files of a host through the whole server: tools, policy, SFTP, records.

mod ended;
mod failing;
mod guarded;
mod limits;
mod listing;
mod memory;
mod metered;
mod racing;
mod reading;
mod records;
mod roads;
mod servers;
mod telling;
mod terminal;
mod writing;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::site::{Held, Site};
use crate::support::account::Account;
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

/// A folder of a host that its account may write in, and a client of a server that knows the host.
pub struct FileSite {
    pub client: Client,
    pub held: Held,
    pub folder: TempDir,
}

impl FileSite {
    /// `entries` are those of `files`; DIR stands for the folder.
    pub fn start(tag: &str, entries: &str) -> Self {
        Self::with(tag, entries, "internal-sftp", |_| {})
    }

    /// With a subsystem of its own, and what is done before the server starts.
    pub fn with(tag: &str, entries: &str, subsystem: &str, prepare: impl FnOnce(&Site)) -> Self {
        let (site, folder) = site_over(tag, entries, subsystem);
        prepare(&site);
        let (client, held) = site.serve();
        Self {
            client,
            held,
            folder,
        }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same as a text.
    pub fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Writes a file of the host's account.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        let account = &self.held.account;
        chown(&path, Some(account.uid()), Some(account.gid())).unwrap();
    }

    /// The content of a file of the host.
    pub fn content(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The same, or nothing where there is no such file.
    pub fn content_if_there(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    /// The names in the folder.
    pub fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Calls a tool on a file of the folder.
    pub fn call(&mut self, tool: &str, name: &str, more: Value) -> Value {
        let path = if name.starts_with('/') {
            name.to_owned()
        } else {
            self.text(name)
        };
        let mut arguments = json!({"alias": "box", "path": path});
        for (key, value) in more.as_object().unwrap() {
            arguments[key] = value.clone();
        }
        self.client.call(tool, arguments)
    }

    /// The structured content of a call that was done.
    pub fn done(&mut self, tool: &str, name: &str, more: Value) -> Value {
        let result = self.call(tool, name, more);
        assert_eq!(result.get("isError"), None, "{tool} {name}: {result}");
        result["structuredContent"].clone()
    }

    /// The details of a call that was not.
    pub fn refused(&mut self, tool: &str, name: &str, more: Value) -> Value {
        let result = self.call(tool, name, more);
        assert_eq!(result["isError"], true, "{tool} {name}: {result}");
        let text = result["content"][0]["text"].as_str().unwrap();
        serde_json::from_str(text).unwrap_or_else(|_| json!({"error": text}))
    }
}

/// A host with this subsystem, and a folder that its account may write in.
pub fn site_over(tag: &str, entries: &str, subsystem: &str) -> (Site, TempDir) {
    let user = KeyPair::ed25519();
    let sshd = Sshd::builder().authorize(&user).sftp(subsystem).start();
    let site = Site::of(tag, sshd, user);
    let folder = folder(&site.account);
    site.write_policy(&policy(&folder, entries));
    (site, folder)
}

/// A folder that the account owns.
pub fn folder(account: &Account) -> TempDir {
    let folder = tempfile::Builder::new().prefix("files").tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    chown(folder.path(), Some(account.uid()), None).unwrap();
    folder
}

/// A policy with these entries of `files`.
pub fn policy(folder: &TempDir, entries: &str) -> String {
    let entries = entries.replace("DIR", folder.path().to_str().unwrap());
    format!("limits: {{max_seconds: 20}}\nfiles:\n{entries}\n")
}

/// Lets everything in the folder be read and written.
pub const ALL: &str = "- {action: allow, read: ['DIR', 'DIR/**'], write: ['DIR/*']}";

/// SHA-256 in hexadecimal.
pub fn sha256(content: &[u8]) -> String {
    mcp_ssh::audit::sha256(content)
}
