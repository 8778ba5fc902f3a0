//! What the policy says of the files of one host.
//!
//! [`Policy::files_for_host`] takes a host and gives the [`FilePolicy`], which holds the entries for this host alone.
//! [`FilePolicy::judge`] decides on a path, [`FilePolicy::judge_resolved`] on a path and on what the host resolves it
//! to. The strictest entry wins; a path of which no entry speaks is denied. Pure: no clock, no network, no log.

use std::rc::Rc;

use super::decision::Verdict;
use super::denial::Stage;
use super::file_decision::{FileAccess, FileDecision};
use crate::matching::file_path::FilePath;
use crate::matching::path_glob::PathGlob;
use crate::rules::file_entry::{FileEntry, PathList};
use crate::rules::policy::Policy;
use crate::rules::protected_path::protection;
use crate::rules::protection::Protection;
use crate::rules::rule::Action;

/// What the policy says of the files of one host.
#[derive(Debug)]
pub struct FilePolicy {
    alias: Rc<str>,
    /// The entries that speak of the host, in order.
    pub(crate) entries: Vec<Rc<FileEntry>>,
}

/// What is said of a path, before it becomes a decision.
struct PathFinding<'p> {
    verdict: Verdict,
    entry: Option<&'p FileEntry>,
    refused: Option<(Stage, &'static str)>,
    why: String,
    hint: &'static str,
    max_bytes: u64,
}

impl Policy {
    /// The entries of `files:` that hold for one host.
    pub fn files_for_host(&self, alias: &str, tags: &[impl AsRef<str>]) -> FilePolicy {
        let applying = self
            .files
            .iter()
            .filter(|entry| entry.applies_to(alias, tags));
        FilePolicy {
            alias: alias.into(),
            entries: applying.cloned().collect(),
        }
    }
}

impl FilePolicy {
    /// Whether some entry grants such an access to some file, whether or not another one denies it: an edit needs both lists.
    pub fn grants_some(&self, access: FileAccess) -> bool {
        let granting = |list: &PathList| {
            let mut entries = self.entries.iter();
            entries.any(|entry| entry.name.action != Action::Deny && !entry.list(*list).is_empty())
        };
        access.lists().iter().all(granting)
    }

    /// Decides on a path, as an assistant spells it. It is the first half: what the host resolves the path to must be
    /// judged, too.
    pub fn judge(&self, access: FileAccess, path: &str) -> FileDecision {
        let finding = self.find(access, path);
        FileDecision {
            verdict: finding.verdict,
            alias: Rc::clone(&self.alias),
            access,
            path: path.to_owned(),
            resolved: None,
            entry: finding.entry.map(|entry| entry.name.clone()),
            refused: finding.refused,
            why: finding.why,
            hint: finding.hint.to_owned(),
            max_bytes: finding.max_bytes,
        }
    }

    /// Decides on a path and on what the host resolves it to, with every link followed. The stricter one counts.
    pub fn judge_resolved(&self, access: FileAccess, path: &str, resolved: &str) -> FileDecision {
        self.judge_walk(access, path, &[resolved])
    }

    /// Decides on a path and on each path to which the links on the way lead, the last of which is the file's. The
    /// strictest counts; without a link the path itself is the file's.
    pub fn judge_walk(
        &self,
        access: FileAccess,
        path: &str,
        ways: &[impl AsRef<str>],
    ) -> FileDecision {
        let mut decision = self.judge(access, path);
        for way in ways.iter().map(AsRef::as_ref) {
            let found = self.judge(access, way);
            let max_bytes = decision.max_bytes.min(found.max_bytes);
            if strictness(found.verdict) > strictness(decision.verdict) {
                decision = FileDecision {
                    why: format!(
                        "the host resolves `{path}` to another path, and {}",
                        found.why
                    ),
                    path: decision.path,
                    ..found
                };
            }
            decision.max_bytes = max_bytes;
        }
        let last = ways.last().map_or(path, AsRef::as_ref);
        decision.resolved = Some(last.to_owned());
        decision
    }

