//! Packets of SFTP version 3 (draft-ietf-secsh-filexfer-02 sections 3 to 7): requests as bytes, bytes as replies.
//!
//! ```text
//! packet := uint32 length  byte type  uint32 id  body
//! string := uint32 length  bytes
//! attrs  := uint32 flags  [uint64 size]  [uint32 uid  uint32 gid]  [uint32 permissions]
//!           [uint32 atime  uint32 mtime]  [uint32 count  (string string)*]
//! ```
//!
//! Takes: the body of one packet, whose length the caller has bounded. Gives: an [`SftpReply`]. Refuses: a body that
//! ends too early, and strings over their bound. No number of the server decides how much memory is taken.

use super::attributes::FileAttributes;

/// Types of requests.
pub(super) mod request {
    pub const INIT: u8 = 1;
    pub const OPEN: u8 = 3;
    pub const CLOSE: u8 = 4;
    pub const READ: u8 = 5;
    pub const WRITE: u8 = 6;
    pub const LSTAT: u8 = 7;
    pub const FSTAT: u8 = 8;
    pub const FSETSTAT: u8 = 10;
    pub const OPENDIR: u8 = 11;
    pub const READDIR: u8 = 12;
    pub const REMOVE: u8 = 13;
    pub const REALPATH: u8 = 16;
    pub const RENAME: u8 = 18;
    pub const READLINK: u8 = 19;
    pub const EXTENDED: u8 = 200;
}

/// Codes of a status (section 7 of the draft).
pub(super) mod status {
    pub const OK: u32 = 0;
    pub const END_OF_FILE: u32 = 1;
    pub const NO_SUCH_FILE: u32 = 2;
    pub const PERMISSION_DENIED: u32 = 3;
    pub const UNSUPPORTED: u32 = 8;
}

/// The reply to `INIT`.
pub(super) const VERSION: u8 = 2;
const STATUS: u8 = 101;
const HANDLE: u8 = 102;
const DATA: u8 = 103;
const NAME: u8 = 104;
const ATTRS: u8 = 105;
const EXTENDED_REPLY: u8 = 201;

const HAS_SIZE: u32 = 1;
const HAS_OWNER: u32 = 2;
const HAS_PERMISSIONS: u32 = 4;
const HAS_TIMES: u32 = 8;
const HAS_MORE: u32 = 0x8000_0000;

/// The longest path: PATH_MAX of Linux.
pub(super) const MAX_PATH: usize = 4096;
/// The longest handle (section 6.3 of the draft).
const MAX_HANDLE: usize = 256;

/// A request on its way to its bytes.
pub(super) struct RequestPacket(Vec<u8>);

impl RequestPacket {
    /// A request of this type.
    pub fn new(kind: u8) -> Self {
        // The length and the id are written at the end.
        Self(vec![0, 0, 0, 0, kind, 0, 0, 0, 0])
    }

    /// The extension of this name.
    pub fn extended(name: &str) -> Self {
        Self::new(request::EXTENDED).text(name.as_bytes())
    }

    pub fn number(mut self, number: u32) -> Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    pub fn long(mut self, number: u64) -> Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    /// A string; the caller has bounded its length.
    pub fn text(self, text: &[u8]) -> Self {
        let mut packet = self.number(length_of(text));
        packet.0.extend_from_slice(text);
        packet
    }

    pub fn attributes(self, attributes: &FileAttributes) -> Self {
        let flag = |is_there: bool, flag: u32| if is_there { flag } else { 0 };
        let flags = flag(attributes.size.is_some(), HAS_SIZE)
            | flag(attributes.owner.is_some(), HAS_OWNER)
            | flag(attributes.permissions.is_some(), HAS_PERMISSIONS)
            | flag(attributes.times.is_some(), HAS_TIMES);
        let mut packet = self.number(flags);
        if let Some(size) = attributes.size {
            packet = packet.long(size);
        }
        if let Some((user, group)) = attributes.owner {
            packet = packet.number(user).number(group);
        }
        if let Some(permissions) = attributes.permissions {
            packet = packet.number(permissions);
        }
        match attributes.times {
            Some((accessed, changed)) => packet.number(accessed).number(changed),
            None => packet,
        }
    }

    /// The bytes, with this id; for `INIT` the id is the version.
    pub fn finish(mut self, id: u32) -> Vec<u8> {
        let length = length_of(self.0.get(4..).unwrap_or_default());
        for (bytes, number) in [(0..4, length), (5..9, id)] {
            if let Some(place) = self.0.get_mut(bytes) {
                place.copy_from_slice(&number.to_be_bytes());
            }
        }
        self.0
    }
}

fn length_of(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// What a server answers.
#[derive(Debug)]
pub(super) enum SftpReply {
    /// A code (section 7 of the draft), and words of the server.
    Status(u32, String),
    Handle(Vec<u8>),
    /// How many bytes of a file; [`super::stream::SftpStream::data`] has them.
    Data(usize),
    Names(Vec<DirectoryEntry>),
    Attributes(FileAttributes),
    Extended(Vec<u8>),
}

/// One name of a directory; or a path, where the reply holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The name, in any encoding.
    pub name: Vec<u8>,
    /// What the server says about the file.
    pub attributes: FileAttributes,
    /// How many names the file has, if the line for a person says it as `ls -l` does.
    pub links: Option<u32>,
}

