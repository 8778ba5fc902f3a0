//! A text of somebody else's, as a person reads it.
//!
//! Takes: a text. Gives: one line in which the letters stand in the order in which they came, and each can be seen.
//! Refuses: characters that a terminal would obey, those that are not drawn or are drawn as another, and letters that would
//! turn the order around: signs or numbers stand for them.

use mcp_ssh_yaml::unseen::is_unseen;

/// A text as a person reads it: one line, in the order in which it stands.
pub fn visible_text(text: &str) -> String {
    text.chars().fold(String::new(), push_visible)
}

/// A quoted newline or tab is shown as its symbol. Shown by its number is a character that nobody sees, a blank that is not
/// the blank between words, and a letter that is written from right to left: it would make a terminal draw the words
/// around it in another order.
fn push_visible(mut text: String, character: char) -> String {
    match character {
        '\n' => text.push('\u{240a}'),
        '\t' => text.push('\u{2409}'),
        ' ' => text.push(' '),
        other if is_unseen(other) || other.is_whitespace() || is_right_to_left(other) => {
            text.extend(other.escape_unicode());
        }
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

#[cfg(test)]
mod tests {
    use super::visible_text;

    #[test]
    fn what_a_person_decides_about_hides_nothing() {
        for (text, shown) in [
            ("rm -rf /tmp", "rm -rf /tmp"),
            ("a\u{200b}b\u{ad}c", r"a\u{200b}b\u{ad}c"),
            (
                "\u{202e}txt\u{2066}\u{2069}",
                r"\u{202e}txt\u{2066}\u{2069}",
            ),
            (
                "ok\u{e0072}\u{e006d}\u{e007f}",
                r"ok\u{e0072}\u{e006d}\u{e007f}",
            ),
            (
                "\u{1f600}\u{fe0f}\u{3164}\u{2800}",
                "\u{1f600}\\u{fe0f}\\u{3164}\\u{2800}",
            ),
            // It looks like the blank between two words, and is a part of one.
            ("/tmp\u{a0}/etc\u{3000}x", r"/tmp\u{a0}/etc\u{3000}x"),
            ("\u{1b}[2J\n\t", "\\u{1b}[2J\u{240a}\u{2409}"),
            ("caf\u{e9} \u{4e2d}", "caf\u{e9} \u{4e2d}"),
        ] {
            assert_eq!(visible_text(text), shown, "{text:?}");
        }
    }
}
