//! One spelling for the letters of a name, whatever their case: some file systems ignore it (APFS, NTFS, a folder of ext4
//! with `casefold`).
//!
//! Takes a text. Gives it with each letter as its capital letter's small one: `ſ` is `s`, `ß` is `ss`, as those file
//! systems have it. Refuses nothing.

/// The text without case.
pub(crate) fn folded(text: &str) -> String {
    let capitals = text.chars().flat_map(char::to_uppercase);
    capitals.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn letters_of_either_case_are_one() {
        for (text, expected) in [
            ("/etc/Shadow-1", "/etc/shadow-1"),
            ("\u{17f}hadow", "shadow"),
            (".\u{df}h", ".ssh"),
            ("server.\u{212a}ey", "server.key"),
            ("\u{c9}", "\u{e9}"),
            ("[A-Z]*?", "[a-z]*?"),
        ] {
            assert_eq!(folded(text), expected);
        }
    }
}
