//! Rows below a question, which nobody can take for a part of it.
//!
//! Takes: rows of any texts. Gives: a text in which each row stands behind a margin, and a long one goes on behind
//! another. Refuses nothing.

/// Columns of a row in a text; a longer row goes on in the next. So no viewer hides its end.
const COLUMNS: usize = 76;

/// The rows, each behind the margin.
pub fn behind_margin(rows: impl IntoIterator<Item = String>) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str("\n\u{2502} ");
        let mut used = 0;
        for letter in row.chars() {
            // A letter that is not ASCII may be two columns wide.
            let width = if letter.is_ascii() { 1 } else { 2 };
            if used + width > COLUMNS {
                text.push_str("\n\u{2506} ");
                used = 0;
            }
            text.push(letter);
            used += width;
        }
    }
    text
}
