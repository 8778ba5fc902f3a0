//! The question that sudo puts on standard error, and what becomes of it.
//!
//! Takes what the host prints, piece by piece. Gives the text that may be shown, without the question, and the
//! [`SudoStep`] that is due. Refuses to have the password sent where anything is in doubt. Invariant: there is one
//! [`SudoStep::Answer`] at most, and none once there was output, a second question, or an end of the wait.
//!
//! ```text
//! sudo     PROMPT                         at the beginning of a line; nothing behind it
//! sudo-rs  [sudo: PROMPT] Password:␠      likewise; the words are PAM's
//! ```
//!
//! Lines before the question are text of the host: a lecture, a warning of sudo. What has the prompt anywhere else is
//! text, too, such as a list of processes.

use super::sudo_answer::{SudoAnswer, SudoPassword};
use crate::ssh::error::SshErrorKind;

/// The most bytes of PAM's words behind the prompt of sudo-rs.
const MAX_WORDS: usize = 64;

/// What is known of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SudoState {
    /// It may still come.
    Awaited,
    /// It came, and the password was sent.
    Answered,
    /// It did not come in time, or output came first: the command's input is closed.
    GivenUp,
}

/// What is to be done about the command's standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SudoStep {
    /// Nothing.
    None,
    /// The password is to be sent, and the input closed.
    Answer,
    /// The input is to be closed.
    Close,
    /// The command is to be ended, for this reason.
    End(SshErrorKind),
}

/// The talk with sudo about one command.
pub(super) struct SudoDialogue {
    prompt: Vec<u8>,
    /// How the question of sudo-rs begins.
    framed: Vec<u8>,
    password: Option<SudoPassword>,
    asking: SudoState,
    /// The line of standard error that may become the question.
    held: Vec<u8>,
    /// Whether standard error is within a line that is not the question.
    within_line: bool,
    /// Whether an end of line that comes next belongs to the question: sudo-rs prints one when it has the answer.
    line_of_question: bool,
}

/// How a line begins.
#[derive(Debug, PartialEq, Eq)]
enum LineBeginning {
    /// With the question, which has so many bytes.
    Question(usize),
    /// With what may become the question.
    Open,
    /// With other text.
    Text,
}

impl SudoDialogue {
    pub(super) fn new(answer: SudoAnswer) -> Self {
        let prompt = answer.prompt.as_str();
        Self {
            framed: format!("[sudo: {prompt}] ").into_bytes(),
            prompt: prompt.as_bytes().to_owned(),
            password: answer.password,
            asking: SudoState::Awaited,
            held: Vec::new(),
            within_line: false,
            line_of_question: false,
        }
    }

    /// Whether the question may still come.
    pub(super) fn is_awaited(&self) -> bool {
        self.asking == SudoState::Awaited
    }

    /// The password, once the step is to answer.
    pub(super) fn password(&self) -> Option<&SudoPassword> {
        self.password.as_ref()
    }

