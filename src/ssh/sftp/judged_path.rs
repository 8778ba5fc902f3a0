//! From a path that was asked for to the file that the host has there, link by link.
//!
//! Takes: an absolute path, a judge, and the owner of the login's home. Gives: a
//! [`JudgedPath`], on which no link is left. Refuses: what the judge refuses, a directory that others can change, a
//! link of another user, and more than [`MAX_LINKS`] links.
//!
//! Each component is asked for by LSTAT, from `/` on. A link is read, and the path to which it leads is judged as if it
//! had been asked for. What the server makes of a whole path (REALPATH) decides nothing.
//!
//! Root and the user itself can still change a directory after that. Nobody else can: each directory on the way belongs
//! to one of the two, and only its owner may write in it, or only change what is his own there (the sticky bit). Hard
//! links look like any file.

use std::collections::VecDeque;

use super::attributes::{ExpectedFile, FileAttributes, FileKind, Whose};
use super::client::{OpenMode, RemoteFile, Sftp, checked};
use super::error::{SftpError, SftpErrorKind};

/// The most links on the way, as Linux has it.
const MAX_LINKS: usize = 40;
/// The bits of a mode by which others than the owner may write.
const OTHERS_WRITE: u32 = 0o022;
/// The bit by which each user may change only what is his own in a directory.
const STICKY: u32 = 0o1000;
const ROOT: u32 = 0;

/// Says no, with the reason for the operator, to a path that may not be used. The path is absolute and has no empty
/// component, no `.` and no `..`.
pub type PathJudge<'j> = &'j mut dyn FnMut(&[u8]) -> Result<(), String>;

/// A path without a link on it, which was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedPath {
    path: Vec<u8>,
    attributes: Option<FileAttributes>,
    /// The directories on the way, from `/` on.
    directories: Vec<FileAttributes>,
}

impl JudgedPath {
    /// The path.
    pub fn path(&self) -> &[u8] {
        &self.path
    }

    /// What is there; nothing if only its directory is there.
    pub fn attributes(&self) -> Option<&FileAttributes> {
        self.attributes.as_ref()
    }

    /// The path and the attributes of each directory on the way, from `/` on.
    pub(super) fn directories(&self) -> impl Iterator<Item = (&[u8], &FileAttributes)> {
        let slashes = self.path.iter().enumerate();
        let slashes = slashes.filter(|(_, byte)| **byte == b'/');
        let paths = slashes.map(|(at, _)| self.path.get(..at.max(1)).unwrap_or_default());
        paths.zip(&self.directories)
    }

    /// This path with what is there now.
    pub(super) fn with(&self, attributes: FileAttributes) -> Self {
        Self {
            attributes: Some(attributes),
            ..self.clone()
        }
    }

    /// The directory and the name in it; `None` for `/`.
    pub(super) fn parent_and_name(&self) -> Option<(&[u8], &[u8])> {
        let slash = self.path.iter().rposition(|byte| *byte == b'/')?;
        let (parent, name) = self.path.split_at_checked(slash)?;
        let name = name.get(1..).filter(|name| !name.is_empty())?;
        Some((parent, name))
    }
}

/// A path on which the components before `ahead` are walked.
struct PathWalk {
    /// The directories on the way, without a slash at the end; empty for `/`.
    walked: Vec<u8>,
    ahead: VecDeque<Vec<u8>>,
    links: usize,
}

impl PathWalk {
    /// The whole path.
    fn path(&self) -> Vec<u8> {
        let mut path = self.walked.clone();
        for component in &self.ahead {
            path.push(b'/');
            path.extend_from_slice(component);
        }
        if path.is_empty() {
            path.push(b'/');
        }
        path
    }

    /// The path of the next component.
    fn next_path(&self, name: &[u8]) -> Vec<u8> {
        [&self.walked, b"/".as_slice(), name].concat()
    }

    /// Puts the target of a link before what is ahead.
    fn follow(&mut self, target: &[u8]) -> Result<(), SftpError> {
        self.links += 1;
        if self.links > MAX_LINKS {
            return Err(link_refused(&self.walked, "more than 40 links on the way"));
        }
        if target.starts_with(b"/") {
            self.walked.clear();
        }
        let mut components = Vec::new();
        for component in target.split(|byte| *byte == b'/') {
            match component {
                b"" | b"." => {}
                // No link is on the path that is walked: its last component is the child of the one before.
                b".." if components.is_empty() => {
                    let slash = self.walked.iter().rposition(|byte| *byte == b'/');
                    self.walked.truncate(slash.unwrap_or(0));
                }
                b".." => {
                    let what = "a link has `..` behind a name, so that its path cannot be judged";
                    return Err(link_refused(&self.walked, what));
                }
                name => components.push(name.to_owned()),
            }
        }
        for component in components.into_iter().rev() {
            self.ahead.push_front(component);
        }
        checked(&self.path()).map(drop)
    }
}

