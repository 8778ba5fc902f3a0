//! New files of a configuration on their way into it.
//!
//! Takes: the directory and the files. Gives: a copy of each in `DIR/.beginning`, and then each copy a link in its place, so
//! that no half file is ever in a place. A run that is killed leaves the copies: by them the next run finds what that one
//! has brought, and takes it away unless it was in force. Where DIR is not this user's to write into, there are no copies,
//! and the files are written in their places. Refuses: a directory into which another `init` writes now.
//!
//! ```text
//! list -> copies -> `whole` -> links -> servers.yml moved -> what names them -> no `whole` -> no copies -> no list
//! ```

use std::borrow::Cow;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use zeroize::Zeroizing;

use super::add_lock::{AddLock, left_behind};
use super::left_stage::LeftStage;
use super::stage_list::StageList;
use super::stage_names::{DIRECTORIES, LAST, LIST, PRIVATE_DIRECTORY, STAGE, WHOLE};

const LIST_MODE: u32 = 0o600;

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
    place: StagePlace,
}

/// Whether there are copies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StagePlace {
    Made,
    None,
}

impl SiteStage {
    /// Takes away what a killed run has left, and begins anew.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn begin(root: &Path) -> Result<Self, String> {
        let mut stage = Self::swept(root)?;
        let mut new = DirBuilder::new();
        let folders = DIRECTORIES.map(|(name, _)| stage.path.join(name));
        for folder in [stage.path.clone()].iter().chain(&folders) {
            match new.mode(PRIVATE_DIRECTORY).create(folder) {
                Ok(()) => stage.place = StagePlace::Made,
                // The directory may be root's, and those in it the operator's.
                Err(error) if stage.place == StagePlace::None && is_closed(&error) => break,
                Err(error) => {
                    return Err(format!(
                        "{}: {error}: nothing was written",
                        folder.display()
                    ));
                }
            }
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
            place: StagePlace::None,
        };
        if fs::symlink_metadata(&stage.path).is_ok() {
            let swept = || -> io::Result<()> {
                let left = LeftStage::read(root)?;
                left.map_or(Ok(()), |left| left.take_back().and_then(|()| left.clear()))
            };
            if !stage.lock.is_held() || swept().is_err() {
                return Err(left_behind(&stage.path));
            }
        }
        Ok(stage)
    }

    /// Writes the copies.
    ///
    /// # Errors
    /// The place of the one that could not be written, and why.
    pub fn write(&self, files: &[SiteFile]) -> Result<(), (PathBuf, io::Error)> {
        if self.place == StagePlace::None {
            return Ok(());
        }
        let at = |error| (self.path.clone(), error);
        let listed = files
            .iter()
            .map(|file| (file.name.as_str(), file.content.bytes()));
        let list = SiteFile {
            name: LIST.to_owned(),
            content: SiteContent::Text(StageList::of(listed).text().into()),
            mode: LIST_MODE,
        };
        written(&self.path.join(LIST), &list).map_err(at)?;
        for file in files {
            let written = written(&self.path.join(&file.name), file);
            written.map_err(|error| (self.root.join(&file.name), error))?;
        }
        let mut whole = DirBuilder::new();
        let whole = whole.mode(PRIVATE_DIRECTORY).create(self.path.join(WHOLE));
        whole.map_err(at)
    }

    /// Brings a file into its place, where nothing is yet. Without a copy, or on a file system without links, it is written
    /// there.
    ///
    /// # Errors
    /// Why it is not there.
    pub fn place(&self, file: &SiteFile, created: &mut Vec<PathBuf>) -> io::Result<()> {
        let place = self.root.join(&file.name);
        match self.brought(file, &place) {
            Ok(()) => created.push(place),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            Err(_) => {
                if file.name == LAST {
                    let _gone = fs::remove_file(self.path.join(LAST));
                }
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

    fn brought(&self, file: &SiteFile, place: &Path) -> io::Result<()> {
        let copy = self.path.join(&file.name);
        match self.place {
            StagePlace::None => Err(io::ErrorKind::NotFound.into()),
            StagePlace::Made if file.name == LAST => {
                // Without its copy it is known that it was in force, wherever somebody has put it since.
                match renameat_with(CWD, &copy, CWD, place, RenameFlags::NOREPLACE) {
                    Err(error) if io::Error::from(error).kind() != io::ErrorKind::AlreadyExists => {
                        fs::hard_link(&copy, place)?;
                        let _gone = fs::remove_file(copy);
                        Ok(())
                    }
                    moved => Ok(moved?),
                }
            }
            StagePlace::Made => fs::hard_link(copy, place),
        }
    }

    /// Takes the copies away: all is in force, or none of it is there any more.
    ///
    /// # Errors
    /// Why something of it stays.
    pub fn clear(&self) -> io::Result<()> {
        match self.place {
            StagePlace::Made => LeftStage::read(&self.root)?.map_or(Ok(()), |left| left.clear()),
            StagePlace::None => Ok(()),
        }
    }
}

/// Whether a directory is not to be written into by this user.
fn is_closed(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
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

#[cfg(test)]
mod tests {
    use std::fs::{create_dir, hard_link, rename};
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::{LeftStage, SiteContent, SiteFile, SiteStage};

    /// Somebody may put a link there after the places were looked at.
    #[test]
    fn nothing_is_taken_away_through_a_link() {
        for folder in ["config", "keys", "secrets"] {
            let site = tempfile::tempdir().unwrap();
            let (root, other) = (site.path().join("site"), site.path().join("other"));
            for made in [&root, &other] {
                create_dir(made).unwrap();
            }
            let file = SiteFile {
                name: format!("{folder}/id"),
                content: SiteContent::Text("key".into()),
                mode: 0o400,
            };
            // As a run that is killed before servers.yml.
            let last = SiteFile {
                name: "config/servers.yml".to_owned(),
                content: SiteContent::Text("".into()),
                mode: 0o400,
            };
            let stage = SiteStage::begin(&root).unwrap();
            stage.write(&[file, last]).unwrap();
            let copy = root.join(".beginning").join(folder).join("id");
            hard_link(copy, other.join("id")).unwrap();
            let place = root.join(folder);
            symlink(&other, &place).unwrap();
            let taken_back = |root: &Path| LeftStage::read(root).unwrap().unwrap().take_back();
            assert!(
                taken_back(&root).is_err() && other.join("id").exists(),
                "{folder}"
            );
            // In the directory itself it is.
            std::fs::remove_file(&place).unwrap();
            rename(&other, &place).unwrap();
            assert!(
                taken_back(&root).is_ok() && !place.join("id").exists(),
                "{folder}"
            );
        }
    }
}
