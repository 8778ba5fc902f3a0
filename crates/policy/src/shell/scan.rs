//! Reads one word: literal characters, backslash escapes, `'...'`, `"..."` and pathname patterns.
//!
//! Takes the cursor at a word's first character; gives the word, and leaves the cursor after the last one.
//! Refuses by name whatever a shell would expand, and the constructs that shells read differently.
//!
//! ```text
//! WORD    := ( literal | "\" any | "'" any* "'" | '"' ( any | "\" [$`"\] )* '"' | pattern )+
//! pattern := "*" | "?" | "[" "!"? ( alnum | alnum "-" alnum )+ "]"
//! ```

use super::cursor::Cursor;
use super::refusal::{self, Position, ShellError};
use super::word::{Piece, Word};
use super::{dollar, pattern};

/// A word, and what its spelling means to a redirection that follows without a blank.
pub(super) enum Scanned {
    /// Unquoted digits: a file descriptor.
    Digits(String),
    /// An unquoted `}` at the end: bash and zsh take `{name}>` for a file descriptor.
    Braced(Word),
    /// Anything else.
    Other(Word),
}

/// Reads one word.
pub(super) fn scan(cursor: &mut Cursor<'_>) -> Result<Scanned, ShellError> {
    let mut draft = Draft {
        pieces: Vec::new(),
        text: String::new(),
        last: Last::Nothing,
        digits: true,
        brace: None,
    };
    while draft.step(cursor)? == ScanProgress::Taken {}
    Ok(draft.finish())
}

/// A word in the making.
struct Draft {
    /// The finished pieces.
    pieces: Vec<Piece>,
    /// The literal piece that is growing.
    text: String,
    last: Last,
    /// Whether every character so far is an unquoted digit.
    digits: bool,
    brace: Option<Brace>,
}

/// The character before the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Nothing,
    Quoted,
    Bare(char),
}

/// An unquoted `{`, and whether a `,` or `..` came after it.
struct Brace {
    place: Position,
    list: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScanProgress {
    Taken,
    End,
}

impl Draft {
    /// Takes the next part of the word, if there is one.
    fn step(&mut self, cursor: &mut Cursor<'_>) -> Result<ScanProgress, ShellError> {
        let place = cursor.place();
        let Some(character) = cursor.peek() else {
            return Ok(ScanProgress::End);
        };
        match character {
            ' ' | '\t' | '\n' | '\r' | ';' | '&' | '|' | '<' | '>' => return Ok(ScanProgress::End),
            '\'' => self.single_quoted(cursor, place)?,
            '"' => self.double_quoted(cursor, place)?,
            '\\' => self.escaped(cursor, place)?,
            '`' => return Err(refusal::BACKTICK.at(place)),
            '(' => return Err(self.parenthesis(cursor).at(place)),
            ')' => return Err(refusal::CLOSING.at(place)),
            '*' | '?' | '[' if self.is_url() => {
                cursor.next();
                self.text.push(character);
                self.set_last(Last::Bare(character));
            }
            '*' | '?' | '[' => {
                let text = pattern::scan(cursor, &self.pieces, &self.text)?;
                if !self.text.is_empty() {
                    self.pieces
                        .push(Piece::Literal(std::mem::take(&mut self.text)));
                }
                self.pieces.push(Piece::Pattern(text));
                self.set_last(Last::Bare(character));
            }
            _ => self.bare(cursor, character, place)?,
        }
        Ok(ScanProgress::Taken)
    }

    /// Whether the word so far begins a URL. `http://localhost/x?y` names no files: the word is read as if it
    /// were quoted, and sent in quotes.
    fn is_url(&self) -> bool {
        self.pieces.is_empty()
            && ["http://", "https://"]
                .iter()
                .any(|scheme| self.text.starts_with(scheme))
    }

    fn bare(
        &mut self,
        cursor: &mut Cursor<'_>,
        character: char,
        place: Position,
    ) -> Result<(), ShellError> {
        match character {
            '$' => dollar::check_bare(cursor)?,
            '~' if self.expands_tilde() => return Err(refusal::TILDE.at(place)),
            '{' | ',' | '.' | '}' => self.track_braces(character, place)?,
            _ => {}
        }
        cursor.next();
        self.text.push(character);
        self.set_last(Last::Bare(character));
        Ok(())
    }

