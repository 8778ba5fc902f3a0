//! A flaw: a part of a script that no list of harmless words has, with its place and the reason.

/// The reason for a flaw of which nothing more is known.
pub(super) const UNKNOWN: &str = "is not known to be harmless";

/// A part of a script that is not known to be harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where the part begins, in bytes.
    pub start: usize,
    /// Where the part ends, in bytes.
    pub end: usize,
    /// What the part may do: `runs a program`, `writes a file`, `is not known to be harmless`.
    pub why: &'static str,
}

/// Whether a list of words between blanks has the word.
pub(super) fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|item| item == word)
}

pub(super) fn flaw(start: usize, end: usize, why: &'static str) -> Flaw {
    Flaw { start, end, why }
}
