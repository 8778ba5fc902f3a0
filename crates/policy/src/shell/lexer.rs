//! Words, operators and redirections.
//!
//! Takes the admitted text; gives one [`ShellToken`] after another with its place. Blanks are the
//! space and the tab; a `#` where a token could begin drops the rest of the line. Refuses by name
//! every operator and redirection outside the accepted language.
//!
//! ```text
//! operator := "&&" | "||" | "|" | ";" | NEWLINE
//! redirect := [2] ">&" [1] | [1] ">&" "2" | [1|2] (">" | ">>") NULL | "&>" NULL | "<" NULL
//! NULL     := "/dev/null"
//! ```

use super::cursor::Cursor;
use super::redirect::Redirect;
use super::refusal::{self, Position, ShellError};
use super::scan::{self, Scanned};
use super::word::{Piece, Word};

/// One token of the line.
#[derive(Debug)]
pub(super) enum ShellToken {
    /// A word, quotes removed.
    Word(Word),
    /// An operator between commands.
    Operator(Operator),
    /// One redirection as it was written; `&>` stands for two.
    Redirects(&'static [Redirect]),
}

/// An operator between commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
    /// `;`
    Semicolon,
    /// The end of a line.
    Newline,
}

/// The line, as far as it has been read.
pub(super) struct Lexer<'text> {
    cursor: Cursor<'text>,
}

