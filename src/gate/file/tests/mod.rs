//! Changes as a person reads them: each row whole, nothing unseen, no secret.

mod hidden;
mod keys;
mod properties;

use super::FileChange;
use crate::gate::diff::ChangeRow;
use crate::gate::redact::Redactor;
use crate::secret::Secret;
use mcp_ssh_policy::Unapproved;

fn change(old: Option<&[u8]>, new: &[u8]) -> Result<Vec<ChangeRow>, Unapproved> {
    let secret = Secret::new("hunter2secret".to_owned());
    let redactor = Redactor::new([&secret].into_iter());
    Ok(FileChange::between(old, new, &redactor)?.rows)
}

/// The rows of a change as lines.
fn rows(old: &str, new: &str) -> Vec<String> {
    let rows = change(Some(old.as_bytes()), new.as_bytes()).unwrap();
    rows.iter().map(ToString::to_string).collect()
}

fn refused(old: &str, new: &str) -> Unapproved {
    change(Some(old.as_bytes()), new.as_bytes()).unwrap_err()
}

fn lines(range: std::ops::Range<usize>) -> String {
    range.map(|number| format!("line {number}\n")).collect()
}

#[test]
fn a_change_is_a_unified_diff() {
    let old = lines(1..30);
    let new = old.replace("line 5\n", "five\n").replace("line 20\n", "");
    assert_eq!(
        rows(&old, &new),
        [
            "@@ -2,7 +2,7 @@",
            " line 2",
            " line 3",
            " line 4",
            "-line 5",
            "+five",
            " line 6",
            " line 7",
            " line 8",
            "@@ -17,7 +17,6 @@",
            " line 17",
            " line 18",
            " line 19",
            "-line 20",
            " line 21",
            " line 22",
            " line 23",
        ]
    );
    for (old, new, expected) in [
        ("", "a\n", &["@@ -0,0 +1,1 @@", "+a"][..]),
        (
            "a\n",
            "",
            &["\\ the new content is empty", "@@ -1,1 +0,0 @@", "-a"],
        ),
        ("a\n", "a\n", &["\\ the content stays as it is"]),
        ("a\n", "a\nb\n", &["@@ -1,1 +1,2 @@", " a", "+b"]),
        ("a\nb\n", "b\na\n", &["@@ -1,2 +1,2 @@", "+b", " a", "-b"]),
    ] {
        assert_eq!(rows(old, new), expected, "{old:?} {new:?}");
    }
    let new_file = change(None, b"a\n").unwrap();
    assert_eq!(
        new_file.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["\\ there is no such file yet", "@@ -0,0 +1,1 @@", "+a"]
    );
    let empty = change(None, b"").unwrap();
    assert_eq!(
        empty.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "\\ there is no such file yet",
            "\\ the new content is empty"
        ]
    );
}

/// Each line of the new content, and what is shown of it.
#[test]
fn every_character_is_seen_where_it_stands() {
    for (line, shown) in [
        (
            "plain \"text\" \\u{202e} 'é' 日本 — ✓",
            "plain \"text\" \\u{202e} 'é' 日本 — ✓",
        ),
        ("a\u{1b}[2Kb", "a‹U+001B›[2Kb"),
        ("a\u{9b}2Kb", "a‹U+009B›2Kb"),
        ("harmless\rrm -rf /", "harmless␍rm -rf /"),
        ("a\u{8}\u{8}b\u{7f}", "a‹U+0008›‹U+0008›b‹U+007F›"),
        ("a\u{b}b\u{c}c\u{85}d", "a‹U+000B›b‹U+000C›c‹U+0085›d"),
        (
            "if admin\u{202e} \u{2066}// begin\u{2069} \u{2066}",
            "if admin‹U+202E› ‹U+2066›// begin‹U+2069› ‹U+2066›",
        ),
        (
            "\u{5d0}\u{5d1} = 12 \u{627}",
            "‹U+05D0›‹U+05D1› = 12 ‹U+0627›",
        ),
        (
            "a\u{200b}b\u{feff}c\u{2060}d\u{ad}e",
            "a‹U+200B›b‹U+FEFF›c‹U+2060›d‹U+00AD›e",
        ),
        (
            "a\u{a0}b\u{3000}c\u{2003}d\u{3164}e\u{2800}f",
            "a‹U+00A0›b‹U+3000›c‹U+2003›d‹U+3164›e‹U+2800›f",
        ),
        (
            "e\u{301}\u{36f}\u{fe0f}\u{e0041}",
            "e‹U+0301›‹U+036F›‹U+FE0F›‹U+E0041›",
        ),
        ("a\u{2028}b\u{2029}c", "a‹U+2028›b‹U+2029›c"),
        ("\ttab\tbed", "␉tab␉bed"),
        ("trailing  ", "trailing␠␠"),
        ("one two   three", "one two ␠␠three"),
        ("    indented", "    indented"),
        (" ", "␠"),
        // What could be taken for a sign is shown by its number.
        (
            "␉␍␠‹[redacted]›‹U+202E›",
            "‹U+2409›‹U+240D›‹U+2420›‹U+2039›[redacted]‹U+203A›‹U+2039›U+202E‹U+203A›",
        ),
        (
            "+++ @@ \\ no newline at the end",
            "+++ @@ \\ no newline at the end",
        ),
        ("\u{fffd}", "\u{fffd}"),
    ] {
        let rows = rows("old\n", &format!("{line}\n"));
        assert_eq!(rows[2], format!("+{shown}"), "{line:?}");
    }
    let far = format!("{}x\n", " ".repeat(500));
    let row = &rows("", &far)[1];
    assert!(row.starts_with(&format!("+{}␠␠", " ".repeat(24))), "{row}");
    assert_eq!(row.chars().count(), 502);
}

