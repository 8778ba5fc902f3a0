//! The text of `mysql -e`: SQL of MySQL and MariaDB, as the client reads it. Takes the text, gives its flaws.
//!
//! ```text
//! text     = ( show | DESCRIBE table [ column ] | EXPLAIN [ format ] query | query ) [ END ]
//! show     = SHOW [ modifier ] kind { token }
//! DESCRIBE = DESCRIBE | DESC | EXPLAIN
//! query    = see sql.rs
//! END      = ";" | "\G" | "\g"
//! ```
//!
//! The client has commands of its own: `\x` anywhere outside quotes, and words at the beginning of a line. Both
//! are refused. The client takes `delimiter ` for a command even in the middle of a line.

use super::flaw::{Flaw, UNKNOWN, has};
use super::sql::{self, Dialect, SqlStatement, Taint, WRITES};
use super::tokens::SqlTokenKind;

pub(super) const MYSQL: Dialect = Dialect {
    double_quoted: SqlTokenKind::Text,
    signs: "`\\^@$",
    spaced_calls: false,
    catalog: "sys",
    describes_databases: false,
    reserves_by: true,
    functions: FUNCTIONS,
    begin,
    rest,
};

const FUNCTIONS: &str = "\
    abs acos adddate addtime any_value ascii asin atan atan2 avg bin bin_to_uuid bit_and bit_count bit_length bit_or \
    bit_xor ceil ceiling char char_length character_length charset chr coalesce coercibility collation columns \
    compress concat concat_ws connection_id conv convert convert_tz cos cot count crc32 cume_dist curdate \
    current_date current_role current_time current_timestamp current_user curtime database date date_add date_format \
    date_sub datediff day dayname dayofmonth dayofweek dayofyear degrees dense_rank elt exp export_set extract field \
    find_in_set first_value floor format format_bytes format_path format_pico_time format_statement format_time \
    found_rows from_base64 from_days from_unixtime greatest group_concat grouping gtid_subset gtid_subtract hex hour \
    icu_version if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa instr interval is_ipv4 is_ipv4_compat \
    is_ipv4_mapped is_ipv6 is_uuid isnull json_array json_array_append json_array_insert json_arrayagg json_compact \
    json_contains json_contains_path json_depth json_detailed json_exists json_extract json_insert json_keys \
    json_length json_loose json_merge_patch json_merge_preserve json_normalize json_object json_objectagg \
    json_overlaps json_pretty json_query json_quote json_remove json_replace json_schema_valid json_search json_set \
    json_storage_free json_storage_size json_table json_type json_unquote json_valid json_value lag last_day \
    last_insert_id last_value lcase lead least left length ln localtime localtimestamp locate log log10 log2 lower \
    lpad ltrim make_set makedate maketime max md5 median member microsecond mid min minute mod month monthname \
    natural_sort_key now nth_value ntile nullif nvl nvl2 oct octet_length ord percent_rank percentile_cont \
    percentile_disc period_add period_diff pi position pow power ps_current_thread_id ps_thread_id quarter quote \
    radians rand rank regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse right round \
    row_count row_number rpad rtrim schema sec_to_time second session_user sformat sha sha1 sha2 sign sin soundex \
    space sqrt st_astext st_distance_sphere st_geomfromtext st_x st_y statement_digest statement_digest_text std \
    stddev stddev_pop stddev_samp str_to_date strcmp subdate substr substring substring_index subtime sum sysdate \
    system_user tan time time_format time_to_sec timediff timestamp timestampadd timestampdiff to_base64 to_char \
    to_days to_seconds trim truncate ucase uncompress uncompressed_length unhex unix_timestamp upper user utc_date \
    utc_time utc_timestamp uuid uuid_to_bin var_pop var_samp variance version week weekday weekofyear year yearweek";

const SHOW: &str = "\
    authors binary binlog character charset client_statistics collation columns contributors count databases engine \
    engines errors events explain fields function grants index index_statistics indexes keys locales master open \
    package plugins privileges procedure processlist profile profiles relaylog replica replicas schemas \
    slave slaves status table table_statistics tables triggers user_statistics variables warnings";
const MODIFIERS: &str = "all extended full global local session storage";
const CREATED: &str = "database event function procedure schema sequence table trigger user view";

