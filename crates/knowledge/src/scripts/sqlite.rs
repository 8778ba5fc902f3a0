//! One operand of `sqlite3 DB TEXT ...`: SQL of SQLite, or one of the shell's own commands.
//!
//! ```text
//! text     = "." name { argument }           only if "." is the first byte
//! argument = one or more of A-Z a-z 0-9 _ . * % -
//! text     = PRAGMA [ schema "." ] name [ "(" argument ")" ] | EXPLAIN [ QUERY PLAN ] query | query
//! query    = see sql.rs
//! ```
//!
//! The shell has tables that read files (`fsdir`, `zipfile`) and need no "(" to do so. Their names
//! are refused in any quotes. Names of commands are whole: the shell completes `.tr` to `.trace`.

use super::Flaw;
use super::psql::client_command;
use super::sql::{self, Dialect, Kind, Statement, Taint, UNKNOWN, has};

const SQLITE: Dialect = Dialect {
    double_quoted: Kind::Name,
    signs: "`",
    spaced_calls: true,
    catalog: "",
    functions: FUNCTIONS,
    begin,
    rest,
};

const FUNCTIONS: &str = "\
    abs acos asin atan atan2 avg bm25 ceil ceiling changes char coalesce concat concat_ws cos \
    count cume_dist date datetime decimal decimal_add decimal_cmp decimal_mul decimal_sub \
    decimal_sum degrees dense_rank exp first_value floor format generate_series glob group_concat \
    hex highlight ifnull iif instr json json_array json_array_length json_each json_extract \
    json_group_array json_group_object json_insert json_object json_patch json_quote json_remove \
    json_replace json_set json_tree json_type json_valid julianday lag last_insert_rowid \
    last_value lead length like likelihood likely ln log log10 log2 lower ltrim match matchinfo \
    max min mod nth_value ntile nullif octet_length offsets percent_rank pi pow power \
    pragma_compile_options pragma_database_list pragma_foreign_key_list pragma_index_info \
    pragma_index_list pragma_index_xinfo pragma_table_info pragma_table_list pragma_table_xinfo \
    printf quote radians random randomblob rank regexp replace round row_number rtrim sign sin \
    snippet soundex sqlite_compileoption_get sqlite_compileoption_used sqlite_source_id \
    sqlite_version sqrt strftime string_agg substr substring subtype sum tan time timediff total \
    total_changes trim trunc typeof unhex unicode unixepoch unlikely upper zeroblob";

/// Tables that read files, and pragmas as tables: only those among the functions.
const FILES: &str = "fsdir lsdir zipfile csv";

/// Pragmas that read; those of the second list take an argument too.
const PRAGMAS: &str = "\
    application_id auto_vacuum busy_timeout cache_size collation_list compile_options data_version \
    database_list encoding foreign_keys freelist_count function_list journal_mode \
    journal_size_limit locking_mode max_page_count mmap_size module_list page_count page_size \
    pragma_list query_only recursive_triggers schema_version secure_delete synchronous temp_store \
    threads trusted_schema user_version wal_autocheckpoint";
const PRAGMAS_OF: &str = "\
    foreign_key_check foreign_key_list index_info index_list index_xinfo integrity_check \
    quick_check table_info table_list table_xinfo";

/// Commands that print and take patterns; then those that take one of a few words.
const COMMANDS: &str = "\
    .databases .dbinfo .dump .fullschema .help .indexes .indices .schema .show .tables .version";
const MODES: &str = "ascii box column csv html json line list markdown quote table tabs tcl";

/// The flaws of one operand of `sqlite3` after the database.
pub fn scan(script: &str) -> Vec<Flaw> {
    if script.starts_with('.') {
        client_command(script, "_.*%-", command)
    } else {
        sql::scan(script, &SQLITE)
    }
}

