//! What is wrong with a script: a part of it that no list has.

/// Why a token is a flaw of which nothing more is known.
pub(super) const UNKNOWN: &str = "is not known to be harmless";

/// A part of a script that is not known to be harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// What it may do: `runs a program`, `writes a file`, `is not known to be harmless`.
    pub why: &'static str,
}

/// Whether a list of words between blanks has the word.
pub(super) fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|item| item == word)
}

pub(super) fn flaw(start: usize, end: usize, why: &'static str) -> Flaw {
    Flaw { start, end, why }
}
