//! What other programs of this machine leave to be read: a process's name is that of a server only as a server writes it, and a
//! hosts file gives a name in other letters, never another name.
//!
//! The first line of the input is a name, the rest the hosts file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::process_name::ProcessName;
use mcp_ssh::ssh::spelled_by;

/// Bytes that the kernel keeps of a process's name (prctl(2)).
const KEPT: usize = 15;

fuzz_target!(|input: &[u8]| {
    let (name, hosts) = match input.iter().position(|byte| *byte == b'\n') {
        Some(at) => (&input[..at], &input[at + 1..]),
        None => (input, &[][..]),
    };
    let Ok(name) = std::str::from_utf8(name) else {
        return;
    };
    if let Some(server) = ProcessName::parse(name) {
        assert_eq!(server.to_string(), name);
        assert_eq!(name.len(), KEPT);
        assert!(!server.has("") || server.digest() == "------");
    }
    if let Some(other) = spelled_by(name, hosts) {
        assert!(
            other != name && other.eq_ignore_ascii_case(name),
            "{name:?} {other:?}"
        );
        let words = |line: &[u8]| {
            let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
            let words = line
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty());
            words.skip(1).any(|word| word == other.as_bytes())
        };
        assert!(hosts.split(|byte| *byte == b'\n').any(words), "{other:?}");
    }
});
