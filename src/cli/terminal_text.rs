//! A text as a terminal is given it: nothing in it turns a line around.
//!
//! Takes: a text that may have come from a host, already without escapes. Gives: the text with the characters by their
//! numbers that change the order in which a terminal draws a line (the bidirectional controls of Unicode, UAX #9), and
//! those of C1, which some terminals obey. Refuses nothing. What goes into a pipe or a file stays as it is: it is data.

use std::borrow::Cow;

/// A text for a terminal: such a character is shown as `\u{202e}`.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    written(text, |character| character.escape_unicode().to_string())
}

/// JSON for a terminal: such a character is written as `\u202e`, which is the character to whoever reads JSON.
pub fn json_for_terminal(json: &str) -> Cow<'_, str> {
    written(json, |character| format!("\\u{:04x}", u32::from(character)))
}

fn written(text: &str, number: impl Fn(char) -> String) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        match acts(character) {
            true => written.push_str(&number(character)),
            false => written.push(character),
        }
    }
    Cow::Owned(written)
}

fn acts(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{for_terminal, json_for_terminal};

    #[test]
    fn what_changes_the_order_is_shown_by_its_number() {
        for (text, shown, json) in [
            ("a\u{202e}b", "a\\u{202e}b", "a\\u202eb"),
            ("\u{61c}\u{200e}", "\\u{61c}\\u{200e}", "\\u061c\\u200e"),
            (
                "\u{2069}\u{9b}31m",
                "\\u{2069}\\u{9b}31m",
                "\\u2069\\u009b31m",
            ),
        ] {
            assert_eq!(for_terminal(text), shown);
            assert_eq!(json_for_terminal(text), json);
        }
        for range in [
            '\u{80}'..='\u{9f}',
            '\u{202a}'..='\u{202e}',
            '\u{2066}'..='\u{2069}',
        ] {
            for character in range {
                assert!(
                    for_terminal(&character.to_string()).is_ascii(),
                    "{character:?}"
                );
            }
        }
        // Colours of this program, letters of any script, and what only cannot be seen stay.
        let plain = "\u{1b}[31mred\u{1b}[0m\t\r\n \u{5d0}\u{e9}\u{200b}\u{a0}\u{206a}";
        assert!(matches!(for_terminal(plain), Cow::Borrowed(_)));
    }
}
