//! Tests of the talk with sudo: which pieces of standard error are the question, and which are not.

use std::rc::Rc;

use super::{SudoDialogue, SudoStanding, SudoStep};
use crate::secret::Secret;
use crate::ssh::exec::sudo_answer::{SudoAnswer, SudoPassword};
use crate::ssh::exec::sudo_end::SudoTalkEnd;
use mcp_ssh_policy::SudoPrompt;

const ASK: &str = "abababababababababababababababab";

fn dialogue(password: Option<&str>) -> SudoDialogue {
    let password = password.map(|text| Rc::new(Secret::new(text.to_owned())));
    let password = password.map(|secret| SudoPassword::new(secret).unwrap());
    SudoDialogue::new(SudoAnswer::new(SudoPrompt::new([0xab; 16]), password))
}

/// What is shown of these pieces, and the steps.
fn heard(dialogue: &mut SudoDialogue, pieces: &[&str]) -> (String, Vec<SudoStep>) {
    let (mut shown, mut steps) = (Vec::new(), Vec::new());
    for piece in pieces {
        let (text, step) = dialogue.heard(piece.as_bytes());
        shown.extend(text);
        steps.extend((step != SudoStep::None).then_some(step));
    }
    shown.extend(dialogue.rest());
    (String::from_utf8(shown).unwrap(), steps)
}

#[test]
fn a_question_is_answered_once_in_whatever_pieces_it_comes() {
    let framed = format!("[sudo: {ASK}] Password: ");
    let lecture = format!("We trust you.\n\n    #1) Respect.\n\n{ASK}");
    let warning = format!("sudo: unable to resolve host x\n[sudo: {ASK}] Passwort: ");
    for (text, shown) in [
        (ASK, ""),
        (framed.as_str(), ""),
        (lecture.as_str(), "We trust you.\n\n    #1) Respect.\n\n"),
        (warning.as_str(), "sudo: unable to resolve host x\n"),
    ] {
        for size in [1, 2, 7, text.len()] {
            let bytes: Vec<char> = text.chars().collect();
            let pieces: Vec<String> = bytes
                .chunks(size)
                .map(|piece| piece.iter().collect())
                .collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let told = heard(&mut dialogue(Some("pw")), &pieces);
            assert_eq!(
                told,
                (shown.to_owned(), vec![SudoStep::Answer]),
                "{text:?} {size}"
            );
        }
    }
}

#[test]
fn the_end_of_line_that_sudo_rs_prints_is_not_shown() {
    let framed = format!("[sudo: {ASK}] Password: ");
    for (question, text, shown) in [
        (framed.as_str(), "\nx\n", "x\n"),
        (framed.as_str(), "\n\n", "\n"),
        (framed.as_str(), "x\n", "x\n"),
        (ASK, "\nx", "\nx"),
    ] {
        let told = heard(&mut dialogue(Some("pw")), &[question, text]);
        assert_eq!(told, (shown.to_owned(), vec![SudoStep::Answer]), "{text:?}");
    }
}

#[test]
fn what_is_not_exactly_the_question_is_text() {
    let long = format!("[sudo: {ASK}] {}: ", "x".repeat(64));
    for text in [
        "",
        "Password: ",
        "[sudo] password for x: ",
        &format!("root 1 sudo -S -k -p {ASK} -u root -- id\n"),
        &ASK[..31],
        &format!("{}\n", &ASK[..31]),
        &ASK.to_uppercase(),
        &format!("[sudo: {ASK}] Password"),
        &format!("[sudo: {ASK}] Pass\nword: "),
        &format!("[sudo: {ASK}"),
        &format!("[su: {ASK}] Password: "),
        &long,
    ] {
        for split in [0, text.len() / 2] {
            let (first, second) = text.split_at(split);
            let told = heard(&mut dialogue(Some("pw")), &[first, second]);
            assert_eq!(told, (text.to_owned(), Vec::new()), "{text:?}");
        }
    }
}

#[test]
fn a_second_question_ends_the_run() {
    let framed = |words: &str| format!("[sudo: {ASK}] {words}: ");
    let (first, current) = (framed("Password"), framed("Current password"));
    let again = format!("sudo: Authentication failed, try again.\n{first}");
    for (first, second, fault) in [
        // Nothing is said between two questions: sudo has another one.
        (ASK, ASK.to_owned(), SudoTalkEnd::AskedMore),
        (ASK, format!("\n{ASK}"), SudoTalkEnd::AskedMore),
        (
            ASK,
            format!("{ASK}sudo: no password was provided\n"),
            SudoTalkEnd::AskedMore,
        ),
        (
            ASK,
            format!("Sorry, try again.\n{ASK}"),
            SudoTalkEnd::Refused,
        ),
        (
            ASK,
            format!("Das hat nicht funktioniert.\n{ASK}\n"),
            SudoTalkEnd::Refused,
        ),
        (&first, format!("\n{again}"), SudoTalkEnd::Refused),
        // Other words: the password has expired.
        (&first, format!("\n{current}"), SudoTalkEnd::AskedMore),
        (
            &first,
            format!("\nYou must change it.\n{current}"),
            SudoTalkEnd::AskedMore,
        ),
    ] {
        let (shown, steps) = heard(&mut dialogue(Some("pw")), &[first, &second]);
        assert_eq!(steps, [SudoStep::Answer, SudoStep::End(fault)], "{second}");
        assert!(!shown.contains(ASK), "{shown}");
    }
    // What PAM asks is told.
    let (shown, _) = heard(&mut dialogue(Some("pw")), &[&first, "\n", &current]);
    assert_eq!(shown, "Current password: ");
}