impl SftpReply {
    /// The reply of this type; `None` if it breaks the protocol.
    pub fn parse(kind: u8, body: &[u8]) -> Option<Self> {
        let mut fields = FieldReader(body);
        Some(match kind {
            STATUS => {
                let code = fields.number()?;
                // Old servers say nothing. The words stay whole: of a secret that is cut off nobody knows the rest.
                let words = fields.text(usize::MAX).unwrap_or_default();
                Self::Status(code, String::from_utf8_lossy(words).into_owned())
            }
            HANDLE => Self::Handle(fields.text(MAX_HANDLE)?.to_owned()),
            DATA => Self::Data(data(body)?.len()),
            NAME => Self::Names(fields.names()?),
            ATTRS => Self::Attributes(fields.attributes()?),
            EXTENDED_REPLY => Self::Extended(body.to_owned()),
            _ => return None,
        })
    }
}

/// The bytes of a file in the body of a packet.
pub(super) fn data(body: &[u8]) -> Option<&[u8]> {
    FieldReader(body).text(usize::MAX)
}

/// The rest of a body.
pub(super) struct FieldReader<'a>(pub &'a [u8]);

impl<'a> FieldReader<'a> {
    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub fn number(&mut self) -> Option<u32> {
        let bytes = self.bytes(4)?.first_chunk()?;
        Some(u32::from_be_bytes(*bytes))
    }

    pub fn long(&mut self) -> Option<u64> {
        let bytes = self.bytes(8)?.first_chunk()?;
        Some(u64::from_be_bytes(*bytes))
    }

    pub fn text(&mut self, most: usize) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        if length > most {
            return None;
        }
        self.bytes(length)
    }

    fn attributes(&mut self) -> Option<FileAttributes> {
        let flags = self.number()?;
        let mut attributes = FileAttributes::default();
        if flags & HAS_SIZE != 0 {
            attributes.size = Some(self.long()?);
        }
        if flags & HAS_OWNER != 0 {
            attributes.owner = Some((self.number()?, self.number()?));
        }
        if flags & HAS_PERMISSIONS != 0 {
            attributes.permissions = Some(self.number()?);
        }
        if flags & HAS_TIMES != 0 {
            attributes.times = Some((self.number()?, self.number()?));
        }
        if flags & HAS_MORE != 0 {
            for _ in 0..self.number()? {
                self.text(usize::MAX)?;
                self.text(usize::MAX)?;
            }
        }
        Some(attributes)
    }

    fn names(&mut self) -> Option<Vec<DirectoryEntry>> {
        let mut entries = Vec::new();
        for _ in 0..self.number()? {
            let name = self.text(MAX_PATH)?;
            // The line for a person: its format is the server's own, mostly that of `ls -l`.
            let line = self.text(usize::MAX)?;
            let second = line
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty())
                .nth(1);
            let links = second.and_then(|word| std::str::from_utf8(word).ok()?.parse().ok());
            entries.push(DirectoryEntry {
                name: name.to_owned(),
                attributes: self.attributes()?,
                links,
            });
        }
        Some(entries)
    }
}

/// What a reply holds: the entries, the attributes of one file, and the bytes that were kept of it. For fuzzing, which has no
/// channel.
#[cfg(fuzzing)]
pub fn sftp_reply(
    kind: u8,
    body: &[u8],
) -> Option<(Vec<DirectoryEntry>, Option<FileAttributes>, usize)> {
    let reply = SftpReply::parse(kind, body)?;
    Some(match reply {
        SftpReply::Status(_, words) => (Vec::new(), None, words.len()),
        SftpReply::Handle(bytes) | SftpReply::Extended(bytes) => (Vec::new(), None, bytes.len()),
        SftpReply::Data(length) => (Vec::new(), None, length),
        SftpReply::Attributes(attributes) => (Vec::new(), Some(attributes), 0),
        SftpReply::Names(entries) => (entries, None, 0),
    })
}

/// The body of a reply with these attributes, for fuzzing.
#[cfg(fuzzing)]
pub fn sftp_attributes(attributes: &FileAttributes) -> Vec<u8> {
    let packet = RequestPacket::new(ATTRS).attributes(attributes).finish(0);
    packet.get(9..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{HANDLE, MAX_HANDLE, MAX_PATH, NAME, SftpReply};

    fn string(length: usize) -> Vec<u8> {
        let bytes = u32::try_from(length).unwrap().to_be_bytes();
        [&bytes[..], &vec![b'x'; length]].concat()
    }

    #[test]
    fn a_handle_and_a_name_may_be_so_long_and_no_longer() {
        let handle = |length| SftpReply::parse(HANDLE, &string(length)).is_some();
        let name = |length| {
            // One entry without a line and without attributes.
            let body = [&[0, 0, 0, 1], &string(length)[..], &[0; 8]].concat();
            SftpReply::parse(NAME, &body).is_some()
        };
        assert!(handle(MAX_HANDLE) && !handle(MAX_HANDLE + 1));
        assert!(name(MAX_PATH) && !name(MAX_PATH + 1));
    }
}
