//! One request and its reply.
//!
//! Takes: an open channel of a session. Gives: an [`Sftp`], with a method for each request. Refuses: paths that are
//! empty, too long or have a NUL in them, and replies of another type than the request asks for.
//!
//! A [`RemoteFile`] that is not closed stays open until [`Sftp::end`].

use std::collections::HashMap;
use std::time::Duration;

use super::attributes::{FileAttributes, Whose};
use super::error::{SftpError, SftpErrorKind};
use super::offered::Offered;
use super::packet::{DirectoryEntry, MAX_PATH, RequestPacket, SftpReply, request, status};
use super::stream::SftpStream;
use crate::cancel::Cancelled;
use crate::ssh::transport::channel::Channel;
use crate::ssh::transport::session::Session;

/// The bytes in one read or write: each server takes as many (section 3 of the draft).
pub(super) const CHUNK: u32 = 32 * 1024;
/// As many where the server says that it takes more: a tenth less work. With still more it is no less.
pub(super) const MAX_CHUNK: u32 = 64 * 1024;

/// The directory in which the login begins.
pub(super) const HOME: &[u8] = b".";

/// A file or a directory that is open on the host.
#[derive(Debug)]
pub struct RemoteFile(pub(super) Vec<u8>);

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// To read what is there.
    Read,
    /// To write a file that must not be there yet; nobody but its owner may read it.
    CreateNew,
}

impl OpenMode {
    /// The flags of section 6.3 of the draft.
    fn flags(self) -> u32 {
        const READ: u32 = 0x01;
        const WRITE: u32 = 0x02;
        const CREATE: u32 = 0x08;
        const EXCLUSIVE: u32 = 0x20;
        match self {
            Self::Read => READ,
            Self::CreateNew => WRITE | CREATE | EXCLUSIVE,
        }
    }
}

/// A client of the subsystem `sftp`. When it is dropped without [`Sftp::end`], the server may keep files open, and the
/// session takes no new command.
pub struct Sftp<'s> {
    pub(super) stream: SftpStream<'s>,
    /// The most bytes in one read and in one write.
    pub(super) chunks: (u32, u32),
    pub(super) offered: Offered,
    /// The name by which the session was logged in to, and whose the numbers are that were asked about.
    pub(super) login: (String, HashMap<u32, Whose>),
    /// What the server said about the login's home, if it was asked with something else.
    pub(super) home_said: Option<SftpReply>,
    /// The owner of the login's home, once it was asked for.
    pub(super) home: Option<u32>,
}

impl<'s> Sftp<'s> {
    /// Starts the subsystem on an unused channel. `limit` is the most time for all that is done with the client.
    ///
    /// # Errors
    /// [`SftpErrorKind::NoSubsystem`], and whatever ends a connection.
    pub async fn start(
        channel: Channel,
        session: &'s Session,
        limit: Duration,
        cancelled: &Cancelled,
    ) -> Result<Self, SftpError> {
        let (stream, extensions) = SftpStream::open(channel, session, limit, cancelled).await?;
        let mut sftp = Self {
            stream,
            chunks: (CHUNK, CHUNK),
            offered: Offered::read(&extensions),
            login: (session.username().to_owned(), HashMap::new()),
            home_said: None,
            home: None,
        };
        if sftp.offered.limits
            && let Err(error) = sftp.ask_limits_and_home().await
        {
            sftp.end().await;
            return Err(error);
        }
        Ok(sftp)
    }

    /// Ends the subsystem, and closes the channel.
    pub async fn end(self) {
        self.stream.end().await;
    }

    /// What the path names, without following a link in its last component.
    ///
    /// # Errors
    /// What the server says.
    pub async fn lstat(&mut self, path: &[u8]) -> Result<FileAttributes, SftpError> {
        let packet = at(request::LSTAT, path)?;
        self.attributes("LSTAT", path, packet).await
    }

