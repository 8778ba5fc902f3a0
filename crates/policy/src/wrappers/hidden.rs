//! Reasons why nobody can name every command that a command would run.
//!
//! Gives a [`Hidden`]: the reason in one sentence, and the index of the word that hides something.

use crate::shell::ShellError;

/// Why some command that a wrapper would run is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// A text for a shell is not of the accepted language.
    Language(ShellError),
    /// A text for a shell is known only when it runs.
    Text,
    /// A program's name is known only when it runs.
    Name,
    /// Words that env or find would take apart are known only when they run.
    Words,
    /// The commands are too many, or nest too deep.
    TooMuch,
    /// The words from this one on may be a command that is denied.
    Strange(usize),
    /// A shell that the command starts may evaluate a word.
    Evaluated,
    /// A pipe is read as a program.
    Pipe,
    /// A file is read as a program: the word with this index.
    Script(usize),
    /// A file that the command finds, its settings, or a script says what it runs.
    Elsewhere,
}

impl std::fmt::Display for Hidden {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Language(refusal) => write!(formatter, "its inner shell text is {refusal}"),
            Self::Text => formatter.write_str("its inner shell text is not spelled out"),
            Self::Name => formatter.write_str("the name of its inner program is not spelled out"),
            Self::Words => {
                formatter.write_str("the words of its inner command are not spelled out")
            }
            Self::Evaluated => formatter.write_str("a shell that it starts may evaluate its words"),
            Self::Pipe => formatter.write_str("what comes by the pipe is read as a program"),
            Self::Script(_) => formatter.write_str("it may name or be what is run"),
            Self::Elsewhere => {
                formatter.write_str("what it runs is said by a file, its settings or a script")
            }
            Self::TooMuch => formatter.write_str("it runs too many commands, or nests too deep"),
            Self::Strange(_) => {
                formatter.write_str("it may be a command, or a program, that is denied")
            }
        }
    }
}

impl Hidden {
    /// The index of the last word that hides something, if one of the command's own words does.
    pub fn place(&self) -> Option<usize> {
        match *self {
            Self::Script(index) | Self::Strange(index) => Some(index),
            Self::Pipe
            | Self::Evaluated
            | Self::Language(_)
            | Self::Text
            | Self::Name
            | Self::Words
            | Self::Elsewhere
            | Self::TooMuch => None,
        }
    }
}
