//! The accepted language: a strict subset of POSIX sh (XCU 2, Shell Command Language).
//!
//! Takes the agent's string, gives a [`CommandLine`] or a [`ShellError`] that names the
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
//!
//! The agent's string goes through `input` (admission), `cursor`, `lexer` with `scan`, `dollar` and `pattern`,
//! and `parser` with `name`. The result is a value of `command_line`, with the words of `word`; `quote` and
//! `alias` make its text again.

mod alias;
mod command_line;
mod cursor;
mod directory;
mod dollar;
mod input;
mod lexer;
mod name;
mod parser;
mod pattern;
mod quote;
mod redirect;
mod refusal;
mod scan;
mod word;

pub use command_line::{CommandLine, Pipeline, Separator, SimpleCommand};
pub use directory::in_directory;
pub use input::MAX_CHARACTERS;
pub(crate) use input::is_invisible;
pub use quote::quoted;
pub use redirect::Redirect;
pub use refusal::{RefusalStage, ShellError};
pub use word::{Piece, Word};
