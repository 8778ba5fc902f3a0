//! Every way to tamper with a file, at its beginning, in the middle and at its end: the first line
//! that is wrong is named, with what is wrong with it.

use mcp_ssh::audit::{Expected, MAX_LINE, parse_digest};
use proptest::prelude::*;

use super::{ZEROS, chain, head, sha256, text, verify};

const GOOD: [&str; 9] = ["a", "a", "a", "b", "b", "a", "b", "c", "c"];

pub(super) fn good() -> Vec<String> {
    chain(&GOOD)
}

#[track_caller]
fn named(lines: &[String], expected: &str) {
    let found = verify(text(lines).as_bytes(), Expected::default());
    assert_eq!(found.unwrap_err(), expected);
}

#[test]
fn what_was_written_is_whole() {
    let lines = good();
    let verified = verify(text(&lines).as_bytes(), Expected::default()).unwrap();
    assert_eq!((verified.lines, verified.sessions), (9, 3));
    assert_eq!(
        verified.head,
        parse_digest(&sha256(lines[8].as_bytes())).unwrap()
    );
    assert!(verified.notes.is_empty());
    // A head that was noted earlier is still there.
    let noted = head(parse_digest(&sha256(lines[4].as_bytes())).unwrap());
    let verified = verify(text(&lines).as_bytes(), noted).unwrap();
    assert_eq!(verified.after_head, Some(4));
}

/// Whoever begins the next file with half a line would part it from the file before.
/// Sessions are held in memory, so a file must not make them long.
#[test]
fn a_session_that_none_could_have_is_no_record() {
    named(
        &chain(&["a", &"b".repeat(65)]),
        "f:2: is no record: it was changed, or cut off",
    );
    let longest = chain(&["a", &"b".repeat(64)]);
    assert!(verify(text(&longest).as_bytes(), Expected::default()).is_ok());
}

/// Any field but `prev`, which is told apart below.
#[test]
fn a_changed_line_is_named() {
    for (field, from, to) in [
        ("ts", ".5", ".6"),
        ("op", "run_done", "run_dune"),
        ("elapsed_ms", "elapsed_ms\":", "elapsed_ms\":1"),
        ("type", "trace", "track"),
    ] {
        for at in 0..8 {
            let mut lines = good();
            lines[at] = lines[at].replacen(from, to, 1);
            let found = verify(text(&lines).as_bytes(), Expected::default()).unwrap_err();
            let expected = format!("f:{}: was changed", at + 1);
            assert!(found.starts_with(&expected), "{field}: {found}");
        }
        // The last one is named by the head.
        let mut lines = good();
        let noted = parse_digest(&sha256(lines[8].as_bytes())).unwrap();
        lines[8] = lines[8].replacen(from, to, 1);
        let found = verify(text(&lines).as_bytes(), head(noted)).unwrap_err();
        let expected = "f:9: is the last line, and the expected head is not among the lines";
        assert!(found.starts_with(expected), "{field}: {found}");
    }
}

#[test]
fn a_changed_place_in_the_chain_is_named() {
    for at in 0..9 {
        let number = at + 1;
        let mut lines = good();
        lines[at] = lines[at].replace("\"seq\":", "\"seq\":7");
        let found = verify(text(&lines).as_bytes(), Expected::default()).unwrap_err();
        assert!(
            found.starts_with(&format!("f:{number}: was changed: its seq is 7")),
            "{found}"
        );

        let mut lines = good();
        lines[at] = lines[at].replace("\"session\":\"", "\"session\":\"x");
        let found = verify(text(&lines).as_bytes(), Expected::default()).unwrap_err();
        // One that begins another session instead leaves the line after it without a beginning.
        let expected = match number {
            1 | 4 | 8 => format!("f:{}: comes too early: seq 0 to 0", number + 1),
            _ => format!("f:{number}: was changed"),
        };
        assert!(found.starts_with(&expected), "{found}");

        let mut lines = good();
        let prev = lines[at].find("\"prev\":\"").unwrap() + 8;
        lines[at].replace_range(prev..=prev, "g");
        let found = verify(text(&lines).as_bytes(), Expected::default()).unwrap_err();
        assert!(
            found.starts_with(&format!("f:{number}: is no record")),
            "{found}"
        );

        let mut lines = good();
        let old = if &lines[at][prev..=prev] == "5" {
            "6"
        } else {
            "5"
        };
        lines[at].replace_range(prev..=prev, old);
        let found = verify(text(&lines).as_bytes(), Expected::default()).unwrap_err();
        // Of the last two lines nothing tells which one it was.
        let expected = match number {
            9 => "f:8: was changed, or lines after it removed, or `prev` of the line after it changed"
                .to_owned(),
            _ => format!("f:{number}: was changed: the line after it names another hash"),
        };
        assert_eq!(found, expected);
    }
}

