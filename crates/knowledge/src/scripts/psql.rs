//! The text of `psql -c`: SQL of PostgreSQL, or a command of psql. Takes the text, gives its flaws.
//!
//! ```text
//! text      = "\" name { argument }          only if "\" is the first byte; then nothing else follows
//! argument  = one or more of A-Z a-z 0-9 _ . * " $ -
//! text      = SHOW word { word } | EXPLAIN [ "(" options ")" ] [ VERBOSE ] query | query
//! query     = see sql.rs
//! ```
//!
//! `x.f` calls `f(x)` if `x` is a value. So a name after `)`, after `]`, or after the alias of a function's
//! result is refused.

use std::collections::HashSet;

use super::flaw::{Flaw, UNKNOWN, flaw, has};
use super::sql::{self, Dialect, PART, SqlStatement, Taint};
use super::tokens::SqlTokenKind;

/// How many bytes of a name the server keeps: two longer names may be one.
const NAME_BYTES: usize = 63;

const POSTGRES: Dialect = Dialect {
    double_quoted: SqlTokenKind::Name,
    signs: ":[]^@#?",
    spaced_calls: true,
    catalog: "pg_catalog",
    describes_databases: false,
    reserves_by: false,
    functions: FUNCTIONS,
    begin,
    rest,
};

