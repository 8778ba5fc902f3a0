//! A text of somebody else's, as a person reads it.
//!
//! Takes: a text. Gives: one line in which the letters stand in the order in which they came. Refuses: characters that
//! a terminal would obey, and letters that would turn the order around: signs or numbers stand for them.

use mcp_ssh_yaml::diagnostic::visible;

/// A text as a person reads it: one line, in the order in which it stands.
pub fn visible_text(text: &str) -> String {
    text.chars().fold(String::new(), push_visible)
}

/// A quoted newline or tab is shown as its symbol. A letter that is written from right to left would
/// make a terminal draw the words around it in another order: it is shown by its number.
fn push_visible(mut text: String, character: char) -> String {
    match character {
        '\n' => text.push('\u{240a}'),
        '\t' => text.push('\u{2409}'),
        unseen if visible(unseen) != unseen => text.push(char::REPLACEMENT_CHARACTER),
        letter if is_right_to_left(letter) => text.extend(letter.escape_unicode()),
        other => text.push(other),
    }
    text
}

/// The blocks of Unicode whose letters and digits have the bidirectional classes R, AL or AN (UAX #9).
pub fn is_right_to_left(letter: char) -> bool {
    matches!(letter,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
