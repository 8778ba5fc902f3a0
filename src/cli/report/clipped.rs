//! Texts of a trail, no longer than they can be shown.
//!
//! Takes a text of any length; gives its beginning, and how much is missing. Refuses nothing.

/// Bytes of a command: a screen of it. The trail has the rest, and the page says at which line.
pub const MAX_COMMAND: usize = 2048;
/// Bytes of other texts: an alias, a rule's name, a reason, a client's name.
pub const MAX_WORDS: usize = 256;

/// The beginning of a text.
#[derive(Clone, Debug, Default)]
pub struct Clipped {
    /// What is shown.
    pub text: String,
    /// Bytes that are not.
    pub missing: u64,
}

impl Clipped {
    /// As much of `text` as `most` bytes have, in whole characters.
    pub fn of(text: &str, most: usize) -> Self {
        let (shown, rest) = text.split_at(text.floor_char_boundary(most));
        Self {
            text: shown.to_owned(),
            missing: rest.len() as u64,
        }
    }
}

/// A short text, for a key; what is cut ends in `…`.
pub fn words(text: &str) -> String {
    let clipped = Clipped::of(text, MAX_WORDS);
    match clipped.missing {
        0 => clipped.text,
        _ => clipped.text + "…",
    }
}
