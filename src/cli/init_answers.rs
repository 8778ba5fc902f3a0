//! One answer of a person at a terminal.
//!
//! Takes: a question, and what is taken where the line is empty. Gives: the line. A question is put again when the process
//! was stopped meanwhile. Refuses: the end of the input, which leaves the conversation; and, where the answer decides
//! something, what was typed before the question was there.

use super::Terminal;
use super::keyboard::{Keyboard, TypedLine};

/// The conversation was left.
pub const LEFT: &str = "nothing was written";

/// Asks once. What was typed before the question is its answer, too: whoever knows the questions may be quicker.
///
/// # Errors
/// That the input has ended.
pub async fn ask(terminal: &mut Terminal, question: &str, usual: &str) -> Result<String, String> {
    let left = |why: &str| format!("{why}: {LEFT}");
    let brackets = match usual {
        "" => String::new(),
        usual => format!(" [{usual}]"),
    };
    let question = format!("{question}{brackets}: ");
    let mut keyboard = Keyboard::open().map_err(|error| left(&error.to_string()))?;
    terminal.prompt(&question);
    let line = loop {
        match keyboard.line().await {
            Ok(TypedLine::Line(line)) => break line,
            Ok(TypedLine::TooLong) => return Err(left("the answer is too long")),
            Ok(TypedLine::End) => return Err(left("the input has ended")),
            Ok(TypedLine::Resumed) => {
                // What was typed of the line stands nowhere any more. A terminal that is gone is told by the next read.
                let _gone = terminal.forget_typed();
                terminal.prompt(&format!("\n{question}"));
            }
            Err(error) => return Err(left(&error.to_string())),
        }
    };
    let line = String::from_utf8(line).map_err(|_| left("the answer is not UTF-8"))?;
    Ok(match line.trim() {
        "" => usual.to_owned(),
        answer => answer.to_owned(),
    })
}

/// Asks once what nobody can have answered before they have seen it.
///
/// # Errors
/// That the input has ended, or that the terminal is gone.
pub async fn decide(
    terminal: &mut Terminal,
    question: &str,
    usual: &str,
) -> Result<String, String> {
    let forgotten = terminal.forget_typed();
    forgotten.map_err(|error| format!("{error}: {LEFT}"))?;
    ask(terminal, question, usual).await
}
