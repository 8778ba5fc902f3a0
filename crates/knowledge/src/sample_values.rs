//! Values of each kind, as examples.
//!
//! Takes a kind, and what is spelled of a value before and behind a wildcard. Gives values that are of the kind, the
//! plainest first: several, since a rule may spell one of them. A test holds each against its kind.

use crate::kind::{Reach, objection};
use crate::language::Language;
use crate::row::Kind;
use crate::word::{AdmittedWord, Extent, Part};

/// What is tried behind a beginning with which no value begins.
const TAILS: [&str; 9] = ["x", "1", "x/x", "/x", "/", "1/", "1/x", ".x", "x=1"];

/// Values of a kind; none where nobody vouches for any.
pub fn values(kind: Kind) -> Vec<String> {
    let listed: &[&str] = match kind {
        Kind::Number => &["1", "22", "+1", "-1", "10m", "1,3-5", "333"],
        Kind::Text | Kind::Any => &["x", "1", "x x", "/var/x"],
        Kind::Path => &["/var/x", "x", "/var/log/x.log", "/srv/x"],
        Kind::Device => &["/dev/sda", "/dev/sdb1"],
        Kind::Name => &["x", "x.service", "1", "x/x"],
        Kind::Pattern => &["x", "x*", "*"],
        Kind::Package => &["x", "libx1"],
        Kind::Published => &["x", "@x/x", "x@1"],
        Kind::Repository => &["x/x", "x/y"],
        Kind::Revision => &["HEAD", "x", "v1..v2"],
        Kind::Host => &["localhost", "127.0.0.1", "host.example"],
        Kind::Loopback => &["127.0.0.1", "localhost", "127.0.0.1:80"],
        Kind::Url => &[
            "http://localhost/",
            "http://127.0.0.1:1/x",
            "https://localhost/x",
        ],
        Kind::Script(language) => scripts(language),
        Kind::Phrase(phrases) => phrases,
        Kind::OneOf(words) => return words.split_ascii_whitespace().map(str::to_owned).collect(),
        Kind::Ends(ends) => {
            let ends = ends.split_ascii_whitespace();
            return ends.map(|end| format!("/var/x{end}")).collect();
        }
        Kind::Begins(begins) => return ["x", "1"].map(|end| format!("{begins}{end}")).to_vec(),
        Kind::Either(kinds) => return kinds.iter().flat_map(|kind| values(*kind)).collect(),
        Kind::Hole => &["{}"],
        Kind::Line | Kind::Words | Kind::Never(_) => &[],
    };
    listed.iter().map(|value| (*value).to_owned()).collect()
}

/// Scripts that only look.
fn scripts(language: Language) -> &'static [&'static str] {
    match language {
        Language::Awk => &["{print}", "{print $1}", "NR==1"],
        Language::AwkVariable => &["x=1", "y=z", "OFMT=%.2f"],
        Language::Clickhouse | Language::Mysql | Language::Psql | Language::Sqlite => {
            &["select 1", "select 2", "select x from y", "SELECT 1"]
        }
        Language::Cql => &["select x from y", "select z from y", "SELECT x FROM y"],
        Language::GitFormat => &["%h", "%H %s"],
        Language::GoTemplate => &["{{.ID}}", "{{json .}}", "table {{.Names}}"],
        Language::HttpHeader => &["X-Y: z", "Accept: x"],
        Language::Jq | Language::Yq => &[".", ".x", ".[0]"],
        Language::KubeOutput => &[
            "jsonpath={.x}",
            "go-template={{.kind}}",
            "custom-columns=A:.x",
        ],
        Language::Layout => &["x", "${Package}", "%{name}"],
        Language::NoDomain => &["x", ":22", "dst 10.0.0.1"],
        Language::NotFile | Language::OneLine => &["x", "1", "x y"],
        Language::Pair => &["x=1", "y=2"],
        Language::PsBundle => &["pid,user", "pid,comm"],
        Language::PsColumns => &["pid", "pid,user", "comm"],
        Language::PsName => &["root", "www-data"],
        Language::QueryFormat => &["%{NAME}", "%{VERSION}"],
        Language::Sed => &["p", "1p", "2p", "s/x/y/"],
        Language::Unit => &["x", "x.service"],
        Language::VtyShow => &["show version", "show ip route"],
        Language::WriteOut => &["%{http_code}", "x"],
    }
}

