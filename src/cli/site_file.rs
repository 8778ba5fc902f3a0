//! Files that a configuration begins with: all of them are written, or none.
//!
//! Takes the directory and the files. Gives what was made. Refuses what is there already, directories that are links,
//! another user's, or open to others, and undoes what it made when something fails in the middle.

use std::borrow::Cow;
use std::fs::{self, DirBuilder, Metadata, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use mcp_ssh_policy::shell::quoted;
use zeroize::Zeroizing;

use crate::config::IMAGE_USER;

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

/// Whether the directory and those in it may be written into, as far as they are there.
///
/// # Errors
/// Each that is a link, is another user's, or is open to others.
pub fn fit(root: &Path) -> Result<(), Vec<String>> {
    let inner = DIRECTORIES.iter().filter_map(|(name, mode)| {
        let path = root.join(name);
        let is = fs::symlink_metadata(&path).ok()?;
        match is.is_symlink() {
            true => Some(format!(
                "{}: a link, which is not followed: name the directory that it is in, or remove it; nothing was written",
                path.display()
            )),
            // The last step for a container gives these away.
            false if *mode == PRIVATE_DIRECTORY => unfit(&path, &is, &[0, IMAGE_USER]),
            false => unfit(&path, &is, &[0]),
        }
    });
    // The directory itself may be a link, if it is not somebody else's.
    let link = fs::symlink_metadata(root).ok();
    let link = link.and_then(|is| is.is_symlink().then(|| foreign(root, &is, &[0], "-h "))?);
    let own = link.or_else(|| unfit(root, &fs::metadata(root).ok()?, &[0]));
    let faults: Vec<String> = own.into_iter().chain(inner).collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults),
    }
}

/// Why nothing is written into a directory.
fn unfit(path: &Path, is: &Metadata, owners: &[u32]) -> Option<String> {
    if !is.is_dir() {
        return None;
    }
    let open = || {
        let shown = path.display();
        let mend = quoted(&path.to_string_lossy());
        (is.mode() & WRITABLE_BY_OTHERS != 0).then(|| {
            format!("{shown}: others may write into it: chmod go-w {mend}; nothing was written")
        })
    };
    foreign(path, is, owners, "").or_else(open)
}

/// That it is another user's. The owner of a directory may change it at any time, whatever its mode is.
fn foreign(path: &Path, is: &Metadata, owners: &[u32], option: &str) -> Option<String> {
    let own = rustix::process::geteuid().as_raw();
    if is.uid() == own || owners.contains(&is.uid()) {
        return None;
    }
    let (shown, mend) = (path.display(), quoted(&path.to_string_lossy()));
    Some(format!(
        "{shown}: it belongs to another user ({}): chown {option}{own} {mend}; nothing was written",
        is.uid()
    ))
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
    let above: Vec<&Path> = root.ancestors().skip(1).collect();
    for parent in above.into_iter().rev().filter(|parent| !parent.is_dir()) {
        let made = DirBuilder::new().mode(CONFIG_DIRECTORY).create(parent);
        made.map_err(|error| (parent.to_owned(), error))?;
        created.push(parent.to_owned());
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
