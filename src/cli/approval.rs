//! Asking the person at the terminal.
//!
//! Takes: a question. Gives: a yes for once, if the line that is typed then says `y` or `yes`. The question is put again
//! when the process was stopped meanwhile. Refuses to ask where nobody is: stdin and stderr must both be a terminal.

use std::pin::Pin;

use super::Terminal;
use super::keyboard::{Keyboard, TypedLine};
use super::meter::Meter;
use crate::gate::{Asks, Person, Question, Reply};
use mcp_ssh_policy::{Grant, Unapproved};

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
            let Ok(mut keyboard) = Keyboard::open() else {
                return Reply::Unapproved(Unapproved::Unasked);
            };
            // A `yes` that was typed or pasted before is no answer to this.
            if terminal.forget_typed().is_err() {
                return Reply::Unapproved(Unapproved::Unasked);
            }
            if let Some(meter) = self.meter {
                meter.end();
            }
            put(question, &mut terminal);
            loop {
                match keyboard.line().await {
                    Ok(TypedLine::Line(line)) if line.trim_ascii().is_empty() => {}
                    Ok(TypedLine::Line(line)) if is_yes(&line) => {
                        return Reply::Granted(Grant::Once);
                    }
                    Ok(TypedLine::Line(_) | TypedLine::TooLong) => {
                        return Reply::Unapproved(Unapproved::Refused);
                    }
                    Ok(TypedLine::Resumed) => {
                        // Half of an answer may stand where nobody sees it any more.
                        let _gone = terminal.forget_typed();
                        put(question, &mut terminal);
                    }
                    Ok(TypedLine::End) | Err(_) => {
                        return Reply::Unapproved(Unapproved::Dismissed);
                    }
                }
            }
        })
    }
}

/// Shows the question, and what answers it.
fn put(question: &Question, terminal: &mut Terminal) {
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
}

fn is_yes(line: &[u8]) -> bool {
    let word = line.trim_ascii();
    word.eq_ignore_ascii_case(b"y") || word.eq_ignore_ascii_case(b"yes")
}
