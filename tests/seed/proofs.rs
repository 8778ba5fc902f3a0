//! What the table calls a proof is a test that something runs: here, or with the image.

use crate::docs::failures::tests;

const TABLE: &str = include_str!("table.rs");

/// The paths in `kind(…)` of the table.
fn named(kind: &str) -> Vec<&'static str> {
    let rest = TABLE.split(kind).skip(1);
    let paths = rest.filter_map(|rest| rest.split(')').next());
    paths.filter(|path| path.contains("::")).collect()
}

#[test]
fn every_proof_of_the_table_is_a_test() {
    let (all, ignored) = (tests(&[]), tests(&["--ignored"]));
    for (kind, room, needs_image) in [("Here(", "seed", false), ("Image(", "image", true)] {
        let named = named(kind);
        assert!(named.len() > 3, "{kind}: {named:?}");
        for path in named {
            let test = format!("{room}::{path}");
            assert!(all.contains(&test), "{test} is no test");
            assert_eq!(ignored.contains(&test), needs_image, "{test}");
        }
    }
}
