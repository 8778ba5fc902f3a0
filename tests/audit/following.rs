//! Several files are one trail: each begins where the one before it ended, or is found not to.

use mcp_ssh::audit::{Expected, parse_digest};

use super::tampering::good;
use super::{chain, sha256, text, verify, verify_files};

#[test]
fn half_a_line_at_the_beginning_of_a_file_is_not_taken_for_a_link() {
    let lines = chain(&["a", "a", "b"]);
    // The line of `b` is gone from the end.
    let (first, gone) = lines.split_at(2);
    let noted = sha256(first[1].as_bytes());
    let next = gone[0].replace(&noted, &sha256(b"\n{"));
    let second = format!("{{\n{next}\n");
    let told = format!(
        "g:1: is no record, so nothing links this file to the head before it, {noted}: verify it alone"
    );
    let files = [("f", text(first).into_bytes()), ("g", second.into_bytes())];
    let files = files.each_ref().map(|(name, text)| (*name, &**text));
    assert_eq!(verify_files(&files, Expected::default()).unwrap_err(), told);
    let after = Expected {
        after: parse_digest(&noted),
        ..Expected::default()
    };
    assert_eq!(verify_files(&files[1..], after).unwrap_err(), told);
    // By itself it is what a crash leaves.
    let alone = verify_files(&files[1..], Expected::default()).unwrap();
    assert_eq!((alone.lines, alone.notes.len()), (2, 1));
}

#[test]
fn files_are_one_chain_in_their_order() {
    let lines = good();
    let (old, new) = (text(&lines[..5]), text(&lines[5..]));
    let (old, new) = (("old", old.as_bytes()), ("new", new.as_bytes()));
    let whole = verify_files(&[old, new], Expected::default()).unwrap();
    assert_eq!(whole.lines, 9);
    let found = verify_files(&[new, old], Expected::default()).unwrap_err();
    assert!(
        found.starts_with("new:1: follows lines that are not here (seq 3)"),
        "{found}"
    );
    let found = verify_files(&[new], Expected::default()).unwrap_err();
    let after = sha256(lines[4].as_bytes());
    assert!(found.ends_with(&format!("--after {after}")), "{found}");
    let after = |hash: &str| Expected {
        after: parse_digest(hash),
        ..Expected::default()
    };
    assert_eq!(
        verify_files(&[new], after(&sha256(lines[4].as_bytes())))
            .unwrap()
            .lines,
        4
    );
    assert!(verify_files(&[new], after(&sha256(lines[3].as_bytes()))).is_err());
}

#[test]
fn a_file_may_follow_the_end_of_an_earlier_one() {
    let lines = good();
    let [old, middle] = [text(&lines[..3]), text(&lines[3..5])];
    let prev = sha256(lines[2].as_bytes());
    let late = format!("{{\"seq\":3,\"session\":\"a\",\"prev\":\"{prev}\"}}\n");
    let [old, middle, new] = [&old, &middle, &late].map(|text| text.as_bytes());
    let verified = verify_files(
        &[("old", old), ("middle", middle), ("new", new)],
        Expected::default(),
    );
    let note = &verified.unwrap().notes[0];
    let head = sha256(lines[4].as_bytes());
    assert_eq!(
        (&*note.file, note.line, note.what.as_str()),
        (
            "new",
            1,
            &*format!("follows the end of an earlier file; the head before it is {head}")
        )
    );
    // Not within a file, and not from a line that is no end.
    let joined = [middle, new].concat();
    assert!(verify_files(&[("old", old), ("new", &joined)], Expected::default()).is_err());
    let early = late.replace(&prev, &sha256(lines[1].as_bytes()));
    let files = [("old", old), ("middle", middle), ("new", early.as_bytes())];
    assert!(verify_files(&files, Expected::default()).is_err());
}

#[test]
fn a_new_beginning_is_taken_only_where_it_is_expected() {
    let lines = [chain(&["a", "a"]), chain(&["b", "b"])].concat();
    let found = verify(text(&lines).as_bytes(), Expected::default()).unwrap_err();
    assert!(
        found.starts_with("f:3: begins anew: lines before it are missing"),
        "{found}"
    );
    let restarts = Expected {
        restarts: true,
        ..Expected::default()
    };
    let verified = verify(text(&lines).as_bytes(), restarts).unwrap();
    let head = sha256(lines[1].as_bytes());
    assert_eq!(verified.notes[0].line, 3);
    assert_eq!(
        verified.notes[0].what,
        format!("begins anew; the head before it is {head}")
    );
    // A session begins once.
    let twice = [chain(&["a", "a"]), chain(&["a"])].concat();
    assert!(verify(text(&twice).as_bytes(), restarts).is_err());
}
