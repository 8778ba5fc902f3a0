//! `Secret`: a password or passphrase that zeroes its memory when dropped and prints
//! `[redacted]` wherever it is formatted.
//!
//! Takes: the text of a secret, once. Gives: its bytes to the one caller that needs them,
//! through [`Secret::expose`]. Refuses: to be cloned, compared or serialised.

use std::fmt;

use zeroize::Zeroizing;

/// A secret value in memory.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps `text`; the allocation is zeroed when the `Secret` is dropped.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself. A reviewer should read each call of this function.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True for an empty secret: an empty password is never sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn prints_redacted_in_every_format() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(
            format!("{secret} {secret:?} {secret:#?}"),
            "[redacted] [redacted] [redacted]"
        );
        assert_eq!(secret.expose(), "hunter2");
    }
}
