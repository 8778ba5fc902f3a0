//! The pages of docs/adr: numbered without a gap, under four headings, each in the index and in docs/DESIGN.md.

use super::fences::texts;

const HEADINGS: [&str; 4] = [
    "## Context",
    "## Decision",
    "## Why not the other",
    "## Consequences",
];

#[test]
fn each_decision_has_its_number_its_headings_and_its_lines() {
    let texts = texts();
    let text = |name: &str| &texts.iter().find(|(path, _)| path == name).unwrap().1;
    let (index, map) = (text("docs/adr/README.md"), text("docs/DESIGN.md"));
    let pages = texts.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix("docs/adr/")?;
        (name != "README.md").then_some((name, text))
    });
    let mut last = 0;
    for (name, page) in pages {
        last += 1;
        let number = format!("{last:04}");
        assert!(name.starts_with(&format!("{number}-")), "{name}: {number}");
        assert!(page.starts_with(&format!("# {number}. ")), "{name}");
        let headings: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        assert_eq!(headings, HEADINGS, "{name}");
        for said in ["\n- Status: ", "\n- Date: "] {
            assert!(page.contains(said), "{name}: {said}");
        }
        assert!(index.contains(&format!("]({name})")), "{name}: the index");
        assert!(map.contains(&format!("](adr/{name})")), "{name}: DESIGN.md");
    }
    assert!(last >= 25, "{last}");
}