/// What may stand between `begun` and `ended`, so that all of it is a value of the kind.
pub fn completions(kind: Kind, begun: &str, ended: &str) -> Vec<String> {
    let values = values(kind);
    let between = |value: &String| Some(value.strip_prefix(begun)?.strip_suffix(ended)?.to_owned());
    let listed = values.iter().filter_map(between);
    let spelled = !begun.is_empty() || !ended.is_empty();
    let tails = TAILS
        .iter()
        .filter(|_| spelled)
        .map(|tail| (*tail).to_owned());
    let mut kept: Vec<String> = Vec::new();
    for text in listed.chain(tails) {
        if !text.is_empty() && !kept.contains(&text) && is_of(kind, begun, &text, ended) {
            kept.push(text);
        }
    }
    kept
}

/// Whether the kind accepts a value of which a rule spells the beginning and the end.
fn is_of(kind: Kind, begun: &str, text: &str, ended: &str) -> bool {
    let parts = [
        (begun, Part::Spelled),
        (text, Part::Granted),
        (ended, Part::Spelled),
    ];
    let parts = parts
        .iter()
        .flat_map(|(text, part)| vec![*part; text.len()]);
    let all = [begun, text, ended].concat();
    let word = AdmittedWord::new(&all, parts.collect(), Extent::Known, false);
    objection(kind, word.piece(), Reach::Anywhere).is_none()
}

#[cfg(test)]
mod tests {
    use super::{completions, is_of, values};
    use crate::known::rows;
    use crate::row::{Kind, Row, Takes};

    fn kinds(row: &Row, all: &mut Vec<Kind>) {
        all.extend(row.operands.first.iter().chain(&row.operands.rest));
        all.extend(
            row.options
                .iter()
                .filter_map(|options| match options.takes {
                    Takes::Nothing => None,
                    Takes::Value(kind)
                    | Takes::Attached(kind)
                    | Takes::Maybe(kind)
                    | Takes::Bare(kind)
                    | Takes::Two(kind) => Some(kind),
                }),
        );
        for row in row.subcommands {
            kinds(row, all);
        }
    }

    /// Whether nobody vouches for any word of a kind.
    fn is_closed(kind: Kind) -> bool {
        if let Kind::Either(kinds) = kind {
            return kinds.iter().all(|kind| is_closed(*kind));
        }
        matches!(kind, Kind::Line | Kind::Words | Kind::Never(_))
    }

    /// Whether a kind has one word.
    fn is_one(kind: Kind) -> bool {
        if let Kind::OneOf(words) | Kind::Ends(words) = kind {
            return words.split_ascii_whitespace().count() == 1;
        }
        matches!(kind, Kind::Phrase([_]) | Kind::Hole)
    }

    /// Two of them at least: a rule may spell one.
    #[test]
    fn every_kind_of_every_row_accepts_its_values() {
        let mut all = Vec::new();
        rows().for_each(|row| kinds(row, &mut all));
        assert!(all.len() > 1000);
        for kind in all {
            let values = values(kind);
            let enough = is_closed(kind) || is_one(kind) && values.len() == 1 || values.len() > 1;
            assert!(enough, "{kind:?}: {values:?}");
            for value in values {
                assert!(is_of(kind, "", &value, ""), "{kind:?}: {value}");
            }
        }
    }

    #[test]
    fn what_is_begun_is_completed() {
        for (kind, begun, ended, expected) in [
            (Kind::Number, "1", "", &["0m", ",3-5", "x", "1", ".x"][..]),
            (Kind::Number, "1", "m", &["0", "x", "1", ".x"]),
            (
                Kind::Path,
                "/var/log/",
                ".gz",
                &["x", "1", "x/x", "/x", "/", "1/", "1/x", ".x", "x=1"],
            ),
            (Kind::OneOf("on off"), "o", "", &["n", "ff"]),
            (Kind::OneOf("on off"), "", "", &["on", "off"]),
            (Kind::Never("writes"), "", "", &[]),
        ] {
            let all = completions(kind, begun, ended);
            assert_eq!(all, expected, "{kind:?} {begun}");
        }
    }
}
