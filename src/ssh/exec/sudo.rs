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
//! Lines before the question are text of the host: a lecture, a warning of sudo. Where text stands before the question on
//! its line and nothing behind it, sudo waits: the run is ended at once, unanswered. What has the prompt anywhere else is
//! text, such as a list of processes.

use super::sudo_answer::{SudoAnswer, SudoPassword};
use super::sudo_end::SudoTalkEnd;
use super::sudo_standing::SudoStanding;

/// The most bytes of PAM's words behind the prompt of sudo-rs.
const MAX_WORDS: usize = 64;

/// The most bytes of a line in whose end the question is looked for: those of the question, and more.
const MAX_LINE_END: usize = 256;

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
    End(SudoTalkEnd),
}

/// The talk with sudo about one command.
pub(super) struct SudoDialogue {
    prompt: Vec<u8>,
    /// How the question of sudo-rs begins.
    framed: Vec<u8>,
    password: Option<SudoPassword>,
    asking: SudoStanding,
    /// PAM's words in the question that was answered.
    words: Vec<u8>,
    /// The end of a line of text that has no end yet.
    line: Vec<u8>,
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
            asking: SudoStanding::Awaited,
            words: Vec::new(),
            line: Vec::new(),
            held: Vec::new(),
            within_line: false,
            line_of_question: false,
        }
    }

    /// Whether the question may still come.
    pub(super) fn is_awaited(&self) -> bool {
        self.asking == SudoStanding::Awaited
    }

    /// What is known of the question.
    pub(super) fn standing(&self) -> SudoStanding {
        self.asking
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
                        let (question, after) = rest.split_at(length);
                        rest = after;
                        let words = question.get(self.framed.len()..).unwrap_or_default();
                        // sudo tells why it asks again, if it does, in these words alone.
                        let is_first = self.is_awaited();
                        shown.extend_from_slice(if is_first { &[] } else { words });
                        self.line_of_question = is_first && question.len() > self.prompt.len();
                        step = self.asked(words, rest.is_empty(), step);
                        continue;
                    }
                    LineBeginning::Text => {}
                }
            }
            let end = rest.iter().position(|byte| *byte == b'\n');
            let (line, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            shown.extend_from_slice(line);
            self.printed(line);
            self.keep_end(line, end.is_some());
            rest = after;
        }
        if step == SudoStep::None && self.is_awaited() && self.ends_as_question() {
            self.asking = SudoStanding::GivenUp;
            step = SudoStep::End(SudoTalkEnd::TextBefore);
        }
        (shown, step)
    }

    /// Takes what was printed, on either stream, and is not the question.
    pub(super) fn printed(&mut self, text: &[u8]) {
        if self.asking == SudoStanding::Answered && !text.trim_ascii().is_empty() {
            self.asking = SudoStanding::PrintedSince;
        }
    }

    /// Remembers the end of a line of text, until the line ends.
    fn keep_end(&mut self, line: &[u8], is_ended: bool) {
        self.within_line = !is_ended;
        self.line.extend_from_slice(line);
        let more = match is_ended {
            true => self.line.len(),
            false => self.line.len().saturating_sub(MAX_LINE_END),
        };
        self.line.drain(..more);
    }

    /// Whether a line that began with text ends, for now, as the question does.
    fn ends_as_question(&self) -> bool {
        let mut starts = self.line.windows(self.prompt.len());
        let Some(at) = starts.rposition(|part| part == self.prompt) else {
            return false;
        };
        let (before, prompt) = self.line.split_at(at);
        let behind = prompt.get(self.prompt.len()..).unwrap_or_default();
        let is_framed = before.ends_with(b"[sudo: ") && behind.starts_with(b"] ");
        behind.is_empty() || (is_framed && behind.ends_with(b": ") && behind.len() <= MAX_WORDS)
    }

    /// Gives the question up: there is output, or it has not come in time.
    pub(super) fn give_up(&mut self) -> SudoStep {
        if !self.is_awaited() {
            return SudoStep::None;
        }
        self.asking = SudoStanding::GivenUp;
        SudoStep::Close
    }

    /// What was held back, once nothing more comes.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    /// The step for a question with these words of PAM; `before` is that of the piece so far. sudo waits for the answer, so
    /// a question with text behind it (`is_last` is false) is none that sudo has put just now.
    fn asked(&mut self, words: &[u8], is_last: bool, before: SudoStep) -> SudoStep {
        if let SudoStep::End(_) = before {
            return before;
        }
        let fault = match self.asking {
            // Between a wrong password and the next question stands a line, in whatever language.
            SudoStanding::PrintedSince if words == self.words => SudoTalkEnd::Refused,
            SudoStanding::PrintedSince | SudoStanding::Answered => SudoTalkEnd::AskedMore,
            SudoStanding::GivenUp => SudoTalkEnd::Late,
            SudoStanding::Awaited if !is_last => SudoTalkEnd::TextBehind,
            SudoStanding::Awaited if self.password.is_none() => SudoTalkEnd::NoPassword,
            SudoStanding::Awaited => {
                self.asking = SudoStanding::Answered;
                self.words = words.to_owned();
                return SudoStep::Answer;
            }
        };
        if self.is_awaited() {
            self.asking = SudoStanding::GivenUp;
        }
        SudoStep::End(fault)
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

/// What is shown of pieces of standard error, and each step with the piece after which it is due: `A`nswer, `C`lose or `E`nd.
/// For fuzzing, which has no channel.
#[cfg(fuzzing)]
pub fn sudo_talk(answer: SudoAnswer, pieces: &[&[u8]]) -> (Vec<u8>, Vec<(usize, char)>) {
    let mut dialogue = SudoDialogue::new(answer);
    let (mut shown, mut steps) = (Vec::new(), Vec::new());
    for (at, piece) in pieces.iter().enumerate() {
        let (text, step) = dialogue.heard(piece);
        shown.extend(text);
        let letter = match step {
            SudoStep::None => None,
            SudoStep::Answer => Some('A'),
            SudoStep::Close => Some('C'),
            SudoStep::End(_) => Some('E'),
        };
        steps.extend(letter.map(|letter| (at, letter)));
    }
    shown.extend(dialogue.rest());
    (shown, steps)
}

#[cfg(test)]
mod tests;
