//! A password or a passphrase that a person types.
//!
//! Takes: a question, and the keys that are pressed at the terminal, none of which is shown; Backspace and Ctrl-U correct,
//! Ctrl-C and Ctrl-D leave. Gives: the [`Secret`], which may be empty. Refuses: what was typed before the question, bytes
//! that are no UTF-8, and more than a terminal gives as one line; and asks again where a control character is in it, as an
//! arrow key or Tab makes them. The terminal is put back as it was in each case, which
//! is why Ctrl-C is a key here and no signal.

use rustix::io::Errno;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use zeroize::Zeroizing;

use super::Terminal;
use crate::secret::Secret;

/// The most bytes of an answer: what a terminal gives as one line.
const MAX_ANSWER_BYTES: usize = 4096;

/// The keys that are no part of an answer.
const CTRL_C: u8 = 0x03;
const CTRL_D: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const CTRL_BACKSLASH: u8 = 0x1c;
const DELETE: u8 = 0x7f;

/// Asks until nothing but letters is typed.
///
/// # Errors
/// Why there is no answer.
pub fn hidden(terminal: &mut Terminal, question: &str) -> Result<Secret, String> {
    loop {
        let answer = asked(terminal, question)?;
        if !answer.expose().contains(char::is_control) {
            return Ok(answer);
        }
        terminal.error(
            "A control character is in it, as an arrow key, Tab or Ctrl-Z makes one: nothing of it is taken, type it again.",
        );
    }
}

fn asked(terminal: &mut Terminal, question: &str) -> Result<Secret, String> {
    let silent = Silent::begin().map_err(|error| error.to_string())?;
    terminal.prompt(question);
    let answer = typed();
    drop(silent);
    // The end of the line that was typed is not shown, either.
    terminal.error("");
    answer
}

/// The terminal while it shows nothing; dropped, it is as it was before.
struct Silent(Termios);

impl Silent {
    /// Forgets what was typed before, which the terminal has shown already.
    fn begin() -> Result<Self, Errno> {
        let stdin = rustix::stdio::stdin();
        let before = tcgetattr(stdin)?;
        let mut silent = before.clone();
        let shown = LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        silent.local_modes.remove(shown);
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(stdin, OptionalActions::Flush, &silent)?;
        Ok(Self(before))
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        let _gone = tcsetattr(rustix::stdio::stdin(), OptionalActions::Drain, &self.0);
    }
}

fn typed() -> Result<Secret, String> {
    // Growth would leave copies behind.
    let mut answer = Zeroizing::new(Vec::with_capacity(MAX_ANSWER_BYTES));
    loop {
        match key()? {
            b'\r' | b'\n' => break,
            CTRL_D if !answer.is_empty() => break,
            CTRL_C | CTRL_D | CTRL_BACKSLASH => return Err("the question was left".to_owned()),
            CTRL_U => answer.clear(),
            BACKSPACE | DELETE => {
                // A letter of UTF-8 is a first byte and those that follow it.
                while answer.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
            }
            _ if answer.len() == MAX_ANSWER_BYTES => {
                return Err("the answer is too long".to_owned());
            }
            byte => answer.push(byte),
        }
    }
    match std::str::from_utf8(&answer) {
        Ok(text) => Ok(Secret::new(text.to_owned())),
        Err(_) => Err("the answer is not UTF-8".to_owned()),
    }
}

/// One byte. What the standard library reads it would keep.
fn key() -> Result<u8, String> {
    let mut pressed = Zeroizing::new([0; 1]);
    loop {
        match rustix::io::read(rustix::stdio::stdin(), &mut pressed[..]) {
            Ok(0) => return Err("the input has ended".to_owned()),
            Ok(_) => {
                let [byte] = *pressed;
                return Ok(byte);
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}