#[test]
fn removed_lines_are_named_where_they_are_missing() {
    let lines = good();
    let without = |from: usize, to: usize| [&lines[..from], &lines[to..]].concat();
    let after = sha256(lines[0].as_bytes());
    named(
        &without(0, 1),
        &format!(
            "f:1: follows lines that are not here (seq 1): they were removed, or rotated away; if \
             so, give their files first, or --after {after}"
        ),
    );
    named(
        &without(1, 2),
        "f:2: comes too early: seq 1 to 1 of its session are missing before it, or it was moved here",
    );
    named(
        &without(3, 5),
        "f:3: was changed, or lines after it were removed",
    );
    // What follows is of another session, which lacks nothing.
    named(
        &without(6, 7),
        "f:6: was changed, or lines after it were removed",
    );
    // A whole session in the middle.
    let lines = chain(&["a", "a", "b", "b", "c", "c"]);
    named(
        &[&lines[..2], &lines[4..]].concat(),
        "f:2: was changed, or lines after it were removed",
    );
    // At the end only the head tells.
    let lines = good();
    let cut = text(&lines[..7]);
    assert!(verify(cut.as_bytes(), Expected::default()).is_ok());
    let noted = parse_digest(&sha256(lines[8].as_bytes())).unwrap();
    assert_eq!(
        verify(cut.as_bytes(), head(noted)).unwrap_err(),
        "f:7: is the last line, and the expected head is not among the lines: lines were removed \
         from the end, or made anew"
    );
}

#[test]
fn moved_lines_are_named() {
    for at in [0, 1, 4, 7] {
        let mut lines = good();
        lines.swap(at, at + 1);
        let expected = format!("f:{}: and the line after it have changed places", at + 1);
        named(&lines, &expected);
    }
    let mut lines = good();
    lines.swap(1, 5);
    named(
        &lines,
        "f:2: comes too early: seq 1 to 2 of its session are missing before it, or it was moved here",
    );
    let mut lines = good();
    let moved = lines.remove(1);
    lines.push(moved);
    named(
        &lines,
        "f:2: comes too early: seq 1 to 1 of its session are missing before it, or it was moved here",
    );
}

#[test]
fn inserted_lines_are_named() {
    for at in 0..9 {
        for inserted in [
            chain(&["z"])[0].clone(),
            good()[at].replace(".5", ".7"),
            "not a record".to_owned(),
            String::new(),
            "{\"seq\":1}".to_owned(),
        ] {
            let mut lines = good();
            lines.insert(at, inserted.clone());
            let found = verify(text(&lines).as_bytes(), Expected::default()).unwrap_err();
            // Of two last lines that follow the same one nothing tells which was first.
            let number = if found.contains("two lines") && at == 8 {
                10
            } else {
                at + 1
            };
            assert!(
                found.starts_with(&format!("f:{number}: ")),
                "{inserted}: {found}"
            );
            assert!(found.contains("was inserted"), "{inserted}: {found}");
        }
        // A copy comes after the line itself.
        let mut lines = good();
        lines.insert(at + 1, lines[at].clone());
        let found = verify(text(&lines).as_bytes(), Expected::default()).unwrap_err();
        let why = match at {
            8 => "f:10: was inserted: two lines follow the same one".to_owned(),
            _ => format!("f:{}: was inserted: the lines around it are linked", at + 2),
        };
        assert_eq!(found, why);
    }
}

#[test]
fn a_last_line_that_is_cut_is_named() {
    let whole = text(&good());
    let last = text(&good()[..8]).len();
    for end in last + 1..whole.len() {
        let found = verify(&whole.as_bytes()[..end], Expected::default()).unwrap_err();
        assert_eq!(
            found,
            "f:9: is cut off at the end: its writer was killed, the disk was full, or it was cut"
        );
    }
    assert_eq!(
        verify(b"", Expected::default()).unwrap_err(),
        "f:0: holds no line, so nothing is proved"
    );
}

