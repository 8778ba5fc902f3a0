//! Patterns, and whether a text, a word or a command matches one.
//!
//! Knows nothing of rules. A text is held against a `glob`, a word against a `word_glob`, a command against an
//! `argv` pattern or a list of `simple` programs, a `file_path` against a `path_glob`. `fold` ignores the case of letters.

pub mod align;
pub mod argument;
pub mod argv;
pub mod bracket;
pub mod file_path;
pub mod fold;
pub mod glob;
pub mod grants;
pub mod marks;
pub mod overlap;
pub mod parent;
pub mod path_glob;
pub mod positions;
pub mod simple;
pub mod token;
pub mod word_glob;
