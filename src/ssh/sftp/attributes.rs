//! What a server says about a file (draft-ietf-secsh-filexfer-02 section 5).
//!
//! Gives: [`FileAttributes`], where `None` is what the server does not say. Refuses nothing: what is missing is the
//! caller's to refuse.

/// The bits of the mode that hold the type.
const TYPE: u32 = 0o170_000;
/// The bits of the mode that chmod(2) sets.
const MODE: u32 = 0o7777;

/// The attributes of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileAttributes {
    /// Bytes.
    pub size: Option<u64>,
    /// The user and the group, as numbers.
    pub owner: Option<(u32, u32)>,
    /// Type and mode, as `st_mode` has them.
    pub permissions: Option<u32>,
    /// The last access and the last change, in seconds since 1970.
    pub times: Option<(u32, u32)>,
}

/// What is to stand at a path.
pub struct ExpectedFile<'e> {
    pub path: &'e [u8],
    /// Nothing where nothing is to be there.
    pub attributes: Option<&'e FileAttributes>,
}

/// Whose the number of a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The login's.
    Login,
    /// Somebody else's.
    Other,
    /// The server does not say it.
    Unknown,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A device, a pipe or a socket.
    Special,
    /// The server does not say it.
    Unknown,
}

impl FileAttributes {
    /// What the file is, by its mode.
    pub fn kind(&self) -> FileKind {
        match self.permissions.map(|permissions| permissions & TYPE) {
            Some(0o100_000) => FileKind::Regular,
            Some(0o040_000) => FileKind::Directory,
            Some(0o120_000) => FileKind::Link,
            Some(0) | None => FileKind::Unknown,
            Some(_) => FileKind::Special,
        }
    }

    /// The mode without the type.
    pub fn mode(&self) -> Option<u32> {
        self.permissions.map(|permissions| permissions & MODE)
    }

    /// The first thing in which the two differ, but for the last access, which every look may change.
    pub fn difference(&self, other: &Self) -> Option<&'static str> {
        let changed = |attributes: &Self| attributes.times.map(|(_, changed)| changed);
        let rows = [
            (self.permissions == other.permissions, "type or mode"),
            (self.owner == other.owner, "owner"),
            (self.size == other.size, "size"),
            (changed(self) == changed(other), "time of the last change"),
        ];
        let differs = rows.iter().find(|(same, _)| !same);
        differs.map(|(_, what)| *what)
    }
}
