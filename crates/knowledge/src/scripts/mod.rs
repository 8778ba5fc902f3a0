//! Scripts in words: sed, awk, jq and SQL, read by tokens and held against lists of what is harmless.
//!
//! Takes a script. Gives its [`Flaw`]s: each token that no list has, with its place. A script
//! without flaws does nothing but read its input and print. What a scanner cannot read is one flaw
//! that reaches to the end of the script: it refuses in doubt.

pub mod awk;
pub mod columns;
pub mod formats;
pub mod jq;
pub mod mysql;
pub mod psql;
pub mod sed;
mod sql;
pub mod sqlite;

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
