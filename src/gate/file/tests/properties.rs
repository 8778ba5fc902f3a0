//! Of any two contents: the rows lead from the one to the other, and nothing in them acts on a terminal.

use proptest::prelude::*;

use super::change;
use crate::gate::diff::{ChangeRow, ChangeSign};
use mcp_ssh_policy::Unapproved;

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

    /// Whatever control functions cut a secret: what is left of the rows without their signs does not have it. Around a
    /// control string, in which anything may stand, nobody is asked.
    #[test]
    fn a_secret_is_hidden_whatever_stands_within_it(
        cuts in prop::collection::vec((0..13_usize, "[\u{1}\u{7}\u{7f}\u{85}]{1,2}|[\u{9b}][0-9;]{0,3}m|\u{1b}\\[[0-9;]{0,3}m|\u{1b}]0;x\u{7}"), 0..5),
        around in "[a-z \u{1}]{0,5}",
    ) {
        let mut secret = "hunter2secret".to_owned();
        for (at, control) in cuts {
            secret.insert_str(secret.floor_char_boundary(at), &control);
        }
        let content = format!("{around}{secret}{around}\n");
        let rows = change(None, content.as_bytes());
        if rows == Err(Unapproved::Unshowable) {
            prop_assert!(content.contains("\u{1b}]"), "{content:?}");
            return Ok(());
        }
        let rows = rows.unwrap();
        let text: String = rows.iter().map(|row| row.text.clone()).collect();
        let mut left = String::new();
        for piece in text.split('\u{2039}') {
            left.push_str(piece.split_once('\u{203a}').map_or(piece, |(_, after)| after));
        }
        prop_assert!(!left.contains("hunter2secret"), "{text}");
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
