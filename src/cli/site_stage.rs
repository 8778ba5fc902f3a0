//! New files of a configuration on their way into it.
//!
//! Takes: the directory and the files. Gives: a copy of each in `DIR/.beginning`, and then each copy a link in its place, so
//! that no half file is ever in a place. A run that is killed leaves the copies: by them the next run finds what that one
//! has brought, and takes it away unless it is in force. Refuses: a directory into which another `init` writes now.
//!
//! ```text
//! copies -> `whole` -> links, servers.yml the last of them -> what names them -> no `whole` -> no copies
//! ```

use std::borrow::Cow;
use std::fs::{self, DirBuilder, DirEntry, Metadata, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::add_lock::{AddLock, left_behind};
use super::import::PresentHosts;
use super::init_add::standing;

/// Nothing in config/ is secret, and the operator goes on editing it while the server of a
/// container, which is another user, reads it.
pub const CONFIG_DIRECTORY: u32 = 0o755;
/// Keys and secrets are their reader's alone.
pub const PRIVATE_DIRECTORY: u32 = 0o700;
/// The directories, and their modes where they are made.
pub const DIRECTORIES: [(&str, u32); 3] = [
    ("config", CONFIG_DIRECTORY),
    ("keys", PRIVATE_DIRECTORY),
    ("secrets", PRIVATE_DIRECTORY),
];
/// Where the copies are.
const STAGE: &str = ".beginning";
/// A directory in it: all copies are there, and it is not known yet that what they are links of is in force.
const WHOLE: &str = "whole";
/// With this file a configuration is one.
pub const LAST: &str = "config/servers.yml";

/// A file to be written.
pub struct SiteFile {
    /// Its path below the directory.
    pub name: String,
    pub content: SiteContent,
    pub mode: u32,
}

/// What is in it.
pub enum SiteContent {
    Text(Cow<'static, str>),
    /// A private key or a secret, which is in no other memory.
    Private(Zeroizing<Vec<u8>>),
}

impl SiteContent {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Private(bytes) => bytes,
        }
    }
}

/// The copies; nobody else writes into the directory meanwhile.
pub struct SiteStage {
    root: PathBuf,
    path: PathBuf,
    lock: AddLock,
}

/// What is not taken away.
enum KeptFiles {
    Nothing,
    All,
    Named(PresentHosts),
}

