//! Any text as a private key, a certificate and a public key: it opens, or the error is one line in which no word of the file
//! stands; bytes that are built as a key are one no more when a byte is added or taken away.
//!
//! The first byte of the input chooses a label for the bytes; the rest is the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::secret::Secret;
use mcp_ssh::ssh::{Identity, is_built_as};

const LABELS: [&str; 5] = [
    "OPENSSH PRIVATE KEY",
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
];
/// Shorter words may stand in our own text.
const LEAST_WORD: usize = 24;

fuzz_target!(|input: &[u8]| {
    if let [which, file @ ..] = input {
        let label = LABELS[usize::from(*which) % LABELS.len()];
        if is_built_as(label, file) {
            assert!(!is_built_as(label, &[file, b"\0"].concat()) || label == LABELS[0]);
            assert!(!is_built_as(label, &file[..file.len() - 1]) || label == LABELS[0]);
        }
        if let Ok(text) = std::str::from_utf8(file) {
            opened(text);
        }
    }
});

fn opened(text: &str) {
    let key = || Identity::default().with_key(Secret::new(text.to_owned()), None);
    for identity in [
        key(),
        key().with_certificate(text.to_owned()),
        Identity::default()
            .with_none()
            .with_agent_key(text.to_owned()),
    ] {
        if let Err(error) = identity.check() {
            let shown = error.to_string();
            assert!(!shown.contains(char::is_control), "{shown:?}");
            let words = text
                .split(char::is_whitespace)
                .filter(|word| word.len() >= LEAST_WORD);
            for word in words {
                assert!(!shown.contains(word), "{word:?} is in {shown:?}");
            }
        }
    }
}
