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
