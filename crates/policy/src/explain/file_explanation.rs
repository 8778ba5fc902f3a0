//! The value that says how a decision on a file came about, as clients and scripts see it. Plain data: `file_steps` fills
//! it in.

use serde::Serialize;

use super::explanation::Address;
use crate::rules::file_entry::FileEntryName;

/// The steps of a decision on a file.
#[derive(Debug, Serialize)]
pub struct FileExplanation {
    /// How many entries `files` has.
    pub entries_total: usize,
    /// How many of them are for this host.
    pub entries_for_host: usize,
    /// What each entry for this host says that speaks of the path: those that deny first, then those that ask.
    pub entries: Vec<FileRemark>,
    /// What of the path an entry must spell, for each list that is needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protections: Vec<ProtectedPart>,
    /// What `network` says of the address.
    pub network: Address,
    /// The entry that would allow it, where no entry denies it: to be pasted under `files:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_entry: Option<String>,
}

/// What one entry says of the path.
#[derive(Debug, Serialize)]
pub struct FileRemark {
    /// The entry.
    #[serde(flatten)]
    pub entry: FileEntryName,
    /// The key whose pattern this is: `read` or `write`.
    pub list: &'static str,
    /// The pattern.
    pub pattern: String,
    /// The remark in one word.
    pub finding: FileFindingKind,
    /// The remark in a sentence.
    pub why: String,
}

/// How a pattern and a path stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFindingKind {
    /// The entry's `action` holds for the path.
    Meets,
    /// The pattern matches, and does not spell what must be spelled.
    Unspelled,
    /// The pattern nearly matches: a hidden name, or the case of a letter.
    Near,
}

/// What an entry must spell of the path.
#[derive(Debug, Serialize)]
pub struct ProtectedPart {
    /// The key: `read` or `write`.
    pub list: &'static str,
    /// What the file is, in the middle of a sentence.
    pub what: &'static str,
    /// The part of the path, from its beginning.
    pub spelled: String,
}