const FUNCTIONS: &str = "\
    abbrev abs aclexplode acos age any_value approximate_row_count array_agg array_append array_cat array_dims \
    array_fill array_length array_lower array_ndims array_position array_positions array_prepend array_remove \
    array_replace array_to_json array_to_string array_upper ascii asin atan atan2 avg bit_and bit_count bit_length \
    bit_or bool_and bool_or broadcast btrim cardinality cbrt ceil ceiling char_length character_length chr \
    chunks_detailed_size citus_table_size citus_version clock_timestamp coalesce col_description concat concat_ws \
    convert_from convert_to corr cos cot count covar_pop covar_samp cume_dist current_database current_schema \
    current_schemas current_setting date date_add date_bin date_part date_subtract date_trunc daterange decode \
    degrees dense_rank div encode every exp extract factorial family first_value float4 float8 floor format \
    format_type gcd gen_random_uuid generate_series generate_subscripts get_bit get_byte greatest grouping \
    has_any_column_privilege has_column_privilege has_database_privilege has_function_privilege \
    has_language_privilege has_parameter_privilege has_schema_privilege has_sequence_privilege has_server_privilege \
    has_table_privilege has_tablespace_privilege has_type_privilege host hostmask hypertable_detailed_size \
    hypertable_size inet_client_addr inet_client_port inet_same_family inet_server_addr inet_server_port initcap \
    int4 int4range int8 int8range isempty isfinite json_agg json_array_elements json_array_elements_text \
    json_array_length json_build_array json_build_object json_each json_each_text json_extract_path \
    json_extract_path_text json_object json_object_agg json_object_keys json_strip_nulls json_to_record \
    json_to_recordset json_typeof jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length \
    jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text \
    jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query \
    jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_to_record \
    jsonb_to_recordset jsonb_typeof justify_days justify_hours justify_interval lag last_value lcm lead least left \
    length levenshtein ln log log10 lower lower_inc lower_inf lpad ltrim make_date make_interval make_time \
    make_timestamp make_timestamptz masklen max md5 min mod mode mxid_age netmask network normalize now nth_value \
    ntile nullif num_nonnulls num_nulls numrange obj_description octet_length overlay parse_ident percent_rank \
    percentile_cont percentile_disc pg_available_extensions pg_backend_pid pg_blocking_pids pg_buffercache_pages \
    pg_buffercache_summary pg_buffercache_usage_counts pg_client_encoding pg_collation_for pg_column_size \
    pg_conf_load_time pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system pg_current_logfile \
    pg_current_snapshot pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn \
    pg_current_xact_id_if_assigned pg_database_size pg_describe_object pg_encoding_to_char pg_filenode_relation \
    pg_freespace pg_function_is_visible pg_get_constraintdef pg_get_expr pg_get_function_arguments \
    pg_get_function_identity_arguments pg_get_function_result pg_get_functiondef pg_get_indexdef pg_get_keywords \
    pg_get_object_address pg_get_partkeydef pg_get_publication_tables pg_get_replication_slots pg_get_ruledef \
    pg_get_serial_sequence pg_get_statisticsobjdef pg_get_triggerdef pg_get_userbyid pg_get_viewdef \
    pg_get_wal_replay_pause_state pg_has_role pg_hba_file_rules pg_identify_object pg_index_column_has_property \
    pg_indexam_has_property pg_indexes_size pg_is_in_recovery pg_is_wal_replay_paused pg_jit_available \
    pg_last_committed_xact pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp \
    pg_lock_status pg_ls_archive_statusdir pg_ls_logdir pg_ls_replslotdir pg_ls_tmpdir pg_ls_waldir \
    pg_my_temp_schema pg_notification_queue_usage pg_options_to_table pg_partition_ancestors pg_partition_root \
    pg_partition_tree pg_postmaster_start_time pg_relation_filenode pg_relation_filepath pg_relation_size \
    pg_safe_snapshot_blocking_pids pg_sequence_last_value pg_sequence_parameters pg_show_all_file_settings \
    pg_show_all_settings pg_size_bytes pg_size_pretty pg_snapshot_xip pg_snapshot_xmax pg_snapshot_xmin \
    pg_stat_get_activity pg_stat_get_backend_activity pg_stat_get_backend_idset pg_stat_get_backend_pid \
    pg_stat_get_dead_tuples pg_stat_get_last_autovacuum_time pg_stat_get_last_vacuum_time pg_stat_get_live_tuples \
    pg_stat_get_numscans pg_stat_get_progress_info pg_stat_get_snapshot_timestamp pg_stat_get_tuples_deleted \
    pg_stat_get_tuples_inserted pg_stat_get_tuples_updated pg_stat_statements pg_stat_statements_info \
    pg_table_is_visible pg_table_size pg_tablespace_databases pg_tablespace_location pg_tablespace_size \
    pg_timezone_names pg_total_relation_size pg_type_is_visible pg_typeof pg_visibility pg_wal_lsn_diff \
    pg_walfile_name pg_walfile_name_offset pg_xact_commit_timestamp pg_xact_status pgrowlocks pgstatindex \
    pgstattuple pgstattuple_approx phraseto_tsquery pi plainto_tsquery position postgis_full_version postgis_version \
    power quote_ident quote_literal quote_nullable radians random range_merge rank regexp_count regexp_instr \
    regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr \
    regr_intercept regr_r2 regr_slope repeat replace reverse right round row_number row_security_active row_to_json \
    rpad rtrim scale set_masklen sha224 sha256 sha384 sha512 shobj_description sign similarity sin split_part sqrt \
    starts_with statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array string_to_table strpos \
    substr substring sum tan text time_bucket timeofday timezone to_char to_date to_hex to_json to_jsonb to_number \
    to_regclass to_regnamespace to_regproc to_regprocedure to_regrole to_regtype to_timestamp to_tsquery to_tsvector \
    transaction_timestamp translate trim trim_array trunc ts_headline ts_rank ts_rank_cd tsrange tstzrange \
    txid_current_if_assigned txid_current_snapshot txid_snapshot_xip txid_snapshot_xmax txid_snapshot_xmin \
    txid_status unnest upper upper_inc upper_inf uuid_generate_v1 uuid_generate_v4 uuidv4 uuidv7 var_pop var_samp \
    variance version websearch_to_tsquery width_bucket word_similarity";

/// Values without "(" that FROM takes for functions.
const VALUES: &str = "\
    current_catalog current_date current_role current_schema current_time current_timestamp \
    current_user localtime localtimestamp session_user system_user user";
/// Options of EXPLAIN with which the server does not run the statement.
const EXPLAIN: &str = "\
    ( ) , buffers costs false format generic_plan json memory none off on settings summary text \
    timing true verbose wal xml yaml";

