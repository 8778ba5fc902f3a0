//! The permitted work on one file: to read, to copy, to list, to write.
//!
//! Takes: the permit, whose use is on record, and the file that was looked at. Gives: what the caller is told. Refuses:
//! to show base64 where a secret is in it, and what the host refuses.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::content::MAX_HELD_BYTES;
use super::error::FileError;
use super::looking::{HashedContent, LookedFile, MAX_CHANGES, OldContent, kind_word, too_large};
use super::part::CutPart;
use super::records::{FileRecords, shown};
use super::request::{EntryRange, FileDeed, FilePart, FileRequest};
use super::result::{FetchedFile, FileDone, ListedDirectory, ListedEntry, ShownFile, WrittenFile};
use crate::audit::Recorded;
use crate::clock;
use crate::gate::redact::{Redactor, WholeContentShown};
use crate::ssh::{DirectoryEntry, HostFiles, SftpErrorKind, WholeContent};
use mcp_ssh_policy::FilePermit;
use mcp_ssh_yaml::diagnostic::visible;

const REDACTED: &str = "secrets were replaced by [redacted], so there is no sha256 and no edit";
const CLEANED: &str = "control characters were left out";
const LINE_CUT: &str = "the line is longer than a result and was cut: read it with unit `bytes`";

/// Work on one file.
pub struct Doing<'a> {
    pub request: &'a FileRequest,
    pub records: &'a FileRecords,
    pub redactor: &'a Redactor,
}

