//! What of `files:` no policy test exercises.
//!
//! Takes a policy, the places in its file, and paths with their hosts. Gives for each entry and each pattern whether a path
//! exercises it. A pattern is exercised when it grants a path, or denies it; an entry when a pattern of it is. Refuses
//! nothing: a path that is none exercises nothing.

use mcp_ssh_yaml::diagnostic::Span;
use mcp_ssh_yaml::quotable::unless_key;

use super::exercised::{Unexercised, UnexercisedOf};
use super::host_tags::HostTags;
use super::places::{PlaceStep, Places};
use crate::decide::file_decision::FileAccess;
use crate::decide::file_policy::holds;
use crate::matching::file_path::FilePath;
use crate::matching::path_glob::PathGlob;
use crate::rules::file_entry::{FileEntry, PathList};
use crate::rules::policy::Policy;
use crate::rules::protected_path::protection;

/// The state of the count.
pub(super) struct FileCoverage<'p> {
    entries: Vec<CoveredFiles<'p>>,
}

/// An entry with its patterns.
struct CoveredFiles<'p> {
    entry: &'p FileEntry,
    patterns: Vec<CoveredGlob<'p>>,
}

/// A pattern of an entry.
struct CoveredGlob<'p> {
    list: PathList,
    glob: &'p PathGlob,
    span: Span,
    exercised: bool,
}

impl<'p> FileCoverage<'p> {
    pub(super) fn of(policy: &'p Policy, places: &Places<'_>) -> Self {
        let entries = policy.files.iter().map(|entry| {
            let lists = [PathList::Read, PathList::Write].into_iter();
            let patterns = lists.flat_map(|list| {
                let path = [
                    PlaceStep::Key("files"),
                    PlaceStep::Item(entry.name.index),
                    PlaceStep::Key(list.key()),
                ];
                let spans = places.texts(&path).into_iter().map(|(_, span)| span);
                let globs = entry.list(list).iter().zip(spans);
                globs.map(move |(glob, span)| CoveredGlob {
                    list,
                    glob,
                    span,
                    exercised: false,
                })
            });
            CoveredFiles {
                entry,
                patterns: patterns.collect(),
            }
        });
        Self {
            entries: entries.collect(),
        }
    }

    /// Marks what a path exercises.
    pub(super) fn count<T: AsRef<str>>(
        &mut self,
        tested: &HostTags<'_, T>,
        access: FileAccess,
        path: &str,
    ) {
        let Ok(path) = FilePath::new(path) else {
            return;
        };
        let applying = self.entries.iter_mut();
        let applying =
            applying.filter(|covered| covered.entry.applies_to(tested.alias, tested.tags));
        for covered in applying {
            let action = covered.entry.name.action;
            for pattern in &mut covered.patterns {
                let protection = protection(pattern.list, path.components());
                let meant = access.lists().contains(&pattern.list);
                pattern.exercised |= meant && holds(action, pattern.glob, &path, protection);
            }
        }
    }

    /// Whether each entry is exercised.
    pub(super) fn entries(&self) -> impl Iterator<Item = bool> {
        self.entries.iter().map(CoveredFiles::is_exercised)
    }

    /// Whether each pattern is.
    pub(super) fn patterns(&self) -> impl Iterator<Item = bool> {
        let patterns = self.entries.iter().flat_map(|covered| &covered.patterns);
        patterns.map(|pattern| pattern.exercised)
    }

    /// The entries that are not, and the patterns of the others that are not.
    pub(super) fn unexercised(&self) -> impl Iterator<Item = Unexercised> {
        self.entries.iter().flat_map(|covered| {
            let name = covered.entry.name.clone();
            let of = move || UnexercisedOf::Files(name.clone());
            let whole = (!covered.is_exercised()).then(|| Unexercised {
                span: covered.entry.span,
                of: of(),
                text: None,
            });
            let patterns = covered.patterns.iter();
            let left = patterns.filter(|its| covered.is_exercised() && !its.exercised);
            let left = left.map(move |its| Unexercised {
                span: its.span,
                of: of(),
                text: Some(unless_key(its.glob.as_str().to_owned())),
            });
            whole.into_iter().chain(left)
        })
    }
}

impl CoveredFiles<'_> {
    fn is_exercised(&self) -> bool {
        self.patterns.iter().any(|pattern| pattern.exercised)
    }
}
