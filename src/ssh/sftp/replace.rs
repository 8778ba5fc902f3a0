//! A whole file: the old content stands until the new one does.
//!
//! Takes: a [`JudgedPath`] and the content. Gives: what the new file is. Refuses: to replace a file on a server without
//! posix-rename, what is no regular file, a file whose owner or mode cannot be kept, and a file that was changed since
//! it was judged.
//!
//! The content goes to a new file `.NAME.RANDOM~` in the same directory, which gets its name when it is whole and on the
//! disk: by posix-rename in the place of an old file, and by RENAME, which replaces nothing, where none was. Whatever
//! else happens, the new file is removed, or the error names it: it never stays in silence. ACLs, extended attributes
//! and other hard links of the old file do not pass to the new one: version 3 shows none of them.

use std::io::Read;
use std::time::Duration;

use rustix::rand::{GetRandomFlags, getrandom};

use super::attributes::{ExpectedFile, FileAttributes};
use super::client::{OpenMode, RemoteFile, Sftp};
use super::error::{SftpError, SftpErrorKind};
use super::judged_path::{JudgedPath, changed, regular, unsafe_path};

/// The mode of a file that was not there before, if the caller names none.
const NEW_MODE: u32 = 0o644;
/// The longest name of a file: NAME_MAX of Linux.
const MAX_NAME: usize = 255;
/// How long the server may take to remove the new file after an error: several round trips around the world.
const REMOVAL: Duration = Duration::from_secs(2);
/// How often a new file that cannot be removed is tried again: its directory may be away for a moment.
const MAX_REMOVALS: u32 = 100;
/// How long the server may take for the rename, which is not given up half-way.
const RENAME: Duration = Duration::from_secs(5);

impl Sftp<'_> {
    /// Makes `content` the content of what was judged. The mode of an old file is kept if `mode` is `None`.
    ///
    /// # Errors
    /// The kinds at the head of this file, [`SftpErrorKind::Unconfirmed`] if the connection is lost during the rename,
    /// and what the server says. The old file is untouched then, unless it is unconfirmed.
    pub async fn replace(
        &mut self,
        judged: &JudgedPath,
        mode: Option<u32>,
        content: &mut dyn Read,
    ) -> Result<FileAttributes, SftpError> {
        if let Some(old) = judged.attributes() {
            regular(judged.path(), old)?;
            if !self.renames_over() {
                let path = String::from_utf8_lossy(judged.path());
                let detail = format!("{path:?}: the server has no posix-rename@openssh.com");
                return Err(SftpError::new(SftpErrorKind::CannotReplace, detail));
            }
        }
        let temporary = temporary_path(judged)?;
        let opened = self.open(&temporary, OpenMode::CreateNew).await;
        let written = match opened {
            Ok(file) => self.fill(file, (judged, &temporary), mode, content).await,
            // The server may have made the file all the same.
            Err(error) if has_no_answer(error.kind()) => Err(error),
            Err(error) => return Err(error),
        };
        let replaced = match written {
            Ok(written) => {
                let renamed = self.rename_whole(&temporary, &written, judged).await;
                renamed.map(|()| written)
            }
            Err(error) => Err(error),
        };
        match replaced {
            Err(error) if error.kind() != SftpErrorKind::Unconfirmed => {
                Err(self.removed(&temporary, error).await)
            }
            other => other,
        }
    }

    /// Whether the new file, which is empty yet, is in the directory that was judged, and belongs to who was taken for the
    /// login.
    async fn is_beside(
        &mut self,
        file: &RemoteFile,
        judged: &JudgedPath,
        temporary: &[u8],
    ) -> Result<(), SftpError> {
        let opened = self.fstat(file).await?;
        if let (Some(home), Some((user, _))) = (self.home, opened.owner)
            && !self.is_trusted(user, home).await?
        {
            let what = format!("what this login makes is of user {user}, who was not taken for it");
            return Err(unsafe_path(judged.path(), &what));
        }
        let new = ExpectedFile {
            path: temporary,
            attributes: Some(&opened),
        };
        self.still_there(judged, &[new]).await
    }

    /// Writes the new file whole, with the owner and the mode that it must have.
    async fn fill(
        &mut self,
        file: RemoteFile,
        (judged, temporary): (&JudgedPath, &[u8]),
        mode: Option<u32>,
        content: &mut dyn Read,
    ) -> Result<FileAttributes, SftpError> {
        let old = judged.attributes();
        self.is_beside(&file, judged, temporary).await?;
        let size = self.write(&file, content).await?;
        let mut wanted = self.fstat(&file).await?;
        let given = wanted.owner;
        wanted.size = Some(size);
        let mode = mode.or(old.and_then(FileAttributes::mode));
        wanted.permissions = Some(0o100_000 | mode.unwrap_or(NEW_MODE));
        if let Some(old) = old {
            wanted.owner = old.owner;
        }
        // A change of the owner takes bits from the mode, so the mode comes behind it.
        if wanted.owner != given {
            let owner = FileAttributes {
                owner: wanted.owner,
                ..FileAttributes::default()
            };
            self.keep(&file, judged, &owner).await?;
        }
        let permissions = FileAttributes {
            permissions: wanted.permissions,
            ..FileAttributes::default()
        };
        self.keep(&file, judged, &permissions).await?;
        self.fsync(&file).await?;
        let written = self.fstat(&file).await?;
        wanted.times = written.times;
        if let Some(what) = wanted.difference(&written) {
            return Err(owner_lost(judged, what));
        }
        self.close(file).await?;
        Ok(written)
    }

    async fn keep(
        &mut self,
        file: &RemoteFile,
        judged: &JudgedPath,
        attributes: &FileAttributes,
    ) -> Result<(), SftpError> {
        let kept = self.fsetstat(file, attributes).await;
        kept.map_err(|error| {
            let is_refused = matches!(
                error.kind(),
                SftpErrorKind::PermissionDenied
                    | SftpErrorKind::Failed
                    | SftpErrorKind::Unsupported
            );
            if is_refused {
                owner_lost(judged, error.detail())
            } else {
                error
            }
        })
    }

    /// Puts the new file in the place of the old one, if that is still the one that was judged.
    async fn rename_whole(
        &mut self,
        temporary: &[u8],
        written: &FileAttributes,
        judged: &JudgedPath,
    ) -> Result<(), SftpError> {
        let path = judged.path();
        let new = ExpectedFile {
            path: temporary,
            attributes: Some(written),
        };
        let old = ExpectedFile {
            path,
            attributes: judged.attributes(),
        };
        self.still_there(judged, &[new, old]).await?;
        self.stream.clean_up_within(RENAME);
        let renamed = match judged.attributes() {
            Some(_) => self.rename_over(temporary, path).await,
            None => self.rename(temporary, path).await,
        };
        let Err(error) = renamed else {
            return Ok(());
        };
        if has_no_answer(error.kind()) {
            let kind = SftpErrorKind::Unconfirmed;
            return Err(left_behind(kind, temporary, error.detail()));
        }
        // A name that is taken is told as a failure without a reason.
        let is_taken = judged.attributes().is_none()
            && error.kind() == SftpErrorKind::Failed
            && self.lstat(path).await.is_ok();
        Err(if is_taken {
            changed(path, "file")
        } else {
            error
        })
    }

    /// Removes the new file after `error`. Gives the error, and what is left if the server does not remove it.
    async fn removed(&mut self, temporary: &[u8], error: SftpError) -> SftpError {
        self.stream.clean_up_within(REMOVAL);
        let mut tries = 0;
        loop {
            let Err(removal) = self.remove(temporary).await else {
                return error;
            };
            tries += 1;
            // Where somebody exchanges a directory on the way, the new file is behind the path at some moments only. That it
            // is not there now does not say that it is gone.
            if has_no_answer(removal.kind()) || tries == MAX_REMOVALS {
                let story = format!("{}; {}", error.detail(), removal.detail());
                return left_behind(error.kind(), temporary, &story);
            }
        }
    }
}

