//! Config, keys and secrets directories of one test.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use mcp_ssh::config::{LoadedInventory, Paths, load};
use mcp_ssh_yaml::diagnostic::Diagnostic;
use rustix::thread::{CapabilitySet, capabilities, set_capabilities};
use tempfile::TempDir;

pub struct Site {
    pub root: TempDir,
}

pub const SERVERS: &str = "hosts:\n  - {alias: web1, host: 192.0.2.1, credentials: ops}\n";
pub const CREDENTIALS: &str = "entries:\n  - {name: ops, username: ops, key_path: id}\n";

/// What `work` gives without the capability by which root reads everything: a thread can give it up
/// for itself.
pub fn unprivileged<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::spawn(|| {
        let mut sets = capabilities(None).expect("capget works");
        sets.effective
            .remove(CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH);
        set_capabilities(None, sets)
            .expect("capset works: a thread may always give up a capability");
        work()
    });
    thread.join().expect("ends")
}

impl Site {
    /// Both files good.
    pub fn new() -> Self {
        let root = tempfile::tempdir().expect("a directory");
        for directory in ["config", "keys", "secrets"] {
            fs::create_dir(root.path().join(directory)).expect("a directory");
        }
        let site = Self { root };
        site.write("config/servers.yml", SERVERS);
        site.write("config/credentials.yml", CREDENTIALS);
        site
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("writes");
    }

    pub fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).expect("chmod");
    }

    pub fn paths(&self) -> Paths {
        Paths {
            config: self.path("config"),
            keys: self.path("keys"),
            secrets: self.path("secrets"),
        }
    }

    pub fn load(&self) -> LoadedInventory {
        load(&self.paths())
    }

    /// Everything that loading reports, the temporary directory's name taken out.
    pub fn report(&self) -> String {
        let loaded = self.load();
        assert_eq!(
            loaded.failed(),
            loaded.inventory.is_none(),
            "whole or not at all"
        );
        self.shown(&loaded.diagnostics)
    }

    pub fn shown(&self, diagnostics: &[Diagnostic]) -> String {
        let shown: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
        self.plain(&shown.join("\n"))
    }

    pub fn plain(&self, text: &str) -> String {
        text.replace(&self.root.path().display().to_string(), "")
    }
}
