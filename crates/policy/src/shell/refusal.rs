//! Why a line is not accepted: the construct, its place, and what to do instead.
//!
//! Takes a [`Construct`] of the table in this file and its place. Gives a [`ShellError`], whose message is
//! for a person and whose hint is for an assistant. Holds at most one character of the line, so that a
//! message cannot carry a text that the agent wrote.

use std::fmt;

/// A line that is not accepted. `Display` is [`ShellError::message`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShellError {
    construct: Construct,
    place: Position,
    character: Option<char>,
}

/// The step that refused the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalStage {
    /// Admission: the line has a character that is not admitted, too many of them, or none.
    Input,
    /// The parser: the line is not of the accepted language.
    Shell,
}

impl ShellError {
    /// The step that refused the line.
    pub fn stage(&self) -> RefusalStage {
        match self.construct.kind {
            ConstructKind::Blank | ConstructKind::Hostile => RefusalStage::Input,
            ConstructKind::Language => RefusalStage::Shell,
        }
    }

    /// The construct's stable name, such as "command substitution `$(`".
    pub fn construct(&self) -> &'static str {
        self.construct.name
    }

    /// The line in which the construct begins, counted from 1.
    pub fn line(&self) -> usize {
        self.place.line
    }

    /// The column at which the construct begins, counted from 1, in characters.
    pub fn column(&self) -> usize {
        self.place.column
    }

    /// What an assistant should do instead.
    pub fn hint(&self) -> &'static str {
        self.construct.hint
    }

    /// Whether nobody writes such a line in good faith.
    pub fn security_event(&self) -> bool {
        match self.construct.kind {
            ConstructKind::Hostile => true,
            ConstructKind::Blank | ConstructKind::Language => false,
        }
    }

    /// What is refused and where: one line, lower case.
    pub fn message(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for ShellError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.place;
        match line {
            1 => write!(formatter, "refused at column {column}: ")?,
            _ => write!(formatter, "refused at line {line}, column {column}: ")?,
        }
        formatter.write_str(self.construct.name)?;
        match self.character {
            Some(character) => write!(formatter, " U+{:04X}", u32::from(character)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ShellError {}

/// A place in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    /// 1-based line.
    pub(super) line: usize,
    /// 1-based column, in characters.
    pub(super) column: usize,
}

impl Position {
    /// The place of the first character.
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// The place after `character`, which stands at this place.
    pub(super) fn after(self, character: char) -> Self {
        match character {
            '\n' => Self {
                line: self.line + 1,
                column: 1,
            },
            _ => Self {
                column: self.column + 1,
                ..self
            },
        }
    }
}

/// A construct that is refused: one row of the table in this file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Construct {
    name: &'static str,
    hint: &'static str,
    kind: ConstructKind,
}

/// What is wrong with a construct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ConstructKind {
    /// There is nothing to run.
    Blank,
    /// Characters that hide something, or too many characters.
    Hostile,
    /// Honest shell language that is not accepted.
    Language,
}

impl Construct {
    /// A refusal of this construct at a place.
    pub(super) fn at(self, place: Position) -> ShellError {
        ShellError {
            construct: self,
            place,
            character: None,
        }
    }

    /// A refusal of one character, which the message names by its code point.
    pub(super) fn with(self, place: Position, character: char) -> ShellError {
        ShellError {
            character: Some(character),
            ..self.at(place)
        }
    }

    const fn blank(name: &'static str, hint: &'static str) -> Self {
        let kind = ConstructKind::Blank;
        Self { name, hint, kind }
    }

    const fn hostile(name: &'static str, hint: &'static str) -> Self {
        let kind = ConstructKind::Hostile;
        Self { name, hint, kind }
    }

    /// Honest shell language that is not accepted.
    pub(super) const fn language(name: &'static str, hint: &'static str) -> Self {
        let kind = ConstructKind::Language;
        Self { name, hint, kind }
    }
}

const CHARACTERS: &str = "send the command as plain text without such characters";
const ONE_LINE: &str = "write the whole command on one line";
const INNER: &str =
    "run the inner command on its own first, then write its output here as a plain word";
pub(super) const VALUE: &str = "write the value itself; for a literal `$` use single quotes";
const DOLLAR: &str = "for a literal `$` put the word in single quotes";
const FOREGROUND: &str = "run it in the foreground; for a literal `&` use single quotes";
const REDIRECTION: &str = "only `2>&1`, `>&2`, `>/dev/null`, `2>/dev/null`, `&>/dev/null` and \
     `</dev/null` are accepted; output is returned to you as it is";
const INPUT: &str = "pass the text as an argument, or let the program read the file by its name";
const SEPARATE: &str = "write the commands one after the other with `&&`, `||`, `;` or `|`";
pub(super) const PLAIN: &str = "run the plain command, each in its own call if there are several";
const EACH: &str = "write out each word, or put the word in quotes if it is meant literally";
const QUOTE: &str = "put the word in quotes if it is meant literally";
const PATTERN: &str = "put the word in quotes if it is meant literally; for files, begin the \
     word with a directory such as `./` or name the files";
const NAMED: &str = "write the program's name or path in full";
const BETWEEN: &str = "write one command on each side of the operator";
const CLOSE: &str = "close the quote; a literal quote is written `\\'` or `\\\"`";
const HOME: &str = "write the directory's full path; for a literal `~` use quotes";

/// Writes one constant for each row of the table.
macro_rules! constructs {
    ($($constant:ident = $kind:ident($name:expr, $hint:expr);)*) => {
        $(pub(super) const $constant: Construct = Construct::$kind($name, $hint);)*
    };
}

