//! servers.yml, credentials.yml and policy.yml as they were at one moment.
//!
//! Takes the directories; gives the three texts, or why one cannot be read, and the digest over them. Invariant:
//! these texts are loaded and judged later, and the files are not read a second time for that.

use base16ct::lower::encode_string;
use sha2::{Digest, Sha256};

use super::file::{Quoting, read};
use super::paths::Paths;
use super::stamp::Stamps;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source};

/// The three files.
#[derive(Debug)]
pub struct Files {
    pub(super) servers: Result<Source, Diagnostic>,
    pub(super) credentials: Result<Source, Diagnostic>,
    policy: Result<Source, Diagnostic>,
    /// The stamps of the files, taken before they are read, so that a change during the reading is noticed.
    pub(super) stamps: Stamps,
    /// Whether nobody has touched the files while they were read.
    pub(super) untouched: bool,
    digest: String,
}

impl Files {
    /// Reads the three files.
    pub fn read(paths: &Paths) -> Self {
        let stamps = Stamps::of(paths);
        let servers = read(&paths.servers(), Quoting::Shown);
        let credentials = read(&paths.credentials(), Quoting::Withheld);
        let policy = read(&paths.policy(), Quoting::Shown);
        let digest = digest([&servers, &credentials, &policy]);
        Self {
            servers,
            credentials,
            policy,
            stamps,
            untouched: stamps == Stamps::of(paths),
            digest,
        }
    }

    /// The text of policy.yml.
    ///
    /// # Errors
    /// Why policy.yml cannot be read.
    pub fn policy(&self) -> Result<&Source, &Diagnostic> {
        self.policy.as_ref()
    }

    /// The SHA-256 over the texts, in hexadecimal; the fault takes the place of a text that cannot be read.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

fn digest(files: [&Result<Source, Diagnostic>; 3]) -> String {
    let mut hasher = Sha256::new();
    for file in files {
        let fault = |fault: &Diagnostic| fault.headline();
        let fault = file.as_ref().err().map(fault).unwrap_or_default();
        let text = file.as_ref().map_or(fault.as_str(), Source::text);
        // Without the lengths, a text that is moved from one file to the next would give an equal digest.
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    encode_string(&hasher.finalize())
}
