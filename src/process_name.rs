//! The name of a server's process: `mcp-ssh reload` finds servers by this name, and reads in it which
//! configuration is in force.
//!
//! Takes a digest and how the last load ended; gives a [`ProcessName`], or reads one from /proc. Refuses any
//! other name: no other process of the program has such a one.
//!
//! ```text
//! name   := "mcp-ssh" state digest load     15 bytes, all that the kernel keeps of one (prctl(2))
//! state  := ":" the last load is in force | "!" it was refused
//! digest := the first 6 digits of the configuration in force | "------" there is none
//! load   := "g".."z", the next letter after each load
//! ```

use std::ffi::CString;
use std::fmt;
use std::io;

/// The beginning of each name.
const PROGRAM: &str = "mcp-ssh";
/// How many digits of the digest are in a name: as many as fit into 15 bytes.
const DIGITS: usize = 6;
/// The letters of loads: none is a hexadecimal digit.
const LOADS: &[u8] = b"ghijklmnopqrstuvwxyz";
const NO_DIGEST: &str = "------";

/// The name of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessName {
    refused: bool,
    digest: String,
    load: usize,
}

impl ProcessName {
    /// The first name of a server, with the digest of its first configuration; without one, if none was loaded.
    pub fn new(sha256: Option<&str>) -> Self {
        Self {
            refused: sha256.is_none(),
            digest: shortened(sha256),
            load: 0,
        }
    }

    /// The name after another load.
    pub fn after_load(&self, sha256: Option<&str>, refused: bool) -> Self {
        Self {
            refused,
            digest: shortened(sha256),
            load: (self.load + 1) % LOADS.len(),
        }
    }

    /// Reads a name as /proc shows it; `None` when it is not the name of a server.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PROGRAM)?;
        let (refused, rest) = match rest.strip_prefix(':') {
            Some(rest) => (false, rest),
            None => (true, rest.strip_prefix('!')?),
        };
        let (digest, load) = rest.split_at_checked(DIGITS)?;
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if digest != NO_DIGEST && !digest.bytes().all(is_digit) {
            return None;
        }
        let [load] = load.as_bytes() else { return None };
        Some(Self {
            refused,
            digest: digest.to_owned(),
            load: LOADS.iter().position(|letter| letter == load)?,
        })
    }

    /// Whether the last load was refused.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// Whether the configuration with this digest is in force, and no load was refused after it.
    pub fn has(&self, sha256: &str) -> bool {
        !self.refused && self.digest == shortened(Some(sha256))
    }

    /// Whether a configuration was loaded or refused between the two names.
    pub fn is_after(&self, earlier: &Self) -> bool {
        self.load != earlier.load
    }

    /// The first digits of the digest of the configuration in force.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Gives this process the name.
    ///
    /// # Errors
    /// The error of prctl(2).
    pub fn give(&self) -> io::Result<()> {
        let name = CString::new(self.to_string())?;
        Ok(rustix::thread::set_name(&name)?)
    }
}

fn shortened(sha256: Option<&str>) -> String {
    let digits = sha256.and_then(|sha256| sha256.get(..DIGITS));
    digits.unwrap_or(NO_DIGEST).to_owned()
}

impl fmt::Display for ProcessName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.refused { '!' } else { ':' };
        let load = LOADS.get(self.load).copied().map_or('g', char::from);
        write!(formatter, "{PROGRAM}{state}{}{load}", self.digest)
    }
}

#[cfg(test)]
mod tests {
    use super::ProcessName;

    const DIGEST: &str = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809";
    const OTHER: &str = "0a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809";

    #[test]
    fn a_name_says_what_is_in_force() {
        let first = ProcessName::new(None);
        assert_eq!(first.to_string(), "mcp-ssh!------g");
        let loaded = first.after_load(Some(DIGEST), false);
        assert_eq!(loaded.to_string(), "mcp-ssh:1a2b3ch");
        assert!(loaded.has(DIGEST) && !loaded.has(OTHER) && loaded.is_after(&first));
        let refused = loaded.after_load(Some(DIGEST), true);
        assert_eq!(refused.to_string(), "mcp-ssh!1a2b3ci");
        assert!(!refused.has(DIGEST) && refused.is_refused());
        let mut name = ProcessName::new(Some(DIGEST));
        for _ in 0..100 {
            let next = name.after_load(Some(DIGEST), false);
            assert!(next.is_after(&name) && next.to_string().len() == 15);
            assert_eq!(ProcessName::parse(&next.to_string()).as_ref(), Some(&next));
            name = next;
        }
    }

    #[test]
    fn no_other_name_is_one() {
        for text in [
            "",
            "mcp-ssh",
            "mcp-ssh:",
            "mcp-ssh:1a2b3c",
            "mcp-ssh:1a2b3ca",
            "mcp-ssh:1A2B3Cg",
            "mcp-ssh:1a2b-cg",
            "mcp-ssh?1a2b3cg",
            "mcp-ssh:1a2b3cgg",
            "mcp_ssh:1a2b3cg",
            "mcp-ssh:1a2b3\u{fc}",
            " mcp-ssh:1a2b3cg",
        ] {
            assert_eq!(ProcessName::parse(text), None, "{text}");
        }
        assert!(ProcessName::parse("mcp-ssh!------z").is_some());
    }
}
