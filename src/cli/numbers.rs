//! Numbers on the command line that are no time.
//!
//! Takes: a word. Gives: the number. Refuses: any other word, and says what the option takes.

use std::num::NonZeroUsize;
use std::str::FromStr;

/// The number of a process.
///
/// # Errors
/// What the option takes.
pub fn process(word: &str) -> Result<i32, String> {
    number(
        word,
        "takes the number of a process, as `pgrep mcp-ssh` shows it",
    )
}

/// The number of a user.
///
/// # Errors
/// What the option takes.
pub fn user_number(word: &str) -> Result<u32, String> {
    number(word, "takes the number of a user, as `id -u NAME` shows it")
}

/// How many hosts may fail.
///
/// # Errors
/// What the option takes.
pub fn failures(word: &str) -> Result<usize, String> {
    number(word, "takes a whole number of hosts, from 0")
}

/// How many hosts come first.
///
/// # Errors
/// What the option takes.
pub fn first_hosts(word: &str) -> Result<NonZeroUsize, String> {
    number(word, "takes a whole number of hosts, from 1")
}

fn number<N: FromStr>(word: &str, takes: &str) -> Result<N, String> {
    word.parse().map_err(|_| takes.to_owned())
}
