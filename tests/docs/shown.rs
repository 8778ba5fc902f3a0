//! What the README shows and claims of others: the picture of a terminal is what this binary says today, and each cell of
//! docs/COMPARISON.md has a source.
//!
//! The cases are in tests/release: one script draws the picture anew, against a real sshd, the other reads the page.

use std::path::Path;
use std::process::Command;

/// Runs the cases of one script.
fn holds(script: &str) {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/release")
        .join(script);
    let mut python = Command::new("python3");
    let binary = env!("CARGO_BIN_EXE_mcp-ssh");
    let output = python.arg(cases).env("MCP_SSH_BINARY", binary).output();
    let output = output.unwrap_or_else(|error| panic!("no python3: {error}"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("\nOK\n"), "{told}");
}

#[test]
fn the_picture_shows_what_the_binary_says_today() {
    holds("test_picture.py");
}

#[test]
fn each_cell_of_the_comparison_has_a_source() {
    holds("test_comparison.py");
}
