//! Lines that a text of words stands for.
//!
//! Takes a text as a [`Track`](super::track::Track) takes it, its words joined by blanks. Gives it with each word in the
//! quotes that it needs, and as it stands: there an operator, a pattern or a redirection is one.

use crate::matching::marks::{EMPTY, QUOTED_BLANK};
use crate::shell::quoted;

/// The lines, the one with quotes first.
pub fn spelled(text: &str) -> Vec<String> {
    let words = text.split(' ').map(|word| {
        let value = word.replace(QUOTED_BLANK, " ").replace(EMPTY, "");
        quoted(&value)
    });
    let mut lines = vec![words.collect::<Vec<_>>().join(" ")];
    if !text.contains([EMPTY, QUOTED_BLANK]) && !lines.iter().any(|line| line == text) {
        lines.push(text.to_owned());
    }
    lines
}
