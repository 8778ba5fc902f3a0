//! Where a path leads on the host, what is there now, and what is to be there.
//!
//! Takes: the files of a host, and a request that the policy does not deny by its path alone. Gives: a [`LookedFile`],
//! whose decision is about the path at which the look arrives, with the new content of a write. Refuses: a link that
//! leads to what the policy denies, and what is there if it does not fit the request.

use std::io::{self, Write};
use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::content::{MAX_HELD_BYTES, NewContent};
use super::edit::edited;
use super::error::FileError;
use super::records::{FileRecords, shown};
use super::request::{FileDeed, FileRequest, FileWrite, WriteCondition};
use crate::gate::redact::{Redactor, WholeContentShown};
use crate::ssh::{FileAttributes, FileKind, HostFiles, JudgedPath, SftpErrorKind};
use mcp_ssh_policy::{FileDecision, FilePolicy, Verdict};

/// How often a file that changes while it is looked at is looked at again.
pub(super) const MAX_CHANGES: u32 = 3;

/// The bits of a mode that are set-user-ID and set-group-ID.
const SET_ID: u32 = 0o6000;

/// A file that was looked at.
pub struct LookedFile {
    pub judged: JudgedPath,
    pub decision: FileDecision,
    /// What is there; nothing where nothing is, or where the content does not matter.
    pub old: Option<OldContent>,
    /// What is to be there, where the request writes.
    pub new: Option<Rc<NewContent>>,
}

/// A content that was read to be compared.
pub struct OldContent {
    pub bytes: u64,
    pub sha256: [u8; 32],
    /// The content, if it is small enough to be held.
    pub held: Option<Vec<u8>>,
}

/// A look at one file.
pub struct Looking<'a> {
    pub request: &'a FileRequest,
    pub policy: &'a FilePolicy,
    pub records: &'a FileRecords,
    pub redactor: &'a Redactor,
}