/// sudo waits, and nobody can tell that the text is not the question's own.
#[test]
fn a_question_with_text_before_it_on_its_line_ends_the_run_at_once() {
    let framed = format!("[sudo: {ASK}] Password: ");
    let long = "x".repeat(5_000);
    for text in [
        format!(" {ASK}"),
        format!("x{ASK}"),
        format!("hello\nx{ASK}"),
        format!("{long}{ASK}"),
        format!("x{framed}"),
        format!("\r{framed}"),
    ] {
        let (first, second) = text.split_at(1);
        for pieces in [vec![text.as_str()], vec![first, second]] {
            let (_, steps) = heard(&mut dialogue(Some("pw")), &pieces);
            assert_eq!(steps, [SudoStep::End(SudoTalkEnd::TextBefore)], "{text:?}");
        }
    }
    // With more behind it, it is no question that waits.
    let listed = format!("root 1 sudo -S -k -p {ASK} -u root -- id");
    for text in [&listed, &format!("{listed}\n"), &format!("x{ASK}\n{ASK}")] {
        let (_, steps) = heard(&mut dialogue(Some("pw")), &[text]);
        let is_answered = text.ends_with(ASK);
        assert_eq!(steps == [SudoStep::Answer], is_answered, "{text:?}");
        assert_eq!(steps.is_empty(), !is_answered, "{text:?}");
    }
    // Once the input is closed, sudo does not wait.
    let mut late = dialogue(Some("pw"));
    late.give_up();
    assert_eq!(heard(&mut late, &["x", ASK]).1, []);
}

#[test]
fn what_stands_since_the_answer_is_known() {
    let mut asked = dialogue(Some("pw"));
    assert_eq!(asked.standing(), SudoStanding::Awaited);
    heard(&mut asked, &[&format!("[sudo: {ASK}] Password: "), "\n"]);
    assert_eq!(asked.standing(), SudoStanding::Answered);
    asked.printed(b"out");
    assert_eq!(asked.standing(), SudoStanding::PrintedSince);
}

#[test]
fn a_question_that_comes_twice_at_once_or_with_text_behind_it_is_not_answered() {
    for text in [
        format!("{ASK}{ASK}"),
        format!("{ASK} -u root\n"),
        format!("{ASK}\n"),
        format!("[sudo: {ASK}] Password: x"),
    ] {
        let (shown, steps) = heard(&mut dialogue(Some("pw")), &[&text]);
        assert_eq!(steps, [SudoStep::End(SudoTalkEnd::TextBehind)], "{text:?}");
        assert!(!shown.contains(ASK), "{shown}");
    }
}

#[test]
fn after_output_or_too_late_nothing_is_answered() {
    let mut late = dialogue(Some("pw"));
    assert_eq!(late.give_up(), SudoStep::Close);
    assert_eq!(late.give_up(), SudoStep::None);
    assert_eq!(
        heard(&mut late, &[ASK]).1,
        [SudoStep::End(SudoTalkEnd::Late)]
    );
    let mut answered = dialogue(Some("pw"));
    assert_eq!(heard(&mut answered, &[ASK]).1, [SudoStep::Answer]);
    assert_eq!(answered.give_up(), SudoStep::None);
}

/// Every sequence of such pieces: one answer at most, only to a question that is all of its line and the last word.
#[test]
fn nothing_but_the_question_is_ever_answered() {
    let framed = format!("[sudo: {ASK}] Password: ");
    let pieces = [
        ASK,
        &framed,
        "\n",
        "x",
        &ASK[..9],
        &ASK[9..],
        &framed[..3],
        &framed[3..],
    ];
    for sequence in 0..pieces.len().pow(5) {
        let (mut dialogue, mut printed, mut shown) =
            (dialogue(Some("pw")), String::new(), Vec::new());
        let (mut rest, mut answers, mut over) = (sequence, 0, false);
        for _ in 0..5 {
            let piece = pieces[rest % pieces.len()];
            rest /= pieces.len();
            printed += piece;
            let (text, step) = dialogue.heard(piece.as_bytes());
            shown.extend(text);
            let line = printed.rsplit('\n').next().unwrap();
            if step == SudoStep::Answer {
                assert!((line == ASK || line == framed) && !over, "{printed:?}");
                answers += 1;
            }
            over |= step != SudoStep::None;
        }
        let shown = String::from_utf8(shown).unwrap();
        assert!(answers <= 1, "{printed:?}");
        let question = |line: &str| line.starts_with(ASK) || line.starts_with(&framed);
        assert!(!shown.lines().any(question), "{printed:?}: {shown:?}");
    }
}

#[test]
fn without_a_password_the_question_ends_the_run() {
    let (shown, steps) = heard(&mut dialogue(None), &["hello\n", ASK]);
    assert_eq!(
        (shown.as_str(), steps),
        ("hello\n", vec![SudoStep::End(SudoTalkEnd::NoPassword)])
    );
}
