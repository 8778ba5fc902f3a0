//! The chain: each line names the SHA-256 of the line before it.
//!
//! ```text
//! line := "{" FIELDS… ",\"seq\":" N ",\"session\":\"" ID "\",\"prev\":\"" HASH "\"}" LF
//! ```
//!
//! Takes a record as JSON; gives the line. `seq` counts the lines of a process from 0, `session`
//! is the process, `prev` the hash of the bytes of the line before, without its LF. A line that
//! was cut off counts as a part of the line before it, so that what follows vouches for both.
//! Refuses a line that is longer than [`MAX_LINE`].

use std::io;

use rustix::rand::{GetRandomFlags, getrandom};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The longest line: a command of 10,000 characters, each escaped, and an error in full; and what
/// whoever reads a file holds in memory.
pub const MAX_LINE: usize = 256 * 1024;

/// Bytes of a session's name, twice those of ours: whoever verifies a trail holds each of them.
const MAX_SESSION: usize = 64;

/// A SHA-256.
pub type Digest = [u8; 32];
/// `prev` of a line that has none before it.
pub const START: Digest = [0; 32];

/// The lines of this process so far.
#[derive(Debug)]
pub(super) struct Chain {
    session: String,
    seq: u64,
    /// Hash of the last line.
    pub prev: Digest,
}

/// A line and its hash.
#[derive(Debug)]
pub(super) struct StampedLine {
    /// With its LF.
    pub text: String,
    hash: Digest,
}

impl Chain {
    pub const fn new() -> Self {
        Self {
            session: String::new(),
            seq: 0,
            prev: START,
        }
    }

    /// The line that a JSON object makes as the next of the chain.
    pub fn stamp(&mut self, object: &str) -> io::Result<StampedLine> {
        if self.session.is_empty() {
            self.session = new_session()?;
        }
        let fields = object.strip_suffix('}').unwrap_or(object);
        let (seq, session, prev) = (self.seq, &self.session, hex(&self.prev));
        let mut text =
            format!("{fields},\"seq\":{seq},\"session\":\"{session}\",\"prev\":\"{prev}\"}}");
        if text.len() > MAX_LINE {
            return Err(io::Error::other("the record is longer than 256 KiB"));
        }
        let hash = digest(text.as_bytes());
        text.push('\n');
        Ok(StampedLine { text, hash })
    }

    /// The line is written: the next one follows it.
    pub fn advance(&mut self, line: &StampedLine) {
        self.seq += 1;
        self.prev = line.hash;
    }
}

/// What a line says of its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub seq: u64,
    pub session: String,
    pub prev: Digest,
}

impl Link {
    /// Nothing when the line is no record.
    pub fn of(line: &[u8]) -> Option<Self> {
        Self::said(&serde_json::from_slice(line).ok()?)
    }

    /// Nothing when the JSON is no record.
    pub fn said(value: &Value) -> Option<Self> {
        Some(Self {
            seq: value.get("seq")?.as_u64()?,
            session: value
                .get("session")?
                .as_str()
                .filter(|its| its.len() <= MAX_SESSION)?
                .to_owned(),
            prev: parse_digest(value.get("prev")?.as_str()?)?,
        })
    }
}

/// The hash of a line, without its LF.
pub(super) fn digest(line: &[u8]) -> Digest {
    Sha256::digest(line).into()
}

/// The hash of a line that was cut off: it vouches for the line before it, too.
pub(super) fn digest_of_cut(before: &[u8], cut: &[u8]) -> Digest {
    let parts = [before, b"\n", cut];
    let hash = parts
        .iter()
        .fold(Sha256::new(), |hash, part| hash.chain_update(part));
    hash.finalize().into()
}

/// In hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 64 lower-case hexadecimal digits.
pub fn parse_digest(text: &str) -> Option<Digest> {
    let mut digits = text.chars().map(|digit| match digit {
        '0'..='9' | 'a'..='f' => digit.to_digit(16),
        _ => None,
    });
    let mut digest = START;
    for byte in &mut digest {
        let value = digits.next()?? * 16 + digits.next()??;
        *byte = u8::try_from(value).ok()?;
    }
    digits.next().is_none().then_some(digest)
}

/// 128 random bits: no two processes have the same.
fn new_session() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    let filled = getrandom(&mut bytes, GetRandomFlags::empty())?;
    if filled < bytes.len() {
        return Err(rustix::io::Errno::AGAIN.into());
    }
    Ok(hex(&bytes))
}
