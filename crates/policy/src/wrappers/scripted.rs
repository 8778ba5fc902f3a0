//! Commands in words of other languages, and in the values of options.
//!
//! Takes a command and the options or the row that say where such texts stand. Adds the commands to an
//! [`Unwrapper`]; hides what a text puts together or reads from a file.

use mcp_ssh_knowledge::row::{Kind, Row};
use mcp_ssh_knowledge::row_of;
use mcp_ssh_knowledge::scripts::Language;

use crate::shell::CommandLine;

use super::hidden::Hidden;
use super::options;
use super::snippets::{self, Begins};
use super::unwrapped::Unwrapper;
use crate::matching::argument::{Argument, ProgramCall};

impl Unwrapper {
    /// Adds the commands in the values of `options`; each may get further arguments.
    pub(super) fn values(&mut self, options: &str, outer: &ProgramCall) {
        let mut words = outer
            .arguments
            .iter()
            .map(Argument::plain)
            .skip(1)
            .peekable();
        while let Some(word) = words.next() {
            let found = options.split_whitespace();
            for value in found.filter_map(|option| options::value_of(option, word)) {
                let value = value.or(words.peek().copied()).unwrap_or_default();
                if snippets::is_disguised(value) {
                    self.hide(Hidden::Text);
                }
                self.snippets(value, &[Argument::unknown()]);
            }
        }
    }

    /// Adds the commands in the scripts of another language.
    pub(super) fn code(&mut self, row: &Row, outer: &ProgramCall) {
        let first = row.operands.first.first();
        let calls = |text: &str| match first {
            Some(Kind::Script(Language::Sed)) => !Language::Sed.flaws(text).is_empty(),
            _ => snippets::calls(text),
        };
        for word in outer.arguments.iter().skip(1) {
            if snippets::calls_disguised(word.plain()) {
                self.hide(Hidden::Text);
            }
            let client = ["mysql", "mariadb", "psql", "sqlite3"].contains(&outer.file_name());
            if client && snippets::reads_file(word.plain()) {
                self.hide(Hidden::Elsewhere);
            }
            let address = outer.file_name() == "socat";
            if (address || word.quoted() != word.plain()) && calls(word.plain()) {
                self.snippets(word.plain(), &[]);
            }
        }
    }

    /// Adds the commands that a text may hold, each alone and with further arguments.
    pub(super) fn snippets(&mut self, text: &str, further: &[Argument]) {
        let Some(pieces) = snippets::snippets(text) else {
            return self.hide(Hidden::TooMuch);
        };
        for piece in pieces {
            let Ok(line) = CommandLine::parse(&piece.text) else {
                continue;
            };
            for command in line.commands().map(ProgramCall::of) {
                if !row_of(command.file_name()).is_some_and(Row::runs_others) {
                    let mut arguments = command.arguments.clone();
                    arguments.extend_from_slice(further);
                    self.peeled
                        .by_value
                        .push(command.running(arguments.clone()));
                    self.add(command.running(arguments));
                }
                if piece.begins == Begins::Perhaps && !self.peeled.commands.contains(&command) {
                    self.peeled.guessed.push(command.clone());
                }
                self.peeled.by_value.push(command.clone());
                self.add(command);
            }
        }
    }
}
