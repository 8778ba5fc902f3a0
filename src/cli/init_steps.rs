//! What is left to do after `mcp-ssh init`, with commands to paste.
//!
//! Takes: the directory that was written, and what was imported. Gives: the steps on stdout. Refuses nothing.

use std::path::Path;

use super::Terminal;
use super::import::Import;
use crate::config::IMAGE_USER;
use mcp_ssh_policy::shell::quoted;

/// Prints the steps.
pub fn next_steps(root: &Path, import: Option<&Import>, terminal: &mut Terminal) {
    let at = |name: &str| quoted(&root.join(name).to_string_lossy());
    let (keys, secrets) = (at("keys"), at("secrets"));
    let (title, commands) = keys_step(root, import);
    if !commands.is_empty() {
        step(&title, &commands, terminal);
    }
    directories_step(root, terminal);
    step(
        "Fetch the hosts' keys, and compare the fingerprints with the hosts' own:",
        &[format!(
            "mcp-ssh keyscan --all >> {}",
            at("keys/known_hosts")
        )],
        terminal,
    );
    step(
        "Check it all, then tell your MCP client:",
        &[
            "mcp-ssh check".to_owned(),
            "mcp-ssh client-config claude-code".to_owned(),
        ],
        terminal,
    );
    if rustix::process::geteuid().as_raw() != IMAGE_USER {
        let title = format!("For a container, which runs as user {IMAGE_USER}, at the end:");
        step(
            &title,
            &[format!(
                "sudo chown -R {IMAGE_USER}:{IMAGE_USER} {keys} {secrets}"
            )],
            terminal,
        );
    }
}

/// Prints how other commands find the three directories.
pub fn directories_step(root: &Path, terminal: &mut Terminal) {
    let [config, keys, secrets] =
        ["config", "keys", "secrets"].map(|name| quoted(&root.join(name).to_string_lossy()));
    let export = format!(
        "export MCP_SSH_CONFIG_DIR={config} MCP_SSH_KEYS_DIR={keys} MCP_SSH_SECRETS_DIR={secrets}"
    );
    step(
        "Tell the following commands where everything is:",
        &[export],
        terminal,
    );
}

fn step(title: &str, commands: &[String], terminal: &mut Terminal) {
    terminal.line(&format!("\n{title}"));
    for command in commands {
        terminal.line(&format!("    {command}"));
    }
}

/// How the keys come into the keys directory; no commands where the agent has them all.
fn keys_step(root: &Path, import: Option<&Import>) -> (String, Vec<String>) {
    let at = |name: &str| quoted(&root.join("keys").join(name).to_string_lossy());
    let Some(import) = import else {
        let servers = root.join("config/servers.yml");
        let servers = servers.display();
        let generate = format!("ssh-keygen -t ed25519 -N '' -f {}", at("id_ed25519"));
        let title = format!("Put your hosts into {servers}, then give them a key:");
        return (title, vec![generate]);
    };
    let copy = |(from, name): &(String, String)| {
        // A key is its reader's alone; what ends like a public file is one.
        let public = name.ends_with(".pub");
        let mode = if public { "0444" } else { "0400" };
        format!("install -m {mode} -- {} {}", quoted(from), at(name))
    };
    let title = "Copy the keys that the hosts are logged in to with:".to_owned();
    (title, import.files.iter().map(copy).collect())
}
