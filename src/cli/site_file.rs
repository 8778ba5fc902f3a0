//! Files that a configuration begins with: all of them are written, or none.
//!
//! Takes the directory and the files. Gives what was made. Refuses what is there already, directories that are links or
//! that others may write into, and undoes what it made when something fails in the middle.

use std::borrow::Cow;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// Nothing in config/ is secret, and the operator goes on editing it while the server of a
/// container, which is another user, reads it.
const CONFIG_DIRECTORY: u32 = 0o755;
/// Keys and secrets are their reader's alone.
const PRIVATE_DIRECTORY: u32 = 0o700;
/// The directories, and their modes where they are made.
const DIRECTORIES: [(&str, u32); 3] = [
    ("config", CONFIG_DIRECTORY),
    ("keys", PRIVATE_DIRECTORY),
    ("secrets", PRIVATE_DIRECTORY),
];
/// What another user than the owner may do to a directory.
const WRITABLE_BY_OTHERS: u32 = 0o022;

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
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Private(bytes) => bytes,
        }
    }
}

/// Whether the directories may be written into, as far as they are there.
///
/// # Errors
/// Each that is a link, is no directory, or is open to others.
pub fn fit(root: &Path) -> Result<(), Vec<String>> {
    let faults: Vec<String> = DIRECTORIES
        .iter()
        .filter_map(|(name, _)| {
            let path = root.join(name);
            let is = fs::symlink_metadata(&path).ok()?;
            let why = if is.is_symlink() {
                "a link, which is not followed: name the directory that it is in, or remove it"
                    .to_owned()
            } else if is.is_dir() && is.mode() & WRITABLE_BY_OTHERS != 0 {
                format!("others may write into it: chmod go-w {}", path.display())
            } else {
                return None;
            };
            Some(format!("{}: {why}; nothing was written", path.display()))
        })
        .collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults),
    }
}

/// Writes files that are new into directories that are [`fit`].
///
/// # Errors
/// Why nothing was written.
pub fn write(root: &Path, files: &[SiteFile]) -> Result<Vec<PathBuf>, Vec<String>> {
    let paths = files.iter().map(|file| root.join(&file.name));
    let there: Vec<String> = paths
        .filter(|path| fs::symlink_metadata(path).is_ok())
        .map(|path| format!("{}: exists already, so nothing was written", path.display()))
        .collect();
    if !there.is_empty() {
        return Err(there);
    }
    let mut created = Vec::new();
    let Err((path, error)) = create(root, files, &mut created) else {
        return Ok(created);
    };
    undo(&created);
    Err(vec![format!(
        "{}: {error}: nothing was written",
        path.display()
    )])
}

/// Takes away what was made, the newest first, so that a directory is empty when it is its turn.
pub fn undo(created: &[PathBuf]) {
    for path in created.iter().rev() {
        let _gone = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
    }
}

type Unwritten = (PathBuf, io::Error);

/// Makes what is missing; `created` gets each path as soon as it is there.
fn create(root: &Path, files: &[SiteFile], created: &mut Vec<PathBuf>) -> Result<(), Unwritten> {
    if let Some(parent) = root.parent() {
        let mut parents = DirBuilder::new();
        let made = parents
            .recursive(true)
            .mode(CONFIG_DIRECTORY)
            .create(parent);
        made.map_err(|error| (parent.to_owned(), error))?;
    }
    let own = ("", CONFIG_DIRECTORY);
    for (name, mode) in [own].into_iter().chain(DIRECTORIES) {
        // Not `root.join("")`, which ends with a slash.
        let path: PathBuf = root
            .components()
            .chain(Path::new(name).components())
            .collect();
        if !path.is_dir() {
            let made = DirBuilder::new().mode(PRIVATE_DIRECTORY).create(&path);
            made.map_err(|error| (path.clone(), error))?;
            created.push(path.clone());
            // Whatever the umask is.
            let set = fs::set_permissions(&path, Permissions::from_mode(mode));
            set.map_err(|error| (path, error))?;
        }
    }
    for file in files {
        let path = root.join(&file.name);
        created_file(&path, file, created).map_err(|error| (path, error))?;
    }
    Ok(())
}

fn created_file(path: &Path, file: &SiteFile, created: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut new = OpenOptions::new();
    // Never follows a link, and never opens what is there.
    let mut made = new
        .write(true)
        .create_new(true)
        .mode(file.mode)
        .open(path)?;
    created.push(path.to_owned());
    made.write_all(file.content.bytes())?;
    made.set_permissions(Permissions::from_mode(file.mode))
}
