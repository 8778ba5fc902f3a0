//! The failure table of `tests/failures/mod.rs`: it names tests that this program has, and no failure's test is left
//! out of it.

use std::fs;
use std::path::Path;
use std::process::Command;

const TABLE: &str = include_str!("../failures/mod.rs");

/// The names of all tests of this program, or of those that `which` chooses, as it lists them.
pub fn tests(which: &[&str]) -> Vec<String> {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--list", "--format", "terse"]).args(which);
    let listed = program.output();
    let text = String::from_utf8(listed.unwrap().stdout).unwrap();
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    names.map(str::to_owned).collect()
}

/// What the rows of the table name: tests, modules of tests, and behind `rows` a list in the module before it.
fn named() -> Vec<&'static str> {
    let rows = TABLE.lines().filter(|line| line.starts_with("//! | "));
    let cells = rows.map(|row| row.trim_end_matches(" |").rsplit(" | ").next().unwrap());
    let of_cell = |cell: &'static str| cell.split('`').skip(1).step_by(2);
    cells.flat_map(of_cell).collect()
}

/// Whether a test is the named one, or is in the module that is named; a name may leave out `failures::`.
fn is_named(test: &str, name: &str) -> bool {
    let below = |whole: &str| {
        let rest = test.strip_prefix(whole);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    below(name) || below(&format!("failures::{name}"))
}

/// Whether the module of failures has a list of this name.
fn has_list(module: &str, list: &str) -> bool {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/failures");
    let source = fs::read_to_string(folder.join(module).with_extension("rs")).unwrap();
    ["const", "fn"]
        .iter()
        .any(|kind| source.contains(&format!("{kind} {list}")))
}

#[test]
fn every_test_that_the_table_names_exists() {
    let tests = tests(&[]);
    let (mut seen, mut before) = (0, "");
    for name in named() {
        let is_test = tests.iter().any(|test| is_named(test, name));
        let is_list = !before.is_empty() && has_list(before, name);
        assert!(
            is_test || is_list,
            "the table of tests/failures/mod.rs names `{name}`, which is no test and no list of `{before}`"
        );
        let in_failures = tests
            .iter()
            .any(|test| test.starts_with(&format!("failures::{name}::")));
        before = if in_failures { name } else { "" };
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn every_test_of_a_failure_is_in_the_table() {
    let named = named();
    for test in tests(&[]) {
        let is_in =
            !test.starts_with("failures::") || named.iter().any(|name| is_named(&test, name));
        assert!(is_in, "the table of tests/failures/mod.rs lacks `{test}`");
    }
}