/// Words that the client takes for a command at the beginning of a line.
const CLIENT: &str = "\
    charset clear connect costs delimiter edit ego exit go help nopager notee nowarning pager \
    print prompt query_attributes quit rehash resetconnection sandbox source \
    ssl_session_data_print status system tee use warnings";

/// Tables that forget their rows once these are shown, and words that load the libraries of plugins to show them.
const EFFECTS: &str = "\
    all_plugins innodb_cmp_per_index_reset innodb_cmp_reset innodb_cmpmem_reset soname";

/// The client's commands that print, when they are the whole text.
const PRINTS: &str = "status \\s help \\h";

/// The flaws of the text of `mysql -e`.
pub fn scan(script: &str) -> Vec<Flaw> {
    let command = script.strip_suffix(';').unwrap_or(script);
    if has(PRINTS, &command.to_ascii_lowercase()) {
        return Vec::new();
    }
    sql::scan(script, &MYSQL)
}

fn begin(statement: &mut SqlStatement<'_>) -> usize {
    match statement.word(0) {
        "show" => show(statement),
        "desc" | "describe" | "explain" => explain(statement),
        _ => {
            statement.query(0);
            0
        }
    }
}

fn show(statement: &mut SqlStatement<'_>) -> usize {
    let mut at = 1;
    while has(MODIFIERS, statement.word(at)) {
        at += 1;
    }
    if statement.word(at) == "create" && has(CREATED, statement.word(at + 1)) {
        return at + 2;
    }
    if !has(SHOW, statement.word(at)) {
        statement.refuse(at, at, UNKNOWN, Taint::Texts);
    }
    at
}

fn explain(statement: &mut SqlStatement<'_>) -> usize {
    let mut at = 1;
    while has("extended partitions", statement.word(at)) {
        at += 1;
    }
    if statement.word(at) == "format" && statement.word(at + 1) == "=" {
        at += 3;
    }
    if has("analyse analyze", statement.word(at)) {
        statement.refuse(at, at, "runs what it explains", Taint::None);
        at += 1;
    }
    if statement.word(at) == "for" && statement.word(at + 1) == "connection" {
        return at + 2;
    }
    if statement.word(at) == "(" || has("select table values with", statement.word(at)) {
        statement.query(at);
        return at;
    }
    described(statement, at);
    at
}

/// Judges the arguments of DESCRIBE: the name of a table, then that of a column, or a pattern.
fn described(statement: &mut SqlStatement<'_>, at: usize) {
    let names = [SqlTokenKind::Word, SqlTokenKind::Name];
    let end = if statement.word(at + 1) == "." {
        at + 3
    } else {
        at + 1
    };
    let column = usize::from(statement.is(
        end,
        &[SqlTokenKind::Word, SqlTokenKind::Name, SqlTokenKind::Text],
    ));
    if !statement.is(at, &names)
        || !statement.is(end - 1, &names)
        || statement.tokens.len() != end + column
    {
        statement.refuse(at, statement.tokens.len(), UNKNOWN, Taint::Texts);
    }
}

fn rest(statement: &mut SqlStatement<'_>) {
    for at in 0..statement.tokens.len() {
        let Some(token) = statement.tokens.get(at) else {
            continue;
        };
        let word = token.word.as_str();
        let dotted = statement.before(at) == ".";
        if at > 0 && token.first_of_line && has(CLIENT, word) || word.ends_with("delimiter") {
            statement.refuse(at, at, "is a command of the client", Taint::Texts);
        }
        if has(EFFECTS, word.trim_matches(['`', '"'])) {
            statement.refuse(at, at, UNKNOWN, Taint::Texts);
        }
        let sequence = matches!(word, "next" | "previous") && statement.word(at + 1) == "value"
            || dotted && matches!(word, "nextval" | "currval");
        if sequence {
            statement.refuse(at, at, WRITES, Taint::Words);
        }
        if word == "last_insert_id" && statement.word(at + 2) != ")" {
            statement.refuse(at, at, "sets what it returns", Taint::Words);
        }
        if word == "lock" && !dotted {
            statement.refuse(at, at, "locks rows", Taint::Words);
        }
        if word == "procedure" && statement.word(0) != "show" {
            statement.refuse(at, at, UNKNOWN, Taint::Texts);
        }
    }
}
