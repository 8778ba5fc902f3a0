//! What a caller is told of a file: the same values for an MCP client and for the terminal.
//!
//! No address that was not reached and no user name is in any of them; a content only in what is read.

use serde::Serialize;

use super::request::{FileRequest, told_path};
use crate::gate::approval::Question;
use crate::gate::result::Ending;
use crate::ssh::{SftpError, SftpErrorKind, SshError, SshErrorKind};
use mcp_ssh_policy::{Denial, FileDecision, Unapproved};
use mcp_ssh_yaml::diagnostic::visible;

/// How a request about a file ended.
#[derive(Debug)]
pub enum FileOutcome {
    /// It was done.
    Done(FileDone),
    /// The policy said no.
    Denied(Box<DeniedFile>),
    /// It was not done.
    Failed(Box<FailedFile>),
}

impl FileOutcome {
    /// The word for it.
    pub fn ending(&self) -> Ending {
        match self {
            Self::Done(_) => Ending::Succeeded,
            Self::Denied(_) => Ending::Denied,
            Self::Failed(failure) => failure.status,
        }
    }

    /// Whether a person would have had to be asked, and nobody could.
    pub fn lacks_person(&self) -> bool {
        matches!(self, Self::Denied(denied) if denied.denial.is_unasked())
    }

    /// The question that the caller puts to the person before it calls again.
    pub fn question(&self) -> Option<&Question> {
        match self {
            Self::Denied(denied) => denied.question.as_deref(),
            Self::Done(_) | Self::Failed(_) => None,
        }
    }
}

/// What was done.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum FileDone {
    /// A part of a text, or of bytes.
    Read(Box<ShownFile>),
    /// Bytes were copied.
    Fetched(FetchedFile),
    /// Names of a directory.
    Listed(ListedDirectory),
    /// A content was replaced.
    Written(WrittenFile),
}

/// Which file it was.
#[derive(Clone, Debug, Serialize)]
pub struct TouchedFile {
    /// The identifier of the request in the records.
    pub task_id: String,
    /// The host's alias.
    pub alias: String,
    /// The path, as it was asked for.
    pub path: String,
    /// The path to which the host resolves it, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved: Option<String>,
}

/// A part of a file that was read.
#[derive(Debug, Serialize)]
pub struct ShownFile {
    /// Which file.
    #[serde(flatten)]
    pub file: TouchedFile,
    /// `utf-8`, or `base64` where the file is no text.
    pub encoding: &'static str,
    /// The part.
    pub content: String,
    /// What `offset` counts: `lines` or `bytes`.
    pub unit: &'static str,
    /// The first line or byte of the part, from 0.
    pub offset: usize,
    /// Where to go on.
    pub next_offset: usize,
    /// How many there are.
    pub total: usize,
    /// Whether there are more behind the part.
    pub has_more: bool,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal; missing where something was redacted, since it would betray what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What the other members do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A file that was copied to here.
#[derive(Debug, Serialize)]
pub struct FetchedFile {
    /// Which file.
    #[serde(flatten)]
    pub file: TouchedFile,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// Names of a directory.
#[derive(Debug, Serialize)]
pub struct ListedDirectory {
    /// Which directory.
    #[serde(flatten)]
    pub file: TouchedFile,
    /// The names, in the order of their bytes.
    pub entries: Vec<ListedEntry>,
    /// The first of them, from 0.
    pub offset: usize,
    /// Where to go on.
    pub next_offset: usize,
    /// How many there are.
    pub total: usize,
    /// Whether there are more behind these.
    pub has_more: bool,
    /// What the other members do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

/// A name of a directory.
#[derive(Debug, Serialize)]
pub struct ListedEntry {
    /// The name; U+FFFD stands for what is no UTF-8, or cannot be seen.
    pub name: String,
    /// `file`, `directory`, `link` or `other`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The permissions, as chmod(1) takes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// The last change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtime: Option<String>,
}

/// A file that was written.
#[derive(Debug, Serialize)]
pub struct WrittenFile {
    /// Which file.
    #[serde(flatten)]
    pub file: TouchedFile,
    /// `created`, `replaced` or `unchanged`.
    pub status: &'static str,
    /// Bytes that it has now.
    pub bytes: u64,
    /// SHA-256 of what it has now, in hexadecimal.
    pub sha256: String,
}

/// A file that the policy denied.
#[derive(Debug, Serialize)]
pub struct DeniedFile {
    /// `denied`, or `awaiting_approval` where the same call is to come again.
    pub status: &'static str,
    /// Where, why, and what to do next.
    #[serde(flatten)]
    pub denial: Denial,
    /// The host's alias.
    pub alias: String,
    /// The path, as it was asked for.
    pub path: String,
    /// The question that the caller puts to the person before it calls again.
    #[serde(skip)]
    pub question: Option<Box<Question>>,
}

/// A file that was allowed, or never judged, and was not touched.
#[derive(Debug, Serialize)]
pub struct FailedFile {
    /// Failed, unless it was cancelled or ran out of time.
    pub status: Ending,
    /// What went wrong.
    pub error: String,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The host's alias, as it was asked for.
    pub alias: String,
    /// The path, as it was asked for.
    pub path: String,
    /// The whole story: for the operator at a terminal, and for nobody else.
    #[serde(skip)]
    pub story: Option<Box<str>>,
}

impl FailedFile {
    /// A failure with its mend.
    pub fn new(request: &FileRequest, error: impl Into<String>, hint: Option<&str>) -> Self {
        Self {
            status: Ending::Failed,
            error: error.into(),
            hint: hint.map(str::to_owned),
            alias: request.alias.clone(),
            path: told_path(&request.path).to_owned(),
            story: None,
        }
    }

