//! An entry of `files:`: its hosts, its patterns over paths, and its action for them. `file_entries` makes it and
//! refuses malformed ones.

use std::fmt;

use serde::Serialize;

use mcp_ssh_yaml::diagnostic::Span;
use mcp_ssh_yaml::double_quoted;

use super::rule::{Action, has_tag, names};
use crate::matching::glob::Glob;
use crate::matching::path_glob::PathGlob;

/// One entry of `files:`.
#[derive(Debug)]
pub(crate) struct FileEntry {
    /// The place of the entry in the file.
    pub(crate) span: Span,
    /// How decisions name the entry.
    pub(crate) name: FileEntryName,
    /// Globs over the host's alias; an empty list means every host.
    pub(crate) aliases: Vec<Glob>,
    /// Globs of which one must match one of the host's tags; an empty list means every host.
    pub(crate) tags: Vec<Glob>,
    /// The paths that it says may be read, or must not be.
    pub(crate) read: Vec<PathGlob>,
    /// The paths that it says may be written, or must not be.
    pub(crate) write: Vec<PathGlob>,
    /// The most bytes of a file.
    pub(crate) max_bytes: u64,
}

/// Which list of an entry is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathList {
    Read,
    Write,
}

/// Which entry of `files:` decided, as decisions and records name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileEntryName {
    /// The place of the entry in `files:`, from 0.
    pub index: usize,
    /// The name of the entry, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the entry says of a file.
    pub action: Action,
}

impl FileEntry {
    /// Whether this entry speaks of the host.
    pub(crate) fn applies_to(&self, alias: &str, tags: &[impl AsRef<str>]) -> bool {
        names(&self.aliases, alias) && has_tag(&self.tags, tags)
    }

    /// The patterns of one list.
    pub(crate) fn list(&self, list: PathList) -> &[PathGlob] {
        match list {
            PathList::Read => &self.read,
            PathList::Write => &self.write,
        }
    }

    /// What the entry says, on one line of YAML, without what it leaves out. Two entries with the same line decide the
    /// same.
    pub(crate) fn said(&self) -> String {
        let hosts = |globs: &[Glob]| quoted(globs.iter().map(Glob::as_str));
        let paths = |globs: &[PathGlob]| quoted(globs.iter().map(PathGlob::as_str));
        let name = self.name.name.as_deref();
        let keys = [
            ("name", name.map(double_quoted)),
            ("action", Some(self.name.action.to_string())),
            ("aliases", hosts(&self.aliases)),
            ("tags", hosts(&self.tags)),
            ("read", paths(&self.read)),
            ("write", paths(&self.write)),
            ("max_bytes", Some(self.max_bytes.to_string())),
        ];
        let keys = keys.into_iter();
        let said = keys.filter_map(|(key, value)| Some(format!("{key}: {}", value?)));
        format!("{{{}}}", said.collect::<Vec<_>>().join(", "))
    }
}

impl PathList {
    /// The key of the list.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// What is done with the files of the list.
    pub(crate) fn deed(self) -> &'static str {
        match self {
            Self::Read => "reading",
            Self::Write => "writing",
        }
    }
}

/// A list of texts in YAML; `None` where there are none.
fn quoted<'t>(texts: impl Iterator<Item = &'t str>) -> Option<String> {
    let quoted: Vec<String> = texts.map(double_quoted).collect();
    (!quoted.is_empty()).then(|| format!("[{}]", quoted.join(", ")))
}

impl fmt::Display for FileEntryName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(formatter, "files[{}] `{name}`", self.index),
            None => write!(formatter, "files[{}]", self.index),
        }
    }
}
