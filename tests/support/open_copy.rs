//! A copy of the binary under test for the accounts of the tests: the checkout may be below a directory of root's alone.
//!
//! Takes: a command that starts the binary. Gives: the same one, of a copy that every account may run; it is gone when the
//! [`OpenCopy`] is dropped.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

pub struct OpenCopy(TempDir);

impl OpenCopy {
    pub fn make() -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        fs::set_permissions(copy.0.path(), Permissions::from_mode(0o755)).unwrap();
        // By another process: one that is started meanwhile would hold it open for writing, and it could not run.
        let mut copied = Command::new("cp");
        copied.arg(env!("CARGO_BIN_EXE_mcp-ssh")).arg(copy.path());
        assert!(copied.status().unwrap().success());
        copy
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("mcp-ssh")
    }

    /// The command with its words and its environment, and this binary.
    pub fn of(&self, server: &Command) -> Command {
        let mut command = Command::new(self.path());
        command.args(server.get_args());
        for (name, value) in server.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }
}
