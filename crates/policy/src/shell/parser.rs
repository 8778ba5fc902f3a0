//! From the agent's string to a [`CommandLine`].
//!
//! Takes the admitted text as the lexer's tokens. Refuses an operator with no command on one of its sides (a `;`
//! or a newline may end the line), a redirection anywhere but after a command's last word,
//! and a first word that is not the plain name of a program.
//!
//! ```text
//! line     := pipeline ( separator pipeline )* (";" | NEWLINE)*
//! pipeline := command ( "|" NEWLINE* command )*
//! command  := WORD+ redirect*
//! ```

use super::command_line::{CommandLine, Pipeline, Separator, SimpleCommand};
use super::input;
use super::lexer::{Lexer, Operator, ShellToken};
use super::name;
use super::redirect;
use super::refusal::{self, Construct, Position, ShellError};
use super::word::Word;

impl CommandLine {
    /// Parses the agent's string. The work is linear in its length and nothing recurses.
    ///
    /// # Errors
    /// A [`ShellError`] for whatever is not of the accepted language.
    pub fn parse(text: &str) -> Result<Self, ShellError> {
        input::admit(text)?;
        let mut lexer = Lexer::new(text);
        let next = lexer.token()?;
        Parser { lexer, next }.line()
    }
}

/// The tokens of the line, one of them read ahead.
struct Parser<'text> {
    lexer: Lexer<'text>,
    next: Option<(ShellToken, Position)>,
}

impl Parser<'_> {
    fn line(&mut self) -> Result<CommandLine, ShellError> {
        self.skip_newlines()?;
        let first = self.pipeline(refusal::EMPTY.at(Position::START))?;
        let mut rest = Vec::new();
        while let Some((separator, missing)) = self.separator()? {
            rest.push((separator, self.pipeline(missing)?));
        }
        Ok(CommandLine { first, rest })
    }

    /// The separator before the next pipeline, and the refusal if no pipeline follows; `None` when the
    /// line ends here.
    fn separator(&mut self) -> Result<Option<(Separator, ShellError)>, ShellError> {
        let Some((ShellToken::Operator(operator), place)) = self.next else {
            return Ok(None);
        };
        self.advance()?;
        self.skip_newlines()?;
        let (separator, missing) = match operator {
            Operator::And => (Separator::And, refusal::AND_LAST),
            Operator::Or => (Separator::Or, refusal::OR_LAST),
            Operator::Pipe | Operator::Semicolon | Operator::Newline => {
                (Separator::Sequence, refusal::EMPTY)
            }
        };
        if separator == Separator::Sequence && self.next.is_none() {
            return Ok(None);
        }
        Ok(Some((separator, missing.at(place))))
    }

    fn pipeline(&mut self, missing: ShellError) -> Result<Pipeline, ShellError> {
        let mut commands = vec![self.command(missing)?];
        while let Some((ShellToken::Operator(Operator::Pipe), place)) = self.next {
            self.advance()?;
            self.skip_newlines()?;
            commands.push(self.command(refusal::PIPE_LAST.at(place))?);
        }
        Ok(Pipeline { commands })
    }

    /// One command; `missing` is the refusal if the line ends before the command.
    fn command(&mut self, missing: ShellError) -> Result<SimpleCommand, ShellError> {
        self.check_name(missing)?;
        let mut words = Vec::new();
        while let Some(word) = self.take_word()? {
            words.push(word);
        }
        let mut redirects = Vec::new();
        while let Some((ShellToken::Redirects(more), _)) = self.next {
            redirects.extend_from_slice(more);
            self.advance()?;
        }
        match self.next {
            Some((ShellToken::Word(_), place)) => Err(refusal::REDIRECT_INSIDE.at(place)),
            _ => Ok(SimpleCommand {
                words,
                redirects: redirect::canonical(&redirects),
            }),
        }
    }

    /// Refuses the next token unless it is a word that can name a program.
    fn check_name(&self, missing: ShellError) -> Result<(), ShellError> {
        match &self.next {
            None => Err(missing),
            Some((ShellToken::Operator(operator), place)) => Err(first(*operator).at(*place)),
            Some((ShellToken::Redirects(_), place)) => Err(refusal::REDIRECT_FIRST.at(*place)),
            Some((ShellToken::Word(word), place)) => match name::fault(word) {
                Some(construct) => Err(construct.at(*place)),
                None => Ok(()),
            },
        }
    }

    fn take_word(&mut self) -> Result<Option<Word>, ShellError> {
        match self.next.take() {
            Some((ShellToken::Word(word), _)) => {
                self.advance()?;
                Ok(Some(word))
            }
            other => {
                self.next = other;
                Ok(None)
            }
        }
    }

    fn skip_newlines(&mut self) -> Result<(), ShellError> {
        while let Some((ShellToken::Operator(Operator::Newline), _)) = self.next {
            self.advance()?;
        }
        Ok(())
    }

    fn advance(&mut self) -> Result<(), ShellError> {
        self.next = self.lexer.token()?;
        Ok(())
    }
}

/// The refusal of an operator that stands where a command should.
fn first(operator: Operator) -> Construct {
    match operator {
        Operator::And => refusal::AND_FIRST,
        Operator::Or => refusal::OR_FIRST,
        Operator::Pipe => refusal::PIPE_FIRST,
        Operator::Semicolon => refusal::SEMICOLON_FIRST,
        Operator::Newline => refusal::EMPTY,
    }
}
