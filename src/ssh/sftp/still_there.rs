//! A second look at what was judged: whether the directories on the way are still those, and whether what was opened is
//! what stands behind the path.
//!
//! Takes: a [`JudgedPath`], and what is to stand at which path. Gives: nothing. Refuses: a directory that is a link now or
//! belongs to somebody else, and another file than the expected one. All is asked for at once and [`LOOKS`] times over, in
//! one round trip: who exchanges a directory on the way again and again (root or the login; nobody else can) would have to
//! do so at the right moment between any two of them.

use super::attributes::{ExpectedFile, FileKind};
use super::client::{Sftp, checked};
use super::error::{SftpError, SftpErrorKind};
use super::judged_path::{JudgedPath, changed};
use super::packet::{RequestPacket, SftpReply, request, status};

/// How often all is looked at.
const LOOKS: usize = 12;

impl Sftp<'_> {
    /// Looks again at the directories on the way, and at what is `expected`.
    ///
    /// # Errors
    /// [`SftpErrorKind::Changed`] if one of them is another now, and what the server says.
    pub(super) async fn still_there(
        &mut self,
        judged: &JudgedPath,
        expected: &[ExpectedFile<'_>],
    ) -> Result<(), SftpError> {
        let looked = self.look_again(judged, expected).await;
        self.stream.abandon();
        looked
    }

    async fn look_again(
        &mut self,
        judged: &JudgedPath,
        expected: &[ExpectedFile<'_>],
    ) -> Result<(), SftpError> {
        let mut asked = Vec::new();
        for _ in 0..LOOKS {
            for (path, before) in judged.directories() {
                let packet = RequestPacket::new(request::LSTAT).text(checked(path)?);
                asked.push((self.stream.send(packet).await?, path, Some(before), true));
            }
            for ExpectedFile { path, attributes } in expected {
                let packet = RequestPacket::new(request::LSTAT).text(checked(path)?);
                asked.push((self.stream.send(packet).await?, path, *attributes, false));
            }
        }
        for _ in 0..asked.len() {
            let (id, reply) = self.stream.receive().await?;
            let Some((_, path, before, is_directory)) = asked.iter().find(|(of, ..)| *of == id)
            else {
                return Err(self
                    .stream
                    .breach("a reply is for nothing that was looked at"));
            };
            let difference = match (reply, before) {
                (SftpReply::Attributes(now), Some(before)) if *is_directory => {
                    let is_same = now.kind() == FileKind::Directory
                        && now.owner == before.owner
                        && now.permissions == before.permissions;
                    (!is_same).then_some("directory")
                }
                (SftpReply::Attributes(now), Some(before)) => before.difference(&now),
                (SftpReply::Attributes(_), None) => Some("file"),
                (SftpReply::Status(status::NO_SUCH_FILE, _), None) => None,
                (reply, _) => {
                    let error = self.refused("LSTAT", path, reply);
                    if error.kind() != SftpErrorKind::NoSuchFile {
                        return Err(error);
                    }
                    Some("state")
                }
            };
            if let Some(what) = difference {
                return Err(changed(path, what));
            }
        }
        Ok(())
    }
}
