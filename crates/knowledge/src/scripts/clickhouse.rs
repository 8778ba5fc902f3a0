//! The text of `clickhouse-client --query`: SQL of ClickHouse. Takes the text, gives its flaws.
//!
//! ```text
//! text = ( SHOW kind { token } | DESCRIBE [ TABLE ] table | EXISTS [ TABLE ] table | EXPLAIN [ kind ] query
//!        | query ) [ END ]
//! ```
//!
//! Tables that read files or reach hosts are functions: `url(...)`, `file(...)`, `remote(...)`. No list has one of
//! them. Settings in a query can name files and schemas of formats, so they are refused, as is `INTO OUTFILE`.

use super::flaw::{Flaw, UNKNOWN, has};
use super::sql::{self, Dialect, SqlStatement, Taint};
use super::tokens::SqlTokenKind;

pub(super) const CLICKHOUSE: Dialect = Dialect {
    double_quoted: SqlTokenKind::Name,
    signs: "`\\:[]?",
    spaced_calls: true,
    catalog: "",
    describes_databases: false,
    reserves_by: false,
    functions: FUNCTIONS,
    begin,
    rest,
};

const FUNCTIONS: &str = "\
    abs any anyheavy anylast arraycount arrayexists arrayfilter arrayjoin arraymap array arrayelement \
    arraysort arraystringconcat avg bin bitand bitor ceil ceiling coalesce concat count countif countdistinct \
    currentdatabase currentuser date datediff datetrunc dateadd datesub domain empty endswith exp floor \
    formatdatetime formatreadabledecimalsize formatreadablequantity formatreadablesize formatreadabletimedelta \
    fqdn fromunixtimestamp greatest grouparray groupuniqarray has hex hostname if ifnull intdiv intdivorzero \
    ipv4numtostring ipv6numtostring isnotnull isnull jsonextract jsonextractfloat jsonextractint jsonextractstring \
    least left length like log log10 log2 lower max maxif mapkeys mapvalues median min minif minus modulo \
    multiif notempty now now64 nullif numbers path plus position pow power quantile quantileexact quantileif \
    quantiles quantiletiming replace replaceall replaceone replaceregexpall reverse right round rownumberinallblocks \
    splitbychar splitbystring sqrt startswith substring sum sumif timezone toyyyymm toyyyymmdd todate todatetime \
    todatetime64 tofloat64 tohour toint32 toint64 tominute tomonday tomonth tostartofday tostartoffifteenminutes \
    tostartoffiveminutes tostartofhour tostartofinterval tostartofminute tostartofmonth tostring totypename \
    touint16 touint32 touint64 touint8 toyear today topk trim tuple uniq uniqexact uniqif unhex upper \
    uptime user version yesterday tointervalday tointervalhour tointervalminute tointervalsecond";

const SHOW: &str = "\
    access changed cluster clusters columns create databases dictionaries engines extended fields full functions \
    grants index indexes indices keys merges policies processlist profiles quota quotas roles row settings table \
    tables temporary users";
const EXPLAINED: &str = "ast syntax plan pipeline estimate query tree";

/// The flaws of the text of `clickhouse-client --query`.
pub fn scan(script: &str) -> Vec<Flaw> {
    sql::scan(script, &CLICKHOUSE)
}

fn begin(statement: &mut SqlStatement<'_>) -> usize {
    match statement.word(0) {
        "show" => {
            if !has(SHOW, statement.word(1)) {
                statement.refuse(1, 1, UNKNOWN, Taint::Texts);
            }
            2
        }
        "desc" | "describe" | "exists" => table(statement),
        "explain" => {
            let mut at = 1;
            while has(EXPLAINED, statement.word(at)) {
                at += 1;
            }
            statement.query(at);
            at
        }
        _ => {
            statement.query(0);
            0
        }
    }
}

/// Judges the argument of DESCRIBE and EXISTS: the name of one table.
fn table(statement: &mut SqlStatement<'_>) -> usize {
    let named = [SqlTokenKind::Word, SqlTokenKind::Name];
    let at = if statement.word(1) == "table" { 2 } else { 1 };
    let end = if statement.word(at + 1) == "." {
        at + 3
    } else {
        at + 1
    };
    if !statement.is(at, &named) || !statement.is(end - 1, &named) || statement.tokens.len() != end
    {
        statement.refuse(at, statement.tokens.len(), UNKNOWN, Taint::Texts);
    }
    statement.tokens.len()
}

fn rest(statement: &mut SqlStatement<'_>) {
    for (at, token) in statement.tokens.iter().enumerate() {
        let before = statement.before(at);
        let plain = |sign: char| sign.is_ascii_alphanumeric() || "_ -%.`\"".contains(sign);
        let path = token.kind == SqlTokenKind::Name && !token.text.chars().all(plain);
        if path || has("from join", before) && token.kind == SqlTokenKind::Text {
            statement.refuse(at, at, "may be a file", Taint::Texts);
        }
        let named = before == "." || statement.word(at + 1) == ".";
        let clause = has("parallel settings system infile outfile", &token.word) && !named;
        // `SHOW [CHANGED] SETTINGS` and `SHOW TABLES FROM system` have no clause there.
        let shown = match token.word.as_str() {
            "settings" => at == 1 || at == 2 && before == "changed",
            "system" => has("from in", before),
            _ => false,
        };
        if clause && !(shown && statement.word(0) == "show") {
            statement.refuse(at, at, UNKNOWN, Taint::Texts);
        }
    }
}
