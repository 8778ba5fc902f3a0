//! A question as rows of a terminal.
//!
//! Takes: a question and the width of the terminal. Gives: rows, each with a margin before it, and the command last.
//! Refuses: characters that a terminal would obey, and blanks that push a text away: they are shown as signs.

use rustix::stdio::stdin;
use rustix::termios::tcgetwinsize;

use super::desk::WaitingQuestion;
use crate::gate::visible_text;

/// Hosts that a question names; of more it says how many they are.
const MAX_HOSTS_SHOWN: usize = 40;
/// The size of a terminal that does not tell its own.
const USUAL_SIZE: (usize, usize) = (80, 24);
/// What stands before each row of a question, so that no text can be taken for a row of its own.
const MARGIN: &str = "           \u{2502} ";
/// Columns of the margin.
const MARGIN_COLUMNS: usize = 13;

/// What the person is told of a question: the line comes last, since it may fill pages.
pub fn told(waiting: &WaitingQuestion) -> Vec<(&'static str, String)> {
    let question = &waiting.question;
    let joined = |texts: &[String]| {
        let shown = texts
            .iter()
            .take(MAX_HOSTS_SHOWN)
            .map(|text| visible_text(text));
        let shown = shown.collect::<Vec<String>>().join(", ");
        match texts.len().saturating_sub(MAX_HOSTS_SHOWN) {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    };
    let hosts = match &question.tag {
        None => joined(&question.hosts),
        Some(tag) => {
            let count = question.hosts.len();
            format!(
                "{count} of the tag {}: {}",
                visible_text(tag),
                joined(&question.hosts)
            )
        }
    };
    let age = waiting.since.elapsed().as_secs();
    let lapses = u64::from(question.expires_in).saturating_sub(age);
    let client = question.client.as_deref().unwrap_or("gives no name");
    vec![
        ("hosts", hosts),
        ("user", joined(&question.users)),
        ("rule", joined(&question.rules)),
        ("client", visible_text(client)),
        (
            "server",
            format!("{}, user {}", visible_text(&question.server), waiting.uid),
        ),
        ("age", format!("{age} s; it lapses in {lapses} s")),
        ("command", visible_text(&question.line)),
    ]
}

/// A field of a question in rows of the terminal, each behind the margin. A letter that is not ASCII may be two columns
/// wide. Of several blanks all but the first are shown as a sign, so that they push nothing away.
pub fn rows(name: &str, text: &str, columns: usize) -> Vec<String> {
    let mut rows = vec![format!("  {name:<8} \u{2502} ")];
    let room = columns.saturating_sub(MARGIN_COLUMNS).max(1);
    let (mut used, mut before) = (0, 'x');
    for letter in text.chars() {
        let shown = if letter == ' ' && before == ' ' {
            '\u{2420}'
        } else {
            letter
        };
        before = letter;
        let width = if shown.is_ascii() { 1 } else { 2 };
        if used + width > room {
            rows.push(MARGIN.to_owned());
            used = 0;
        }
        if let Some(row) = rows.last_mut() {
            row.push(shown);
        }
        used += width;
    }
    rows
}

/// Columns and rows of the terminal.
pub fn size() -> (usize, usize) {
    match tcgetwinsize(stdin()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => {
            (usize::from(size.ws_col), usize::from(size.ws_row))
        }
        Ok(_) | Err(_) => USUAL_SIZE,
    }
}
