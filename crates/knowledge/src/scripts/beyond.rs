//! The names in SQL that lead out of the database for which a client is started: `FROM other.table`. Takes a script;
//! gives each such name.
//!
//! A name with a point may be a table of another database, or a column. It is a column where the token before it is one
//! behind which no table stands: an operator, SELECT, WHERE, a comma of what is selected or behind ORDER BY, the "(" of a
//! listed function.
//! Everywhere else it is taken for a table, so that a keyword which is a name somewhere opens nothing. SHOW, DESCRIBE and
//! LIST pass where they are known to show only the chosen database, or settings of the server.

use super::flaw::{Flaw, flaw, has};
use super::sql::Dialect;
use super::tokens::{SqlToken, SqlTokenKind, lex};

const WHY: &str = "is of a database beside what the rule says";

/// Words behind which an expression stands, and never a table.
const BEFORE_COLUMNS: &str = "\
    and between by case distinct div else having like mod not on or regexp rlike select then when where xor";
/// Signs behind which no expression begins that is known to be one.
const NO_OPERATORS: &str = ") . , @ : [ ] { } ? ; \\ (";
/// Words behind which tables stand, as far as the brackets reach.
const TABLES: &str = "from into join straight_join table update";
/// Functions that every dialect takes for keywords.
const CASTS: &str = "cast convert";
/// Words of a description after which a database stands.
const DATABASES: &str = "database keyspace schema";
/// What DESCRIBE tells of the chosen database, or of the whole server without what its databases hold.
const DESCRIBED: &str = "aggregates cluster functions keyspaces tables types";
/// What SHOW tells that is of the chosen database, or of the server and not of what its databases hold.
const SHOWN: &str = "\
    changed character charset collation columns count create databases engines errors fields function functions grants \
    index indexes indices keys plugins privileges procedure profile profiles schemas settings status table tables \
    triggers variables warnings";
/// Words that may stand before it.
const MODIFIERS: &str = "all extended full global local session storage temporary";
/// What SHOW lists of a table. What else it lists FROM a name is of a database.
const OF_A_TABLE: &str = "columns fields index indexes indices keys";

/// The names of other databases, in the order of the text.
pub(super) fn names(script: &str, dialect: &Dialect) -> Vec<Flaw> {
    let (tokens, _) = lex(script, dialect.signs, dialect.double_quoted);
    let statements = tokens.split(|token| token.kind == SqlTokenKind::End);
    statements
        .flat_map(|tokens| of_statement(tokens, dialect))
        .collect()
}

fn of_statement(tokens: &[SqlToken<'_>], dialect: &Dialect) -> Vec<Flaw> {
    let described = match word(tokens, 0) {
        "show" => is_shown(tokens),
        "desc" | "describe" | "exists" => {
            dialect.describes_databases && is_name_alone(tokens) || is_described(tokens)
        }
        "list" => (0..tokens.len()).any(|at| word(tokens, at) == "on"),
        _ => return queried(tokens, dialect),
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

/// Whether SHOW may show another database: by a kind that is not known to be of the chosen one, by a name with a point, by
/// CREATE, or by FROM or IN with another name than that of the one table whose parts are listed.
fn is_shown(tokens: &[SqlToken<'_>]) -> bool {
    let name = |token: &SqlToken<'_>| {
        let is_word = matches!(token.kind, SqlTokenKind::Word | SqlTokenKind::Name);
        is_word || token.text.starts_with('"')
    };
    let mut kinds = tokens.iter().skip(1).map(|token| token.word.as_str());
    let known = kinds
        .find(|word| !has(MODIFIERS, word))
        .is_some_and(|kind| has(SHOWN, kind));
    let mut listed = false;
    !known
        || (0..tokens.len()).any(|at| {
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

/// What stands between two brackets, or in a whole statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SqlSpan {
    /// Columns and values alone.
    Expression,
    /// What SELECT selects, before FROM.
    Selected,
    /// It may have tables in it.
    Open,
}

/// The names with a point that are not known to be columns.
fn queried(tokens: &[SqlToken<'_>], dialect: &Dialect) -> Vec<Flaw> {
    let mut found = Vec::new();
    let (mut outer, mut span) = (Vec::new(), SqlSpan::Open);
    let mut had_tables = false;
    for (at, token) in tokens.iter().enumerate() {
        let last = at.checked_sub(1).and_then(|last| tokens.get(last));
        let is_column = last.is_some_and(|last| is_before_a_column(last, span));
        let is_part = last.is_some_and(|last| last.word.starts_with('.'));
        let is_call = last.is_some_and(|last| {
            last.kind == SqlTokenKind::Word
                && (has(dialect.functions, &last.word) || has(CASTS, &last.word))
        });
        let is_word = token.kind == SqlTokenKind::Word && !is_part;
        match token.word.as_str() {
            "(" => {
                outer.push((span, had_tables));
                span = match is_column || is_call {
                    true => SqlSpan::Expression,
                    false => SqlSpan::Open,
                };
                had_tables = false;
            }
            ")" => (span, had_tables) = outer.pop().unwrap_or((SqlSpan::Open, true)),
            word if is_word && has(TABLES, word) => (span, had_tables) = (SqlSpan::Open, true),
            "select" if is_word && !had_tables => {
                let begins = last.is_none_or(|last| last.word == "(") || outer.is_empty();
                if begins {
                    span = SqlSpan::Selected;
                }
            }
            "by" if is_word && dialect.reserves_by && lists_columns(tokens, at) => {
                span = SqlSpan::Expression;
            }
            _ if !is_part && !is_column && is_point(tokens, at + 1) => {
                let end = tokens.get(at + 2).unwrap_or(token);
                found.push(flaw(token.start, end.end.max(token.end), WHY));
            }
            _ => {}
        }
    }
    found
}

/// Whether BY at this place begins a list of columns, to the next word behind which tables stand. The BY of an index hint
/// does not: `FROM a USE INDEX FOR ORDER BY (i), b`.
fn lists_columns(tokens: &[SqlToken<'_>], at: usize) -> bool {
    let before = |back| at.checked_sub(back).and_then(|before| tokens.get(before));
    let listed = before(1).is_some_and(|before| {
        before.kind == SqlTokenKind::Word && has("group order partition", &before.word)
    });
    listed && before(2).is_none_or(|before| before.word != "for")
}

/// Whether behind this token, within this span, an expression stands and no table.
fn is_before_a_column(last: &SqlToken<'_>, span: SqlSpan) -> bool {
    match (last.kind, last.word.as_str()) {
        (SqlTokenKind::Sign, ",") => span != SqlSpan::Open,
        (SqlTokenKind::Sign, "(") => span == SqlSpan::Expression,
        (SqlTokenKind::Sign, sign) => !has(NO_OPERATORS, sign) && !sign.starts_with('.'),
        (SqlTokenKind::Word, word) => has(BEFORE_COLUMNS, word),
        (SqlTokenKind::Name | SqlTokenKind::Text | SqlTokenKind::Number | SqlTokenKind::End, _) => {
            false
        }
    }
}
