//! What a caller asks for: one file or directory of one host, and what is to be done with it.
//!
//! Takes: what a tool or a terminal has read. Gives: a [`FileRequest`]. Refuses nothing: the policy judges it.

use std::cell::RefCell;
use std::io::Write;
use std::num::NonZeroU32;
use std::rc::Rc;

use super::content::NewContent;
use crate::audit::TraceContext;
use mcp_ssh_policy::FileAccess;

/// The most bytes of a path in a record: `PATH_MAX` of Linux.
const MAX_PATH: usize = 4096;

/// A request about a file of a host.
pub struct FileRequest {
    /// The host's alias.
    pub alias: String,
    /// The path, as the caller spells it.
    pub path: String,
    /// What is to be done.
    pub deed: FileDeed,
    /// Seconds that it may take, where that is less than the policy allows.
    pub timeout_seconds: Option<NonZeroU32>,
    /// The request's identifier, as JSON text, for the records.
    pub request_id: Option<String>,
    /// The client's name, for the records.
    pub client: Option<String>,
    /// The trace that the request belongs to, for the records.
    pub trace: Option<TraceContext>,
}

/// What is done with a file.
pub enum FileDeed {
    /// A part of its text is shown.
    Read(FilePart),
    /// Its bytes are copied to here, as they are.
    Fetch(Rc<RefCell<dyn Write>>),
    /// The names in a directory are shown.
    List(EntryRange),
    /// Its content is replaced.
    Write(FileWrite),
    /// Parts of its text are replaced.
    Edit(FileEdit),
}

/// Which part of a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePart {
    /// What is counted.
    pub unit: PartUnit,
    /// The first that is shown, from 0.
    pub offset: usize,
    /// The most that are shown; as many as a result has room for without one.
    pub limit: Option<usize>,
}

/// What the parts of a text are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartUnit {
    /// Lines.
    Lines,
    /// Bytes.
    Bytes,
}

/// Which names of a directory are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRange {
    /// The first, from 0.
    pub offset: usize,
    /// The most.
    pub limit: usize,
}

/// A content that replaces a file's.
#[derive(Clone)]
pub struct FileWrite {
    /// The whole new content.
    pub content: Rc<NewContent>,
    /// What must be there before.
    pub condition: WriteCondition,
    /// The permissions of the new file; an old file keeps its own without.
    pub mode: Option<u32>,
}

/// What must be there before a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteCondition {
    /// Nothing.
    Absent,
    /// A file whose content has this SHA-256.
    Content([u8; 32]),
    /// Anything, or nothing.
    Any,
}

/// Exact replacements in a text.
pub struct FileEdit {
    /// Each is done on what the one before has left.
    pub replacements: Vec<Replacement>,
    /// SHA-256 of the content that the caller has seen.
    pub expected: [u8; 32],
}

/// One exact replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The text, which must stand there exactly once.
    pub old: String,
    /// What comes in its place.
    pub new: String,
}

impl FileRequest {
    /// A request from a terminal.
    pub fn new(alias: &str, path: &str, deed: FileDeed) -> Self {
        Self {
            alias: alias.to_owned(),
            path: path.to_owned(),
            deed,
            timeout_seconds: None,
            request_id: None,
            client: None,
            trace: None,
        }
    }

    /// The hash of the access and the path, by which records name what is asked for as they name a command.
    pub fn hash(&self) -> String {
        mcp_ssh_policy::command_hash(&format!("{} {}", self.deed.word(), self.path))
    }
}

impl FileDeed {
    /// The permissions that the file gets, where they are said.
    pub fn mode(&self) -> Option<u32> {
        match self {
            Self::Write(write) => write.mode,
            Self::Read(_) | Self::Fetch(_) | Self::List(_) | Self::Edit(_) => None,
        }
    }

    /// The access that the policy judges.
    pub fn access(&self) -> FileAccess {
        match self {
            Self::Read(_) | Self::Fetch(_) | Self::List(_) => FileAccess::Read,
            Self::Write(_) => FileAccess::Write,
            Self::Edit(_) => FileAccess::Edit,
        }
    }

    /// The word for it in records.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Read(_) | Self::Fetch(_) => "read",
            Self::List(_) => "list",
            Self::Write(_) => "write",
            Self::Edit(_) => "edit",
        }
    }
}

/// A path as records and results name it: a longer one is none, and is cut.
pub fn told_path(path: &str) -> &str {
    path.get(..path.floor_char_boundary(MAX_PATH))
        .unwrap_or(path)
}
