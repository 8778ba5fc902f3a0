//! A private key that `init` copies.
//!
//! Takes the path of the key. Gives its bytes, read before anything is written. Refuses what is no regular file, and what
//! is larger than a key that the server reads.

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The most bytes of a key file: as many as the server would read.
const MAX_KEY_BYTES: u64 = 64 * 1024;

/// A key that was read.
#[derive(Debug)]
pub struct KeyToCopy {
    /// Where it was.
    pub path: PathBuf,
    pub bytes: Zeroizing<Vec<u8>>,
}

impl KeyToCopy {
    /// Reads the key.
    ///
    /// # Errors
    /// Why it is not read, with its path.
    pub fn read(path: &Path) -> Result<Self, String> {
        let told = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let mut options = OpenOptions::new();
        // A FIFO without a writer would keep us waiting.
        let file = options.read(true).custom_flags(libc::O_NONBLOCK).open(path);
        let file = file.map_err(|error| told(&error))?;
        let is = file.metadata().map_err(|error| told(&error))?;
        if !is.is_file() {
            return Err(told(&"no regular file: name a private key"));
        }
        // Growth would leave copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_KEY_BYTES as usize + 1));
        let read = file.take(MAX_KEY_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| told(&error))?;
        if bytes.len() as u64 > MAX_KEY_BYTES {
            return Err(told(&"too large for a private key"));
        }
        Ok(Self {
            path: path.to_owned(),
            bytes,
        })
    }
}
