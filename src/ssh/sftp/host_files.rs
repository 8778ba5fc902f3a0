//! The files of one host, as far as permits go.
//!
//! Takes: a session, and for each file its [`FilePermit`]. Gives: [`HostFiles`], the only road from the gate to the
//! files of a host. Refuses: a host of Windows, a permit for another file or another content, a file with more bytes than
//! its permit says, and content that is not what its digest says. Invariant: nothing is opened without a permit.

use std::io::{self, Read, Write};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::attributes::{FileAttributes, FileKind};
use super::client::{RemoteFile, Sftp};
use super::error::{SftpError, SftpErrorKind};
use super::judged_path::{JudgedPath, PathJudge, changed, regular};
use super::packet::DirectoryEntry;
use crate::cancel::Cancelled;
use crate::ssh::transport::channel::Channel;
use crate::ssh::transport::session::Session;
use mcp_ssh_policy::FilePermit;

/// The most names of a directory: more than a caller pages through.
const MAX_NAMES: usize = 20_000;

/// The most names of a directory that are searched for one.
const MAX_SEARCHED: usize = 500_000;

/// The files of one host. When it is dropped without [`HostFiles::end`], the session takes no new command.
pub struct HostFiles<'s> {
    sftp: Sftp<'s>,
    /// The owner of the login's home.
    home: u32,
}

/// A whole content and its SHA-256.
pub struct WholeContent<'c> {
    /// The content, from its first byte on.
    pub content: &'c mut dyn Read,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

impl<'s> HostFiles<'s> {
    /// Starts the subsystem on an unused channel.
    ///
    /// # Errors
    /// [`SftpErrorKind::Windows`], [`SftpErrorKind::NoSubsystem`], and whatever ends a connection.
    pub(in crate::ssh) async fn start(
        channel: Channel,
        session: &'s Session,
        limit: Duration,
        cancelled: &Cancelled,
    ) -> Result<Self, SftpError> {
        if session.is_windows() {
            let detail = "the version of the server names Windows";
            return Err(SftpError::new(SftpErrorKind::Windows, detail));
        }
        let mut sftp = Sftp::start(channel, session, limit, cancelled).await?;
        match sftp.home_owner().await {
            Ok(home) => Ok(Self { sftp, home }),
            Err(error) => {
                sftp.end().await;
                Err(error)
            }
        }
    }

    /// Looks where a path leads. `judge` says of each path on the way whether it may be followed.
    ///
    /// # Errors
    /// Those of [`Sftp::judge_path`].
    pub async fn look(
        &mut self,
        path: &str,
        judge: PathJudge<'_>,
    ) -> Result<JudgedPath, SftpError> {
        self.sftp
            .judge_path(path.as_bytes(), self.home, judge)
            .await
    }

    /// What was judged, with what is there now: for a file that changed before it was read.
    ///
    /// # Errors
    /// What the server says.
    pub async fn again(&mut self, judged: &JudgedPath) -> Result<JudgedPath, SftpError> {
        let now = self.sftp.lstat(judged.path()).await?;
        Ok(judged.with(now))
    }

    /// Reads a whole file and hands it on; gives how many bytes it has.
    ///
    /// # Errors
    /// [`SftpErrorKind::TooLarge`] if it has more than the permit says, those of [`Sftp::open_judged`], and
    /// [`SftpErrorKind::Local`] if `content` takes no more.
    pub async fn read(
        &mut self,
        permit: &FilePermit,
        judged: &JudgedPath,
        content: &mut dyn Write,
    ) -> Result<u64, SftpError> {
        is_for(permit, judged)?;
        if let Some(file) = judged.attributes() {
            regular(judged.path(), file)?;
        }
        let most = permit.max_bytes();
        if judged.attributes().and_then(|file| file.size) > Some(most) {
            return Err(too_large(judged, most));
        }
        let file = self.sftp.open_judged(judged).await?;
        let read = self.read_opened(&file, judged, most, content).await;
        let closed = self.sftp.close(file).await;
        let read = read?;
        closed?;
        match read <= most {
            true => Ok(read),
            false => Err(too_large(judged, most)),
        }
    }