    /// Whether some shell expands a `~` here: at the start of a word, after a `=`, and after a `:` in a word
    /// with a `=`. Bash and mksh expand the last two in arguments, too.
    fn expands_tilde(&self) -> bool {
        match self.last {
            Last::Nothing | Last::Bare('=') => true,
            Last::Bare(':') => self.text.contains('='),
            Last::Quoted | Last::Bare(_) => false,
        }
    }

    /// Refuses the `}` that ends a brace list. As in bash, a `}` without a `,` or `..` before it ends no list.
    fn track_braces(&mut self, character: char, place: Position) -> Result<(), ShellError> {
        let after_dot = self.last == Last::Bare('.');
        match (&mut self.brace, character) {
            (None, '{') => self.brace = Some(Brace { place, list: false }),
            (Some(brace), ',') => brace.list = true,
            (Some(brace), '.') if after_dot => brace.list = true,
            (Some(brace), '}') if brace.list => return Err(refusal::BRACES.at(brace.place)),
            _ => {}
        }
        Ok(())
    }

    fn single_quoted(&mut self, cursor: &mut Cursor<'_>, open: Position) -> Result<(), ShellError> {
        cursor.next();
        self.set_last(Last::Quoted);
        loop {
            let place = cursor.place();
            match cursor.next() {
                None => return Err(refusal::SINGLE_QUOTE.at(open)),
                Some('\'') => return Ok(()),
                Some('\r') => return Err(refusal::CARRIAGE_RETURN.at(place)),
                Some(character) => self.text.push(character),
            }
        }
    }

    fn double_quoted(&mut self, cursor: &mut Cursor<'_>, open: Position) -> Result<(), ShellError> {
        cursor.next();
        self.set_last(Last::Quoted);
        loop {
            let place = cursor.place();
            if cursor.peek() == Some('$') {
                dollar::check_quoted(cursor, open)?;
            }
            match cursor.next() {
                None => return Err(refusal::DOUBLE_QUOTE.at(open)),
                Some('"') => return Ok(()),
                Some('`') => return Err(refusal::BACKTICK.at(place)),
                Some('\r') => return Err(refusal::CARRIAGE_RETURN.at(place)),
                Some('\\') => self.escaped_in_quotes(cursor, place)?,
                Some(character) => self.text.push(character),
            }
        }
    }

    /// The character after a backslash in double quotes: the backslash escapes only a character that would
    /// be special there.
    fn escaped_in_quotes(
        &mut self,
        cursor: &mut Cursor<'_>,
        place: Position,
    ) -> Result<(), ShellError> {
        match cursor.peek() {
            Some('\n') => return Err(refusal::CONTINUATION.at(place)),
            Some(special @ ('$' | '`' | '"' | '\\')) => {
                cursor.next();
                self.text.push(special);
            }
            _ => self.text.push('\\'),
        }
        Ok(())
    }

    fn escaped(&mut self, cursor: &mut Cursor<'_>, place: Position) -> Result<(), ShellError> {
        cursor.next();
        match cursor.next() {
            None => Err(refusal::LAST_BACKSLASH.at(place)),
            Some('\n') => Err(refusal::CONTINUATION.at(place)),
            Some('\r') if cursor.peek() == Some('\n') => Err(refusal::CONTINUATION.at(place)),
            Some('\r') => Err(refusal::CARRIAGE_RETURN.at(place.after('\\'))),
            Some(character) => {
                self.text.push(character);
                self.set_last(Last::Quoted);
                Ok(())
            }
        }
    }

    fn parenthesis(&self, cursor: &Cursor<'_>) -> refusal::Construct {
        match self.last {
            Last::Nothing if cursor.at("((") => refusal::ARITHMETIC_COMMAND,
            Last::Bare('@' | '+' | '!') => refusal::EXTENDED_PATTERN,
            Last::Bare('=') => refusal::ARRAY,
            _ if cursor.at("()") => refusal::FUNCTION,
            Last::Nothing => refusal::SUBSHELL,
            Last::Bare(_) | Last::Quoted => refusal::PARENTHESIS,
        }
    }

    fn set_last(&mut self, last: Last) {
        self.digits &= matches!(last, Last::Bare('0'..='9'));
        self.last = last;
    }

    fn finish(mut self) -> Scanned {
        if self.digits {
            return Scanned::Digits(self.text);
        }
        if !self.text.is_empty() {
            self.pieces.push(Piece::Literal(self.text));
        }
        let word = Word {
            pieces: self.pieces,
        };
        match self.last {
            Last::Bare('}') => Scanned::Braced(word),
            Last::Bare(_) | Last::Quoted | Last::Nothing => Scanned::Other(word),
        }
    }
}
