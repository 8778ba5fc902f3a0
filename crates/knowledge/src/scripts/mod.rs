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

use crate::language::Language;

/// What in a script is not known to be harmless.
pub fn flaws(language: Language, script: &str) -> Vec<Flaw> {
    match language {
        Language::Awk => awk::scan(script),
        Language::HttpHeader => formats::header(script),
        Language::Jq => jq::scan(script),
        Language::Mysql => mysql::scan(script),
        Language::OneLine => formats::one_line(script),
        Language::PsBundle => columns::bundled(script),
        Language::PsColumns => columns::columns(script),
        Language::PsName => columns::name(script),
        Language::Psql => psql::scan(script),
        Language::QueryFormat => formats::query_format(script),
        Language::Sed => sed::scan(script),
        Language::Sqlite => sqlite::scan(script),
        Language::VtyShow => formats::show(script),
        Language::WriteOut => formats::write_out(script),
    }
}

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