    fn find(&self, access: FileAccess, text: &str) -> PathFinding<'_> {
        let path = match FilePath::new(text) {
            Ok(path) => path,
            Err(error) => {
                return PathFinding {
                    verdict: Verdict::Deny,
                    entry: None,
                    refused: Some((Stage::Input, "invalid_path")),
                    why: format!("the path {error}"),
                    hint: error.mend(),
                    max_bytes: 0,
                };
            }
        };
        match access {
            FileAccess::Read => self.find_in(PathList::Read, &path),
            FileAccess::Write => self.find_in(PathList::Write, &path),
            FileAccess::Edit => {
                let read = self.find_in(PathList::Read, &path);
                let write = self.find_in(PathList::Write, &path);
                let max_bytes = read.max_bytes.min(write.max_bytes);
                let stricter = match strictness(read.verdict) > strictness(write.verdict) {
                    true => read,
                    false => write,
                };
                PathFinding {
                    max_bytes,
                    ..stricter
                }
            }
        }
    }

    fn find_in(&self, list: PathList, path: &FilePath) -> PathFinding<'_> {
        if let Some(entry) = self.denying(list, path) {
            let what = list.deed();
            return PathFinding {
                verdict: Verdict::Deny,
                entry: Some(entry),
                refused: Some((Stage::Rule, "deny_entry")),
                why: format!("{what} `{}` is denied by {}", path.as_str(), entry.name),
                hint: "do the task without it, or ask the operator whether it is meant to be denied here",
                max_bytes: 0,
            };
        }
        let protection = protection(list, path.components());
        let grants = |glob: &PathGlob| holds(Action::Allow, glob, path, protection);
        let granting: Vec<&FileEntry> = self.admitting(list, grants).collect();
        let asks = granting
            .iter()
            .find(|entry| entry.name.action == Action::Ask);
        let Some(entry) = asks.or(granting.first()).copied() else {
            let admits = |glob: &PathGlob| glob.admits(path);
            let meant = |protection: &Protection| {
                protection.is_whole() || self.admitting(list, admits).next().is_some()
            };
            return ungranted(list, path, protection.filter(meant));
        };
        let (verdict, said, hint) = match asks {
            Some(_) => (
                Verdict::Ask,
                "needs a person's yes",
                "a person is asked; wait for the answer",
            ),
            None => (Verdict::Allow, "is allowed", ""),
        };
        let most = granting.iter().map(|entry| entry.max_bytes).min();
        PathFinding {
            verdict,
            entry: Some(entry),
            refused: None,
            why: format!(
                "{} `{}` {said} by {}",
                list.deed(),
                path.as_str(),
                entry.name
            ),
            hint,
            max_bytes: most.unwrap_or_default(),
        }
    }

    /// The entries that allow or ask, and of whose patterns one is such.
    fn admitting(
        &self,
        list: PathList,
        is_such: impl Fn(&PathGlob) -> bool,
    ) -> impl Iterator<Item = &FileEntry> {
        let entries = self.entries.iter().map(Rc::as_ref);
        entries.filter(move |entry| {
            entry.name.action != Action::Deny && entry.list(list).iter().any(&is_such)
        })
    }

    /// The first entry that denies a path.
    fn denying(&self, list: PathList, path: &FilePath) -> Option<&FileEntry> {
        let denying = self.entries.iter().find(|entry| {
            let meets = |glob: &PathGlob| holds(Action::Deny, glob, path, None);
            entry.name.action == Action::Deny && entry.list(list).iter().any(meets)
        });
        denying.map(Rc::as_ref)
    }
}

impl FileAccess {
    /// The lists that must grant a path.
    pub(crate) fn lists(self) -> &'static [PathList] {
        match self {
            Self::Read => &[PathList::Read],
            Self::Write => &[PathList::Write],
            Self::Edit => &[PathList::Read, PathList::Write],
        }
    }
}

/// Whether a pattern of an entry with this action decides on a path, which has this protection.
pub(crate) fn holds(
    action: Action,
    glob: &PathGlob,
    path: &FilePath,
    protection: Option<Protection>,
) -> bool {
    let spells = || protection.is_none_or(|protection| glob.spells(protection.spelled));
    match action {
        Action::Deny => glob.meets(path),
        Action::Ask | Action::Allow => glob.admits(path) && spells(),
    }
}

/// Where no entry grants a path.
fn ungranted(
    list: PathList,
    path: &FilePath,
    protection: Option<Protection>,
) -> PathFinding<'static> {
    let what = list.deed();
    let (reason, why, hint) = match protection {
        Some(protection) => (
            "protected_path",
            protection.told(list, path),
            "do the task without it; no wildcard grants it",
        ),
        None => (
            "no_matching_entry",
            format!(
                "no entry of `files` allows {what} `{}` on this host, and what is not allowed is denied",
                path.as_str()
            ),
            "do the task without it, or ask the operator for an entry of `files`",
        ),
    };
    PathFinding {
        verdict: Verdict::Deny,
        entry: None,
        refused: Some((Stage::Default, reason)),
        why,
        hint,
        max_bytes: 0,
    }
}

/// From lax to strict.
fn strictness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Allow => 0,
        Verdict::Ask => 1,
        Verdict::Deny => 2,
    }
}
