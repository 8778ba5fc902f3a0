//! What a server says before its version (RFC 4253, section 4.2), which is read as OpenSSH reads it.
//!
//! Takes: the wire of a connection. Gives: the same wire, whose first byte to be read is that of the version; and to
//! [`Findings`] the version, and what was said before it, for the error of a handshake that fails. Refuses: more than
//! 1,024 lines, a line of more than 8 KiB, and a version that russh would not take.
//!
//! russh itself takes 20 lines of 255 bytes, and no empty one.

use std::io;

use super::handler::Findings;
use crate::runtime::{OpeningWire, Wire};

/// How many lines may come before the version, and how many bytes one of them may have: OpenSSH's limits.
const MAX_LINES: usize = 1024;
const MAX_LINE: usize = 8192;
/// The most bytes of the version's line, its end included (RFC 4253, section 4.2).
const MAX_VERSION: usize = 255;
/// How many bytes of what was said an error may repeat.
const MAX_SAID: usize = 80;

/// The wire, whose first byte to be read is that of the version.
pub(super) fn greeted(wire: Wire, findings: Findings) -> OpeningWire {
    let hearing = findings.hearing();
    let mut lines = GreetingLines {
        line: Vec::new(),
        count: 0,
        findings,
    };
    OpeningWire::new(wire, hearing, move |bytes| lines.take(bytes))
}

/// The lines before the version.
struct GreetingLines {
    line: Vec<u8>,
    count: usize,
    findings: Findings,
}

impl GreetingLines {
    /// Takes bytes in. Gives the version and what came behind it, once it is there.
    fn take(&mut self, bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
        for (at, byte) in bytes.iter().enumerate() {
            self.line.push(*byte);
            if *byte != b'\n' {
                continue;
            }
            if self.line.starts_with(b"SSH-") {
                self.findings.said(b"", true);
                let mut version = version(std::mem::take(&mut self.line))?;
                self.findings.greets(version.trim_ascii_end());
                version.extend_from_slice(bytes.get(at + 1..).unwrap_or_default());
                return Ok(Some(version));
            }
            self.say();
            self.line.clear();
            self.count += 1;
            if self.count == MAX_LINES {
                return Err(odd(format!("{MAX_LINES} lines came, and no version")));
            }
        }
        // The rest of a line: where no more comes, it is all that can be told.
        self.say();
        if self.line.len() > MAX_LINE {
            return Err(odd(format!(
                "a line of more than {MAX_LINE} bytes came, and no version"
            )));
        }
        Ok(None)
    }

    fn say(&self) {
        let end = self.line.len().min(MAX_SAID);
        self.findings
            .said(self.line.get(..end).unwrap_or_default(), false);
    }
}

/// The line of the version, if russh takes it.
fn version(line: Vec<u8>) -> io::Result<Vec<u8>> {
    let shown = || {
        String::from_utf8_lossy(&line)
            .chars()
            .take(MAX_SAID)
            .collect::<String>()
    };
    if line.len() > MAX_VERSION {
        let length = line.len();
        return Err(odd(format!(
            "its version has {length} bytes, and RFC 4253 allows {MAX_VERSION}"
        )));
    }
    if !line.starts_with(b"SSH-2.0-") && !line.starts_with(b"SSH-1.99-") {
        return Err(odd(format!(
            "its version is {:?}, and only SSH 2.0 is spoken here",
            shown().trim_end()
        )));
    }
    if std::str::from_utf8(&line).is_err() {
        return Err(odd("its version is no UTF-8".to_owned()));
    }
    Ok(line)
}

/// The error of a peer that does not keep to the protocol.
fn odd(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// What comes of bytes that a server sends, in pieces of `size` bytes: the version and all behind it, nothing, or an error.
/// For tests and fuzzing, which have no wire.
///
/// # Errors
/// As those of the wire.
#[cfg(any(test, fuzzing))]
pub fn greeting_of(sent: &[u8], size: usize) -> io::Result<Option<Vec<u8>>> {
    let mut lines = GreetingLines {
        line: Vec::new(),
        count: 0,
        findings: Findings::default(),
    };
    let mut rest = sent;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(size.min(rest.len()));
        if let Some(mut version) = lines.take(piece)? {
            version.extend_from_slice(behind);
            return Ok(Some(version));
        }
        rest = behind;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::{MAX_LINE, MAX_LINES, MAX_VERSION, greeting_of};

    /// The error, where the bytes are not taken.
    fn refusal(sent: &[u8]) -> Option<String> {
        greeting_of(sent, 1).err().map(|error| error.to_string())
    }

    #[test]
    fn each_bound_is_reached_and_not_passed() {
        let version = |length: usize| {
            let mut line = b"SSH-2.0-".to_vec();
            line.resize(length - 1, b'x');
            line.push(b'\n');
            line
        };
        let taken = version(MAX_VERSION);
        assert_eq!(greeting_of(&taken, 7).unwrap(), Some(taken));
        assert_eq!(
            refusal(&version(MAX_VERSION + 1)).as_deref(),
            Some("its version has 256 bytes, and RFC 4253 allows 255")
        );
        assert_eq!(refusal(&vec![b'x'; MAX_LINE]), None);
        assert_eq!(
            refusal(&vec![b'x'; MAX_LINE + 1]).as_deref(),
            Some("a line of more than 8192 bytes came, and no version")
        );
        let lines = |count: usize| [b"w\n".repeat(count), version(20)].concat();
        assert_eq!(refusal(&lines(MAX_LINES - 1)), None);
        assert_eq!(
            refusal(&lines(MAX_LINES)).as_deref(),
            Some("1024 lines came, and no version")
        );
    }
}
