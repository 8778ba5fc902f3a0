//! The official Python SDK asks its person, in either era.

use std::process::Command;

use serde_json::json;

use super::Asked;
use crate::support::transcript::python;

/// `tag` tells the accounts of the two apart.
fn converse(mode: &str, tag: &str) {
    let asked = Asked::with(tag, "2025-11-25", &json!({}));
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/protocol/approvals/sdk_client.py"
    );
    let output = Command::new(python())
        .args([
            script,
            env!("CARGO_BIN_EXE_mcp-ssh"),
            mode,
            &asked.line("ran"),
        ])
        .envs(asked.client.fixture().environment())
        .output()
        .expect("MCP_SSH_PYTHON names a Python that starts");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{mode}: {stdout}{stderr}");
    assert_eq!(stdout, format!("{mode}: all held\n"));
}

#[test]
fn in_the_legacy_era() {
    converse("legacy", "sdkl");
}

#[test]
fn in_the_modern_era() {
    converse("2026-07-28", "sdkm");
}
