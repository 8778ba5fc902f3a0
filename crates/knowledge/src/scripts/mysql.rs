//! The text of `mysql -e`: SQL of MySQL and MariaDB, and what the client makes of it.
//!
//! ```text
//! text     = ( show | DESCRIBE table [ column ] | EXPLAIN [ format ] query | query ) [ END ]
//! show     = SHOW [ modifier ] kind { token }
//! DESCRIBE = DESCRIBE | DESC | EXPLAIN
//! query    = see sql.rs
//! END      = ";" | "\G" | "\g"
//! ```
//!
//! The client has commands of its own: `\x` anywhere outside quotes, and words at the beginning of
//! a line. Both are refused. It takes `delimiter ` for a command even in the middle of a line.

use super::Flaw;
use super::sql::{self, Dialect, Kind, Statement, Taint, UNKNOWN, WRITES, has};

const MYSQL: Dialect = Dialect {
    double_quoted: Kind::Text,
    signs: "`\\^@",
    spaced_calls: false,
    catalog: "",
    functions: FUNCTIONS,
    begin,
    rest,
};

const FUNCTIONS: &str = "\
    abs acos adddate addtime any_value ascii asin atan atan2 avg bin bin_to_uuid bit_and bit_count \
    bit_length bit_or bit_xor ceil ceiling char char_length character_length charset coalesce \
    coercibility collation concat concat_ws connection_id conv convert convert_tz cos cot count \
    crc32 cume_dist curdate current_date current_role current_time current_timestamp current_user \
    curtime database date date_add date_format date_sub datediff day dayname dayofmonth dayofweek \
    dayofyear degrees dense_rank elt exp export_set extract field find_in_set first_value floor \
    format format_bytes format_pico_time found_rows from_base64 from_days from_unixtime greatest \
    group_concat grouping gtid_subset gtid_subtract hex hour if ifnull inet6_aton inet6_ntoa \
    inet_aton inet_ntoa instr interval is_ipv4 is_ipv6 isnull json_array json_arrayagg \
    json_contains json_contains_path json_depth json_extract json_keys json_length json_object \
    json_objectagg json_overlaps json_pretty json_quote json_search json_type json_unquote \
    json_valid json_value lag last_day last_value lcase lead least left length ln localtime \
    localtimestamp locate log log10 log2 lower lpad ltrim make_set makedate maketime max md5 \
    microsecond mid min minute mod month monthname now nth_value ntile nullif oct octet_length ord \
    percent_rank period_add period_diff pi position pow power quarter quote radians rand rank \
    regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse right round \
    row_count row_number rpad rtrim schema sec_to_time second session_user sha sha1 sha2 sign sin \
    soundex space sqrt std stddev stddev_pop stddev_samp str_to_date strcmp subdate substr \
    substring substring_index subtime sum sysdate system_user tan time time_format time_to_sec \
    timediff timestamp timestampadd timestampdiff to_base64 to_days to_seconds trim truncate ucase \
    unhex unix_timestamp upper user utc_date utc_time utc_timestamp uuid uuid_to_bin var_pop \
    var_samp variance version week weekday weekofyear year yearweek";

const SHOW: &str = "\
    authors binary binlog character charset collation columns contributors count databases engine \
    engines errors events explain fields function grants index indexes keys locales master open \
    plugins privileges procedure processlist profile profiles relaylog replica replicas schemas \
    slave slaves status table tables triggers variables warnings";
const MODIFIERS: &str = "all extended full global local session storage";
const CREATED: &str = "database event function procedure schema sequence table trigger user view";

/// What the client takes for a command where a line begins.
const CLIENT: &str = "\
    charset clear connect costs delimiter edit ego exit go help nopager notee nowarning pager \
    print prompt query_attributes quit rehash resetconnection sandbox source \
    ssl_session_data_print status system tee use warnings";

/// Tables that forget what they show; what loads libraries of plugins to show them.
const EFFECTS: &str = "\
    all_plugins innodb_cmp_per_index_reset innodb_cmp_reset innodb_cmpmem_reset soname";

/// The flaws of the text of `mysql -e`.
pub fn scan(script: &str) -> Vec<Flaw> {
    sql::scan(script, &MYSQL)
}

