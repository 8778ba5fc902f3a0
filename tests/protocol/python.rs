//! The official Python SDK (PyPI `mcp`) as a client, in both eras.

use std::process::Command;

use super::conversation::{Mode, converse};
use crate::support::transcript::python;

fn talk(tag: &str, mode: &str, version: &'static str) {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/protocol/conversation.py"
    );
    let mut client = Command::new(python());
    client.arg(script);
    let mode = Mode {
        arguments: vec![mode.to_owned()],
        version,
        // It takes a version for granted.
        asks: mode != version,
        unknown_resource: if mode == "legacy" { -32002 } else { -32602 },
    };
    converse(tag, client, &mode, 1);
}

#[test]
fn in_the_legacy_era() {
    talk("pyold", "legacy", "2025-11-25");
}

#[test]
fn in_the_modern_era() {
    talk("pynew", "2026-07-28", "2026-07-28");
}

#[test]
fn finding_the_era_by_itself() {
    talk("pyauto", "auto", "2026-07-28");
}