    /// What the login's home is: the directory in which it begins.
    pub(super) async fn home(&mut self) -> Result<FileAttributes, SftpError> {
        match self.home_said.take() {
            Some(SftpReply::Attributes(attributes)) => Ok(attributes),
            Some(reply) => Err(self.refused("LSTAT", HOME, reply)),
            None => self.lstat(HOME).await,
        }
    }

    /// What an open file is.
    ///
    /// # Errors
    /// What the server says.
    pub async fn fstat(&mut self, file: &RemoteFile) -> Result<FileAttributes, SftpError> {
        let packet = RequestPacket::new(request::FSTAT).text(&file.0);
        self.attributes("FSTAT", b"", packet).await
    }

    /// Sets the attributes that are given of an open file.
    ///
    /// # Errors
    /// What the server says.
    pub async fn fsetstat(
        &mut self,
        file: &RemoteFile,
        attributes: &FileAttributes,
    ) -> Result<(), SftpError> {
        let packet = RequestPacket::new(request::FSETSTAT);
        let packet = packet.text(&file.0).attributes(attributes);
        self.done("FSETSTAT", b"", packet).await
    }

    /// Opens a file.
    ///
    /// # Errors
    /// What the server says.
    pub async fn open(&mut self, path: &[u8], mode: OpenMode) -> Result<RemoteFile, SftpError> {
        let private = FileAttributes {
            permissions: (mode == OpenMode::CreateNew).then_some(0o600),
            ..FileAttributes::default()
        };
        let packet = at(request::OPEN, path)?.number(mode.flags());
        self.handle("OPEN", path, packet.attributes(&private)).await
    }

    /// Opens a directory.
    ///
    /// # Errors
    /// What the server says.
    pub async fn open_directory(&mut self, path: &[u8]) -> Result<RemoteFile, SftpError> {
        let packet = at(request::OPENDIR, path)?;
        self.handle("OPENDIR", path, packet).await
    }

    /// Some further names of an open directory, as many as the server sends at once; `None` at the end. A server may
    /// never come to the end: the caller bounds how often it asks.
    ///
    /// # Errors
    /// What the server says; a name with a `/` or a NUL in it breaks the protocol.
    pub async fn read_directory(
        &mut self,
        directory: &RemoteFile,
    ) -> Result<Option<Vec<DirectoryEntry>>, SftpError> {
        let packet = RequestPacket::new(request::READDIR).text(&directory.0);
        let reply = self.stream.call(packet).await?;
        if matches!(reply, SftpReply::Status(status::END_OF_FILE, _)) {
            return Ok(None);
        }
        let SftpReply::Names(names) = reply else {
            return Err(self.refused("READDIR", b"", reply));
        };
        let is_path = |entry: &DirectoryEntry| {
            entry.name.is_empty() || entry.name.iter().any(|byte| b"/\0".contains(byte))
        };
        if names.is_empty() || names.iter().any(is_path) {
            return Err(self.stream.breach("READDIR gives what is no name"));
        }
        Ok(Some(names))
    }

    /// Closes an open file or directory.
    ///
    /// # Errors
    /// What the server says: content may be lost then.
    pub async fn close(&mut self, file: RemoteFile) -> Result<(), SftpError> {
        let packet = RequestPacket::new(request::CLOSE).text(&file.0);
        self.done("CLOSE", b"", packet).await
    }

    /// Removes a file, or a link.
    ///
    /// # Errors
    /// What the server says.
    pub async fn remove(&mut self, path: &[u8]) -> Result<(), SftpError> {
        let packet = at(request::REMOVE, path)?;
        self.done("REMOVE", path, packet).await
    }

    /// Gives a file another name, which nothing may have yet.
    ///
    /// # Errors
    /// What the server says; [`SftpErrorKind::Failed`] if something has the name.
    pub async fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(), SftpError> {
        let packet = at(request::RENAME, from)?.text(checked(to)?);
        self.done("RENAME", to, packet).await
    }

    /// Where a link leads, as it stands in the link.
    ///
    /// # Errors
    /// What the server says.
    pub async fn read_link(&mut self, path: &[u8]) -> Result<Vec<u8>, SftpError> {
        let packet = at(request::READLINK, path)?;
        self.path("READLINK", path, packet).await
    }

