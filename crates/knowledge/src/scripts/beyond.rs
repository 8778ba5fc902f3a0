//! The names in SQL that lead out of the database for which a client is started: `FROM other.table`. Takes a script;
//! gives each such name.
//!
//! A name with a point is one where a table may stand: after FROM, JOIN and TABLE, after a comma in a list of tables,
//! and everywhere in SHOW and DESCRIBE. Elsewhere `a.id` is a column. Refuses in doubt.

use super::flaw::{Flaw, flaw, has};
use super::sql::Dialect;
use super::tokens::{SqlToken, SqlTokenKind, lex};

const WHY: &str = "is of a database beside what the rule says";

/// Words after which a table stands.
const TABLES: &str = "from into join straight_join table update";
/// Words after which a list of tables is at its end.
const ELSEWHERE: &str = "\
    except group having intersect limit order prewhere select set settings union where window with";
/// Words of a description after which a database stands.
const DATABASES: &str = "database keyspace schema";
/// What DESCRIBE tells of the chosen database, or of the whole server without what its databases hold.
const DESCRIBED: &str = "aggregates cluster functions keyspaces tables types";
/// What SHOW lists of a table. What else it lists FROM a name is of a database.
const OF_A_TABLE: &str = "columns fields index indexes indices keys";

/// The names of other databases, in the order of the text.
pub(super) fn names(script: &str, dialect: &Dialect) -> Vec<Flaw> {
    let (tokens, _) = lex(script, dialect.signs, dialect.double_quoted);
    let statements = tokens.split(|token| token.kind == SqlTokenKind::End);
    statements
        .flat_map(|tokens| of_statement(tokens, dialect.describes_databases))
        .collect()
}

fn of_statement(tokens: &[SqlToken<'_>], describes_databases: bool) -> Vec<Flaw> {
    let described = match word(tokens, 0) {
        "show" => is_shown(tokens),
        "desc" | "describe" | "exists" => {
            describes_databases && is_name_alone(tokens) || is_described(tokens)
        }
        _ => return queried(tokens),
    };
    let ends = tokens.first().zip(tokens.last()).filter(|_| described);
    let whole = ends.map(|(first, last)| flaw(first.start, last.end, WHY));
    whole.into_iter().collect()
}

fn word<'a>(tokens: &'a [SqlToken<'_>], at: usize) -> &'a str {
    tokens.get(at).map_or("", |token| &token.word)
}

/// Whether a token goes on with a name. A name behind a point may begin with a digit: `db.1t`.
fn is_point(tokens: &[SqlToken<'_>], at: usize) -> bool {
    word(tokens, at).starts_with('.')
}

/// Whether SHOW shows another database: by a name with a point, by CREATE, or by FROM or IN with another name than that
/// of the one table whose parts are listed.
fn is_shown(tokens: &[SqlToken<'_>]) -> bool {
    let name = |token: &SqlToken<'_>| {
        let is_word = matches!(token.kind, SqlTokenKind::Word | SqlTokenKind::Name);
        is_word || token.text.starts_with('"')
    };
    let mut listed = false;
    (0..tokens.len()).any(|at| {
        let before = at.checked_sub(1).map_or("", |before| word(tokens, before));
        let from = has("from in", word(tokens, at)) && tokens.get(at + 1).is_some_and(name);
        let table = from && !listed && has(OF_A_TABLE, before);
        listed |= from;
        let created = before == "create" && has(DATABASES, word(tokens, at));
        is_point(tokens, at) || created || from && !table
    })
}

/// Whether DESCRIBE describes another database, or what is in it.
fn is_described(tokens: &[SqlToken<'_>]) -> bool {
    let schema = |at| has(DATABASES, word(tokens, at));
    schema(1) || schema(2) || (1..tokens.len()).any(|at| is_point(tokens, at))
}

/// Whether DESCRIBE has a name alone that is none of what a database has.
fn is_name_alone(tokens: &[SqlToken<'_>]) -> bool {
    tokens.len() == 2 && !has(DESCRIBED, word(tokens, 1))
}

/// The names with a point where a query may have a table.
fn queried(tokens: &[SqlToken<'_>]) -> Vec<Flaw> {
    let mut found = Vec::new();
    let mut outer = Vec::new();
    let (mut in_list, mut expected) = (false, word(tokens, 0) == "explain");
    for (at, token) in tokens.iter().enumerate() {
        let keyword = |list| token.kind == SqlTokenKind::Word && has(list, &token.word);
        let is_part = at > 0 && is_point(tokens, at - 1);
        let of_another = is_point(tokens, at + 1);
        let after_in = at > 0 && word(tokens, at - 1) == "in";
        match token.word.as_str() {
            "(" => {
                outer.push(in_list);
                in_list = expected;
            }
            ")" => {
                in_list = outer.pop().unwrap_or_default();
                expected = false;
            }
            "," => expected = in_list,
            _ if is_part => {}
            _ if of_another && (expected || after_in) => {
                let last = tokens.get(at + 2).unwrap_or(token);
                found.push(flaw(token.start, last.end.max(token.end), WHY));
                expected = false;
            }
            _ if keyword(TABLES) => (in_list, expected) = (true, true),
            _ if keyword(ELSEWHERE) => (in_list, expected) = (false, false),
            "explain" if at == 0 => {}
            _ => expected = false,
        }
    }
    found
}
