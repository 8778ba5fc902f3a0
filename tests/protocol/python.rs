//! The official Python SDK (PyPI `mcp`) as a client, in both eras.

use std::process::Command;

use crate::support::fixture::Fixture;
use crate::support::transcript::python;

/// The SDK talks to the server and checks what it hears.
fn converse(mode: &str, version: &str) {
    let fixture = Fixture::one_host(22);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/protocol/sdk_client.py");
    let output = Command::new(python())
        .args([script, env!("CARGO_BIN_EXE_mcp-ssh"), mode, version])
        .envs(fixture.environment())
        .output()
        .expect("MCP_SSH_PYTHON names a Python that starts");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{mode}: {stdout}{stderr}");
    assert_eq!(stdout, format!("{mode} {version}: all held\n"));
}

#[test]
fn in_the_legacy_era() {
    converse("legacy", "2025-11-25");
}

#[test]
fn in_the_modern_era() {
    converse("2026-07-28", "2026-07-28");
}

#[test]
fn finding_the_era_by_itself() {
    converse("auto", "2026-07-28");
}
