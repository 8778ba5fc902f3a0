//! One answer of a person at a terminal.
//!
//! Takes: a question, and what is taken where the line is empty. Gives: the line. Refuses: the end of the input, and
//! a signal that somebody holds back: both leave the conversation.

use std::io::{self, BufRead, Read};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::Terminal;

/// The most bytes of an answer: what a terminal gives as one line.
const MAX_ANSWER_BYTES: u64 = 4096;
/// The conversation was left.
pub const LEFT: &str = "nothing was written";

/// Asks once.
///
/// # Errors
/// That the input has ended.
pub fn ask(terminal: &mut Terminal, question: &str, usual: &str) -> Result<String, String> {
    let brackets = match usual {
        "" => String::new(),
        usual => format!(" [{usual}]"),
    };
    terminal.prompt(&format!("{question}{brackets}: "));
    // read(2) goes on after a signal that is held back; this does not.
    let keyboard = rustix::stdio::stdin();
    let mut input = [PollFd::new(&keyboard, PollFlags::IN)];
    if poll(&mut input, None) == Err(Errno::INTR) {
        return Err("the question was left".to_owned());
    }
    let mut line = String::new();
    let read = io::stdin()
        .lock()
        .take(MAX_ANSWER_BYTES)
        .read_line(&mut line);
    match read {
        Ok(1..) => {}
        Ok(0) => return Err(format!("the input has ended: {LEFT}")),
        Err(error) => return Err(format!("{error}: {LEFT}")),
    }
    Ok(match line.trim() {
        "" => usual.to_owned(),
        answer => answer.to_owned(),
    })
}