impl Doing<'_> {
    /// Does it. The only place that does.
    ///
    /// # Errors
    /// What the host says, and what cannot be shown.
    pub async fn run(
        &self,
        files: &mut HostFiles<'_>,
        looked: &LookedFile,
        permit: Recorded<FilePermit>,
    ) -> Result<FileDone, FileError> {
        let permit = permit.release();
        match &self.request.deed {
            FileDeed::Read(part) => self.read(files, looked, &permit, *part).await,
            FileDeed::Fetch(sink) => self.fetch(files, looked, &permit, sink).await,
            FileDeed::List(range) => self.list(files, looked, &permit, *range).await,
            FileDeed::Write(write) => self.write(files, looked, &permit, write.mode).await,
            FileDeed::Edit(_) => self.write(files, looked, &permit, None).await,
        }
    }

    async fn read(
        &self,
        files: &mut HostFiles<'_>,
        looked: &LookedFile,
        permit: &FilePermit,
        part: FilePart,
    ) -> Result<FileDone, FileError> {
        let content = self.whole(files, looked, permit).await?;
        self.records.learn(|known| {
            known.bytes = Some(content.bytes);
            known.before = Some(shown(content.sha256));
        });
        let (bytes, sha256) = (content.bytes, shown(content.sha256));
        let held = content.held.ok_or_else(|| too_large(MAX_HELD_BYTES))?;
        let (cut, is_redacted, is_cleaned, encoding) = match self.redactor.whole(&held) {
            WholeContentShown::Text {
                text,
                is_redacted,
                is_cleaned,
            } => (
                CutPart::of_text(&text, part),
                is_redacted,
                is_cleaned,
                "utf-8",
            ),
            WholeContentShown::Bytes => (CutPart::of_bytes(&held, part), false, false, "base64"),
            WholeContentShown::Secret => return Err(no_text_with_secret()),
        };
        let notes = [
            (is_redacted, REDACTED),
            (is_cleaned, CLEANED),
            (cut.is_line_cut, LINE_CUT),
        ];
        let notes = notes.iter().filter(|(is_so, _)| *is_so);
        let notes: Vec<&str> = notes.map(|(_, note)| *note).collect();
        Ok(FileDone::Read(Box::new(ShownFile {
            file: self.records.touched(),
            encoding,
            has_more: cut.next_offset < cut.total,
            content: cut.content,
            unit: cut.unit,
            offset: cut.offset,
            next_offset: cut.next_offset,
            total: cut.total,
            bytes,
            sha256: (!is_redacted).then_some(sha256),
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        })))
    }

    /// The whole content. A file that changes while it is read is read again some times.
    async fn whole(
        &self,
        files: &mut HostFiles<'_>,
        looked: &LookedFile,
        permit: &FilePermit,
    ) -> Result<OldContent, FileError> {
        let (mut judged, mut changes) = (looked.judged.clone(), 0);
        loop {
            let size = judged.attributes().and_then(|file| file.size);
            if size > Some(MAX_HELD_BYTES) {
                return Err(too_large(MAX_HELD_BYTES));
            }
            let mut content = HashedContent::default();
            match files.read(permit, &judged, &mut content).await {
                Ok(_) => return Ok(content.finish()),
                Err(error) if error.kind() == SftpErrorKind::Changed && changes < MAX_CHANGES => {
                    changes += 1;
                    judged = files.again(&judged).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn fetch(
        &self,
        files: &mut HostFiles<'_>,
        looked: &LookedFile,
        permit: &FilePermit,
        sink: &Rc<RefCell<dyn Write>>,
    ) -> Result<FileDone, FileError> {
        let mut copy = HashedCopy {
            hasher: Sha256::new(),
            sink,
        };
        let read = files.read(permit, &looked.judged, &mut copy).await;
        let sha256 = shown(copy.hasher.finalize().into());
        let bytes = read?;
        self.records.learn(|known| {
            known.bytes = Some(bytes);
            known.before = Some(sha256.clone());
        });
        Ok(FileDone::Fetched(FetchedFile {
            file: self.records.touched(),
            bytes,
            sha256,
        }))
    }

    async fn list(
        &self,
        files: &mut HostFiles<'_>,
        looked: &LookedFile,
        permit: &FilePermit,
        range: EntryRange,
    ) -> Result<FileDone, FileError> {
        let (entries, is_cut) = files.list(permit, &looked.judged).await?;
        let total = entries.len();
        let offset = range.offset.min(total);
        let shown = entries.iter().skip(offset).take(range.limit);
        let shown = shown.map(|its| entry(its, self.redactor));
        let entries: Vec<ListedEntry> = shown.collect();
        let next_offset = offset + entries.len();
        Ok(FileDone::Listed(ListedDirectory {
            file: self.records.touched(),
            offset,
            next_offset,
            has_more: next_offset < total,
            total,
            entries,
            note: is_cut.then_some("the directory has more names: no more are given"),
        }))
    }

    async fn write(
        &self,
        files: &mut HostFiles<'_>,
        looked: &LookedFile,
        permit: &FilePermit,
        mode: Option<u32>,
    ) -> Result<FileDone, FileError> {
        let Some(new) = &looked.new else {
            let what = "there is no content to be written".to_owned();
            return Err(FileError::Unfit(what, ""));
        };
        let done = |status| {
            FileDone::Written(WrittenFile {
                file: self.records.touched(),
                status,
                bytes: new.bytes(),
                sha256: shown(new.sha256()),
            })
        };
        let old = looked.old.as_ref();
        if old.is_some_and(|old| old.sha256 == new.sha256()) && mode.is_none() {
            return Ok(done("unchanged"));
        }
        let mode = mode.or_else(|| new.new_mode().filter(|_| old.is_none()));
        let whole = WholeContent {
            content: &mut new.reader(),
            bytes: new.bytes(),
            sha256: new.sha256(),
        };
        files.write(permit, &looked.judged, mode, whole).await?;
        Ok(done(if old.is_some() { "replaced" } else { "created" }))
    }
}

fn no_text_with_secret() -> FileError {
    FileError::Unfit(
        "the file is no text, and a secret of this server or a private key is in it: it is not shown"
            .to_owned(),
        "do the task without it",
    )
}

fn entry(entry: &DirectoryEntry, redactor: &Redactor) -> ListedEntry {
    let attributes = &entry.attributes;
    let name = redactor.quoted(&String::from_utf8_lossy(&entry.name));
    ListedEntry {
        name: name.chars().map(visible).collect(),
        kind: kind_word(attributes.kind()),
        size: attributes.size,
        mode: attributes.mode().map(|mode| format!("{mode:04o}")),
        mtime: attributes
            .times
            .map(|(_, changed)| clock::timestamp(f64::from(changed))),
    }
}

/// Hashes a content on its way to the caller.
struct HashedCopy<'s> {
    hasher: Sha256,
    sink: &'s Rc<RefCell<dyn Write>>,
}

impl Write for HashedCopy<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.sink.borrow_mut().write(buffer)?;
        self.hasher
            .update(buffer.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.borrow_mut().flush()
    }
}
