//! Files that a configuration begins with: all of them are written, or none.
//!
//! Takes the directory and the files. Gives what was made. Refuses what is there already, directories that are links,
//! another user's, or open to others, and undoes what it made when something fails in the middle; where it is killed there,
//! the next run does.

use std::fs::{self, DirBuilder, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use mcp_ssh_policy::shell::quoted;
use rustix::fs::Mode;

use super::site_stage::{SiteFile, SiteStage};
use super::stage_names::{CONFIG_DIRECTORY, DIRECTORIES, LAST, PRIVATE_DIRECTORY};
use crate::config::IMAGE_USER;

/// What another user than the owner may do to a directory.
const WRITABLE_BY_OTHERS: u32 = 0o022;

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

/// What was written, as long as it is not known whether it stays.
pub struct WrittenFiles {
    created: Vec<PathBuf>,
    /// None where there was no file to write.
    stage: Option<SiteStage>,
}

impl WrittenFiles {
    /// It stays: what names it is there, too.
    pub fn keep(self) -> Vec<PathBuf> {
        // What stays of the copies the next run takes away.
        let _cleared = self.stage.as_ref().map(SiteStage::clear);
        self.created
    }

    /// Takes away what was made, the newest first, so that a directory is empty when it is its turn.
    pub fn undo(self) {
        let newest_first = || self.created.iter().rev();
        newest_first().for_each(|path| drop(fs::remove_file(path)));
        let _cleared = self.stage.as_ref().map(SiteStage::clear);
        newest_first().for_each(|path| drop(fs::remove_dir(path)));
    }
}

/// Writes files that are new into directories that are [`fit`].
///
/// # Errors
/// Why nothing was written.
pub fn write(root: &Path, files: &[SiteFile]) -> Result<WrittenFiles, Vec<String>> {
    if root.is_dir() {
        drop(SiteStage::swept(root).map_err(|fault| vec![fault])?);
    }
    let paths = files.iter().map(|file| root.join(&file.name));
    let there: Vec<String> = paths
        .filter(|path| fs::symlink_metadata(path).is_ok())
        .map(|path| format!("{}: exists already, so nothing was written", path.display()))
        .collect();
    if !there.is_empty() {
        return Err(there);
    }
    let mut created = Vec::new();
    let told = |(path, error): Unwritten| {
        vec![format!("{}: {error}: nothing was written", path.display())]
    };
    let began = root_made(root, &mut created).map_err(told);
    let stage = || match files.is_empty() {
        true => Ok(None),
        false => SiteStage::begin(root).map(Some),
    };
    let began = began.and_then(|()| stage().map_err(|fault| vec![fault]));
    let stage = began.inspect_err(|_| {
        for path in created.iter().rev() {
            let _gone = fs::remove_dir(path);
        }
    })?;
    let mut written = WrittenFiles { created, stage };
    match create(root, files, &mut written) {
        Ok(()) => Ok(written),
        Err(fault) => {
            written.undo();
            Err(told(fault))
        }
    }
}

type Unwritten = (PathBuf, io::Error);

/// Makes the directory, and those above it.
fn root_made(root: &Path, created: &mut Vec<PathBuf>) -> Result<(), Unwritten> {
    let above: Vec<&Path> = root.ancestors().skip(1).collect();
    for parent in above.into_iter().rev().filter(|parent| !parent.is_dir()) {
        let made = DirBuilder::new().mode(CONFIG_DIRECTORY).create(parent);
        made.map_err(|error| (parent.to_owned(), error))?;
        created.push(parent.to_owned());
    }
    // Not with a slash at its end.
    directory_made(root.components().collect(), CONFIG_DIRECTORY, created)
}

/// Makes a directory with its mode at once, whatever the umask is: a run may be killed behind each step.
fn directory_made(path: PathBuf, mode: u32, created: &mut Vec<PathBuf>) -> Result<(), Unwritten> {
    if path.is_dir() {
        return Ok(());
    }
    let umask = rustix::process::umask(Mode::empty());
    let made = DirBuilder::new().mode(mode).create(&path);
    rustix::process::umask(umask);
    made.map_err(|error| (path.clone(), error))?;
    created.push(path.clone());
    // Whatever the access list of the directory above it is.
    let set = fs::set_permissions(&path, Permissions::from_mode(mode));
    set.map_err(|error| (path, error))
}

/// Makes what is missing; `written` gets each path as soon as it is there.
fn create(root: &Path, files: &[SiteFile], written: &mut WrittenFiles) -> Result<(), Unwritten> {
    let WrittenFiles { created, stage } = written;
    for (name, mode) in DIRECTORIES {
        directory_made(root.join(name), mode, created)?;
    }
    let Some(stage) = stage else {
        return Ok(());
    };
    stage.write(files)?;
    let (last, first): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.name == LAST);
    for file in first.into_iter().chain(last) {
        let placed = stage.place(file, created);
        placed.map_err(|error| (root.join(&file.name), error))?;
    }
    Ok(())
}
