//! Whatever a server sends before its version, and however it is cut: what is taken begins with the first line that begins
//! with `SSH-`, which russh would take, and nothing behind it is lost; an error is one visible line of bounded length.
//!
//! The first byte of the input is the size of the pieces.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::ssh::greeting_of;

const MOST_LINES: usize = 1024;
const LONGEST_LINE: usize = 8192;
const LONGEST_VERSION: usize = 255;
/// The words of an error, and 80 bytes of the server's.
const LONGEST_ERROR: usize = 1000;

fuzz_target!(|input: &[u8]| {
    if let [size, sent @ ..] = input {
        check(sent, usize::from(*size).max(1));
    }
});

fn check(sent: &[u8], size: usize) {
    let (mut at, mut before) = (0, 0);
    let mut version = None;
    for line in sent.split_inclusive(|byte| *byte == b'\n') {
        if line.ends_with(b"\n") && line.starts_with(b"SSH-") {
            version = Some(line);
            break;
        }
        at += line.len();
        before += usize::from(line.ends_with(b"\n"));
    }
    let longest = sent[..at]
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::len)
        .max();
    let spoken = |line: &[u8]| {
        let known = line.starts_with(b"SSH-2.0-") || line.starts_with(b"SSH-1.99-");
        known && line.len() <= LONGEST_VERSION && std::str::from_utf8(line).is_ok()
    };
    match greeting_of(sent, size) {
        Ok(Some(taken)) => {
            assert_eq!(taken, &sent[at..]);
            assert!(version.is_some_and(spoken) && before < MOST_LINES);
        }
        Ok(None) => assert!(version.is_none() && before < MOST_LINES),
        Err(error) => {
            let error = error.to_string();
            assert!(
                error.len() <= LONGEST_ERROR && !error.contains(char::is_control),
                "{error:?}"
            );
            let refused = version.is_some_and(|line| !spoken(line));
            let too_long = longest.is_some_and(|longest| longest > LONGEST_LINE)
                || version.is_some_and(|line| line.len() > LONGEST_LINE);
            assert!(refused || too_long || before >= MOST_LINES, "{error}");
        }
    }
}
