//! The extensions of OpenSSH (its file PROTOCOL, section 4), a method for each.
//!
//! Takes: what a request needs. Gives: what the server says. Refuses: replies that are not well-formed.

use super::attributes::Whose;
use super::client::{CHUNK, HOME, MAX_CHUNK, RemoteFile, Sftp, checked};
use super::error::{SftpError, SftpErrorKind};
use super::offered::{FSYNC, LIMITS, MAX_EXTENSION, NAMES_BY_ID, POSIX_RENAME};
use super::packet::{FieldReader, RequestPacket, SftpReply, request};

impl Sftp<'_> {
    /// Gives a file another name, in the place of what has that name (rename(2)).
    ///
    /// # Errors
    /// [`SftpErrorKind::Unsupported`] if the server has no posix-rename@openssh.com; else what the server says.
    pub async fn rename_over(&mut self, from: &[u8], to: &[u8]) -> Result<(), SftpError> {
        if !self.offered.posix_rename {
            return Err(SftpError::new(SftpErrorKind::Unsupported, POSIX_RENAME));
        }
        let packet = RequestPacket::extended(POSIX_RENAME);
        let packet = packet.text(checked(from)?).text(checked(to)?);
        self.done(POSIX_RENAME, to, packet).await
    }

    /// Has the content of an open file on the disk before it returns, where the server can; says whether it can.
    ///
    /// # Errors
    /// What the server says.
    pub async fn fsync(&mut self, file: &RemoteFile) -> Result<bool, SftpError> {
        if self.offered.fsync {
            let packet = RequestPacket::extended(FSYNC).text(&file.0);
            self.done(FSYNC, b"", packet).await?;
        }
        Ok(self.offered.fsync)
    }

    /// Whose number it is, where the server can say it (PROTOCOL of OpenSSH, section 4.11).
    ///
    /// # Errors
    /// What the server says.
    pub(super) async fn whose(&mut self, user: u32) -> Result<Whose, SftpError> {
        if let Some(known) = self.login.1.get(&user) {
            return Ok(*known);
        }
        let mut whose = Whose::Unknown;
        if self.offered.names {
            let packet = RequestPacket::extended(NAMES_BY_ID);
            let packet = packet.text(&user.to_be_bytes()).text(b"");
            let reply = self.stream.call(packet).await?;
            let SftpReply::Extended(body) = reply else {
                return Err(self.refused(NAMES_BY_ID, b"", reply));
            };
            let mut names = FieldReader(FieldReader(&body).text(usize::MAX).unwrap_or_default());
            whose = match names.text(MAX_EXTENSION) {
                None | Some(b"") => Whose::Unknown,
                Some(name) if name == self.login.0.as_bytes() => Whose::Login,
                Some(_) => Whose::Other,
            };
        }
        self.login.1.insert(user, whose);
        Ok(whose)
    }

    /// Whether the server can replace one file by another at once.
    pub fn renames_over(&self) -> bool {
        self.offered.posix_rename
    }

    /// Asks which reads and writes the server takes (PROTOCOL of OpenSSH, section 4.8), and in the same round trip
    /// about the login's home, which is what is asked next. Zero means no limit.
    pub(super) async fn ask_limits_and_home(&mut self) -> Result<(), SftpError> {
        let limits = RequestPacket::extended(LIMITS);
        let limits = self.stream.send(limits).await?;
        let home = RequestPacket::new(request::LSTAT).text(HOME);
        self.stream.send(home).await?;
        let (first, second) = (self.stream.receive().await?, self.stream.receive().await?);
        let in_order = first.0 == limits;
        let ((_, reply), (_, home)) = if in_order {
            (first, second)
        } else {
            (second, first)
        };
        self.home_said = Some(home);
        let SftpReply::Extended(body) = reply else {
            return Err(self.refused(LIMITS, b"", reply));
        };
        let mut fields = FieldReader(&body);
        let (Some(_packet), Some(read), Some(write)) =
            (fields.long(), fields.long(), fields.long())
        else {
            return Err(self.stream.breach("the limits are not well-formed"));
        };
        let chunk = |limit: u64| match u32::try_from(limit) {
            Ok(0) => CHUNK,
            Ok(limit) => limit.min(MAX_CHUNK),
            Err(_) => MAX_CHUNK,
        };
        self.chunks = (chunk(read), chunk(write));
        Ok(())
    }
}