impl SiteStage {
    /// Takes away what a killed run has left, and begins anew.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn begin(root: &Path) -> Result<Self, String> {
        let stage = Self::swept(root)?;
        let mut new = DirBuilder::new();
        let folders = DIRECTORIES.map(|(name, _)| stage.path.join(name));
        for folder in [stage.path.clone()].iter().chain(&folders) {
            let made = new.mode(PRIVATE_DIRECTORY).create(folder);
            made.map_err(|error| format!("{}: {error}: nothing was written", folder.display()))?;
        }
        Ok(stage)
    }

    /// Takes away what a killed run has left.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn swept(root: &Path) -> Result<Self, String> {
        let stage = Self {
            root: root.to_owned(),
            path: root.join(STAGE),
            lock: AddLock::at_once(root)?,
        };
        if let Ok(there) = fs::symlink_metadata(&stage.path) {
            if !stage.lock.is_held() || !there.is_dir() {
                return Err(left_behind(&stage.path));
            }
            stage.take_back();
            stage.clear().map_err(|_| left_behind(&stage.path))?;
        }
        Ok(stage)
    }

    /// Writes the copies.
    ///
    /// # Errors
    /// The place of the one that could not be written, and why.
    pub fn write(&self, files: &[SiteFile]) -> Result<(), (PathBuf, io::Error)> {
        for file in files {
            let written = written(&self.path.join(&file.name), file);
            written.map_err(|error| (self.root.join(&file.name), error))?;
        }
        let mut whole = DirBuilder::new();
        let whole = whole.mode(PRIVATE_DIRECTORY).create(self.path.join(WHOLE));
        whole.map_err(|error| (self.path.clone(), error))
    }

    /// Brings a file into its place, where nothing is yet. On a file system without links it is written there.
    ///
    /// # Errors
    /// Why it is not there.
    pub fn place(&self, file: &SiteFile, created: &mut Vec<PathBuf>) -> io::Result<()> {
        let place = self.root.join(&file.name);
        match fs::hard_link(self.path.join(&file.name), &place) {
            Ok(()) => created.push(place),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            Err(_) => {
                let done = written(&place, file);
                let there = done.as_ref().err().map(io::Error::kind);
                if there != Some(io::ErrorKind::AlreadyExists) {
                    created.push(place);
                }
                return done;
            }
        }
        Ok(())
    }

    /// Takes the copies away: all is in force, or none of it is there any more.
    ///
    /// # Errors
    /// Why something of it stays.
    pub fn clear(&self) -> io::Result<()> {
        // Without this nothing is taken back any more.
        let _gone = fs::remove_dir(self.path.join(WHOLE));
        for (folder, copy) in self.copies() {
            let _gone = fs::remove_file(self.path.join(folder).join(copy.file_name()));
        }
        for (folder, _) in DIRECTORIES {
            let _gone = fs::remove_dir(self.path.join(folder));
        }
        fs::remove_dir(&self.path)
    }

    fn copies(&self) -> Vec<(&'static str, DirEntry)> {
        let of = |(folder, _): (&'static str, u32)| {
            let copies = fs::read_dir(self.path.join(folder)).into_iter().flatten();
            copies.flatten().map(move |copy| (folder, copy))
        };
        DIRECTORIES.into_iter().flat_map(of).collect()
    }

    /// Takes away what is a link of a copy, is as it was written, and is not in force.
    fn take_back(&self) {
        let Ok(whole) = fs::symlink_metadata(self.path.join(WHOLE)) else {
            return;
        };
        let in_force = self.in_force();
        for (folder, copy) in self.copies() {
            let name = copy.file_name();
            let place = self.root.join(folder).join(&name);
            let (Ok(copy), Ok(there)) = (copy.metadata(), fs::symlink_metadata(&place)) else {
                continue;
            };
            let kept = in_force.has(folder, &name.to_string_lossy());
            if is_one_file(&copy, &there) && !is_changed_since(&there, &whole) && !kept {
                let _gone = fs::remove_file(place);
            }
        }
    }

    fn in_force(&self) -> KeptFiles {
        match () {
            () if !self.root.join(LAST).exists() => KeptFiles::Nothing,
            () if self.path.join(LAST).exists() => KeptFiles::All,
            // The run has added to what was there.
            () => standing(&self.root).map_or(KeptFiles::All, KeptFiles::Named),
        }
    }
}

impl KeptFiles {
    fn has(&self, folder: &str, name: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::All => true,
            Self::Named(present) => present.inventory.credentials.iter().any(|login| {
                let key = login.key_path.as_ref().map(|key| key.as_path());
                (folder == "keys" && key == Some(Path::new(name)))
                    || (folder == "secrets"
                        && login.secrets().any(|secret| secret.as_str() == name))
            }),
        }
    }
}

fn is_one_file(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Whether somebody has written into the file after all copies were there.
fn is_changed_since(file: &Metadata, whole: &Metadata) -> bool {
    (file.mtime(), file.mtime_nsec()) > (whole.mtime(), whole.mtime_nsec())
}

/// Writes a file that is new.
fn written(path: &Path, file: &SiteFile) -> io::Result<()> {
    let mut new = OpenOptions::new();
    // Never follows a link, and never opens what is there.
    let mut made = new
        .write(true)
        .create_new(true)
        .mode(file.mode)
        .open(path)?;
    made.write_all(file.content.bytes())?;
    made.set_permissions(Permissions::from_mode(file.mode))?;
    made.sync_all()
}