    /// Takes a piece of standard error; gives what may be shown of it, and what is to be done.
    pub(super) fn heard(&mut self, piece: &[u8]) -> (Vec<u8>, SudoStep) {
        let mut text = std::mem::take(&mut self.held);
        text.extend_from_slice(piece);
        let (mut shown, mut step) = (Vec::with_capacity(text.len()), SudoStep::None);
        let mut rest = text.as_slice();
        while !rest.is_empty() {
            if std::mem::take(&mut self.line_of_question)
                && let Some(after) = rest.strip_prefix(b"\n")
            {
                rest = after;
                continue;
            }
            if !self.within_line {
                match self.beginning(rest) {
                    LineBeginning::Open => {
                        self.held = rest.to_owned();
                        break;
                    }
                    LineBeginning::Question(length) => {
                        self.line_of_question = length > self.prompt.len();
                        rest = rest.get(length..).unwrap_or_default();
                        step = self.asked(rest.is_empty(), step);
                        continue;
                    }
                    LineBeginning::Text => {}
                }
            }
            let end = rest.iter().position(|byte| *byte == b'\n');
            let (line, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            shown.extend_from_slice(line);
            self.within_line = end.is_none();
            rest = after;
        }
        (shown, step)
    }

    /// Gives the question up: there is output, or it has not come in time.
    pub(super) fn give_up(&mut self) -> SudoStep {
        if !self.is_awaited() {
            return SudoStep::None;
        }
        self.asking = SudoState::GivenUp;
        SudoStep::Close
    }

    /// What was held back, once nothing more comes.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    /// The step for a question; `before` is that of the piece so far. sudo waits for the answer, so a question with text
    /// behind it (`is_last` is false) is none that sudo has put just now.
    fn asked(&mut self, is_last: bool, before: SudoStep) -> SudoStep {
        match (before, self.asking) {
            (SudoStep::End(_), _) => before,
            (_, SudoState::Answered) => SudoStep::End(SshErrorKind::SudoPasswordRefused),
            (_, SudoState::GivenUp) => SudoStep::End(SshErrorKind::SudoUnanswered),
            (_, SudoState::Awaited) if !is_last => {
                self.asking = SudoState::GivenUp;
                SudoStep::End(SshErrorKind::SudoUnanswered)
            }
            (_, SudoState::Awaited) if self.password.is_none() => {
                self.asking = SudoState::GivenUp;
                SudoStep::End(SshErrorKind::SudoPasswordMissing)
            }
            (_, SudoState::Awaited) => {
                self.asking = SudoState::Answered;
                SudoStep::Answer
            }
        }
    }

    fn beginning(&self, text: &[u8]) -> LineBeginning {
        if text.starts_with(&self.prompt) {
            return LineBeginning::Question(self.prompt.len());
        }
        if let Some(words) = text.strip_prefix(self.framed.as_slice()) {
            let words = words.get(..MAX_WORDS).unwrap_or(words);
            let line = words.split(u8::is_ascii_control).next().unwrap_or_default();
            return match line.windows(2).position(|pair| pair == b": ") {
                Some(at) => LineBeginning::Question(self.framed.len() + at + 2),
                None if line.len() == words.len() && words.len() < MAX_WORDS => LineBeginning::Open,
                None => LineBeginning::Text,
            };
        }
        match self.prompt.starts_with(text) || self.framed.starts_with(text) {
            true => LineBeginning::Open,
            false => LineBeginning::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{SudoDialogue, SudoStep};
    use crate::secret::Secret;
    use crate::ssh::error::SshErrorKind::{
        SudoPasswordMissing, SudoPasswordRefused, SudoUnanswered,
    };
    use crate::ssh::exec::sudo_answer::{SudoAnswer, SudoPassword};
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
            &format!(" {ASK}"),
            &format!("x{ASK}"),
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
        for second in [
            ASK.to_owned(),
            format!("Sorry, try again.\n{ASK}"),
            format!("{ASK}sudo: no password was provided\n"),
            format!("sudo: Authentication failed, try again.\n[sudo: {ASK}] Password: "),
        ] {
            let (shown, steps) = heard(&mut dialogue(Some("pw")), &[ASK, &second]);
            assert_eq!(
                steps,
                [SudoStep::Answer, SudoStep::End(SudoPasswordRefused)],
                "{second}"
            );
            assert!(!shown.contains(ASK), "{shown}");
        }
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
            assert_eq!(steps, [SudoStep::End(SudoUnanswered)], "{text:?}");
            assert!(!shown.contains(ASK), "{shown}");
        }
    }

    #[test]
    fn after_output_or_too_late_nothing_is_answered() {
        let mut late = dialogue(Some("pw"));
        assert_eq!(late.give_up(), SudoStep::Close);
        assert_eq!(late.give_up(), SudoStep::None);
        assert_eq!(heard(&mut late, &[ASK]).1, [SudoStep::End(SudoUnanswered)]);
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
            ("hello\n", vec![SudoStep::End(SudoPasswordMissing)])
        );
    }
}