impl Looking<'_> {
    /// Looks where the path leads, and at what is there.
    ///
    /// # Errors
    /// The denial of the path at which it arrives, what does not fit the request, and what the host says.
    pub async fn look(&self, files: &mut HostFiles<'_>) -> Result<LookedFile, FileError> {
        let mut changes = 0;
        loop {
            match self.look_once(files).await {
                Err(FileError::Sftp(error))
                    if error.kind() == SftpErrorKind::Changed && changes < MAX_CHANGES =>
                {
                    changes += 1;
                }
                other => return other,
            }
        }
    }

    async fn look_once(&self, files: &mut HostFiles<'_>) -> Result<LookedFile, FileError> {
        let (judged, decision) = self.walk(files).await?;
        let access = self.request.deed.access();
        if access.writes() && is_run_as_owner(&judged) {
            return Err(run_as_owner());
        }
        let old = match access.writes() {
            true => self.old(files, &judged, &decision).await?,
            false => None,
        };
        let new = match &self.request.deed {
            FileDeed::Read(_) | FileDeed::Fetch(_) | FileDeed::List(_) => None,
            FileDeed::Write(write) => {
                self.fits(write, old.as_ref())?;
                Some(Rc::clone(&write.content))
            }
            FileDeed::Edit(edit) => {
                let held = self.expected(edit.expected, old.as_ref())?.to_vec();
                let most = decision.max_bytes().min(MAX_HELD_BYTES);
                let new = edited(held, &edit.replacements, most).await?;
                Some(Rc::new(NewContent::held(new)))
            }
        };
        if let Some(new) = &new {
            self.records.learn(|known| {
                known.bytes = Some(new.bytes());
                known.after = Some(shown(new.sha256()));
            });
            if new.bytes() > decision.max_bytes() {
                return Err(new_too_large(new.bytes(), decision.max_bytes()));
            }
        }
        Ok(LookedFile {
            judged,
            decision,
            old,
            new,
        })
    }

    /// Walks to the file; each path on the way is judged.
    async fn walk(
        &self,
        files: &mut HostFiles<'_>,
    ) -> Result<(JudgedPath, FileDecision), FileError> {
        let (access, asked) = (self.request.deed.access(), self.request.path.as_str());
        let mut ways: Vec<String> = Vec::new();
        let mut judge = |path: &[u8]| {
            let Ok(path) = std::str::from_utf8(path) else {
                return Err("it is no UTF-8, so no pattern can be held against it".to_owned());
            };
            ways.push(path.to_owned());
            let decision = self.policy.judge_walk(access, asked, &ways);
            match decision.verdict() {
                Verdict::Deny => Err(decision.why().to_owned()),
                Verdict::Allow | Verdict::Ask => Ok(()),
            }
        };
        let walked = files.look(asked, &mut judge).await;
        let decision = self.policy.judge_walk(access, asked, &ways);
        let resolved = decision.resolved().filter(|resolved| *resolved != asked);
        let resolved = resolved.map(str::to_owned);
        self.records.learn(|known| known.resolved = resolved);
        match walked {
            Ok(judged) => Ok((judged, decision)),
            Err(error) if error.kind() == SftpErrorKind::PathRefused => {
                if decision.verdict() != Verdict::Deny {
                    return Err(error.into());
                }
                self.records.escape(&decision);
                Err(Box::new(decision).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What is there now, where the request writes.
    async fn old(
        &self,
        files: &mut HostFiles<'_>,
        judged: &JudgedPath,
        decision: &FileDecision,
    ) -> Result<Option<OldContent>, FileError> {
        if judged.attributes().is_none() {
            return Ok(None);
        }
        let Some(permit) = decision.comparison() else {
            return Err(Box::new(decision.clone()).into());
        };
        let mut content = HashedContent::default();
        files.read(&permit, judged, &mut content).await?;
        let old = content.finish();
        self.records
            .learn(|known| known.before = Some(shown(old.sha256)));
        Ok(Some(old))
    }

    /// Whether a write may begin, by what is there.
    fn fits(&self, write: &FileWrite, old: Option<&OldContent>) -> Result<(), FileError> {
        match (write.condition, old) {
            (WriteCondition::Absent, None) | (WriteCondition::Any, _) => Ok(()),
            (WriteCondition::Absent, Some(_)) => Err(FileError::Unfit(
                "the file is there already: nothing was written".to_owned(),
                "to replace it, read it and pass its `sha256` as `expected_sha256` in place of `create`",
            )),
            (WriteCondition::Content(expected), old) => self.expected(expected, old).map(drop),
        }
    }

    /// What is there, if it has this SHA-256. Where a secret is in it there is no answer: whoever guesses the content
    /// would learn whether the guess is right. No result of a read has the SHA-256 of such a file.
    fn expected<'o>(
        &self,
        sha256: [u8; 32],
        old: Option<&'o OldContent>,
    ) -> Result<&'o [u8], FileError> {
        let old = old.ok_or_else(missing)?;
        let held = old.held.as_deref();
        let held = held.ok_or_else(|| too_large(MAX_HELD_BYTES))?;
        if !self.is_plain(held) {
            return Err(secret());
        }
        match old.sha256 == sha256 {
            true => Ok(held),
            false => Err(other_content()),
        }
    }

    /// Whether an assistant may see all of it: an edit would tell by its success what stands there.
    fn is_plain(&self, content: &[u8]) -> bool {
        match self.redactor.whole(content) {
            WholeContentShown::Text { is_redacted, .. } => !is_redacted,
            WholeContentShown::Bytes => true,
            WholeContentShown::Secret => false,
        }
    }
}

/// Whether whoever runs the file becomes another user or group: set-user-ID or set-group-ID.
fn is_run_as_owner(judged: &JudgedPath) -> bool {
    let mode = judged.attributes().and_then(FileAttributes::mode);
    mode.is_some_and(|mode| mode & SET_ID != 0)
}

fn run_as_owner() -> FileError {
    FileError::Unfit(
        "the file is set-user-ID or set-group-ID, so what is written would run as another user: nothing was written"
            .to_owned(),
        "ask the operator to take the bit away or to write it",
    )
}

fn missing() -> FileError {
    FileError::Unfit(
        "there is no such file: nothing was written".to_owned(),
        "to make a new file, use ssh_write_file with `create: true`",
    )
}

fn other_content() -> FileError {
    FileError::Unfit(
        "the file has another content than `expected_sha256`: nothing was written".to_owned(),
        "somebody may have changed it: read it again, and look whether the change still fits",
    )
}

pub(super) fn too_large(most: u64) -> FileError {
    FileError::Unfit(
        format!("the file has more than {most} bytes, which is the most here: nothing was done"),
        "read a part of it by a command (head, tail, grep), or ask the operator for a larger `max_bytes`; what is over \
         8 MiB is copied by `mcp-ssh get` and `put` alone",
    )
}

fn new_too_large(bytes: u64, most: u64) -> FileError {
    FileError::Unfit(
        format!(
            "the new content has {bytes} bytes, and `max_bytes` lets the file have {most}: nothing was written"
        ),
        "ask the operator for a larger `max_bytes`; a content that is too long for one call is written by `mcp-ssh put`",
    )
}

fn secret() -> FileError {
    FileError::Unfit(
        "the file holds a secret of this server or a private key, so it is not changed here: nothing was written".to_owned(),
        "ask the operator to change it",
    )
}

/// Hashes a content on its way, and holds it as long as it is small.
pub(super) struct HashedContent {
    hasher: Sha256,
    bytes: u64,
    held: Option<Vec<u8>>,
}

impl Default for HashedContent {
    fn default() -> Self {
        Self {
            hasher: Sha256::new(),
            bytes: 0,
            held: Some(Vec::new()),
        }
    }
}

impl HashedContent {
    /// What it has come to.
    pub fn finish(self) -> OldContent {
        OldContent {
            bytes: self.bytes,
            sha256: self.hasher.finalize().into(),
            held: self.held,
        }
    }
}

impl Write for HashedContent {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.hasher.update(buffer);
        self.bytes += buffer.len() as u64;
        if self.bytes > MAX_HELD_BYTES {
            self.held = None;
        }
        if let Some(held) = &mut self.held {
            held.extend_from_slice(buffer);
        }
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The kind of a file, in a word.
pub(super) fn kind_word(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Regular => "file",
        FileKind::Directory => "directory",
        FileKind::Link => "link",
        FileKind::Special | FileKind::Unknown => "other",
    }
}
