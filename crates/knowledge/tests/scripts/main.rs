//! The tables of `tests/scripts`: what each scanner calls harmless, and what it refuses.
//!
//! ```text
//! + SELECT 1            harmless
//! - SELECT 1 INTO x     refused
//! ```
//!
//! One file a language, one script a line; `␊ ␉ ␍ ␀` stand for a line break, a tab, a carriage return and NUL.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, and says how much it did"
)]

mod grown;
mod traced;

use mcp_ssh_knowledge::scripts::Language;

const LANGUAGES: &[(&str, Language)] = &[
    ("awk", Language::Awk),
    ("clickhouse", Language::Clickhouse),
    ("cql", Language::Cql),
    ("git_format", Language::GitFormat),
    ("go_template", Language::GoTemplate),
    ("jq", Language::Jq),
    ("kube_output", Language::KubeOutput),
    ("layout", Language::Layout),
    ("mysql", Language::Mysql),
    ("psql", Language::Psql),
    ("sed", Language::Sed),
    ("sqlite", Language::Sqlite),
    ("yq", Language::Yq),
];

/// The lines of a table: what is wanted, and the script.
fn table(name: &str) -> Vec<(bool, String)> {
    let path = format!("{}/tests/scripts/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pictures = [('␊', "\n"), ('␉', "\t"), ('␍', "\r"), ('␀', "\0")];
    lines
        .map(|line| {
            let (sign, script) = line.split_once(' ').unwrap_or((line, ""));
            assert!(matches!(sign, "+" | "-"), "{path}: no sign before `{line}`");
            let script = pictures
                .iter()
                .fold(script.to_owned(), |script, (picture, sign)| {
                    script.replace(*picture, sign)
                });
            (sign == "+", script)
        })
        .collect()
}

#[test]
fn scripts_are_judged_as_wanted() {
    let mut wrong = String::new();
    for (name, language) in LANGUAGES {
        let mut counts = [0, 0];
        for (harmless, script) in table(name) {
            counts[usize::from(harmless)] += 1;
            let flaws = language.flaws(&script);
            if flaws.is_empty() != harmless {
                let why = flaws
                    .first()
                    .map(|flaw| (&script[flaw.start..flaw.end], flaw.why));
                wrong += &format!(
                    "{name}: {script:?} is {}: {why:?}\n",
                    if harmless { "refused" } else { "not" }
                );
            }
        }
        eprintln!("{name}: {} refused, {} harmless", counts[0], counts[1]);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