/// Commands that list, besides `\d` with any mixture of the letters of [`RELATIONS`].
const DESCRIBE: &str = "\
    d da dA dAc dAf dAo dAp db dc dC dconfig dd dD ddp deu des det dew df dfa dfn dfp dft dfw dF \
    dFd dFp dFt dg dl dL dn do dO dp dP dPi dPt dPn drds drg dRp dRs dT du dx dX dy";
const RELATIONS: &str = "Eimstv";
/// Commands that print and take words. The commands of the second list take no word, those of the third a switch.
const NAMES: &str = "? echo h help list l qecho sf sv warn z";
const ALONE: &str = "a conninfo conninfo+ copyright encoding errverbose H pset t timing x";
const SWITCHES: &str = "t timing x";
/// What `\pset` may set: how a result looks.
const SET: &str =
    "border columns expanded fieldsep footer format linestyle null numericlocale title tuples_only";

/// The flaws of the text of `psql -c`.
pub fn scan(script: &str) -> Vec<Flaw> {
    if script.starts_with('\\') {
        client_command(script, "_.*\"$-", command)
    } else {
        sql::scan(script, &POSTGRES)
    }
}

/// Judges a command of the client, which must be the whole text: a name of a list and plain words.
pub(super) fn client_command(
    script: &str,
    plain: &str,
    judge: fn(&str, &[&str]) -> Result<(), &'static str>,
) -> Vec<Flaw> {
    let end = script
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(script.len());
    let (name, rest) = script.split_at_checked(end).unwrap_or((script, ""));
    let arguments: Vec<&str> = rest
        .split([' ', '\t'])
        .filter(|argument| !argument.is_empty())
        .collect();
    let mut flaws = Vec::new();
    if let Err(why) = judge(name, &arguments) {
        flaws.push(flaw(0, end, why));
        if !arguments.is_empty() {
            flaws.push(flaw(end, script.len(), PART));
        }
    } else if let Some(at) = rest
        .find(|c: char| !(c == ' ' || c == '\t' || c.is_ascii_alphanumeric() || plain.contains(c)))
    {
        flaws.push(flaw(end + at, script.len(), UNKNOWN));
    }
    flaws
}

fn command(name: &str, arguments: &[&str]) -> Result<(), &'static str> {
    let name = name.strip_prefix('\\').unwrap_or(name);
    let kind = name.trim_end_matches(['+', 'S', 'x']);
    let relations = kind
        .strip_prefix('d')
        .is_some_and(|kinds| kinds.chars().all(|c| RELATIONS.contains(c)));
    let switch = |argument: &str| has("on off auto", argument);
    let sets = match arguments {
        [argument] => has(SWITCHES, name) && switch(argument),
        ["pager", off] if name == "pset" => *off == "off",
        [what, _] => name == "pset" && has(SET, what),
        _ => false,
    };
    if has(ALONE, name) && arguments.is_empty()
        || sets
        || relations
        || has(DESCRIBE, kind)
        || has(NAMES, kind)
    {
        return Ok(());
    }
    Err(match name {
        "!" | "e" | "edit" | "ef" | "ev" => "runs a program",
        "c" | "connect" => "reaches another host",
        "copy" | "i" | "ir" | "include" | "include_relative" => "reads or writes any file",
        "o" | "out" | "w" | "write" | "g" | "s" | "lo_export" => "writes a file",
        _ => UNKNOWN,
    })
}

fn begin(statement: &mut SqlStatement<'_>) -> usize {
    match statement.word(0) {
        "show" => {
            for at in 1..statement.tokens.len() {
                if !statement.is(at, &[SqlTokenKind::Word, SqlTokenKind::Name])
                    && statement.word(at) != "."
                {
                    statement.refuse(at, at, UNKNOWN, Taint::Texts);
                }
            }
            statement.tokens.len()
        }
        "explain" => {
            let at = explain(statement);
            statement.query(at);
            at
        }
        _ => {
            statement.query(0);
            0
        }
    }
}