/// A line that was cut off by a crash is vouched for by the next one, which names the line before
/// it, too; the next one alone.
#[test]
fn a_cut_line_within_is_taken_only_when_the_next_vouches_for_it() {
    let [first, second] = <[String; 2]>::try_from(chain(&["a", "a"])).unwrap();
    let cut = &second[..40];
    let vouched = sha256(format!("{first}\n{cut}").as_bytes());
    let next = format!("{{\"seq\":0,\"session\":\"b\",\"prev\":\"{vouched}\"}}");
    let verified = verify(
        format!("{first}\n{cut}\n{next}\n").as_bytes(),
        Expected::default(),
    );
    let notes = verified.unwrap().notes;
    assert_eq!(
        (notes.len(), notes[0].line, notes[0].what.as_str()),
        (
            1,
            2,
            "was cut off when its writer ended, as the line after it confirms"
        )
    );
    let other = first.replace("0.5", "0.6");
    for (text, expected) in [
        (
            format!("{first}\n{}\n{next}\n", &second[..39]),
            "f:2: is no record",
        ),
        (format!("{other}\n{cut}\n{next}\n"), "f:2: is no record"),
        (
            format!("{first}\n{next}\n"),
            "f:1: was changed, or lines after it",
        ),
        (format!("{first}\n{cut}\n"), "f:2: is no record"),
    ] {
        let found = verify(text.as_bytes(), Expected::default()).unwrap_err();
        assert!(found.starts_with(expected), "{found}");
    }
}

/// A disk that is full again and again leaves several: the next whole line vouches for all of them, as they are.
#[test]
fn cut_lines_in_a_row_are_taken_only_when_the_next_vouches_for_all() {
    let [first, second] = <[String; 2]>::try_from(chain(&["a", "a"])).unwrap();
    let cuts = [&second[..40], "{", &second[..90]];
    let vouched = sha256(format!("{first}\n{}", cuts.join("\n")).as_bytes());
    let next = format!("{{\"seq\":0,\"session\":\"b\",\"prev\":\"{vouched}\"}}");
    let text = |cuts: &[&str]| format!("{first}\n{}\n{next}\n", cuts.join("\n"));
    let verified = verify(text(&cuts).as_bytes(), Expected::default()).unwrap();
    assert_eq!((verified.lines, verified.notes.len()), (5, 1));
    assert_eq!(verified.notes[0].line, 2);
    let without_end = text(&cuts).replace(&format!("\n{next}\n"), "");
    for changed in [
        text(&cuts[..2]),
        text(&[cuts[0], cuts[2]]),
        text(&[cuts[1], cuts[0], cuts[2]]),
        text(&[cuts[0], "{", &second[..91]]),
        text(&[cuts[0], "x", cuts[2]]),
        text(&[cuts[0], "", cuts[1], cuts[2]]),
        format!("{without_end}\n"),
        without_end,
    ] {
        let found = verify(changed.as_bytes(), Expected::default()).unwrap_err();
        assert!(
            found.starts_with("f:2: is no record") || found.starts_with("f:2: is cut off"),
            "{found}"
        );
    }
}

#[test]
fn a_line_without_a_bound_is_refused() {
    let long = "x".repeat(MAX_LINE + 1);
    let found = verify(long.as_bytes(), Expected::default()).unwrap_err();
    assert_eq!(found, "f:1: is longer than any record");
}

/// As a server leaves it that wrote nothing while a whole file came and went.
#[test]
fn a_hash_is_64_small_digits() {
    for (hash, taken) in [
        (ZEROS.to_owned(), true),
        ("f".repeat(64), true),
        ("F".repeat(64), false),
        ("0".repeat(63), false),
        ("0".repeat(65), false),
        (format!("+{}", "0".repeat(63)), false),
        (String::new(), false),
    ] {
        assert_eq!(parse_digest(&hash).is_some(), taken, "{hash}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whoever knows the head finds every change of one byte.
    #[test]
    fn any_changed_byte_is_found(
        sessions in prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 1..12),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let lines = chain(&sessions);
        let noted = head(parse_digest(&sha256(lines[lines.len() - 1].as_bytes())).unwrap());
        let mut bytes = text(&lines).into_bytes();
        prop_assert!(verify(&bytes, noted).is_ok());
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let changed = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let found = verify(&bytes, noted).unwrap_err();
        let line: usize = found.split(':').nth(1).unwrap().parse().unwrap();
        // Of the last two nothing tells which one it was, and of two sessions not always.
        prop_assert!(line.abs_diff(changed) <= 1, "{}: {}", changed, found);
    }
}
