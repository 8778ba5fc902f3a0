//! A time limit on the command line.
//!
//! Takes: a word. Gives: whole seconds. Refuses: 0, and what is no number, with the range.

use std::num::NonZeroU32;

/// Reads the word; what is more than the policy allows is lowered later.
///
/// # Errors
/// The range.
pub fn seconds(word: &str) -> Result<NonZeroU32, String> {
    word.parse()
        .map_err(|_| "takes whole seconds, from 1 to the policy's `max_seconds`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn seconds_are_whole_and_more_than_none() {
        for (word, expected) in [
            ("1", Some(1)),
            ("4294967295", Some(u32::MAX)),
            ("4294967296", None),
            ("0", None),
            ("-1", None),
            ("1.5", None),
            ("10s", None),
            ("", None),
        ] {
            let found = seconds(word).map(|number| number.get());
            assert_eq!(found.clone().ok(), expected, "{word}");
            assert!(found.is_ok() || found.is_err_and(|why| why.contains("from 1 to")));
        }
    }
}