#[test]
fn line_ends_are_told() {
    assert_eq!(
        rows("a\r\nb\r\n", "a\nb\n"),
        [
            "@@ -1,2 +1,2 @@",
            "-a␍",
            "-b␍",
            "+a",
            "+b",
            "\\ ␍ is a carriage return"
        ]
    );
    assert_eq!(
        rows("a\nb", "a\nb\n"),
        [
            "@@ -1,2 +1,2 @@",
            " a",
            "-b",
            "\\ no newline at the end",
            "+b"
        ]
    );
    assert_eq!(
        rows("x\na", "y\na"),
        [
            "@@ -1,2 +1,2 @@",
            "-x",
            "+y",
            " a",
            "\\ no newline at the end"
        ]
    );
    assert_eq!(
        rows("a\tb \n", "a  b\n")[1..],
        ["-a␉b␠", "+a ␠b", "\\ ␉ is a tab, ␠ is a blank"]
    );
}

/// A long line is whole, and the place where it differs is told.
#[test]
fn a_long_line_hides_nothing() {
    let long = |word: &str| format!("{}{word}{}\n", "x".repeat(5_000), "y".repeat(2_000));
    let shown = rows(&long("no"), &long("yes"));
    assert_eq!(shown[1], format!("-{}", long("no").trim_end()));
    assert_eq!(shown[2], format!("+{}", long("yes").trim_end()));
    let (before, after) = ("x".repeat(20), "y".repeat(20));
    assert_eq!(
        shown[3..],
        [
            "\\ the two lines differ from character 5001 on:".to_owned(),
            format!("\\   - …{before}no{after}…"),
            format!("\\   + …{before}yes{after}…"),
        ]
    );
    let other = format!("{}\n", "z".repeat(5_000));
    assert_eq!(
        rows(&long("no"), &other)[3..],
        ["\\ the two lines differ from character 1 on"]
    );
    // Also where it is beside the change alone: then nobody can see whether it is what it was.
    let too_long = "x".repeat(16_100);
    assert_eq!(
        refused("a\n", &format!("{too_long}\n")),
        Unapproved::ChangeTooLong
    );
    assert_eq!(
        refused(&format!("a\n{too_long}\n"), &format!("b\n{too_long}\n")),
        Unapproved::ChangeTooLong
    );
}

#[test]
fn more_than_a_person_reads_is_refused() {
    // 300 rows, the first of which tells where the others stand.
    assert_eq!(rows("", &lines(0..299)).len(), 300);
    assert_eq!(refused("", &lines(0..300)), Unapproved::ChangeTooLong);
    assert_eq!(
        refused(&lines(0..150), &lines(200..350)),
        Unapproved::ChangeTooLong
    );
    // One small change in a long file, and two that are far apart.
    let long = lines(0..50_000);
    assert_eq!(rows(&long, &long.replace("line 25000\n", "")).len(), 8);
    let two = long.replace("line 25000\n", "").replace("line 45000\n", "");
    assert_eq!(refused(&long, &two), Unapproved::ChangeTooLong);
    // What would take too long to be compared, or too much room.
    let (huge, many) = ("line".repeat(1_100_000), "\n".repeat(200_000));
    assert_eq!(
        refused(&many, &format!("{many}line\n")),
        Unapproved::ChangeTooLong
    );
    assert_eq!(
        refused(&huge, &format!("{huge}line\n")),
        Unapproved::ChangeTooLong
    );
}

#[test]
fn what_is_no_text_is_told_and_not_shown() {
    for (old, new, expected) in [
        (
            Some(&b"a\0b"[..]),
            &b"a\n"[..],
            "3 bytes that are no text before, 2 bytes of text then",
        ),
        (
            Some(b"a\n"),
            b"\xff\xfe",
            "2 bytes of text before, 2 bytes that are no text then",
        ),
        (
            Some(b"\xe9\n"),
            b"\xe8\n",
            "2 bytes that are no text before, 2 bytes that are no text then",
        ),
        (
            None,
            b"\x7fELF\0",
            "no file before, 5 bytes that are no text then",
        ),
    ] {
        let rows = change(old, new).unwrap();
        let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
        assert_eq!(
            rows,
            [format!("\\ the difference cannot be shown: {expected}")]
        );
    }
}
