//! A question as rows of a terminal.
//!
//! Takes: a question and the width of the terminal. Gives: rows, each with a margin before it; the command comes last,
//! or the file and what changes in it, or how the hosts that went first ended. Refuses: characters that a terminal
//! would obey, and blanks that push a text away: they are shown as signs.

use rustix::stdio::stdin;
use rustix::termios::tcgetwinsize;

use super::desk::WaitingQuestion;
use crate::cli::Paint;
use crate::gate::visible_text;

/// Hosts that a question names; of more it says how many they are.
const MAX_HOSTS_SHOWN: usize = 40;
/// The size of a terminal that does not tell its own.
const USUAL_SIZE: (usize, usize) = (80, 24);
/// What stands before each row of a question, so that no text can be taken for a row of its own.
const MARGIN: &str = "           \u{2502} ";
/// What stands before the rest of a row of a change that is longer than the terminal: a sign at its beginning says
/// nothing of the file.
const GOES_ON: &str = "           \u{2506} ";
/// Columns of the margin.
const MARGIN_COLUMNS: usize = 13;

/// A row of the terminal.
pub struct ScreenRow {
    /// What stands before it, in no colour.
    pub margin: String,
    pub text: String,
    pub paint: Option<Paint>,
}

/// The rows of a question.
pub fn question_rows(waiting: &WaitingQuestion, columns: usize) -> Vec<ScreenRow> {
    let told = told(waiting);
    let fields = told.iter().flat_map(|(name, text)| {
        rows(name, text, columns).into_iter().map(|text| ScreenRow {
            margin: String::new(),
            text,
            paint: None,
        })
    });
    let question = &waiting.question;
    fields
        .chain(told_rows(
            ("change", question.change.as_deref()),
            columns,
            sign_paint,
        ))
        .chain(told_rows(
            ("canaries", question.canaries.as_deref()),
            columns,
            |_| None,
        ))
        .collect()
}

/// The colour of a row of a file's change, by its sign.
fn sign_paint(row: &str) -> Option<Paint> {
    match row.chars().next() {
        Some('+') => Some(Paint::Green),
        Some('-') => Some(Paint::Red),
        Some('@') => Some(Paint::Bold),
        Some('\\') => Some(Paint::Yellow),
        Some(_) | None => None,
    }
}

/// Rows that the server tells below the question, such as the change of a file.
fn told_rows(
    (name, text): (&str, Option<&str>),
    columns: usize,
    paint_of: fn(&str) -> Option<Paint>,
) -> Vec<ScreenRow> {
    let room = columns.saturating_sub(MARGIN_COLUMNS).max(1);
    let mut shown: Vec<ScreenRow> = Vec::new();
    for row in text.iter().flat_map(|text| text.split('\n')) {
        let paint = paint_of(row);
        let row = visible_text(row);
        for (at, text) in wrapped(row.chars(), room).into_iter().enumerate() {
            let margin = match (at, shown.len()) {
                (0, 0) => margin_of(name),
                (0, _) => MARGIN.to_owned(),
                (_, _) => GOES_ON.to_owned(),
            };
            shown.push(ScreenRow {
                margin,
                text,
                paint,
            });
        }
    }
    shown
}

/// What the person is told of a question: the line comes last, since it may fill pages.
fn told(waiting: &WaitingQuestion) -> Vec<(&'static str, String)> {
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
        (
            match question.access {
                None => "command",
                Some(_) => "file",
            },
            visible_text(&question.line),
        ),
    ]
}

/// A field of a question in rows of the terminal, each behind the margin. Of several blanks all but the first are shown
/// as a sign, so that they push nothing away.
fn rows(name: &str, text: &str, columns: usize) -> Vec<String> {
    let room = columns.saturating_sub(MARGIN_COLUMNS).max(1);
    let mut before = 'x';
    let letters = text.chars().map(|letter| {
        let shown = match (before, letter) {
            (' ', ' ') => '\u{2420}',
            (_, letter) => letter,
        };
        before = letter;
        shown
    });
    let mut rows = wrapped(letters, room);
    for (at, row) in rows.iter_mut().enumerate() {
        let margin = match at {
            0 => margin_of(name),
            _ => MARGIN.to_owned(),
        };
        row.insert_str(0, &margin);
    }
    rows
}

fn margin_of(name: &str) -> String {
    format!("  {name:<8} \u{2502} ")
}

/// Letters in rows of so many columns. A letter that is not ASCII may be two columns wide.
fn wrapped(letters: impl Iterator<Item = char>, room: usize) -> Vec<String> {
    let (mut row, mut used) = (String::new(), 0);
    let mut rows = Vec::new();
    for letter in letters {
        let width = if letter.is_ascii() { 1 } else { 2 };
        if used + width > room {
            rows.push(std::mem::take(&mut row));
            used = 0;
        }
        row.push(letter);
        used += width;
    }
    rows.push(row);
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
