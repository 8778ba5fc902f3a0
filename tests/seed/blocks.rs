//! The blocks of the guide, cut into the items that a row speaks of: a command of a shell block
//! with its continued lines, a whole file of any other block.

/// What a guide shows, with blanks made one.
pub fn items(guide: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut parts = guide.split("```");
    // Text and blocks alternate.
    while let (Some(_), Some(block)) = (parts.next(), parts.next()) {
        let (language, text) = block.split_once('\n').unwrap();
        if language == "bash" {
            commands(text, &mut items);
        } else {
            items.push(one_line(text));
        }
    }
    items
}

fn one_line(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let words = lines.flat_map(str::split_whitespace);
    words.collect::<Vec<_>>().join(" ")
}

/// Ends a command at the end of its line, unless it goes on: after a backslash, in quotes, in a
/// here-document, or where a compose file begins.
fn commands(text: &str, items: &mut Vec<String>) {
    let mut begun = String::new();
    for line in text.lines() {
        if begun.is_empty() && (line.trim().is_empty() || line.starts_with('#')) {
            continue;
        }
        begun += line;
        begun.push('\n');
        let goes_on = line.ends_with('\\')
            || begun.matches('"').count() % 2 == 1
            || (begun.contains("<<'PY'") && line != "PY")
            || begun.starts_with("services:");
        if !goes_on {
            items.push(one_line(&std::mem::take(&mut begun).replace("\\\n", " ")));
        }
    }
    if !begun.is_empty() {
        items.push(one_line(&begun));
    }
}

#[test]
fn a_guide_is_cut_into_commands_and_files() {
    let guide = "x\n```bash\n# c\na \\\n  -b\n\nd \"e\nf\"\ng <<'PY'\nh\nPY\nservices:\n  i:\n```\ny\n```yaml\n# k\nj:\n  l: 1\n```\n";
    assert_eq!(
        items(guide),
        [
            "a -b",
            "d \"e f\"",
            "g <<'PY' h PY",
            "services: i:",
            "j: l: 1"
        ]
    );
}
