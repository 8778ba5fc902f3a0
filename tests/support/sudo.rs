//! Programs called sudo that only one sshd finds: sudo-rs, or a script.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

/// A folder before all others in the PATH of what an sshd runs.
pub struct OwnSudo(TempDir);

impl OwnSudo {
    /// sudo-rs, as scripts/test-tools.sh builds it.
    pub fn rs() -> Self {
        let built = concat!(env!("CARGO_MANIFEST_DIR"), "/target/sudo-rs/bin/sudo");
        assert!(
            Path::new(built).is_file(),
            "{built} is missing: scripts/test-tools.sh builds it"
        );
        let own = Self::folder();
        fs::copy(built, own.path()).unwrap();
        fs::set_permissions(own.path(), Permissions::from_mode(0o4755)).unwrap();
        own
    }

    /// A script of sh; `prompt` is the prompt of its call.
    pub fn script(text: &str) -> Self {
        let own = Self::folder();
        let script = format!("#!/bin/sh\nprompt=$4\n{text}\n");
        fs::write(own.path(), script).unwrap();
        fs::set_permissions(own.path(), Permissions::from_mode(0o755)).unwrap();
        own
    }

    fn folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("sudo")
    }

    /// A file beside it, for what a script writes down.
    pub fn beside(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// The line of sshd_config by which it is found.
    pub fn config(&self) -> String {
        let folder = self.0.path().display();
        format!("SetEnv SHLVL=1 PATH={folder}:/usr/bin:/bin")
    }
}
