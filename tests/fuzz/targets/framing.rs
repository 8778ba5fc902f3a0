//! However a stream is cut, its frames are its lines that are not blank, without a byte order mark
//! at its start.
//!
//! The first byte of the input is the size of the pieces.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::rpc::stdio::{Frame, frames};

fuzz_target!(|input: &[u8]| {
    if let [size, stream @ ..] = input {
        let text = stream.strip_prefix(b"\xef\xbb\xbf").unwrap_or(stream);
        let lines = text.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.trim_ascii().is_empty());
        let expected: Vec<Frame> = lines.map(|line| Frame::Line(line.to_vec())).collect();
        assert_eq!(frames(stream, usize::from(*size).max(1)), expected);
    }
});
