//! What the documents name in the tree is there: each path, and each function of a type.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Where a path that a document names may begin.
const PLACES: [&str; 7] = [
    "",
    "src",
    "tests",
    "crates",
    "crates/knowledge",
    "crates/policy",
    "docs",
];

/// A source of russh.
const OF_RUSSH: &str = "client/mod.rs";

/// The files below a folder that end so.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| match path.is_dir() {
        true => files(&path, ending),
        false => vec![path],
    };
    let mut all: Vec<PathBuf> = paths.flat_map(below).collect();
    all.retain(|path| path.to_string_lossy().ends_with(ending));
    all
}

/// The documents, each with its text outside of fences.
fn documents() -> Vec<(String, String)> {
    let root = Path::new(ROOT);
    let mut paths = files(&root.join("docs"), ".md");
    paths.extend(
        [
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "crates/policy/README.md",
        ]
        .map(|name| root.join(name)),
    );
    let prose = |text: String| text.split("```").step_by(2).collect::<String>();
    let read = |path: &PathBuf| prose(fs::read_to_string(path).unwrap());
    let name = |path: &PathBuf| path.strip_prefix(root).unwrap().display().to_string();
    paths.iter().map(|path| (name(path), read(path))).collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_source_that_a_document_names_exists() {
    let exists = |name: &str| {
        PLACES
            .iter()
            .any(|place| Path::new(ROOT).join(place).join(name).exists())
    };
    let of_tree = [
        "src/",
        "tests/",
        "crates/",
        "scripts/",
        "docs/",
        "examples/",
        "deploy/",
        "benches/",
    ];
    let plain = |name: &&str| {
        let sign = |sign: char| sign.is_ascii_alphanumeric() || "_./-".contains(sign);
        name.chars().all(sign)
    };
    let named = |name: &&str| {
        let begins = of_tree.iter().any(|folder| name.starts_with(folder));
        plain(name) && *name != OF_RUSSH && (begins || name.contains('/') && name.ends_with(".rs"))
    };
    let mut seen = 0;
    for (document, text) in documents() {
        for name in quoted(&text).filter(named) {
            assert!(
                exists(name),
                "{document} names `{name}`, which is not there"
            );
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn every_function_that_a_document_names_exists() {
    let mut sources = files(&Path::new(ROOT).join("src"), ".rs");
    sources.extend(files(&Path::new(ROOT).join("crates"), ".rs"));
    let sources: Vec<String> = sources
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let has = |text: &str| sources.iter().any(|source| source.contains(text));
    let identifier = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
    };
    let mut seen = 0;
    for (document, text) in documents() {
        let names = quoted(&text).filter_map(|name| name.rsplit_once("::"));
        for (of, name) in
            names.filter(|(of, name)| identifier(name) && of.split("::").all(identifier))
        {
            let owner = of.rsplit("::").next().unwrap_or_default();
            let ours = has(&format!("struct {owner}")) || has(&format!("enum {owner}"));
            if ours {
                let there = has(&format!("fn {name}")) || has(&format!("    {name}"));
                assert!(there, "{document} names `{of}::{name}`, which is not there");
                seen += 1;
            }
        }
    }
    assert!(seen >= 4, "{seen}");
}

/// Who follows one call reads so many files at most.
const MOST_OF_A_CALL: usize = 25;

#[test]
fn the_path_of_a_call_is_drawn_as_it_goes() {
    let root = Path::new(ROOT);
    let guide = fs::read_to_string(root.join("CONTRIBUTING.md")).unwrap();
    let drawn = guide.split("file by file\n").nth(1).unwrap();
    let drawn = drawn.split("```").nth(1).unwrap();
    let mut above: Vec<(usize, &str)> = Vec::new();
    let mut all = HashSet::new();
    for line in drawn.lines() {
        let Some(file) = line.split_whitespace().find(|word| word.ends_with(".rs")) else {
            continue;
        };
        let depth = line.chars().position(char::is_alphanumeric).unwrap();
        above.retain(|(other, _)| *other < depth);
        if let Some((_, parent)) = above.last() {
            assert!(
                names(&root.join(parent), file),
                "{parent} does not name {file}"
            );
        }
        above.push((depth, file));
        all.insert(file);
    }
    assert!((20..=MOST_OF_A_CALL).contains(&all.len()), "{all:?}");
}

/// Whether the code of a file has the name of another one: of a `mod.rs` that of its folder.
fn names(path: &Path, file: &str) -> bool {
    let parts: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
    let name = match parts.as_slice() {
        [.., folder, "mod"] => folder,
        [.., name] => name,
        [] => unreachable!(),
    };
    let text = fs::read_to_string(path).unwrap();
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code: String = code.collect::<Vec<_>>().join("\n").to_lowercase();
    code.contains(&name.replace('_', "")) || code.contains(name)
}
