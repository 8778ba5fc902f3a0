//! Whether a text in which keys are looked for has been redacted before.
//!
//! Takes: the text behind the opening words of a key. Gives: as much of it as may be the label. Refuses nothing.

/// The text that replaces a secret.
pub(super) const REDACTED: &str = "[redacted]";

/// Whether a text is as it was printed, or both streams in which secrets have been replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextState {
    Printed,
    Redacted,
}

impl TextState {
    /// As much of the text behind the opening words of a key as may be its label. No label holds a secret, and behind one that
    /// was replaced the bytes are no longer those that were printed: what was too far away for a label may be near now.
    pub(super) fn label(self, behind: &str) -> &str {
        match self {
            Self::Printed => behind,
            Self::Redacted => behind.split(REDACTED).next().unwrap_or_default(),
        }
    }
}
