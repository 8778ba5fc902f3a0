//! How far a talk with sudo has come. Plain data: `sudo` keeps it, and what ended a command may have to tell it. Takes
//! and refuses nothing; gives the word.

/// What is known of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SudoStanding {
    /// It may still come.
    Awaited,
    /// It came, the password was sent, and nothing was printed since.
    Answered,
    /// It came, the password was sent, and something was printed since.
    PrintedSince,
    /// It did not come in time, or output came first: the command's input is closed.
    GivenUp,
}