impl<'text> Lexer<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self {
            cursor: Cursor::new(text),
        }
    }

    /// The next token and its place, or `None` at the end of the line.
    pub(super) fn token(&mut self) -> Result<Option<(ShellToken, Position)>, ShellError> {
        self.skip_to_token()?;
        let place = self.cursor.place();
        let Some(character) = self.cursor.peek() else {
            return Ok(None);
        };
        let token = match character {
            '\n' | ';' | '|' | '&' => self.operator(place)?,
            '<' | '>' => ShellToken::Redirects(self.redirect(Descriptor::Default, place)?),
            _ => self.word(place)?,
        };
        Ok(Some((token, place)))
    }

    /// Takes blanks, the comment after them, and the carriage return of a CRLF line end.
    fn skip_to_token(&mut self) -> Result<(), ShellError> {
        self.cursor.skip_blanks();
        if self.cursor.peek() == Some('#') {
            self.cursor.skip_line();
        }
        if self.cursor.peek() == Some('\r') {
            let place = self.cursor.place();
            self.cursor.next();
            if !matches!(self.cursor.peek(), None | Some('\n')) {
                return Err(refusal::CARRIAGE_RETURN.at(place));
            }
        }
        Ok(())
    }

    fn operator(&mut self, place: Position) -> Result<ShellToken, ShellError> {
        if self.cursor.take("&>") {
            return self.both(place);
        }
        for (spelling, construct) in [(";;", refusal::CASE_END), ("|&", refusal::PIPE_BOTH)] {
            if self.cursor.at(spelling) {
                return Err(construct.at(place));
            }
        }
        for (spelling, operator) in [
            ("\n", Operator::Newline),
            ("&&", Operator::And),
            ("||", Operator::Or),
            ("|", Operator::Pipe),
            (";", Operator::Semicolon),
        ] {
            if self.cursor.take(spelling) {
                return Ok(ShellToken::Operator(operator));
            }
        }
        Err(refusal::BACKGROUND.at(place))
    }

    /// The redirections after `&>`. POSIX reads this sign as "background, then truncate"; it is taken here as
    /// bash means it, and rendered as the two redirections for which it stands.
    fn both(&mut self, place: Position) -> Result<ShellToken, ShellError> {
        if self.cursor.at(">") {
            return Err(refusal::BOTH_APPEND.at(place));
        }
        self.null()
            .then_some(ShellToken::Redirects(&[
                Redirect::OutToNull,
                Redirect::ErrToOut,
            ]))
            .ok_or(refusal::BOTH.at(place))
    }

    /// A word, or the file descriptor of the redirection that follows without a blank.
    fn word(&mut self, place: Position) -> Result<ShellToken, ShellError> {
        let scanned = scan::scan(&mut self.cursor)?;
        let redirected = matches!(self.cursor.peek(), Some('<' | '>'));
        match scanned {
            Scanned::Digits(digits) if redirected => {
                let descriptor = Descriptor::of(&digits).ok_or(refusal::DESCRIPTOR.at(place))?;
                Ok(ShellToken::Redirects(self.redirect(descriptor, place)?))
            }
            Scanned::Digits(digits) => Ok(ShellToken::Word(Word {
                pieces: vec![Piece::Literal(digits)],
            })),
            Scanned::Braced(_) if redirected => Err(refusal::NAMED_DESCRIPTOR.at(place)),
            Scanned::Braced(word) | Scanned::Other(word) => Ok(ShellToken::Word(word)),
        }
    }

    /// A redirection from its `<` or `>` on; `place` is where the descriptor began.
    fn redirect(
        &mut self,
        descriptor: Descriptor,
        place: Position,
    ) -> Result<&'static [Redirect], ShellError> {
        for (spelling, construct) in [
            ("<(", refusal::PROCESS_INPUT),
            (">(", refusal::PROCESS_OUTPUT),
            ("<<<", refusal::HERE_STRING),
            ("<<", refusal::HERE_DOCUMENT),
            ("<>", refusal::READ_WRITE),
            ("<&", refusal::DUPLICATE_INPUT),
            (">|", refusal::CLOBBER),
        ] {
            if self.cursor.at(spelling) {
                return Err(construct.at(place));
            }
        }
        let (redirects, otherwise): (Option<&'static [Redirect]>, _) = if self.cursor.take(">&") {
            (self.duplicate(descriptor), refusal::DUPLICATE)
        } else if self.cursor.take(">>") {
            (self.output(descriptor), refusal::APPEND)
        } else if self.cursor.take(">") {
            (self.output(descriptor), refusal::WRITE)
        } else if descriptor == Descriptor::Default {
            (self.input(), refusal::READ)
        } else {
            (None, refusal::DESCRIPTOR)
        };
        redirects.ok_or(otherwise.at(place))
    }

    /// The redirection after `>&`.
    fn duplicate(&mut self, descriptor: Descriptor) -> Option<&'static [Redirect]> {
        match (descriptor, self.target(&["1", "2"])?) {
            (Descriptor::Err, "1") => Some(&[Redirect::ErrToOut]),
            (Descriptor::Default | Descriptor::Out, "2") => Some(&[Redirect::OutToErr]),
            _ => None,
        }
    }

    /// The redirection after `>` or `>>`: the two are equal for `/dev/null`, which keeps nothing.
    fn output(&mut self, descriptor: Descriptor) -> Option<&'static [Redirect]> {
        self.null().then_some(match descriptor {
            Descriptor::Default | Descriptor::Out => &[Redirect::OutToNull],
            Descriptor::Err => &[Redirect::ErrToNull],
        })
    }

    /// The redirection at a `<`.
    fn input(&mut self) -> Option<&'static [Redirect]> {
        (self.cursor.take("<") && self.null()).then_some(&[Redirect::InFromNull])
    }

    fn null(&mut self) -> bool {
        self.target(&["/dev/null"]).is_some()
    }

    /// Takes one of the given redirection targets, which must be the whole word. A target that touches
    /// another `<` or `>` is refused: shells disagree on where the target ends.
    fn target(&mut self, targets: &[&'static str]) -> Option<&'static str> {
        self.cursor.skip_blanks();
        let target = targets
            .iter()
            .copied()
            .find(|target| self.cursor.take(target))?;
        matches!(
            self.cursor.peek(),
            None | Some(' ' | '\t' | '\r' | '\n' | ';' | '&' | '|')
        )
        .then_some(target)
    }
}

/// The file descriptor written before a redirection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Descriptor {
    /// No descriptor was written.
    Default,
    /// `1`
    Out,
    /// `2`
    Err,
}

impl Descriptor {
    fn of(digits: &str) -> Option<Self> {
        match digits {
            "1" => Some(Self::Out),
            "2" => Some(Self::Err),
            _ => None,
        }
    }
}