    /// What was cancelled before it began.
    pub fn cancelled(request: &FileRequest) -> Self {
        Self {
            status: Ending::Cancelled,
            ..Self::new(request, "cancelled before it began", None)
        }
    }

    /// A connection that could not be made or used.
    pub(super) fn of_ssh(request: &FileRequest, error: &SshError) -> Self {
        let headline = match error.jump_host() {
            Some(alias) => format!("{} (jump host `{alias}`)", error.headline()),
            None => error.headline().to_owned(),
        };
        Self {
            status: if error.kind() == SshErrorKind::Cancelled {
                Ending::Cancelled
            } else if error.kind() == SshErrorKind::OutOfTime {
                Ending::TimedOut
            } else {
                Ending::Failed
            },
            story: Some(error.detail().into()),
            ..Self::new(request, headline, error.hint())
        }
    }

    /// A request to the host that failed; `after` is the SHA-256 of what was to be written.
    pub(super) fn of_sftp(request: &FileRequest, error: &SftpError, after: Option<&str>) -> Self {
        let hint = match (error.kind(), error.hint(), after) {
            (SftpErrorKind::Unconfirmed, Some(hint), Some(after)) => {
                Some(format!("{hint}; that of the new content is {after}"))
            }
            (_, hint, _) => hint.map(str::to_owned),
        };
        Self {
            status: if error.kind() == SftpErrorKind::Cancelled {
                Ending::Cancelled
            } else if error.kind() == SftpErrorKind::OutOfTime {
                Ending::TimedOut
            } else {
                Ending::Failed
            },
            story: Some(error.detail().into()),
            ..Self::new(request, headline(error), hint.as_deref())
        }
    }
}

/// What happened, and what it may have left behind.
fn headline(error: &SftpError) -> String {
    let left: Option<String> = error.left().map(|left| left.chars().map(visible).collect());
    let left = left.map_or(String::new(), |left| {
        format!("; `{left}` may be left on the host")
    });
    format!("{}{left}", error.headline())
}

impl DeniedFile {
    /// The denial of a decision.
    pub(super) fn of(
        request: &FileRequest,
        decision: &FileDecision,
        question: Option<Box<Question>>,
    ) -> Option<Self> {
        let denial = decision.denial()?;
        Some(Self {
            status: match denial.reason == Unapproved::Awaited.reason() {
                true => "awaiting_approval",
                false => "denied",
            },
            denial,
            alias: request.alias.clone(),
            path: told_path(&request.path).to_owned(),
            question,
        })
    }
}
