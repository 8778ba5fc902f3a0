//! Scripts in words: sed, awk, jq and SQL, read by tokens and held against lists of what is harmless.
//!
//! Takes a script. Gives its [`Flaw`]s: each token that no list has, with its place. A script without flaws
//! only reads its input and prints. Refuses in doubt: a part that a scanner cannot read is one flaw that
//! reaches to the end of the script.

pub mod awk;
mod beyond;
pub mod clickhouse;
pub mod columns;
pub mod cql;
mod flaw;
pub mod formats;
pub mod git;
pub mod jq;
pub mod mysql;
pub mod psql;
pub mod sed;
mod sql;
pub mod sqlite;
pub mod template;
mod tokens;
pub mod yq;

pub use crate::language::Language;
pub use flaw::Flaw;

impl Language {
    /// The parts of a script that are not known to be harmless.
    pub fn flaws(self, script: &str) -> Vec<Flaw> {
        match self {
            Self::Awk => awk::scan(script),
            Self::AwkVariable => awk::variable(script),
            Self::Clickhouse => clickhouse::scan(script),
            Self::Cql => cql::scan(script),
            Self::GitFormat => git::format(script),
            Self::GoTemplate => template::scan(script),
            Self::HttpHeader => formats::header(script),
            Self::Jq => jq::scan(script),
            Self::KubeOutput => template::output(script),
            Self::Layout => template::layout(script),
            Self::Mysql => mysql::scan(script),
            Self::Unit => formats::unit(script),
            Self::NoDomain => formats::no_domain(script),
            Self::NotFile => formats::not_a_file(script),
            Self::OneLine => formats::one_line(script),
            Self::Pair => formats::pair(script),
            Self::PsBundle => columns::bundled(script),
            Self::PsColumns => columns::columns(script),
            Self::PsName => columns::name(script),
            Self::Psql => psql::scan(script),
            Self::QueryFormat => formats::query_format(script),
            Self::Sed => sed::scan(script),
            Self::Sqlite => sqlite::scan(script),
            Self::VtyShow => formats::show(script),
            Self::WriteOut => formats::write_out(script),
            Self::Yq => yq::scan(script),
        }
    }

    /// The names in a script that lead out of the database for which its client is started.
    pub fn beyond(self, script: &str) -> Vec<Flaw> {
        let dialects = [
            (Self::Clickhouse, &clickhouse::CLICKHOUSE),
            (Self::Cql, &cql::CQL),
            (Self::Mysql, &mysql::MYSQL),
        ];
        let spoken = dialects.into_iter().find(|(language, _)| *language == self);
        spoken.map_or_else(Vec::new, |(_, dialect)| beyond::names(script, dialect))
    }
}