    /// Reads as many bytes as the file had when it was judged. A file that has grown meanwhile is the beginning of what it is
    /// now, as a log is; one that changed otherwise is none that ever was.
    async fn read_opened(
        &mut self,
        file: &RemoteFile,
        judged: &JudgedPath,
        most: u64,
        content: &mut dyn Write,
    ) -> Result<u64, SftpError> {
        let before = judged.attributes();
        let size = before.and_then(|file| file.size).filter(|size| *size > 0);
        // What says that it has no bytes may have some, as a file of the kernel.
        let wanted = size.unwrap_or(most + 1);
        let read = self.sftp.read(file, 0, wanted, content).await?;
        let now = self.sftp.fstat(file).await?;
        let has_grown = size.is_some() && now.size > size;
        let difference = before.and_then(|before| before.difference(&now));
        match difference {
            Some(what) if !has_grown => Err(changed(judged.path(), what)),
            Some(_) | None if size.is_some_and(|size| size != read) => {
                Err(changed(judged.path(), "size"))
            }
            Some(_) | None => Ok(read),
        }
    }

    /// The names in a directory, in the order of their bytes, and whether there are more than are given.
    ///
    /// # Errors
    /// [`SftpErrorKind::NotDirectory`], [`SftpErrorKind::Changed`] if another directory is there afterwards, and what
    /// the server says.
    pub async fn list(
        &mut self,
        permit: &FilePermit,
        judged: &JudgedPath,
    ) -> Result<(Vec<DirectoryEntry>, bool), SftpError> {
        is_for(permit, judged)?;
        let path = judged.path();
        let shown = || format!("{:?}", String::from_utf8_lossy(path));
        let Some(expected) = judged.attributes() else {
            return Err(SftpError::new(SftpErrorKind::NoSuchFile, shown()));
        };
        if expected.kind() != FileKind::Directory {
            return Err(SftpError::new(SftpErrorKind::NotDirectory, shown()));
        }
        let directory = self.sftp.open_directory(path).await?;
        let (mut entries, mut is_cut) = (Vec::new(), false);
        while let Some(some) = self.sftp.read_directory(&directory).await? {
            entries.extend(some.into_iter().filter(|entry| !is_dots(&entry.name)));
            if entries.len() > MAX_NAMES {
                (entries, is_cut) = (entries.into_iter().take(MAX_NAMES).collect(), true);
                break;
            }
        }
        self.sftp.close(directory).await?;
        let now = self.sftp.lstat(path).await?;
        let is_same = now.owner == expected.owner && now.permissions == expected.permissions;
        if !is_same {
            return Err(changed(path, "owner or mode"));
        }
        entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok((entries, is_cut))
    }

    /// Makes a content the content of what was judged; `mode` is that of the new file, else the old one's is kept.
    ///
    /// # Errors
    /// [`SftpErrorKind::WrongPermit`] if the permit is for another content, [`SftpErrorKind::TooLarge`], those of
    /// [`Sftp::replace`], and [`SftpErrorKind::Local`] if the content is not what its digest says.
    pub async fn write(
        &mut self,
        permit: &FilePermit,
        judged: &JudgedPath,
        mode: Option<u32>,
        whole: WholeContent<'_>,
    ) -> Result<FileAttributes, SftpError> {
        is_for(permit, judged)?;
        if !permit.lets_write(&whole.sha256) {
            let detail = "the permit is for another content";
            return Err(SftpError::new(SftpErrorKind::WrongPermit, detail));
        }
        let most = permit.max_bytes();
        if whole.bytes > most {
            return Err(too_large(judged, most));
        }
        if judged.attributes().is_some() {
            self.has_one_name(judged).await?;
        }
        let mut content = CheckedRead {
            content: whole.content,
            left: whole.bytes,
            hasher: Sha256::new(),
            sha256: whole.sha256,
        };
        self.sftp.replace(judged, mode, &mut content).await
    }