fn begin(statement: &mut Statement<'_>) -> usize {
    match statement.word(0) {
        "show" => show(statement),
        "desc" | "describe" | "explain" => explain(statement),
        _ => {
            statement.query(0);
            0
        }
    }
}

fn show(statement: &mut Statement<'_>) -> usize {
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

fn explain(statement: &mut Statement<'_>) -> usize {
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

/// Judges what DESCRIBE takes: a table's name, and then a column's or a pattern.
fn described(statement: &mut Statement<'_>, at: usize) {
    let names = [Kind::Word, Kind::Name];
    let end = if statement.word(at + 1) == "." {
        at + 3
    } else {
        at + 1
    };
    let column = usize::from(statement.is(end, &[Kind::Word, Kind::Name, Kind::Text]));
    if !statement.is(at, &names)
        || !statement.is(end - 1, &names)
        || statement.tokens.len() != end + column
    {
        statement.refuse(at, statement.tokens.len(), UNKNOWN, Taint::Texts);
    }
}

fn rest(statement: &mut Statement<'_>) {
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
        if word == "lock" && !dotted {
            statement.refuse(at, at, "locks rows", Taint::Words);
        }
        if word == "procedure" && statement.word(0) != "show" {
            statement.refuse(at, at, UNKNOWN, Taint::Texts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn harmless() {
        for script in [
            "SHOW VARIABLES LIKE 'innodb%'",
            r"SHOW SLAVE STATUS\G",
            r"SHOW ENGINE INNODB STATUS\G",
            r"show replica status for channel 'a'\G;",
            "SHOW FULL PROCESSLIST;",
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_connected', 'Uptime')",
            "SHOW CREATE TABLE `a b`.`t`",
            "SHOW GRANTS FOR 'root'@'localhost'",
            "SHOW BINARY LOGS",
            "SHOW INDEX FROM t",
            "show table status from mysql",
            "DESC t",
            "describe mysql.user 'a%'",
            "EXPLAIN SELECT alternate FROM routes",
            "EXPLAIN FORMAT=JSON SELECT 1",
            "select * from login_log order by id desc limit 5",
            "SELECT table_name, round(data_length/1024/1024) FROM information_schema.tables ORDER BY 2 DESC LIMIT 10",
            "select user, host from mysql.user\nwhere user like \"a%\" and `type` <> 'x\\\\y'",
            "select @@version, @@global.read_only",
            "select count(*), if(a > 1, 'x', 'y') from t group by 2",
        ] {
            assert_eq!(scan(script), [], "{script}");
        }
    }

    #[test]
    fn refused() {
        for script in [
            "change master to master_host='evil'",
            "select load_file('/etc/shadow')",
            "select\nload_file\n('/etc/shadow')",
            "select `load_file`('/etc/shadow')",
            "select \"load_file\"('/etc/shadow')",
            "select 1 into outfile '/tmp/x'",
            "select 1 into @x",
            "load data local infile 'x' into table t",
            "SET GLOBAL general_log_file='/x'",
            "select sleep(5)",
            "select count (*) from t",
            "select sys.f(1)",
            "select @x := 1",
            "select * from t lock in share mode",
            "select * from t for share",
            "select * from t procedure analyse()",
            "select next value for s",
            "select s.nextval",
            "select 1 # x",
            "select /*! 1 */",
            "select 1 \\! id",
            "select 1\\Gselect 2",
            "select 'a\\' \\! id '",
            "select 1\nsystem id",
            "select 1\n  source x",
            "select delimiter from t",
            "select * from information_schema.`INNODB_CMP_RESET`",
            "select * from \"innodb_cmp_reset\"",
            "show plugins soname 'x.so'",
            "explain (do 1)",
            "explain analyze select 1",
            "explain delete from t",
            "explain replace into t values (1)",
            "handler t open",
            "show replicas; drop table t",
            "show variables where 1 in (select 1 from t for update)",
            "show secrets",
            "use mysql",
            "\\. x",
            "system id",
            "tee x",
            "call f()",
            "replace into t values (1)",
            "select `\u{4f60}` from t",
        ] {
            assert_ne!(scan(script), [], "{script}");
        }
    }
}
