//! A private key that `init` copies, and a file with a secret.
//!
//! Takes the path. Gives the bytes, read before anything is written. Refuses what is no regular file, what is larger
//! than a key or a secret that the server reads, and a key whose name no configuration can hold.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::config::KeyPath;
use mcp_ssh_yaml::diagnostic::visible;

/// The most bytes of a key or of a secret: as many as the server would read.
const MAX_PRIVATE_BYTES: u64 = 64 * 1024;

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
        let bytes = private_bytes(path, "a private key")?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_seen = name
            .chars()
            .all(|character| visible(character) == character);
        if !is_seen || KeyPath::parse(&name, Path::new("/keys")).is_err() {
            return Err(format!(
                "`{}` is no name that credentials.yml can hold: copy the key to a file of another name: \
                 nothing was written",
                path.to_string_lossy().escape_debug()
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            bytes,
        })
    }
}

/// The bytes of a file that is `what`, such as a private key.
///
/// # Errors
/// Why it is not read, with its path.
pub fn private_bytes(path: &Path, what: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let told = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let mut options = OpenOptions::new();
    // A FIFO without a writer would keep us waiting.
    let file = options.read(true).custom_flags(libc::O_NONBLOCK).open(path);
    let file = file.map_err(|error| told(&error))?;
    let is = file.metadata().map_err(|error| told(&error))?;
    if !is.is_file() {
        return Err(told(&format!("no regular file: name {what}")));
    }
    bounded(file).map_err(|why| match why {
        None => told(&format!("too large for {what}")),
        Some(error) => told(&error),
    })
}

/// All bytes of a file or a pipe.
///
/// # Errors
/// The error of the system, or `None` where there are more than the server would read.
pub fn bounded(file: File) -> Result<Zeroizing<Vec<u8>>, Option<io::Error>> {
    // Growth would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_PRIVATE_BYTES as usize + 1));
    file.take(MAX_PRIVATE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(Some)?;
    match bytes.len() as u64 > MAX_PRIVATE_BYTES {
        true => Err(None),
        false => Ok(bytes),
    }
}
