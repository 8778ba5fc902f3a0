//! The text of `cqlsh -e`: CQL of Cassandra, or a command of the client. Takes the text, gives its flaws.
//!
//! ```text
//! text = ( SELECT { token } | LIST { token } | DESCRIBE { token } | SHOW ( VERSION | HOST ) | CONSISTENCY ) [ ";" ]
//! ```
//!
//! A command of the client ends at a line break, so a text must have one line. The client takes `//` for a comment.

use super::flaw::{Flaw, UNKNOWN, has};
use super::sql::{self, Dialect, SqlStatement, Taint};
use super::tokens::SqlTokenKind;

pub(super) const CQL: Dialect = Dialect {
    double_quoted: SqlTokenKind::Name,
    signs: "[]",
    spaced_calls: true,
    catalog: "",
    describes_databases: true,
    reserves_by: false,
    functions: FUNCTIONS,
    begin,
    rest,
};

const FUNCTIONS: &str = "\
    avg blobastext cast count currentdate currenttime currenttimestamp currenttimeuuid dateof max \
    maxtimeuuid min mintimeuuid now sum textasblob to_date to_timestamp to_unix_timestamp todate tojson \
    totimestamp tounixtimestamp token ttl unixtimestampof uuid writetime";

const LISTED: &str = "all roles users permissions superusers";
/// The client's commands that may stand alone.
const ALONE: &str = "consistency paging serial tracing expand help";

/// The flaws of the text of `cqlsh -e`.
pub fn scan(script: &str) -> Vec<Flaw> {
    sql::scan(script, &CQL)
}

fn begin(statement: &mut SqlStatement<'_>) -> usize {
    let count = statement.tokens.len();
    let harmless = match statement.word(0) {
        "desc" | "describe" => (1..count).all(|at| {
            statement.is(at, &[SqlTokenKind::Word, SqlTokenKind::Name]) || statement.word(at) == "."
        }),
        "list" => has(LISTED, statement.word(1)),
        "show" => has("version host", statement.word(1)) && count == 2,
        word if has(ALONE, word) => count == 1,
        "select" => return 0,
        _ => {
            statement.query(0);
            statement.refuse(0, 0, UNKNOWN, Taint::Texts);
            return count;
        }
    };
    if !harmless {
        statement.refuse(1, count, UNKNOWN, Taint::Texts);
    }
    count
}

fn rest(statement: &mut SqlStatement<'_>) {
    for (at, token) in statement.tokens.iter().enumerate() {
        if at > 0 && token.first_of_line {
            statement.refuse(at, at, "may be a command of the client", Taint::Texts);
        }
        if token.word == "/" && statement.before(at) == "/" {
            statement.refuse(at, at, "cannot be read for sure", Taint::Texts);
        }
    }
}
