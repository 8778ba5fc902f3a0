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
    let takes = "takes the number of a process, as `pgrep mcp-ssh` shows it";
    let process = number(word, takes)?;
    // To kill(2), 0 and what is below it are groups of processes.
    if process > 0 {
        Ok(process)
    } else {
        Err(takes.to_owned())
    }
}

/// The number of a user.
///
/// # Errors
/// What the option takes.
pub fn user_number(word: &str) -> Result<u32, String> {
    let takes = "takes the number of a user, as `id -u NAME` shows it";
    let user = number(word, takes)?;
    // To chown(2), the last one is nobody at all.
    if user < u32::MAX {
        Ok(user)
    } else {
        Err(takes.to_owned())
    }
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
