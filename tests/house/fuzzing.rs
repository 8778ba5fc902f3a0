//! The fuzz targets: each file is a target, opens with its property, has seeds and is described.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names in a folder, without `.rs`.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder of tests/fuzz");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().replace(".rs", "");
    entries
        .map(|entry| name(entry.expect("an entry")))
        .collect()
}

#[test]
fn every_fuzz_target_is_listed_described_and_has_seeds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
    let design = fs::read_to_string(root.join("docs/DESIGN.md")).expect("the design");
    let targets = names(&folder.join("targets"));

    let listed = manifest.split("[[bin]]").skip(1).map(|bin| {
        let name = bin.split('"').nth(1).expect("a name");
        assert!(
            bin.contains(&format!("path = \"targets/{name}.rs\"")),
            "{bin}"
        );
        name.to_owned()
    });
    assert_eq!(listed.collect::<BTreeSet<_>>(), targets);
    assert!(targets.len() >= 10, "{targets:?}");
    for target in &targets {
        let path = folder.join("targets").join(format!("{target}.rs"));
        let text = fs::read_to_string(&path).expect("a target");
        assert!(
            text.starts_with("//! "),
            "{target} does not open with its property"
        );
        assert!(
            design.contains(&format!("| `{target}` |")),
            "{target} is not in DESIGN.md"
        );
        let seeds = folder.join("seeds").join(target);
        let filled = names(&seeds)
            .iter()
            .any(|seed| fs::metadata(seeds.join(seed)).is_ok_and(|seed| seed.len() > 0));
        assert!(filled, "{target} has no seeds");
    }
}

/// Rows of the table of parsers: more than one a target, since some have a test alone.
const LEAST_ROWS: usize = 20;

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_parser_of_foreign_bytes_has_a_target_or_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = fs::read_to_string(root.join("docs/SECURITY-MODEL.md")).expect("the model");
    let heading = "## What reads what somebody else writes\n";
    let (_, section) = model.split_once(heading).expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows: Vec<Vec<&str>> = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .map(|line| line.trim_matches(['|', ' ']).split(" | ").collect())
        .collect();
    assert!(rows.len() >= LEAST_ROWS, "{rows:?}");
    let targets = names(&root.join("tests/fuzz/targets"));
    let mut told = BTreeSet::new();
    for row in &rows {
        let [_, _, parser, proof] = row[..] else {
            panic!("{row:?} has no four columns");
        };
        for path in quoted(parser) {
            assert!(root.join(path).exists(), "{path} is not there");
        }
        let mut held = proof.contains("beside the code");
        for name in quoted(proof) {
            let is_path = name.contains('/') || name.ends_with(".rs");
            let test = [root.join("tests").join(name), root.join(name)];
            match is_path {
                true => assert!(test.iter().any(|path| path.is_file()), "{name} is no test"),
                false => assert!(targets.contains(name), "{name} is no target"),
            }
            told.extend((!is_path).then(|| name.to_owned()));
            held = true;
        }
        assert!(held, "{row:?} names neither a target nor a test");
    }
    assert_eq!(told, targets, "each target has a row");
}

/// The fuzz package has a lock file of its own: one that is behind is changed by the first build, unseen.
#[test]
fn the_lock_file_of_the_targets_has_what_the_product_needs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).expect("a file of the tree");
    let (manifest, lock) = (read("Cargo.toml"), read("tests/fuzz/Cargo.lock"));
    let (_, needed) = manifest
        .split_once("\n[dependencies]\n")
        .expect("dependencies");
    let needed = needed.split("\n[").next().unwrap_or_default();
    let (_, locked) = lock
        .split_once("\nname = \"mcp-ssh-orchestrator\"\n")
        .expect("the product is locked");
    let locked = locked.split("\n]").next().unwrap_or_default();
    let names = needed
        .lines()
        .filter_map(|line| Some(line.split_once(" = ")?.0));
    let mut seen = 0;
    for name in names {
        let there =
            locked.contains(&format!(" \"{name}\"")) || locked.contains(&format!(" \"{name} "));
        assert!(
            there,
            "tests/fuzz/Cargo.lock has no `{name}`: `make fuzz` adds it"
        );
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}
