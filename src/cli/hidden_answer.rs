//! A password or a passphrase that a person types.
//!
//! Takes: a question, and the keys that are pressed at the terminal, none of which is shown; Backspace and Ctrl-U correct,
//! Ctrl-C and Ctrl-D leave. Gives: the [`Secret`], which may be empty. Refuses: what was typed before the question, bytes
//! that are no UTF-8, and more than a terminal gives as one line; and asks again where a control character is in it, as an
//! arrow key or Tab makes them, and where the process was stopped meanwhile. Ctrl-C is a key here and no signal.

use rustix::termios::{LocalModes, SpecialCodeIndex, Termios};
use zeroize::Zeroizing;

use super::Terminal;
use super::keyboard::{Keyboard, MAX_ANSWER_BYTES, TypedByte};
use super::terminal_modes::ChangedModes;
use crate::secret::Secret;

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
pub async fn hidden(terminal: &mut Terminal, question: &str) -> Result<Secret, String> {
    loop {
        let answer = asked(terminal, question).await?;
        if !answer.expose().contains(char::is_control) {
            return Ok(answer);
        }
        terminal.error(
            "A control character is in it, as an arrow key, Tab or Ctrl-Z makes one: nothing of it is taken, type it again.",
        );
    }
}

async fn asked(terminal: &mut Terminal, question: &str) -> Result<Secret, String> {
    let mut keyboard = Keyboard::open().map_err(|error| error.to_string())?;
    let silent = ChangedModes::begin(silence).map_err(|error| error.to_string())?;
    terminal.prompt(question);
    let answer = loop {
        match typed(&mut keyboard).await {
            Ok(Some(answer)) => break Ok(answer),
            Ok(None) => {
                silent.resume();
                terminal.prompt(&format!("\n{question}"));
            }
            Err(why) => break Err(why),
        }
    };
    drop(silent);
    // The end of the line that was typed is not shown, either.
    terminal.error("");
    answer
}

fn silence(modes: &mut Termios) {
    let shown = LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
    modes.local_modes.remove(shown);
    modes.special_codes[SpecialCodeIndex::VMIN] = 1;
    modes.special_codes[SpecialCodeIndex::VTIME] = 0;
}

/// `None` where the process was stopped meanwhile.
async fn typed(keyboard: &mut Keyboard) -> Result<Option<Secret>, String> {
    // Growth would leave copies behind.
    let mut answer = Zeroizing::new(Vec::with_capacity(MAX_ANSWER_BYTES));
    loop {
        let byte = match keyboard.byte().await {
            Ok(TypedByte::Byte(byte)) => byte,
            Ok(TypedByte::Resumed) => return Ok(None),
            Ok(TypedByte::End) => return Err("the input has ended".to_owned()),
            Err(error) => return Err(error.to_string()),
        };
        match byte {
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
        Ok(text) => Ok(Some(Secret::new(text.to_owned()))),
        Err(_) => Err("the answer is not UTF-8".to_owned()),
    }
}
