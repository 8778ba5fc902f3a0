//! What comes of a comparison.
//!
//! Takes and gives data: one line that says how many hosts are equal and which differ, and the groups. Every host is in
//! one group, or in what is not listed. Refuses nothing.

use serde::Serialize;

use crate::gate::result::Ending;

/// The hosts of a tag run by their results.
#[derive(Debug, Serialize)]
pub struct HostComparison {
    /// How many hosts are equal, and which differ.
    pub headline: String,
    /// Where it ran the largest first, then the others.
    pub groups: Vec<EqualHosts>,
    /// The groups beyond the bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlisted: Option<UnlistedGroups>,
    /// The place of the group that has its whole output.
    #[serde(skip)]
    pub base: Option<usize>,
}

/// Groups that are only counted.
#[derive(Debug, Serialize)]
pub struct UnlistedGroups {
    /// How many.
    pub groups: usize,
    /// The hosts of all of them.
    pub hosts: Vec<String>,
}

/// Hosts with equal results.
#[derive(Debug, Serialize)]
pub struct EqualHosts {
    /// How many.
    pub count: usize,
    /// Their aliases, in inventory order.
    pub hosts: Vec<String>,
    /// How it ended there.
    pub status: Ending,
    /// The exit status; -1 when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// The signal that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_signal: Option<String>,
    /// Whether it was ended at the output cap: only what came before was compared.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// What the numbers do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it was denied or could not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What it printed.
    #[serde(flatten)]
    pub output: GroupOutput,
}

/// What a group is shown to have printed.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum GroupOutput {
    /// All of it: the others are compared with this.
    Whole {
        /// Standard output.
        stdout: String,
        /// Standard error.
        #[serde(skip_serializing_if = "String::is_empty")]
        stderr: String,
        /// Where the rest of its first host's output is kept.
        #[serde(skip_serializing_if = "Option::is_none")]
        task_id: Option<String>,
    },
    /// Rows of unified diffs; none where nothing differs.
    Differing {
        /// Of standard output.
        #[serde(rename = "stdout_diff")]
        stdout: String,
        /// Of standard error.
        #[serde(rename = "stderr_diff", skip_serializing_if = "String::is_empty")]
        stderr: String,
        /// Where all of its first host's output is kept.
        #[serde(skip_serializing_if = "Option::is_none")]
        task_id: Option<String>,
    },
    /// It did not run.
    Unrun {
        /// What sudo said before.
        #[serde(skip_serializing_if = "str::is_empty")]
        stderr: Box<str>,
    },
}

impl GroupOutput {
    /// Bytes of what is shown.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Whole { stdout, stderr, .. } | Self::Differing { stdout, stderr, .. } => {
                stdout.len() + stderr.len()
            }
            Self::Unrun { stderr } => stderr.len(),
        }
    }

    /// Where all of it is kept, if it is.
    pub(super) fn task_id(&self) -> Option<&str> {
        match self {
            Self::Whole { task_id, .. } | Self::Differing { task_id, .. } => task_id.as_deref(),
            Self::Unrun { .. } => None,
        }
    }
}

impl EqualHosts {
    /// How it ended, in one word.
    pub(super) fn word(&self) -> String {
        word_of(self.status)
    }
}

/// How it ended, in one word.
pub(super) fn word_of(status: Ending) -> String {
    let word = serde_json::to_value(status).unwrap_or_default();
    word.as_str().unwrap_or_default().replace('_', " ")
}
