//! The copies of an `init` that has not taken them away.
//!
//! Takes: the directory. Gives: what of them is whose, and takes it away, and before that what came out of it, unless it may
//! have been in force. Refuses, before anything is taken away: all that an `init` of this user does not write there.

use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::Stat;
use rustix::io::Errno;

use super::import::PresentHosts;
use super::init_add::standing;
use super::own_folder::OwnFolder;
use super::stage_list::StageList;
use super::stage_names::{DIRECTORIES, LAST, LIST, STAGE, WHOLE};
use crate::config::{IMAGE_USER, Paths};
use mcp_ssh_policy::shell::quoted;
use mcp_ssh_yaml::diagnostic::Diagnostic;

/// A copy in one of the folders.
struct StageCopy {
    folder: &'static str,
    name: String,
    is: Stat,
}

/// What is in `DIR/.beginning`.
pub struct LeftStage {
    path: PathBuf,
    root: OwnFolder,
    stage: OwnFolder,
    folders: Vec<(&'static str, OwnFolder)>,
    copies: Vec<StageCopy>,
    list: StageList,
    is_whole: bool,
}

/// What is not taken away.
enum KeptFiles {
    Nothing,
    All,
    Named(PresentHosts),
}

impl LeftStage {
    /// Looks at it; `None` where there is none.
    ///
    /// # Errors
    /// That something in it is not of an `init` of this user.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        let own = [rustix::process::geteuid().as_raw()];
        let foreign = || io::Error::from(Errno::PERM);
        let root = OwnFolder::root(path)?;
        let Some(stage) = root.below(STAGE, &own)? else {
            return Ok(None);
        };
        let names = stage.names()?;
        let is_ours = |name: &String| {
            [WHOLE, LIST].contains(&name.as_str())
                || DIRECTORIES.iter().any(|(ours, _)| ours == name)
        };
        let whole = stage.below(WHOLE, &own)?;
        let is_empty = |folder: &OwnFolder| folder.names().is_ok_and(|names| names.is_empty());
        if !names.iter().all(is_ours) || !whole.iter().all(is_empty) {
            return Err(foreign());
        }
        let list = match stage.file(LIST)? {
            Some(_) => {
                let bytes = stage.bytes(LIST)?;
                let text = std::str::from_utf8(&bytes).map_err(io::Error::other)?;
                StageList::parse(text).ok_or_else(foreign)?
            }
            None => StageList::default(),
        };
        let (mut folders, mut copies) = (Vec::new(), Vec::new());
        for (folder, _) in DIRECTORIES {
            let Some(opened) = stage.below(folder, &own)? else {
                continue;
            };
            for name in opened.names()? {
                let is = opened.file(&name)?.ok_or_else(foreign)?;
                if !own.contains(&is.st_uid) || !list.has(&format!("{folder}/{name}")) {
                    return Err(foreign());
                }
                copies.push(StageCopy { folder, name, is });
            }
            folders.push((folder, opened));
        }
        Ok(Some(Self {
            path: path.to_owned(),
            root,
            stage,
            folders,
            copies,
            list,
            is_whole: whole.is_some(),
        }))
    }

    /// Takes away what is a link of a copy, is as it was written, and was never in force.
    ///
    /// # Errors
    /// That one of the places is a link, another user's, or open to others; then nothing was taken away.
    pub fn take_back(&self) -> io::Result<()> {
        let own = rustix::process::geteuid().as_raw();
        let mut places = Vec::new();
        for (folder, _) in DIRECTORIES {
            places.push((folder, self.root.below(folder, &[own, 0, IMAGE_USER])?));
        }
        if !self.is_whole {
            return Ok(());
        }
        let kept = self.kept();
        for StageCopy { folder, name, is } in &self.copies {
            let place = places.iter().find(|(place, _)| place == folder);
            let Some((_, Some(place))) = place else {
                continue;
            };
            let is_link = |there: &Stat| (there.st_dev, there.st_ino) == (is.st_dev, is.st_ino);
            let is_copy = place
                .file(name)
                .is_ok_and(|there| there.as_ref().is_some_and(is_link));
            let as_written =
                |bytes: &[u8]| self.list.is_as_written(&format!("{folder}/{name}"), bytes);
            let is_unchanged = || place.bytes(name).is_ok_and(|bytes| as_written(&bytes));
            if is_copy && !kept.has(folder, name) && is_unchanged() {
                let _gone = place.remove(name);
            }
        }
        Ok(())
    }

    /// Takes the copies away.
    ///
    /// # Errors
    /// Why something of it stays.
    pub fn clear(&self) -> io::Result<()> {
        // Without this nothing is taken back any more.
        if self.is_whole {
            self.stage.remove_folder(WHOLE)?;
        }
        for copy in &self.copies {
            let folder = self
                .folders
                .iter()
                .find(|(folder, _)| *folder == copy.folder);
            folder.map_or(Ok(()), |(_, folder)| folder.remove(&copy.name))?;
        }
        for (folder, _) in &self.folders {
            self.stage.remove_folder(folder)?;
        }
        if self.stage.file(LIST)?.is_some() {
            self.stage.remove(LIST)?;
        }
        self.root.remove_folder(STAGE)
    }

    /// In doubt all.
    fn kept(&self) -> KeptFiles {
        let is_there = self.path.join(LAST).symlink_metadata().is_ok();
        let last = |copy: &&StageCopy| format!("{}/{}", copy.folder, copy.name) == LAST;
        match (self.list.has(LAST), self.copies.iter().find(last)) {
            // It goes into its place by a rename: as long as it is here, with no other link, it was never in force.
            (true, Some(copy)) if copy.is.st_nlink == 1 && !is_there => KeptFiles::Nothing,
            // The run has added to what was there.
            (false, _) if is_there => standing(&self.path).map_or(KeptFiles::All, KeptFiles::Named),
            (true | false, _) => KeptFiles::All,
        }
    }
}

/// The warning of a `.beginning` beside the configuration: there may be passwords and keys in it.
pub fn left_by_init(paths: &Paths) -> Option<Diagnostic> {
    let root = paths.config.parent()?;
    let stage = root.join(STAGE);
    stage.symlink_metadata().ok()?;
    let mend = |path: &Path| quoted(&path.to_string_lossy());
    let message = format!(
        "left by an `mcp-ssh init` that was ended in the middle, perhaps with copies of passwords and keys: \
         run `mcp-ssh init {}` again, or `rm -r -- {}`",
        mend(root),
        mend(&stage)
    );
    Some(Diagnostic::file_warning(
        &stage.display().to_string(),
        message,
    ))
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
