//! The walls of the house: reads every file under src/ and fails, naming path and line, when
//! an import climbs a floor, an effect leaves its one owner, or a habit of the code is broken.

mod circles;
mod floors;
mod fuzzing;
mod habits;
mod names;
mod profile;
mod tokens;
mod workflows;

use std::fmt;
use std::fs;
use std::path::Path;

/// What is wrong and where, `line` counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    path: String,
    line: usize,
    what: String,
}

impl Fault {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line,
            what: what.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Each takes a path such as `src/gate/run.rs` and the file's text.
const CHECKS: [fn(&str, &str) -> Vec<Fault>; 11] = [
    habits::opening,
    habits::file_length,
    habits::function_length,
    habits::tokio_named,
    habits::russh_named,
    habits::modes_changed,
    habits::unsafe_code,
    habits::stdout_touched,
    habits::empty_names,
    habits::put_off,
    habits::plain_beginnings,
];

#[test]
fn the_sources_keep_to_their_floors_and_habits() {
    let files = all_sources();
    for expected in [
        "src/lib.rs",
        "src/main.rs",
        "src/runtime/mod.rs",
        "crates/policy/src/shell/mod.rs",
    ] {
        assert!(
            files.iter().any(|(path, _)| path == expected),
            "{expected} was not read: the walk is broken"
        );
    }
    // Another crate has its own modules, and cannot climb.
    let floors = |path: &str, text: &str| match path.starts_with("src/") {
        true => floors::climbing_imports(path, text),
        false => Vec::new(),
    };
    let climbing = files.iter().flat_map(|(path, text)| floors(path, text));
    let faults: Vec<String> = files
        .iter()
        .flat_map(|(path, text)| CHECKS.iter().flat_map(move |check| check(path, text)))
        .chain(climbing)
        .map(|fault| fault.to_string())
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Every Rust file below `folder` but those of tests, with its path as seen from `root`.
fn sources(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("src/ is readable") {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "tests") {
                sources(root, &path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is UTF-8");
            let name = path.strip_prefix(root).expect("below the root");
            found.push((name.to_string_lossy().into_owned(), text));
        }
    }
}

/// The roots of the crates.
const CRATES: [&str; 5] = [
    "src",
    "crates/knowledge/src",
    "crates/policy/src",
    "crates/suggest/src",
    "crates/yaml/src",
];

#[test]
fn no_two_files_need_one_another() {
    let files = all_sources();
    let circles: Vec<String> = CRATES
        .iter()
        .flat_map(|source| circles::circles(source, &files))
        .collect();
    assert!(circles.is_empty(), "\n{}\n", circles.join("\n"));
}

#[test]
fn a_type_s_name_stands_once_and_an_error_is_one() {
    let files = all_sources();
    let is_source = |path: &str| {
        CRATES
            .iter()
            .any(|source| path.starts_with(&format!("{source}/")))
    };
    let sources: Vec<_> = files
        .into_iter()
        .filter(|(path, _)| is_source(path))
        .collect();
    let twice = names::type_names_twice(&sources);
    assert!(twice.is_empty(), "\n{}\n", twice.join("\n"));
    let none = names::errors_that_are_none(&sources);
    assert!(none.is_empty(), "no errors:\n{}\n", none.join("\n"));
}

/// A clone may be below a directory that is closed to the user of a test.
#[test]
fn tests_run_the_program_as_another_user_from_where_that_user_can_come_to() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in fs::read_dir(root.join("tests")).expect("tests/ is readable") {
        let folder = folder.expect("a folder entry").path();
        if folder.is_dir() {
            sources(root, &folder, &mut files);
        }
    }
    let by_other = |text: &str| {
        let mut calls = text.split(".uid(").skip(1);
        calls.any(|argument| !argument.starts_with(')'))
    };
    let found: Vec<&str> = files
        .iter()
        .filter(|(path, text)| path != "tests/support/other_user.rs" && by_other(text))
        .map(|(path, _)| path.as_str())
        .collect();
    assert!(found.is_empty(), "{found:?}: see support/other_user.rs");
    assert!(files.len() > 200, "{}", files.len());
}

fn all_sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(root, &root.join("src"), &mut files);
    sources(root, &root.join("crates"), &mut files);
    files
}