impl Sftp<'_> {
    /// The user who owns the directory in which the login begins: its home. Where the home is not there, it is root.
    ///
    /// # Errors
    /// What the server says, and [`SftpErrorKind::PathUnsafe`] if it says no owner.
    pub async fn home_owner(&mut self) -> Result<u32, SftpError> {
        let home = self.home().await?;
        let owner = home.owner.map(|(user, _)| user);
        let what = "the server does not say who owns the home";
        let owner = owner.ok_or_else(|| unsafe_path(b".", what))?;
        self.home = Some(owner);
        Ok(owner)
    }

    /// Walks to what `asked` names. `home` is the owner of the login's home.
    ///
    /// # Errors
    /// [`SftpErrorKind::PathRefused`] by the judge, [`SftpErrorKind::PathUnsafe`], [`SftpErrorKind::NoSuchFile`] if a
    /// directory on the way is not there, and what the server says.
    pub async fn judge_path(
        &mut self,
        asked: &[u8],
        home: u32,
        judge: PathJudge<'_>,
    ) -> Result<JudgedPath, SftpError> {
        let mut walk = PathWalk {
            walked: Vec::new(),
            ahead: components(asked)?,
            links: 0,
        };
        judged(judge, &walk.path())?;
        let mut here = self.lstat(b"/").await?;
        let mut directories = Vec::new();
        loop {
            let Some(name) = walk.ahead.pop_front() else {
                return Ok(JudgedPath {
                    path: walk.path(),
                    attributes: Some(here),
                    directories,
                });
            };
            let is_ours = self.trusts(&here, home).await?;
            trusted_directory(&walk.walked, &here, is_ours)?;
            let path = walk.next_path(&name);
            let there = match self.lstat(&path).await {
                Err(error)
                    if error.kind() == SftpErrorKind::NoSuchFile && walk.ahead.is_empty() =>
                {
                    directories.push(here);
                    return Ok(JudgedPath {
                        path,
                        attributes: None,
                        directories,
                    });
                }
                other => other?,
            };
            if there.kind() == FileKind::Link {
                if !self.trusts(&there, home).await? {
                    return Err(unsafe_path(&path, "a link of another user"));
                }
                let target = self.read_link(&path).await?;
                walk.follow(&target)?;
                judged(judge, &walk.path())?;
                let depth = walk.walked.iter().filter(|byte| **byte == b'/').count();
                directories.truncate(depth);
                here = self.lstat(walk_at(&walk.walked)).await?;
                continue;
            }
            if others_write(&here) && !self.trusts(&there, home).await? {
                let what = "of another user, in a directory in which all may write";
                return Err(unsafe_path(&path, what));
            }
            directories.push(here);
            (walk.walked, here) = (path, there);
        }
    }

    /// Whether root or the login owns it. What the server does not say is no.
    async fn trusts(&mut self, attributes: &FileAttributes, home: u32) -> Result<bool, SftpError> {
        match attributes.owner {
            Some((user, _)) => self.is_trusted(user, home).await,
            None => Ok(false),
        }
    }

    /// Whether a user is root or the login: the server says that it has the login's name; where the server says no
    /// name, it owns the `home` of the login.
    ///
    /// # Errors
    /// What the server says.
    pub(super) async fn is_trusted(&mut self, user: u32, home: u32) -> Result<bool, SftpError> {
        if user == ROOT {
            return Ok(true);
        }
        Ok(match self.whose(user).await? {
            Whose::Login => true,
            Whose::Other => false,
            Whose::Unknown => user == home,
        })
    }

    /// Opens a regular file to read it, and looks whether it is the one that was judged.
    ///
    /// # Errors
    /// [`SftpErrorKind::NoSuchFile`], [`SftpErrorKind::NotRegular`] for what is no regular file,
    /// [`SftpErrorKind::Changed`] if the file is another one now, and what the server says.
    pub async fn open_judged(&mut self, judged: &JudgedPath) -> Result<RemoteFile, SftpError> {
        let path = judged.path();
        let Some(expected) = judged.attributes() else {
            let detail = format!("{:?}", String::from_utf8_lossy(path));
            return Err(SftpError::new(SftpErrorKind::NoSuchFile, detail));
        };
        regular(path, expected)?;
        let file = self.open(path, OpenMode::Read).await?;
        let opened = self.fstat(&file).await?;
        let same = match expected.difference(&opened) {
            None => {
                let file = ExpectedFile {
                    path,
                    attributes: Some(&opened),
                };
                self.still_there(judged, &[file]).await
            }
            Some(what) => Err(changed(path, what)),
        };
        match same {
            Ok(()) => Ok(file),
            Err(error) => {
                self.close(file).await?;
                Err(error)
            }
        }
    }
}