/// An error after which the new file may be there.
fn left_behind(kind: SftpErrorKind, temporary: &[u8], story: &str) -> SftpError {
    let left = String::from_utf8_lossy(temporary);
    let detail = format!("{left:?} may be left on the host: {story}");
    SftpError::new(kind, detail).leaving(temporary)
}

/// Whether the server may have done what it was asked for.
fn has_no_answer(kind: SftpErrorKind) -> bool {
    matches!(
        kind,
        SftpErrorKind::Closed
            | SftpErrorKind::Cancelled
            | SftpErrorKind::OutOfTime
            | SftpErrorKind::Protocol
    )
}

fn owner_lost(judged: &JudgedPath, what: &str) -> SftpError {
    let path = String::from_utf8_lossy(judged.path());
    SftpError::new(SftpErrorKind::OwnerLost, format!("{path:?}: {what}"))
}

/// `.NAME.RANDOM~` beside what was judged. A long name is cut.
fn temporary_path(judged: &JudgedPath) -> Result<Vec<u8>, SftpError> {
    let Some((directory, name)) = judged.parent_and_name() else {
        return Err(SftpError::new(
            SftpErrorKind::NotRegular,
            "`/` is a directory",
        ));
    };
    let mut random = [0_u8; 8];
    if getrandom(&mut random, GetRandomFlags::empty()) != Ok(random.len()) {
        let detail = "the system gives no random numbers";
        return Err(SftpError::new(SftpErrorKind::Local, detail));
    }
    let random = format!(".{:016x}~", u64::from_be_bytes(random));
    let name = name.get(..MAX_NAME - 1 - random.len()).unwrap_or(name);
    Ok([directory, b"/.", name, random.as_bytes()].concat())
}
