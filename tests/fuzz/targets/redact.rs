//! Whatever a command prints, on both streams and in any pieces: no secret is shown in any of its forms, no terminal acts on
//! what is shown, and what is shown while more is to come is the beginning of what is shown in the end.
//!
//! In the input 0xfe ends a piece and 0xfd ends one and changes the stream; 0xf5 to 0xfb stand for a secret, a half of it, or a
//! form in which a program may write it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::gate::{EndOfStream, RedactedOutput, Redactor};
use mcp_ssh::secret::Secret;
use mcp_ssh::ssh::Stream;

/// No part of them is in `[redacted]`, so that none can come of what was replaced.
const SECRET: &str = "hunt\"er2'Z q\\";
const LINES: &str = "first line 1\nsecond line 2";
/// What the bytes from 0xf5 on stand for: the secret whole and in halves; as JSON, a shell and a URL have it; a line.
const SIGNS: [&str; 7] = [
    SECRET,
    "hunt\"e",
    "r2'Z q\\",
    "hunt\\\"er2'Z q\\\\",
    "'hunt\"er2'\\''Z q\\'",
    "hunt%22er2%27Z%20q%5C",
    "second line 2",
];
const FIRST_SIGN: u8 = 0xf5;
/// `printf %s SECRET | base64`, and what of it the secret shares with nothing.
const BASE64: &str = "aHVudCJlcjInWiBxXA==";
const BASE64_CORE: &str = "aHVudCJlcjInWiBxX";

fuzz_target!(|input: &[u8]| {
    let mut pieces = vec![(Stream::Out, Vec::new())];
    for byte in input {
        let (stream, piece) = pieces.last_mut().expect("there is one");
        let sign = byte
            .checked_sub(FIRST_SIGN)
            .and_then(|sign| SIGNS.get(usize::from(sign)));
        match (byte, sign, *stream) {
            (_, Some(text), _) => piece.extend_from_slice(text.as_bytes()),
            (0xfc, ..) => piece.extend_from_slice(BASE64.as_bytes()),
            (0xfe, _, same) | (0xfd, _, same) if *byte == 0xfe => pieces.push((same, Vec::new())),
            (0xfd, _, Stream::Out) => pieces.push((Stream::Err, Vec::new())),
            (0xfd, _, Stream::Err) => pieces.push((Stream::Out, Vec::new())),
            _ => piece.push(*byte),
        }
    }
    let pieces: Vec<(Stream, &[u8])> = pieces
        .iter()
        .map(|(stream, piece)| (*stream, piece.as_slice()))
        .collect();
    check(&pieces);
});

fn check(pieces: &[(Stream, &[u8])]) {
    let secrets = [SECRET, LINES].map(|text| Secret::new(text.to_owned()));
    let redactor = Redactor::new(secrets.iter());
    let show = |count: usize, ending| redactor.show(pieces[..count].iter().copied(), ending);
    let whole = show(pieces.len(), EndOfStream::Final);
    clean(&whole);
    let cut = show(pieces.len(), EndOfStream::Cut);
    clean(&cut);
    for count in 0..=pieces.len() {
        let open = show(count, EndOfStream::Open);
        clean(&open);
        assert!(
            whole.out.starts_with(&open.out),
            "{:?}, then {:?}",
            open.out,
            whole.out
        );
        assert!(
            whole.err.starts_with(&open.err),
            "{:?}, then {:?}",
            open.err,
            whole.err
        );
        assert!(
            whole.both.starts_with(&open.both),
            "{:?}, then {:?}",
            open.both,
            whole.both
        );
    }
}

fn clean(shown: &RedactedOutput) {
    for text in [&shown.both, &shown.out, &shown.err] {
        let acts = |character: char| character.is_control() && !"\t\r\n".contains(character);
        assert!(!text.contains(acts), "{text:?}");
        for form in [
            SIGNS[0],
            SIGNS[3],
            SIGNS[4],
            SIGNS[5],
            SIGNS[6],
            BASE64_CORE,
            LINES,
        ] {
            assert!(!text.contains(form), "{form:?} is in {text:?}");
        }
    }
}