/// The path of a walk that may be at `/`.
fn walk_at(walked: &[u8]) -> &[u8] {
    if walked.is_empty() { b"/" } else { walked }
}

/// The components of a path that was asked for.
fn components(asked: &[u8]) -> Result<VecDeque<Vec<u8>>, SftpError> {
    let invalid = |what: &str| {
        let asked = String::from_utf8_lossy(asked);
        SftpError::new(SftpErrorKind::PathInvalid, format!("{asked:?} {what}"))
    };
    let below = checked(asked)?.strip_prefix(b"/");
    let below = below.ok_or_else(|| invalid("does not begin with `/`"))?;
    if below.is_empty() {
        return Ok(VecDeque::new());
    }
    let components = below.split(|byte| *byte == b'/');
    let components = components.map(|component| match component {
        b"" => Err(invalid("has an empty component")),
        b"." | b".." => Err(invalid("has a component `.` or `..`")),
        name => Ok(name.to_owned()),
    });
    components.collect()
}

fn judged(judge: PathJudge<'_>, path: &[u8]) -> Result<(), SftpError> {
    judge(path).map_err(|why| {
        let detail = format!("{:?}: {why}", String::from_utf8_lossy(path));
        SftpError::new(SftpErrorKind::PathRefused, detail)
    })
}

/// Refuses what is no directory, and a directory that others than root and the login can change.
fn trusted_directory(
    walked: &[u8],
    directory: &FileAttributes,
    is_ours: bool,
) -> Result<(), SftpError> {
    let path = walk_at(walked);
    match directory.kind() {
        FileKind::Directory => {}
        FileKind::Unknown => return Err(unsafe_path(path, "the server does not say its mode")),
        FileKind::Regular | FileKind::Link | FileKind::Special => {
            let detail = format!("{:?} is no directory", String::from_utf8_lossy(path));
            return Err(SftpError::new(SftpErrorKind::NoSuchFile, detail));
        }
    }
    if !is_ours {
        return Err(unsafe_path(path, "a directory of another user"));
    }
    let is_sticky = directory.mode().is_some_and(|mode| mode & STICKY != 0);
    if others_write(directory) && !is_sticky {
        let what = "a directory in which others may write (`chmod go-w`)";
        return Err(unsafe_path(path, what));
    }
    Ok(())
}

/// Whether others than the owner may write. What the server does not say is yes.
fn others_write(attributes: &FileAttributes) -> bool {
    let mode = attributes.mode();
    mode.is_none_or(|mode| mode & OTHERS_WRITE != 0)
}

/// Refuses what is no regular file: a directory in the way, or a pipe on which an open would wait.
pub(super) fn regular(path: &[u8], attributes: &FileAttributes) -> Result<(), SftpError> {
    let what = match attributes.kind() {
        FileKind::Regular => return Ok(()),
        FileKind::Directory => "a directory",
        FileKind::Link => "a link",
        FileKind::Special => "a device, a pipe or a socket",
        FileKind::Unknown => "of a type that the server does not say",
    };
    let detail = format!("{:?} is {what}", String::from_utf8_lossy(path));
    Err(SftpError::new(SftpErrorKind::NotRegular, detail))
}

pub(super) fn changed(path: &[u8], what: &str) -> SftpError {
    let path = String::from_utf8_lossy(path);
    let detail = format!("{path:?}: another {what} than when it was judged");
    SftpError::new(SftpErrorKind::Changed, detail)
}

fn link_refused(path: &[u8], what: &str) -> SftpError {
    let detail = format!("{:?}: {what}", String::from_utf8_lossy(path));
    SftpError::new(SftpErrorKind::LinkRefused, detail)
}

pub(super) fn unsafe_path(path: &[u8], what: &str) -> SftpError {
    let detail = format!("{:?}: {what}", String::from_utf8_lossy(path));
    SftpError::new(SftpErrorKind::PathUnsafe, detail)
}