// The rows stand in the order in which the parts of the parser look for the constructs.
constructs! {
    EMPTY = blank("empty command", "write a command");
    TOO_LONG = hostile("more than 10000 characters", "shorten the command");
    NUL = hostile("NUL character", CHARACTERS);
    CONTROL = hostile("control character", CHARACTERS);
    INVISIBLE = hostile("invisible or direction-changing character", CHARACTERS);
    CARRIAGE_RETURN = hostile("carriage return inside a line", CHARACTERS);

    CONTINUATION = language("line continuation `\\`", ONE_LINE);
    LAST_BACKSLASH = language("backslash at the end", "remove it, or quote it as `'\\'`");
    SINGLE_QUOTE = language("unterminated single quote `'`", CLOSE);
    DOUBLE_QUOTE = language("unterminated double quote `\"`", CLOSE);

    BACKTICK = language("command substitution with a backtick", INNER);
    SUBSTITUTION = language("command substitution `$(`", INNER);
    ARITHMETIC = language("arithmetic expansion `$((`", VALUE);
    OLD_ARITHMETIC = language("arithmetic expansion `$[`", VALUE);
    BRACED_PARAMETER = language("parameter expansion `${`", VALUE);
    PARAMETER = language("parameter expansion `$name`", VALUE);
    POSITIONAL_PARAMETER = language("positional parameter such as `$1`", VALUE);
    DOLLAR_SINGLE = language("escape quoting `$'`", "use plain single quotes");
    DOLLAR_DOUBLE = language("translated quoting `$\"`", "use plain double quotes");
    LOOSE_DOLLAR = language("`$` that some shell may expand", DOLLAR);

    TILDE = language("tilde expansion `~`", HOME);
    BRACES = language("brace expansion `{`", EACH);
    PATTERN_FIRST = language("pathname pattern at the start of a word", PATTERN);
    PATTERN_BRACKET = language("pathname pattern `[` at the start of a word",
        "put the word in single quotes, as in `grep '[n]ginx'`; for a condition use `test`");
    PATTERN_OPTION = language("pathname pattern in a word that begins with `-`", QUOTE);
    PATTERN_DOTS = language("pathname pattern that can match `..`", PATTERN);
    PATTERN_DEEP = language("recursive pathname pattern `**`", "use a single `*`, or quotes");
    PATTERN_NAME = language("pathname pattern in the program's name", NAMED);
    BRACKET = language("bracket expression other than letters, digits and ranges", QUOTE);
    EXTENDED_PATTERN = language("extended pattern such as `@(`", QUOTE);

    BACKGROUND = language("background `&`", FOREGROUND);
    PIPE_BOTH = language("pipe of both streams `|&`", "use `2>&1 |`");
    CASE_END = language("case separator `;;`", "write a single `;`");
    AND_FIRST = language("`&&` without a command before it", BETWEEN);
    OR_FIRST = language("`||` without a command before it", BETWEEN);
    PIPE_FIRST = language("`|` without a command before it", BETWEEN);
    SEMICOLON_FIRST = language("`;` without a command before it", BETWEEN);
    AND_LAST = language("`&&` without a command after it", BETWEEN);
    OR_LAST = language("`||` without a command after it", BETWEEN);
    PIPE_LAST = language("`|` without a command after it", BETWEEN);

    GROUP = language("group `{`", SEPARATE);
    GROUP_END = language("end of a group `}`", SEPARATE);
    NEGATION = language("negation `!`", "run the command and look at its exit status");
    CONDITIONAL = language("conditional `[[`", "use `test` with quoted words");
    SUBSHELL = language("subshell `(`", SEPARATE);
    ARITHMETIC_COMMAND = language("arithmetic command `((`", VALUE);
    ARRAY = language("array assignment `=(`", VALUE);
    FUNCTION = language("function definition `()`", PLAIN);
    PARENTHESIS = language("parenthesis `(` in a word", QUOTE);
    CLOSING = language("closing parenthesis `)`", QUOTE);

    PROCESS_INPUT = language("process substitution `<(`", INNER);
    PROCESS_OUTPUT = language("process substitution `>(`", "use a pipeline with `|`");
    HERE_STRING = language("here-string `<<<`", INPUT);
    HERE_DOCUMENT = language("here-document `<<`", INPUT);
    READ_WRITE = language("redirection `<>`", REDIRECTION);
    DUPLICATE_INPUT = language("redirection `<&`", REDIRECTION);
    READ = language("redirection `<` from a file",
        "let the program read the file by its name, or write `cat FILE |` before it");
    CLOBBER = language("redirection `>|`", REDIRECTION);
    BOTH_APPEND = language("redirection `&>>`", REDIRECTION);
    BOTH = language("redirection `&>` to a file", REDIRECTION);
    DUPLICATE = language("redirection `>&` other than `2>&1` and `>&2`", REDIRECTION);
    APPEND = language("redirection `>>` to a file", REDIRECTION);
    WRITE = language("redirection `>` to a file", REDIRECTION);
    DESCRIPTOR = language("redirection of another file descriptor", REDIRECTION);
    NAMED_DESCRIPTOR = language("redirection of a named file descriptor `{name}>`", REDIRECTION);
    REDIRECT_FIRST = language("redirection before the command", "write it after the last word");
    REDIRECT_INSIDE = language("word after a redirection", "write redirections after the last word");

    ASSIGNMENT = language("assignment before a command",
        "write the value where it is used");
    EMPTY_NAME = language("empty program name", NAMED);
    OPTION_NAME = language("program name that begins with `-` or `+`", NAMED);
    JOB = language("job specification `%` as the command", NAMED);
}
