//! What a person is asked about a file.
//!
//! Takes: the access, the path, and for a write the content's size and SHA-256 and the change on each host. Gives: a
//! line, the rows of the change, and what the digest of the question covers. Hosts with one change form a group.

use super::margin::behind_margin;
use crate::gate::diff::{ChangeRow, ChangeSign, shown_path};
use crate::gate::file::FileChange;
use crate::gate::redact::Redactor;
use mcp_ssh_policy::{FileAccess, FileDecision};

/// Aliases that the heading of a group names; of more hosts it says how many they are.
const MAX_ALIASES_SHOWN: usize = 40;

/// What is to happen with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileQuestion {
    /// Its content, or the names in a directory, are read.
    Read,
    /// This content is written.
    Write {
        /// How many bytes it has.
        bytes: usize,
        /// Its SHA-256, in hexadecimal.
        sha256: String,
        /// The permissions that the file gets; it keeps its own without.
        mode: Option<u32>,
        /// What it changes.
        change: FileChange,
    },
}

/// A file on one host or several, and what is to happen with it.
#[derive(Clone, Debug)]
pub struct FileSubject {
    /// What is to be done with it.
    pub access: FileAccess,
    path: String,
    /// What is said of the content that is written: its bytes, its mode, its SHA-256.
    content: Option<String>,
    groups: Vec<HostsAlike>,
}

/// Hosts on which the file is alike.
#[derive(Clone, Debug)]
struct HostsAlike {
    aliases: Vec<String>,
    /// What the host resolves the path to, where that is another path.
    resolved: Option<ResolvedPath>,
    change: Option<FileChange>,
}

/// A path that a host has named.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ResolvedPath {
    path: String,
    /// As a person reads it: in backticks, without the secrets of the login.
    shown: String,
}

impl FileSubject {
    /// Of one host; `redactor` knows the secrets of its login.
    pub fn of(decision: &FileDecision, what: FileQuestion, redactor: &Redactor) -> Self {
        let (content, change) = match what {
            FileQuestion::Read => (None, None),
            FileQuestion::Write {
                bytes,
                sha256,
                mode,
                change,
            } => {
                let mode = mode.map_or_else(String::new, |mode| format!(", mode {mode:04o}"));
                let content = format!(" ({bytes} bytes{mode}, sha256 {sha256})");
                (Some(content), Some(change))
            }
        };
        let resolved = decision.resolved().filter(|its| *its != decision.path());
        Self {
            access: decision.access(),
            path: decision.path().to_owned(),
            content,
            groups: vec![HostsAlike {
                aliases: vec![decision.alias().to_owned()],
                resolved: resolved.map(|path| ResolvedPath {
                    path: path.to_owned(),
                    shown: shown_path(path, &redactor.hidden(path)),
                }),
                change,
            }],
        }
    }

    /// Takes up the hosts of another question; gives whether it is about the same access and content.
    pub fn join(&mut self, other: Self) -> bool {
        let is_alike =
            self.access == other.access && self.path == other.path && self.content == other.content;
        if !is_alike {
            return false;
        }
        for group in other.groups {
            let alike = self
                .groups
                .iter_mut()
                .find(|its| its.resolved == group.resolved && its.change == group.change);
            match alike {
                Some(alike) => alike.aliases.extend(group.aliases),
                None => self.groups.push(group),
            }
        }
        true
    }

    /// The changes, one for each group of hosts.
    pub fn changes(&self) -> impl Iterator<Item = &FileChange> {
        self.groups.iter().filter_map(|group| group.change.as_ref())
    }

    /// What is to happen, in one line.
    pub fn line(&self) -> String {
        self.line_with(self.common_resolved())
    }

