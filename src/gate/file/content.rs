//! A content that is to be written, whole and known by its SHA-256 before anything is asked.
//!
//! Takes: bytes, or the path of a local file. Gives: a [`NewContent`] that several hosts can read at once. Refuses: a
//! local file that cannot be read, or that is no regular file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use sha2::{Digest, Sha256};

/// The most bytes that are held in memory for one file.
pub const MAX_HELD_BYTES: u64 = 8 * 1024 * 1024;
/// Bytes of a local file that are read at once.
const CHUNK: usize = 64 * 1024;
/// The bits of a mode by which others than the owner and the group may read.
const OTHERS_READ: u32 = 0o004;
/// The permissions of a new file whose content others may not read here.
const PRIVATE_MODE: u32 = 0o600;

/// A whole new content.
pub struct NewContent {
    source: ContentSource,
    bytes: u64,
    sha256: [u8; 32],
    is_private: bool,
    watch: Option<ReadWatch>,
}

/// Hears how many bytes of a local file were read to be sent.
type ReadWatch = Box<dyn Fn(usize)>;

enum ContentSource {
    Held(Vec<u8>),
    Local(File),
}

impl NewContent {
    /// A content that is here.
    pub fn held(content: Vec<u8>) -> Self {
        Self {
            bytes: content.len() as u64,
            sha256: Sha256::digest(&content).into(),
            source: ContentSource::Held(content),
            is_private: false,
            watch: None,
        }
    }

    /// The content of a local file, which is read as often as it is sent. A FIFO is not waited for.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn local(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
        let file = options.read(true).custom_flags(flags).open(path)?;
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(io::Error::other("it is no regular file"));
        }
        let is_private = about.mode() & OTHERS_READ == 0;
        let (mut hasher, mut buffer) = (Sha256::new(), vec![0; CHUNK]);
        let mut reader = LocalReader {
            file: &file,
            at: 0,
            watch: None,
        };
        loop {
            let read = reader.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hasher.update(buffer.get(..read).unwrap_or_default());
        }
        Ok(Self {
            bytes: reader.at,
            sha256: hasher.finalize().into(),
            source: ContentSource::Local(file),
            is_private,
            watch: None,
        })
    }

    /// This content, of whose sending `watch` hears where it is a local file.
    #[must_use]
    pub fn watched(self, watch: ReadWatch) -> Self {
        Self {
            watch: Some(watch),
            ..self
        }
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its SHA-256.
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The permissions of a file that is new where nobody names others: those of the owner alone, if the local file is
    /// not for everybody; nothing where the content is no secret.
    pub fn new_mode(&self) -> Option<u32> {
        self.is_private.then_some(PRIVATE_MODE)
    }

    /// A reader for what is sent, from the first byte on.
    pub fn reader(&self) -> Box<dyn Read + '_> {
        self.read_by(self.watch.as_ref())
    }

    fn read_by<'c>(&'c self, watch: Option<&'c ReadWatch>) -> Box<dyn Read + 'c> {
        match &self.source {
            ContentSource::Held(content) => Box::new(content.as_slice()),
            ContentSource::Local(file) => Box::new(LocalReader { file, at: 0, watch }),
        }
    }

    /// All of it, if it is small enough to be held. It is read to be shown: nobody watches that.
    ///
    /// # Errors
    /// Why the local file cannot be read.
    pub fn whole(&self) -> io::Result<Option<Vec<u8>>> {
        if self.bytes > MAX_HELD_BYTES {
            return Ok(None);
        }
        let mut whole = Vec::new();
        self.read_by(None).read_to_end(&mut whole)?;
        Ok(Some(whole))
    }
}

/// Reads a file at a place of its own.
struct LocalReader<'f> {
    file: &'f File,
    at: u64,
    watch: Option<&'f ReadWatch>,
}

impl Read for LocalReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(CHUNK);
        let read = match buffer.get_mut(..most) {
            Some(room) => self.file.read_at(room, self.at)?,
            None => 0,
        };
        self.at += read as u64;
        if let Some(watch) = self.watch {
            watch(read);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;
    use std::rc::Rc;

    use super::NewContent;

    #[test]
    fn only_what_is_sent_is_watched() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        fs::write(&path, "content").unwrap();
        let seen = Rc::new(Cell::new(0));
        let watch = Rc::clone(&seen);
        let content = NewContent::local(&path).unwrap();
        let content = content.watched(Box::new(move |bytes| watch.set(watch.get() + bytes)));
        assert_eq!(content.whole().unwrap().unwrap(), b"content");
        assert_eq!(seen.get(), 0);
        let mut sent = Vec::new();
        content.reader().read_to_end(&mut sent).unwrap();
        assert_eq!((sent.as_slice(), seen.get()), (&b"content"[..], 7));
        assert!(NewContent::local(place.path()).is_err());
    }
}
