//! A decision on a file: what the policy says of one path on one host, with its reason.
//!
//! Only [`FilePolicy`](crate::FilePolicy) makes a [`FileDecision`]: code outside this folder cannot.

use std::fmt;
use std::rc::Rc;

use serde::Serialize;

use super::consent::Unapproved;
use super::decision::Verdict;
use super::denial::{Denial, Stage};
use crate::rules::file_entry::FileEntryName;

/// What is to be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileAccess {
    /// Its content, or the names in a directory, are read.
    Read,
    /// Its content is replaced, unread.
    Write,
    /// Its content is read, changed and written: this needs what both others need.
    Edit,
}

/// What the policy says of a path, or of a path and of what the host resolves it to.
#[derive(Clone, Debug)]
pub struct FileDecision {
    pub(super) verdict: Verdict,
    pub(super) alias: Rc<str>,
    pub(super) access: FileAccess,
    pub(super) path: String,
    /// What the host resolves the path to, if that was judged, too.
    pub(super) resolved: Option<String>,
    /// The determining entry.
    pub(super) entry: Option<FileEntryName>,
    /// Where it was decided, and the stable name of the reason: of a denial only.
    pub(super) refused: Option<(Stage, &'static str)>,
    pub(super) why: String,
    pub(super) hint: String,
    /// The most bytes of the file; 0 where the verdict is deny.
    pub(super) max_bytes: u64,
}

impl FileDecision {
    /// What was decided.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The host's alias.
    pub fn alias(&self) -> &str {
        &self.alias
    }

    /// What is to be done with the file.
    pub fn access(&self) -> FileAccess {
        self.access
    }

    /// The path that was asked for.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the host resolves the path to; `None` where only the path itself was judged.
    pub fn resolved(&self) -> Option<&str> {
        self.resolved.as_deref()
    }

    /// The entry that decided: the first of the strictest; `None` where none speaks of the path.
    pub fn entry(&self) -> Option<&FileEntryName> {
        self.entry.as_ref()
    }

    /// Why, in a sentence.
    pub fn why(&self) -> &str {
        &self.why
    }

    /// Why it is denied; `None` where it is not.
    pub fn denial(&self) -> Option<Denial> {
        let (stage, reason) = self.refused?;
        Some(Denial {
            stage,
            reason,
            why: self.why.clone(),
            hint: self.hint.clone(),
            denied_command: None,
        })
    }

    /// This decision, turned into a denial.
    #[must_use]
    pub fn denied(self, denial: Denial) -> Self {
        Self {
            verdict: Verdict::Deny,
            refused: Some((denial.stage, denial.reason)),
            why: denial.why,
            hint: denial.hint,
            max_bytes: 0,
            ..self
        }
    }

    /// This decision, turned into a denial because a person's yes is missing.
    #[must_use]
    pub fn unapproved(self, why: Unapproved) -> Self {
        let path = self.resolved.as_deref().unwrap_or(&self.path);
        let by = self
            .entry
            .as_ref()
            .map_or_else(String::new, |entry| format!(" by {entry}"));
        let denial = Denial::unapproved_file(&format!("{} `{path}`", self.access.deed()), &by, why);
        self.denied(denial)
    }

    /// What an assistant should do next; empty where the verdict is allow.
    pub fn hint(&self) -> &str {
        &self.hint
    }

    /// The most bytes of the file: the smallest number of the entries that grant it; 0 where it is denied.
    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }
}

impl FileAccess {
    /// What is done, as the subject of a sentence.
    pub(super) fn deed(self) -> &'static str {
        match self {
            Self::Read => "reading",
            Self::Write => "writing",
            Self::Edit => "editing",
        }
    }

    /// Whether the content is changed.
    pub fn writes(self) -> bool {
        self != Self::Read
    }
}

impl fmt::Display for FileAccess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Edit => "edit",
        })
    }
}
