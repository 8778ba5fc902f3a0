//! The chain: each line names the SHA-256 of the line before it.
//!
//! ```text
//! line := "{" FIELDS… ",\"seq\":" N ",\"session\":\"" ID "\",\"prev\":\"" HASH "\"}" LF
//! ```
//!
//! Takes a record as JSON; gives the line. `seq` counts the lines of a process from 0, `session` names the
//! process, `prev` is the hash of the bytes of the line before, without its LF. Lines that were cut off count
//! as a part of the line before them, so that the next line vouches for all. Refuses a line that is longer than
//! [`MAX_LINE`].

use std::io;

use base16ct::lower::{self, encode_string};
use rustix::rand::{GetRandomFlags, getrandom};
use serde::de::IgnoredAny;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The longest line, in bytes: there is room for a command of 10,000 characters, each escaped, and for a whole
/// error. A reader of a file holds one line in memory.
pub const MAX_LINE: usize = 256 * 1024;

/// The most bytes of a session's name: twice those of the names that this program writes. `verify` holds each
/// name in memory.
const MAX_SESSION: usize = 64;

/// A SHA-256.
pub type Digest = [u8; 32];
/// `prev` of the first line of a chain.
pub const START: Digest = [0; 32];

/// Where the chain of this process stands.
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
    /// The line, LF included.
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

    /// Makes the next line of the chain of a JSON object. [`Self::advance`] must follow once the line is written.
    pub fn stamp(&mut self, object: &str) -> io::Result<StampedLine> {
        if self.session.is_empty() {
            self.session = new_session()?;
        }
        let fields = object.strip_suffix('}').unwrap_or(object);
        let (seq, session, prev) = (self.seq, &self.session, encode_string(&self.prev));
        let mut text =
            format!("{fields},\"seq\":{seq},\"session\":\"{session}\",\"prev\":\"{prev}\"}}");
        if text.len() > MAX_LINE {
            return Err(io::Error::other("the record is longer than 256 KiB"));
        }
        let hash = digest(text.as_bytes());
        text.push('\n');
        Ok(StampedLine { text, hash })
    }

    /// Notes that a line is written: the next line follows it.
    pub fn advance(&mut self, line: &StampedLine) {
        self.seq += 1;
        self.prev = line.hash;
    }
}

/// The place in the chain that a line gives itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub seq: u64,
    pub session: String,
    pub prev: Digest,
}

impl Link {
    /// The link of a line; `None` when the line is no record.
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

/// The SHA-256 of some bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    encode_string(&digest(bytes))
}

/// Whether a line ends before its record does: its writer was killed, or the disk was full.
pub(super) fn is_unfinished(line: &[u8]) -> bool {
    let read: Result<IgnoredAny, _> = serde_json::from_slice(line);
    !line.is_empty() && read.is_err_and(|error| error.is_eof())
}

/// The hash of a line that was cut off, or of several with the LFs between them, together with the line before.
pub(super) fn digest_of_cut(before: &[u8], cut: &[u8]) -> Digest {
    let parts = [before, b"\n", cut];
    let hash = parts
        .iter()
        .fold(Sha256::new(), |hash, part| hash.chain_update(part));
    hash.finalize().into()
}

/// The digest of 64 lower-case hexadecimal digits; `None` for any other text.
pub fn parse_digest(text: &str) -> Option<Digest> {
    let mut digest = START;
    let decoded = lower::decode(text, &mut digest).ok()?;
    (decoded.len() == digest.len()).then_some(digest)
}

/// A name of 128 random bits, so that no two processes have one name.
fn new_session() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    let filled = getrandom(&mut bytes, GetRandomFlags::empty())?;
    if filled < bytes.len() {
        return Err(rustix::io::Errno::AGAIN.into());
    }
    Ok(encode_string(&bytes))
}

#[cfg(test)]
mod tests {
    use super::{Chain, Link, MAX_LINE, MAX_SESSION, START, encode_string};

    #[test]
    fn a_session_has_a_name_of_so_many_bytes_and_no_more() {
        let link = |length: usize| {
            let (session, prev) = ("s".repeat(length), encode_string(&START));
            let line = format!(r#"{{"seq":0,"session":"{session}","prev":"{prev}"}}"#);
            Link::of(line.as_bytes())
        };
        assert!(link(MAX_SESSION).is_some());
        assert_eq!(link(MAX_SESSION + 1), None);
    }

    #[test]
    fn a_line_may_be_so_long_and_no_longer() {
        let mut chain = Chain::new();
        let object = |length: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(length));
        let added = chain.stamp(&object(0)).unwrap().text.len() - 1;
        let longest = chain.stamp(&object(MAX_LINE - added)).unwrap();
        assert_eq!(longest.text.len() - 1, MAX_LINE);
        assert!(chain.stamp(&object(MAX_LINE - added + 1)).is_err());
    }
}