    /// What the server takes the path for. Only to be shown: nothing is decided by it.
    ///
    /// # Errors
    /// What the server says.
    pub async fn real_path(&mut self, path: &[u8]) -> Result<Vec<u8>, SftpError> {
        let packet = at(request::REALPATH, path)?;
        self.path("REALPATH", path, packet).await
    }

    pub(super) async fn done(
        &mut self,
        name: &str,
        path: &[u8],
        packet: RequestPacket,
    ) -> Result<(), SftpError> {
        let reply = self.stream.call(packet).await?;
        let SftpReply::Status(status::OK, _) = reply else {
            return Err(self.refused(name, path, reply));
        };
        Ok(())
    }

    async fn attributes(
        &mut self,
        name: &str,
        path: &[u8],
        packet: RequestPacket,
    ) -> Result<FileAttributes, SftpError> {
        let reply = self.stream.call(packet).await?;
        let SftpReply::Attributes(attributes) = reply else {
            return Err(self.refused(name, path, reply));
        };
        Ok(attributes)
    }

    async fn handle(
        &mut self,
        name: &str,
        path: &[u8],
        packet: RequestPacket,
    ) -> Result<RemoteFile, SftpError> {
        let reply = self.stream.call(packet).await?;
        let SftpReply::Handle(handle) = reply else {
            return Err(self.refused(name, path, reply));
        };
        Ok(RemoteFile(handle))
    }

    async fn path(
        &mut self,
        name: &str,
        path: &[u8],
        packet: RequestPacket,
    ) -> Result<Vec<u8>, SftpError> {
        let reply = self.stream.call(packet).await?;
        let SftpReply::Names(names) = reply else {
            return Err(self.refused(name, path, reply));
        };
        let mut names = names.into_iter().map(|entry| entry.name);
        match (names.next(), names.next()) {
            (Some(path), None) if checked(&path).is_ok() => Ok(path),
            _ => Err(self.stream.breach("a link or a path has no path in it")),
        }
    }

    /// The error of a reply that does not bring what was asked for.
    pub(super) fn refused(&mut self, name: &str, path: &[u8], reply: SftpReply) -> SftpError {
        let SftpReply::Status(code @ 1.., words) = reply else {
            let what = format!("the reply to {name} is of a type that nobody asked for");
            return self.stream.breach(&what);
        };
        let path = String::from_utf8_lossy(path);
        let detail = format!("{name} {path:?}: the server said {code}, {words:?}");
        SftpError::new(kind(code, &words), detail)
    }
}

/// The kind of a status (section 7 of the draft). Version 3 has no code for a full disk: some servers say it in words,
/// and OpenSSH does not say it at all.
fn kind(code: u32, words: &str) -> SftpErrorKind {
    let says_no_space = || {
        let words = words.to_ascii_lowercase();
        ["no space", "quota"]
            .iter()
            .any(|what| words.contains(what))
    };
    match code {
        status::NO_SUCH_FILE => SftpErrorKind::NoSuchFile,
        status::PERMISSION_DENIED => SftpErrorKind::PermissionDenied,
        status::UNSUPPORTED => SftpErrorKind::Unsupported,
        _ if says_no_space() => SftpErrorKind::NoSpace,
        _ => SftpErrorKind::Failed,
    }
}

/// A request that begins with a path.
fn at(kind: u8, path: &[u8]) -> Result<RequestPacket, SftpError> {
    Ok(RequestPacket::new(kind).text(checked(path)?))
}

/// The path, if a host can have it.
pub(super) fn checked(path: &[u8]) -> Result<&[u8], SftpError> {
    if path.is_empty() || path.len() > MAX_PATH || path.contains(&0) {
        let path = String::from_utf8_lossy(path.get(..MAX_PATH).unwrap_or(path));
        return Err(SftpError::new(
            SftpErrorKind::PathInvalid,
            format!("{path:?}"),
        ));
    }
    Ok(path)
}
