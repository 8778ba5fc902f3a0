//! The program under test, run by another user than the tests' own.
//!
//! Takes: a command, and numbers of a user and a group. Gives: a command that this user can run. The place where this was built
//! may be below a directory that is closed to others (a clone in /root), so the program stands in a folder of its own.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The program where each user can run it, until this is dropped.
pub struct ProgramForAll(TempDir);

impl ProgramForAll {
    pub fn place() -> Self {
        Self::of(Path::new(env!("CARGO_BIN_EXE_mcp-ssh")))
    }

    fn of(built: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let program = folder.path().join("mcp-ssh");
        if fs::hard_link(built, &program).is_err() {
            // By another process: one that is started meanwhile would hold it open for writing, and it could not run.
            let copied = Command::new("cp").arg(built).arg(&program).status();
            assert!(copied.unwrap().success());
        }
        Self(folder)
    }

    /// `command` as this user runs it: its words and its environment, of this user and group.
    pub fn run_by(&self, command: &Command, user: u32, group: u32) -> Command {
        let mut by_other = Command::new(self.0.path().join("mcp-ssh"));
        by_other.args(command.get_args()).uid(user).gid(group);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => by_other.env(name, value),
                None => by_other.env_remove(name),
            };
        }
        by_other
    }
}

/// Root's clone may be in /root, and the user of a test is somebody else.
#[test]
fn a_program_below_a_closed_directory_is_run_by_others() {
    if !super::sshd::is_root() {
        return;
    }
    let closed = tempfile::tempdir().unwrap();
    fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).unwrap();
    let built = closed.path().join("built");
    // By another process: see above.
    let copied = Command::new("cp").args(["/bin/true"]).arg(&built).status();
    assert!(copied.unwrap().success());
    let mut refused = Command::new(&built);
    let refused = refused.uid(65_534).gid(65_534).status();
    assert!(refused.is_err(), "{refused:?}");
    let program = ProgramForAll::of(&built);
    let ran = program
        .run_by(&Command::new(&built), 65_534, 65_534)
        .status();
    assert!(ran.unwrap().success());
}
