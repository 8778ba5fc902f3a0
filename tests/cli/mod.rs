//! The subcommands that set things up: what they write works, with the real tools beside them.

mod ansible;
mod check_watch;
mod client_config;
mod client_settings;
mod completions;
mod diff;
mod diff_files;
mod help;
mod init;
mod init_add;
mod init_fingerprint;
mod init_host;
mod init_killed;
mod init_left;
mod init_login;
mod init_refusals;
mod init_signals;
mod init_whole;
mod option_forms;
mod snapshots;
mod ssh_config;
mod suggest;
mod suggest_trails;
mod talk;
mod watched;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The binary under test, in an environment that names no configuration.
fn mcp_ssh(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-ssh"));
    for variable in [
        "MCP_SSH_CONFIG_DIR",
        "MCP_SSH_KEYS_DIR",
        "MCP_SSH_SECRETS_DIR",
        "SSH_AUTH_SOCK",
        "MCP_SSH_AUDIT_FILE",
        "MCP_SSH_APPROVER",
        "MCP_SSH_DEBUG",
        "LOG_LEVEL",
        "XDG_RUNTIME_DIR",
    ] {
        command.env_remove(variable);
    }
    command
        .env("USER", "me")
        .env("HOME", "/home/me")
        .args(words);
    command
}

fn output(words: &[&str]) -> (i32, String, String) {
    said(&mcp_ssh(words).output().unwrap())
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// PATH with the binary under test on it.
fn path() -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_mcp-ssh"));
    format!(
        "{}:{}",
        binary.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    )
}

/// Every path below a directory, as seen from it, with its mode.
fn tree(root: &Path) -> Vec<(PathBuf, u32)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let metadata = entry.path().symlink_metadata().unwrap();
            let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777;
            found.push((entry.path().strip_prefix(root).unwrap().to_owned(), mode));
            if metadata.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    found.sort();
    found
}
