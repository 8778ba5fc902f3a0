//! The accepted language: a strict subset of POSIX sh (XCU 2, Shell Command Language).
//!
//! Takes the agent's string, gives a [`CommandLine`] or a [`Refusal`] that names the
//! construct, its column and what to do instead. [`CommandLine::render`] gives the one text
//! that is ever sent to a remote shell.
//!
//! ```text
//! line      := pipeline ( ("&&" | "||" | ";" | NEWLINE) pipeline )*
//! pipeline  := command ( "|" command )*
//! command   := WORD+ redirect*
//! redirect  := "2>&1" | "1>&2" | ">&2" | [1|2]">/dev/null" | ">>/dev/null" | "&>/dev/null" | "</dev/null"
//! WORD      := literal characters, backslash escapes, '...' and "..." without expansions
//! ```

/// The longest line that is looked at, in characters.
pub const MAX_CHARACTERS: usize = 10_000;

/// A parsed command line: what is judged, and what runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    first: Pipeline,
    rest: Vec<(Separator, Pipeline)>,
}

/// What stands between two pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `;` or a newline
    Sequence,
}

/// One or more simple commands joined by `|`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    commands: Vec<SimpleCommand>,
}

/// A program's name, its arguments and its redirections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimpleCommand {
    words: Vec<Word>,
    redirects: Vec<Redirect>,
}

/// One argument, quotes removed, with its unquoted pathname pattern characters kept apart
/// from literal ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pieces: Vec<Piece>,
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that stands for itself.
    Literal(String),
    /// `*`, `?` or a bracket expression that the remote shell would expand.
    Pattern(String),
}

/// A redirection of the accepted language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// `2>&1`
    ErrToOut,
    /// `1>&2`, `>&2`
    OutToErr,
    /// `>/dev/null`
    OutToNull,
    /// `>>/dev/null`
    OutAppendNull,
    /// `2>/dev/null`
    ErrToNull,
    /// `&>/dev/null`
    BothToNull,
    /// `</dev/null`
    InFromNull,
}
