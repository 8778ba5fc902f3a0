//! A text for people: a name or a description, which results, records and an assistant repeat.
//!
//! Takes a key of [`Fields`]; gives its text. Reports one that holds a private key, whole or in part.

use crate::diagnostic::Span;
use crate::fields::Fields;
use crate::quotable::names_key;

impl<'n> Fields<'n, '_> {
    /// The value as a text for people; an empty text counts as absent.
    pub fn label(&self, key: &str) -> Option<(&'n str, Span)> {
        let (text, span) = self.filled(key)?;
        if names_key(text) {
            let message = format!(
                "`{key}` holds what looks like a private key, and everybody is shown it: remove it, and make a new key"
            );
            self.faults().error(span, message);
            return None;
        }
        Some((text, span))
    }
}
