//! `Protection`: why no wildcard grants a path.
//!
//! Takes what a path is and how much of it an entry must spell, from `protected_path` and `write_protection`. Gives the
//! reason in a sentence. Refuses nothing.

use super::file_entry::PathList;
use crate::matching::file_path::FilePath;
use crate::matching::path_glob::SpelledPart;

/// Why a path is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Protection {
    /// What the file is, in the middle of a sentence.
    pub(crate) what: &'static str,
    /// How much of the path an entry must spell.
    pub(crate) spelled: SpelledPart,
}

impl Protection {
    /// Whether the whole of the path must be spelled.
    pub(crate) fn is_whole(&self) -> bool {
        self.spelled == SpelledPart::Whole
    }

    /// The part of a path that an entry must spell; `None` where that is all of it.
    pub(crate) fn spelled_part(&self, path: &FilePath) -> Option<String> {
        match self.spelled {
            SpelledPart::First(count) => {
                let part: Vec<&str> = path.components().take(count).collect();
                Some(format!("/{}", part.join("/")))
            }
            SpelledPart::Whole => None,
        }
    }

    /// The reason in a sentence.
    pub(crate) fn told(&self, list: PathList, path: &FilePath) -> String {
        let grants = match list {
            PathList::Read => "grants it",
            PathList::Write => "lets it be written",
        };
        let spells = match self.spelled_part(path) {
            Some(part) => format!("`{part}`"),
            None => "it".to_owned(),
        };
        format!(
            "`{}` is {}: only an entry of `files` that spells {spells} {grants}",
            path.as_str(),
            self.what
        )
    }
}