    /// Refuses a file with several names, as the line for a person says it that comes with each name of a directory. Some
    /// servers do not say it.
    async fn has_one_name(&mut self, judged: &JudgedPath) -> Result<(), SftpError> {
        let Some((parent, name)) = judged.parent_and_name() else {
            return Ok(());
        };
        let parent = if parent.is_empty() { b"/" } else { parent };
        let directory = self.sftp.open_directory(parent).await?;
        let (mut seen, mut found) = (0, None);
        while found.is_none() && seen <= MAX_SEARCHED {
            let Some(some) = self.sftp.read_directory(&directory).await? else {
                break;
            };
            seen += some.len();
            found = some.into_iter().find(|entry| entry.name == name);
        }
        self.sftp.close(directory).await?;
        let path = String::from_utf8_lossy(judged.path());
        match found {
            Some(entry) if entry.links > Some(1) => {
                let detail = format!("{path:?}: it has {} names", entry.links.unwrap_or_default());
                Err(SftpError::new(SftpErrorKind::SeveralNames, detail))
            }
            Some(_) => Ok(()),
            None if seen > MAX_SEARCHED => {
                let detail = format!("{path:?}: not among {MAX_SEARCHED} names of its directory");
                Err(SftpError::new(SftpErrorKind::SeveralNames, detail))
            }
            None => Err(changed(judged.path(), "name")),
        }
    }

    /// Ends the subsystem, and closes the channel.
    pub async fn end(self) {
        self.sftp.end().await;
    }
}

/// Refuses a permit for another file than the one that was judged.
fn is_for(permit: &FilePermit, judged: &JudgedPath) -> Result<(), SftpError> {
    match permit.path().as_bytes() == judged.path() {
        true => Ok(()),
        false => {
            let detail = "the permit is for another file";
            Err(SftpError::new(SftpErrorKind::WrongPermit, detail))
        }
    }
}

fn too_large(judged: &JudgedPath, most: u64) -> SftpError {
    let path = String::from_utf8_lossy(judged.path());
    let detail = format!("{path:?}: more than {most} bytes");
    SftpError::new(SftpErrorKind::TooLarge, detail)
}

fn is_dots(name: &[u8]) -> bool {
    matches!(name, b"." | b"..")
}

/// A content that fails at its end, unless it is what its digest says.
struct CheckedRead<'c> {
    content: &'c mut dyn Read,
    left: u64,
    hasher: Sha256,
    sha256: [u8; 32],
}

impl Read for CheckedRead<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        let taken = buffer.get(..read).unwrap_or_default();
        self.hasher.update(taken);
        let other = || io::Error::other("the content has changed while it was sent");
        self.left = self.left.checked_sub(read as u64).ok_or_else(other)?;
        let is_end = read == 0 && !buffer.is_empty();
        if is_end && <[u8; 32]>::from(self.hasher.clone().finalize()) != self.sha256 {
            return Err(other());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::CheckedRead;
    use sha2::{Digest, Sha256};

    #[test]
    fn a_content_is_what_its_digest_says_or_fails_at_its_end() {
        let read = |content: &[u8], said: &[u8], left| {
            let mut content = content;
            let mut checked = CheckedRead {
                content: &mut content,
                left,
                hasher: Sha256::new(),
                sha256: Sha256::digest(said).into(),
            };
            let mut read = Vec::new();
            checked.read_to_end(&mut read).map(|_| read).ok()
        };
        assert_eq!(read(b"abc", b"abc", 3).unwrap(), b"abc");
        assert_eq!(read(b"", b"", 0).unwrap(), b"");
        assert_eq!(read(b"abd", b"abc", 3), None, "another content");
        assert_eq!(read(b"ab", b"abc", 3), None, "it is shorter");
        assert_eq!(read(b"abcd", b"abc", 3), None, "it is longer");
    }
}