fn command(name: &str, arguments: &[&str]) -> Result<(), &'static str> {
    let plain = arguments
        .iter()
        .all(|argument| !argument.starts_with('-') || has("--indent --nosys", argument));
    let known = match (name, arguments) {
        (".mode", [mode]) => has(MODES, mode),
        (".headers" | ".timer", [switch]) => has("on off", switch),
        _ => plain && has(COMMANDS, name),
    };
    if known {
        return Ok(());
    }
    Err(match name {
        ".shell" | ".system" | ".load" => "runs a program",
        ".read" | ".import" | ".open" | ".restore" | ".archive" => "reads any file",
        ".output" | ".once" | ".excel" | ".backup" | ".save" | ".clone" | ".log" | ".trace" => {
            "writes a file"
        }
        _ => UNKNOWN,
    })
}

fn begin(statement: &mut Statement<'_>) -> usize {
    match statement.word(0) {
        "pragma" => pragma(statement),
        "explain" => {
            let plan = statement.word(1) == "query" && statement.word(2) == "plan";
            let at = if plan { 3 } else { 1 };
            statement.query(at);
            at
        }
        _ => {
            statement.query(0);
            0
        }
    }
}

/// Judges a whole PRAGMA.
fn pragma(statement: &mut Statement<'_>) -> usize {
    let count = statement.tokens.len();
    let at = if statement.word(2) == "." { 3 } else { 1 };
    let schema = at == 1 || statement.is(1, &[Kind::Word, Kind::Name]);
    let argument = statement.word(at + 1) == "("
        && statement.is(at + 2, &[Kind::Word, Kind::Name, Kind::Text, Kind::Number])
        && statement.word(at + 3) == ")"
        && count == at + 4;
    let of = has(PRAGMAS_OF, statement.word(at));
    let alone = count == at + 1 && (of || has(PRAGMAS, statement.word(at)));
    if !schema || !(alone || of && argument) {
        statement.refuse(at, at, "is not known to read only", Taint::Texts);
    }
    count
}

fn rest(statement: &mut Statement<'_>) {
    for (at, token) in statement.tokens.iter().enumerate() {
        let name = token.word.trim_matches(['\'', '"', '`']);
        if has(FILES, name) {
            statement.refuse(at, at, "reads any file", Taint::Texts);
        } else if name.starts_with("pragma_") && !has(FUNCTIONS, name) {
            statement.refuse(at, at, UNKNOWN, Taint::Words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn harmless() {
        for script in [
            "SELECT count(*) FROM users",
            "select program from courses where name like 'a%'",
            "EXPLAIN QUERY PLAN SELECT alternate FROM routes",
            "with t as (select 1 as n) select replace(n, '1', \"x\") from t;",
            "PRAGMA table_info(users)",
            "pragma main.table_info('users')",
            "PRAGMA journal_mode",
            "pragma integrity_check",
            "select name, type from sqlite_master where type = 'table'",
            "select * from pragma_table_info('t')",
            ".tables",
            ".tables a%",
            ".schema x",
            ".schema --indent x",
            ".databases",
            ".indexes t",
            ".dump t",
            ".mode json",
            ".headers on",
        ] {
            assert_eq!(scan(script), [], "{script}");
        }
    }

    #[test]
    fn refused() {
        for script in [
            ".trace /tmp/rc",
            ".tr /tmp/rc",
            ".open --new F",
            ".shell id",
            ".tables x\n.shell id",
            ".schema '|id'",
            ".mode insert",
            " .shell id",
            ".headers --on",
            "select 1;\n.shell id",
            "ATTACH 'x' AS y",
            "pragma writable_schema=1",
            "pragma journal_mode=wal",
            "pragma journal_mode(wal)",
            "pragma optimize",
            "pragma table_info(a) b",
            "select * from pragma_optimize",
            "select data from fsdir where path = '/etc/passwd'",
            "select data from 'FSDIR' where path = '/etc/passwd'",
            "select * from \"zipfile\" where file = 'x'",
            "select load_extension('x')",
            "select readfile('x')",
            "select writefile('x', 'y')",
            "select edit('x')",
            "select fts3_tokenizer('x')",
            "select optimize(t) from t",
            "select sha3_query('delete from t')",
            "select 1 from 'fsdir'('x')",
            "select [a] from t",
            "with x as (select 1) replace into t select 1",
            "with x as (select 1) delete from t",
            "explain pragma user_version=1",
            "vacuum into 'x'",
            "select ?1",
        ] {
            assert_ne!(scan(script), [], "{script}");
        }
    }
}
