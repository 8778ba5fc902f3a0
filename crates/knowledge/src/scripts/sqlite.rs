//! One operand of `sqlite3 DB TEXT ...`: SQL of SQLite, or a command of its shell. Takes the text, gives its flaws.
//!
//! ```text
//! text     = "." name { argument }           only if "." is the first byte
//! argument = one or more of A-Z a-z 0-9 _ . * % -
//! text     = PRAGMA [ schema "." ] name [ "(" argument ")" ] | EXPLAIN [ QUERY PLAN ] query | query
//! query    = see sql.rs
//! ```
//!
//! The shell has tables that read files (`fsdir`, `zipfile`), even without a "(". Their names are refused in any
//! quotes. The name of a command must be whole: the shell completes `.tr` to `.trace`.

use super::flaw::{Flaw, UNKNOWN, has};
use super::psql::client_command;
use super::sql::{self, Dialect, SqlStatement, Taint};
use super::tokens::SqlTokenKind;

const SQLITE: Dialect = Dialect {
    double_quoted: SqlTokenKind::Name,
    signs: "`",
    spaced_calls: true,
    catalog: "",
    describes_databases: false,
    reserves_by: false,
    functions: FUNCTIONS,
    begin,
    rest,
};

const FUNCTIONS: &str = "\
    abs acos asin atan atan2 avg base64 base85 bm25 ceil ceiling changes char coalesce concat concat_ws cos count \
    cume_dist date datetime decimal decimal_add decimal_cmp decimal_mul decimal_sub decimal_sum degrees dense_rank \
    exp first_value floor format generate_series glob group_concat hex highlight ieee754 if ifnull iif instr json \
    json_array json_array_insert json_array_length json_each json_error_position json_extract json_group_array \
    json_group_object json_insert json_object json_patch json_pretty json_quote json_remove json_replace json_set \
    json_tree json_type json_valid jsonb jsonb_array jsonb_each jsonb_extract jsonb_group_array jsonb_group_object \
    jsonb_object jsonb_tree julianday lag last_insert_rowid last_value lead length like likelihood likely ln log \
    log10 log2 lower ltrim match matchinfo max median min mod nth_value ntile nullif octet_length offsets \
    percent_rank percentile percentile_cont percentile_disc pi pow power pragma_application_id pragma_collation_list \
    pragma_compile_options pragma_database_list pragma_encoding pragma_foreign_key_check pragma_foreign_key_list \
    pragma_freelist_count pragma_function_list pragma_index_info pragma_index_list pragma_index_xinfo \
    pragma_integrity_check pragma_journal_mode pragma_module_list pragma_page_count pragma_page_size \
    pragma_pragma_list pragma_quick_check pragma_schema_version pragma_table_info pragma_table_list \
    pragma_table_xinfo pragma_user_version printf quote radians random randomblob rank regexp regexp_like regexpi \
    replace round row_number rtrim sha1 sha3 sign sin snippet soundex sqlite_compileoption_get \
    sqlite_compileoption_used sqlite_offset sqlite_source_id sqlite_version sqrt strftime string_agg substr \
    substring subtype sum tan time timediff total total_changes trim trunc typeof uint unhex unicode unistr \
    unistr_quote unixepoch unlikely upper uuid zeroblob";

/// Tables that read files.
const FILES: &str = "fsdir lsdir zipfile csv";

/// Pragmas as tables that must have no argument: an argument might be a setting.
const ALONE: &str = "\
    pragma_application_id pragma_encoding pragma_freelist_count pragma_journal_mode pragma_page_count \
    pragma_page_size pragma_schema_version pragma_user_version";

/// Pragmas that read. Those of the second list may have an argument.
const PRAGMAS: &str = "\
    analysis_limit application_id auto_vacuum automatic_index busy_timeout cache_size cache_spill \
    cell_size_check collation_list compile_options data_version defer_foreign_keys \
    database_list encoding foreign_keys freelist_count fullfsync function_list hard_heap_limit \
    ignore_check_constraints journal_mode journal_size_limit locking_mode max_page_count mmap_size \
    module_list page_count page_size \
    pragma_list query_only read_uncommitted recursive_triggers schema_version secure_delete soft_heap_limit \
    stats synchronous temp_store \
    threads trusted_schema user_version wal_autocheckpoint";
const PRAGMAS_OF: &str = "\
    foreign_key_check foreign_key_list index_info index_list index_xinfo integrity_check \
    quick_check table_info table_list table_xinfo";

/// Commands that print and take patterns. The next lists: commands that set the look of a result and take plain words,
/// commands that stand alone, and commands that take a switch.
const COMMANDS: &str = "\
    .databases .dbinfo .dump .fullschema .help .indexes .indices .schema .show .tables .version";
const LOOKS: &str = ".nullvalue .print .separator .timeout .width";
const BARE: &str = ".dbconfig .exit .limit .mode .quit .sha3sum .stats .vfslist";
const SWITCHES: &str = ".bail .changes .echo .eqp .header .headers .stats .timer";
const MODES: &str = "ascii box column csv html json line list markdown quote table tabs tcl";

/// The flaws of one operand of `sqlite3` after the database.
pub fn scan(script: &str) -> Vec<Flaw> {
    if script.starts_with('.') {
        client_command(script, "_.*%,-", command)
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
        (".lint", [what]) => *what == "fkey-indexes",
        (".parameter", [what]) => *what == "list",
        (name, []) if has(BARE, name) => true,
        (name, [switch]) if has(SWITCHES, name) => has("on off", switch),
        (name, _) if has(LOOKS, name) => true,
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

fn begin(statement: &mut SqlStatement<'_>) -> usize {
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
fn pragma(statement: &mut SqlStatement<'_>) -> usize {
    let count = statement.tokens.len();
    let at = if statement.word(2) == "." { 3 } else { 1 };
    let schema = at == 1 || statement.is(1, &[SqlTokenKind::Word, SqlTokenKind::Name]);
    let argument = statement.word(at + 1) == "("
        && statement.is(
            at + 2,
            &[
                SqlTokenKind::Word,
                SqlTokenKind::Name,
                SqlTokenKind::Text,
                SqlTokenKind::Number,
            ],
        )
        && statement.word(at + 3) == ")"
        && count == at + 4;
    let of = has(PRAGMAS_OF, statement.word(at));
    let alone = count == at + 1 && (of || has(PRAGMAS, statement.word(at)));
    if !schema || !(alone || of && argument) {
        statement.refuse(at, at, "is not known to read only", Taint::Texts);
    }
    count
}

fn rest(statement: &mut SqlStatement<'_>) {
    for (at, token) in statement.tokens.iter().enumerate() {
        let alone = has(ALONE, &token.word) && statement.word(at + 1) == "(";
        let name = token.word.trim_matches(['\'', '"', '`']);
        if token.word == "." && token.first_of_line {
            statement.refuse(at, at, "may be a command of the shell", Taint::Texts);
        } else if alone && statement.word(at + 2) != ")" {
            statement.refuse(at, at, UNKNOWN, Taint::Words);
        } else if has(FILES, name) {
            statement.refuse(at, at, "reads any file", Taint::Texts);
        } else if name.starts_with("pragma_") && !has(FUNCTIONS, name) {
            statement.refuse(at, at, UNKNOWN, Taint::Words);
        }
    }
}
