//! A text as a terminal is given it: nothing in it turns a line around, or goes back in one.
//!
//! Takes: a text that may have come from a host, already without escapes. Gives: the text with the characters by their
//! numbers that change the order in which a terminal draws a line (the bidirectional controls of Unicode, UAX #9), those
//! of C1, which some terminals obey, and a carriage return within a line, behind which a terminal writes over what stands
//! there. Refuses nothing. What goes into a pipe or a file stays as it is: it is data.

use std::borrow::Cow;

use mcp_ssh_yaml::diagnostic::visible;

use crate::gate::is_right_to_left;

/// Somebody else's words as a part of a line of ours: what is not drawn is U+FFFD, and letters that are written from right to
/// left are shown by their numbers, since a terminal would draw our own words around them in another order.
pub fn foreign(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match visible(character) {
            drawn if is_right_to_left(drawn) => shown.extend(drawn.escape_unicode()),
            drawn => shown.push(drawn),
        }
    }
    shown
}

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
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let ends_line = character == '\r' && characters.peek() == Some(&'\n');
        match acts(character) && !ends_line {
            true => written.push_str(&number(character)),
            false => written.push(character),
        }
    }
    Cow::Owned(written)
}

fn acts(character: char) -> bool {
    matches!(character,
        '\r' | '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{for_terminal, foreign, json_for_terminal};

    #[test]
    fn a_return_within_a_line_is_shown_and_one_that_ends_it_stays() {
        for (text, shown) in [
            ("a: real\rb: false\n", "a: real\\u{d}b: false\n"),
            ("a\r\nb\r\n", "a\r\nb\r\n"),
            ("a\r\r\n", "a\\u{d}\r\n"),
            ("50 %\r", "50 %\\u{d}"),
        ] {
            assert_eq!(for_terminal(text), shown);
        }
    }

    #[test]
    fn words_of_others_turn_no_line_of_ours_around() {
        let words = "a \u{5d0}\u{202e}\r\u{1b}[2J 12 caf\u{e9}";
        assert_eq!(
            foreign(words),
            "a \\u{5d0}\u{fffd}\u{fffd}\u{fffd}[2J 12 caf\u{e9}"
        );
    }

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
        let plain = "\u{1b}[31mred\u{1b}[0m\t\n \u{5d0}\u{e9}\u{200b}\u{a0}\u{206a}";
        assert!(matches!(for_terminal(plain), Cow::Borrowed(_)));
    }
}
