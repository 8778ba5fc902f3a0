//! The answer of the knowledge base: a word for which nobody vouches. And a part of the question: what stands around
//! the command that has the word. Plain data.

/// What stands around a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Whether the command reads a pipe for which the rule does not say `stdin: allow`.
    pub piped: bool,
    /// Whether a `cd` to a directory that only a wildcard admits stands before the command.
    pub elsewhere: bool,
    /// Whether the command before the pipe writes only an empty line.
    pub blank: bool,
}

/// A word for which nobody vouches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The index of the word; the program's name is 0.
    pub index: usize,
    /// The program's file name.
    pub program: String,
    /// The word, or the part of it that is at fault.
    pub word: String,
    /// What the program may do with this word: `writes a file`.
    pub reason: String,
    /// Whether the word is known to be dangerous.
    pub danger: Danger,
}

/// Why a program is not vouched for in a directory that a wildcard admits.
pub const ELSEWHERE: &str =
    "finds its configuration in the directory where it runs, which no rule spells";

/// Why a word is not vouched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Danger {
    /// The knowledge base refuses it by name.
    Known,
    /// No row says that the word is harmless.
    Unknown,
}

impl std::fmt::Display for Objection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            program,
            word,
            reason,
            ..
        } = self;
        write!(formatter, "`{word}` of `{program}`, which {reason}")
    }
}
