//! The picture of the README: what docs/terminal.svg shows is what this binary says on a terminal today.
//!
//! The cases are in tests/release/test_picture.py, which draws it anew against a real sshd.

use std::path::Path;
use std::process::Command;

#[test]
fn the_picture_shows_what_the_binary_says_today() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/release/test_picture.py");
    let mut python = Command::new("python3");
    let binary = env!("CARGO_BIN_EXE_mcp-ssh");
    let output = python.arg(cases).env("MCP_SSH_BINARY", binary).output();
    let output = output.unwrap_or_else(|error| panic!("no python3: {error}"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("\nOK\n"), "{told}");
}