/// Judges the options of EXPLAIN; gives where the query begins.
fn explain(statement: &mut SqlStatement<'_>) -> usize {
    let mut at = 1;
    if statement.word(1) == "("
        && statement.word(2) != "("
        && !has("select table values with", statement.word(2))
    {
        while at < statement.tokens.len() && statement.before(at) != ")" {
            if !has(EXPLAIN, statement.word(at)) {
                statement.refuse(at, at, UNKNOWN, Taint::None);
            }
            at += 1;
        }
        return at;
    }
    while has("analyse analyze verbose", statement.word(at)) {
        if statement.word(at) != "verbose" {
            statement.refuse(at, at, "runs what it explains", Taint::None);
        }
        at += 1;
    }
    at
}

fn rest(statement: &mut SqlStatement<'_>) {
    let values = values(statement);
    let mut called = None;
    for at in 0..statement.tokens.len() {
        let Some(token) = statement.tokens.get(at) else {
            continue;
        };
        let named = statement.is(at, &[SqlTokenKind::Word, SqlTokenKind::Name]);
        if named && token.text.len() > NAME_BYTES {
            statement.refuse(at, at, "is too long for a name", Taint::Words);
        }
        if token.word == "from" && statement.before(at) == "rows" && statement.word(at + 1) == "(" {
            statement.refuse(at, at, UNKNOWN, Taint::Words);
        }
        let Some(before) = at
            .checked_sub(2)
            .filter(|_| named && statement.before(at) == ".")
        else {
            continue;
        };
        let value = statement
            .tokens
            .get(before)
            .is_some_and(|token| values.contains(&folded(token.text)));
        if value
            || called == Some(before)
            || statement.word(before) == ")"
            || statement.word(before) == "]"
        {
            statement.refuse(at, at, "may call a function", Taint::Words);
            called = Some(at);
        }
    }
}

/// The names that may be a single value in FROM: functions and their aliases.
fn values(statement: &SqlStatement<'_>) -> HashSet<String> {
    let mut names: HashSet<String> = VALUES.split_ascii_whitespace().map(str::to_owned).collect();
    let mut open = Vec::new();
    for (at, token) in statement.tokens.iter().enumerate() {
        let mut ends_value = has(VALUES, &token.word);
        if statement.word(at) == "(" {
            let name = at
                .checked_sub(1)
                .filter(|before| statement.is(*before, &[SqlTokenKind::Word, SqlTokenKind::Name]));
            let name = name.and_then(|before| statement.tokens.get(before));
            let name = name.filter(|name| !has("from join lateral", &name.word));
            names.extend(name.map(|name| folded(name.text)));
            open.push(name.is_some());
        } else if statement.word(at) == ")" {
            ends_value = open.pop().unwrap_or(true);
        }
        let alias = if statement.word(at + 1) == "as" {
            at + 2
        } else {
            at + 1
        };
        if ends_value && statement.is(alias, &[SqlTokenKind::Word, SqlTokenKind::Name]) {
            names.extend(statement.tokens.get(alias).map(|alias| folded(alias.text)));
        }
    }
    names
}

fn folded(name: &str) -> String {
    name.trim_matches('"').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn a_rule_can_spell_the_flaw_alone() {
        let flaws = |script: &str| -> Vec<String> {
            scan(script)
                .iter()
                .map(|flaw| script[flaw.start..flaw.end].to_owned())
                .collect()
        };
        assert_eq!(flaws("SELECT pg_cancel_backend(12)"), ["pg_cancel_backend"]);
        assert_eq!(flaws("SELECT pg_catalog.pg_sleep(1)"), ["pg_sleep"]);
        assert_eq!(flaws("SELECT evil.f(1)"), ["evil.f"]);
        assert_eq!(flaws("SELECT 1; SELECT 2"), [";"]);
        assert_eq!(flaws("DELETE FROM t"), ["DELETE", "FROM", "t"]);
        assert_eq!(flaws("select pg_sleep(n)")[..2], ["pg_sleep", "n"]);
    }
}
