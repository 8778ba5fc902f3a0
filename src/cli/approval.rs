//! Asking the person at the terminal.
//!
//! Takes: a question. Gives: a yes for once, if the line that is typed then says `y` or `yes`. Refuses to ask
//! where nobody is: stdin and stderr must both be a terminal.

use std::pin::Pin;

use super::Terminal;
use super::meter::Meter;
use crate::gate::{Asks, Person, Question, Reply};
use crate::rpc::stdio::{Frame, StdinLines};
use mcp_ssh_policy::{Grant, Unapproved};

/// Bytes of the longest answer: what a terminal gives as one line.
const MAX_ANSWER_BYTES: usize = 4096;

/// Whoever sits at the terminal.
pub struct AtTerminal<'m> {
    /// What else writes to it.
    meter: Option<&'m Meter>,
}

/// The person at the terminal, if somebody is there.
pub fn person() -> Person<'static> {
    const { &AtTerminal { meter: None } }.person()
}

impl<'m> AtTerminal<'m> {
    /// Who watches a copy: its line is taken away before a question is put.
    pub fn beside(meter: &'m Meter) -> Self {
        Self { meter: Some(meter) }
    }

    /// The person, if somebody is there.
    pub fn person(&self) -> Person<'_> {
        match Terminal::new().is_attended() {
            true => Person::Asked(self),
            false => Person::Nobody,
        }
    }
}

impl Asks for AtTerminal<'_> {
    fn via(&self) -> &'static str {
        "terminal"
    }

    fn ask<'a>(&'a self, question: &'a Question) -> Pin<Box<dyn Future<Output = Reply> + 'a>> {
        Box::pin(async move {
            let mut terminal = Terminal::new();
            // A `yes` that was typed or pasted before is no answer to this.
            if terminal.forget_typed().is_err() {
                return Reply::Unapproved(Unapproved::Unasked);
            }
            if let Some(meter) = self.meter {
                meter.end();
            }
            terminal.error(&question.to_string());
            let deed = match question.file() {
                None if question.canaries().is_some() => "run it on these hosts",
                None => "run it",
                Some(file) if file.access.writes() => "write it",
                Some(_) => "read it",
            };
            terminal.error(&format!(
                "mcp-ssh: type `y` or `yes` to {deed} this once, any other word to refuse it"
            ));
            let Ok(mut input) = StdinLines::open() else {
                return Reply::Unapproved(Unapproved::Unasked);
            };
            match input.next(|| MAX_ANSWER_BYTES).await {
                Ok(Frame::Line(line)) if is_yes(&line) => Reply::Granted(Grant::Once),
                Ok(Frame::Line(_) | Frame::TooLong(_)) => Reply::Unapproved(Unapproved::Refused),
                Ok(Frame::End) | Err(_) => Reply::Unapproved(Unapproved::Dismissed),
            }
        })
    }
}

fn is_yes(line: &[u8]) -> bool {
    let word = line.trim_ascii();
    word.eq_ignore_ascii_case(b"y") || word.eq_ignore_ascii_case(b"yes")
}