    /// All of what is to happen on one host, by which a yes for longer is remembered: another content that is there makes
    /// it another text. No path has a NUL, so the parts cannot be taken for one another.
    pub fn remembered_line(&self, alias: &str) -> String {
        let has_alias = |group: &&HostsAlike| group.aliases.iter().any(|its| its == alias);
        let group = self.groups.iter().find(has_alias);
        let resolved = group.and_then(|group| group.resolved.as_ref());
        let resolved = resolved.map(|resolved| resolved.path.as_str());
        let change = group.and_then(|group| group.change.as_ref());
        let old = change.and_then(|change| change.old_sha256.as_deref());
        let access = self.access.to_string();
        let parts = [
            access.as_str(),
            &self.path,
            resolved.unwrap_or_default(),
            self.content.as_deref().unwrap_or_default(),
            old.unwrap_or_default(),
        ];
        parts.join("\0")
    }

    /// All of it but the aliases' order in the question and the line, as parts of a digest.
    pub fn digested(&self) -> Vec<String> {
        let mut parts = vec![self.groups.len().to_string()];
        for group in &self.groups {
            parts.push(group.aliases.len().to_string());
            parts.extend(group.aliases.iter().cloned());
            let resolved = group
                .resolved
                .as_ref()
                .map(|resolved| resolved.path.clone());
            parts.push(resolved.unwrap_or_default());
            let Some(change) = &group.change else {
                parts.push("no change".to_owned());
                continue;
            };
            parts.push(change.old_sha256.clone().unwrap_or_default());
            parts.push(change.rows.len().to_string());
            parts.extend(change.rows.iter().map(ToString::to_string));
        }
        parts
    }

    /// The rows that a person reads: for each group, which hosts it is, and its change.
    pub fn rows(&self) -> Vec<ChangeRow> {
        let mut rows = Vec::new();
        for group in &self.groups {
            rows.extend(self.heading(group));
            let change = group.change.iter();
            rows.extend(change.flat_map(|change| change.rows.iter().cloned()));
        }
        rows
    }

    /// The rows as lines of a text; nothing where there are none.
    pub fn rows_as_text(&self) -> Option<String> {
        let rows: Vec<String> = self.rows().iter().map(ToString::to_string).collect();
        (!rows.is_empty()).then(|| rows.join("\n"))
    }

    /// The rows as a text, each behind a margin, so that none can be taken for something else.
    pub fn shown_rows(&self) -> String {
        behind_margin(self.rows().iter().map(ToString::to_string))
    }

    /// The paths stand in backticks, which no path closes: so none of them can be taken for more of the line.
    fn line_with(&self, resolved: Option<&ResolvedPath>) -> String {
        let (access, path) = (self.access, shown_path(&self.path, &[]));
        let is = resolved.map(|resolved| format!(", which is {}", resolved.shown));
        let (is, content) = (is.unwrap_or_default(), self.content.as_deref());
        format!("{access} {path}{is}{}", content.unwrap_or_default())
    }

    /// What every host resolves the path to, where that is one path.
    fn common_resolved(&self) -> Option<&ResolvedPath> {
        let mut all = self.groups.iter().map(|group| group.resolved.as_ref());
        let first = all.next()?;
        first.filter(|_| all.all(|its| its == first))
    }

    /// Which hosts a group is, where there are several groups.
    fn heading(&self, group: &HostsAlike) -> Option<ChangeRow> {
        if self.groups.len() < 2 {
            return None;
        }
        let shown = group.aliases.iter().take(MAX_ALIASES_SHOWN);
        let mut hosts = shown.cloned().collect::<Vec<String>>().join(", ");
        match group.aliases.len().saturating_sub(MAX_ALIASES_SHOWN) {
            0 => {}
            more => hosts.push_str(&format!(" and {more} more")),
        }
        let is = match &group.resolved {
            Some(resolved) if self.common_resolved().is_none() => {
                format!(", where the file is {}", resolved.shown)
            }
            Some(_) | None => String::new(),
        };
        Some(ChangeRow {
            sign: ChangeSign::Told,
            text: format!(" on {hosts}{is}:"),
        })
    }
}
