//! The name of a secret, and whether errors may show it.
//!
//! Takes the text of `password_secret` or `key_passphrase_secret`; gives a [`SecretName`]. Refuses a text that
//! cannot be the name of a file or variable. A password that somebody typed instead of a name may pass: so errors
//! show a name only if it looks like a name, else the place where it is written.

use std::fmt;

use super::written::Written;
use mcp_ssh_yaml::quotable::is_quotable;

/// The most characters of a secret's name.
const MAX_NAME: usize = 100;
/// A name that errors may show has at least one of these words. Somebody who takes the field for that of the
/// password itself hardly types one of them.
const NAMING: [&str; 14] = [
    "auth",
    "cred",
    "credential",
    "key",
    "login",
    "pass",
    "passphrase",
    "passwd",
    "password",
    "phrase",
    "pin",
    "pw",
    "secret",
    "token",
];

/// The name of a secret: `[A-Za-z0-9_-]{1,100}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretName {
    name: String,
    written: Written,
}

/// What is wrong with a secret's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretNameError {
    /// The name is empty, or has a character that is no letter, digit, `_` or `-`.
    Characters,
    /// The name has more than [`MAX_NAME`] characters.
    TooLong,
}

impl SecretName {
    /// Checks a name.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub fn parse(text: &str) -> Result<Self, SecretNameError> {
        if text.len() > MAX_NAME {
            return Err(SecretNameError::TooLong);
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if text.is_empty() || !text.chars().all(allowed) {
            return Err(SecretNameError::Characters);
        }
        Ok(Self {
            name: text.to_owned(),
            written: Written::default(),
        })
    }

    /// Keeps the place where the name is written.
    #[must_use]
    pub(super) fn written(self, written: Written) -> Self {
        Self { written, ..self }
    }

    /// The place where the name is written.
    pub(super) fn place(&self) -> &Written {
        &self.written
    }

    /// Whether the text looks like the name of a secret, not like a secret: words of one case between `_` and `-`,
    /// digits only at their ends, and one of [`NAMING`] among them.
    pub(super) fn is_plausible(&self) -> bool {
        let name = &self.name;
        let one_case = |upper: bool| {
            !name.contains(|c: char| c.is_ascii_alphabetic() && c.is_ascii_uppercase() != upper)
        };
        let words = || {
            name.split(['_', '-'])
                .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
        };
        let plain = |word: &str| !word.contains(|c: char| c.is_ascii_digit());
        let names = |word: &str| NAMING.contains(&word.to_ascii_lowercase().as_str());
        (one_case(true) || one_case(false))
            && is_quotable(name)
            && words().all(plain)
            && words().any(names)
    }

    /// The name, to look the secret up.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The variable that may hold the secret: upper case, `-` as `_`.
    pub(super) fn variable(&self) -> String {
        self.name.to_ascii_uppercase().replace('-', "_")
    }

    /// The variable with the prefix that keeps it apart from the variables of other programs.
    pub(super) fn prefixed(&self) -> String {
        format!("MCP_SSH_SECRET_{}", self.variable())
    }
}

/// The name; the place where it is written, if it may be the secret itself.
impl fmt::Display for SecretName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_plausible() {
            write!(formatter, "secret `{}`", self.name)
        } else {
            write!(formatter, "the secret that {} names", self.written)
        }
    }
}

impl SecretNameError {
    /// The security event of the error, as `(event_type, reason)`.
    pub fn event(self) -> (&'static str, &'static str) {
        match self {
            Self::Characters => ("invalid_secret_name", "contains_invalid_characters"),
            Self::TooLong => ("input_length_limit_exceeded", "secret_name_too_long"),
        }
    }
}

impl std::error::Error for SecretNameError {}

impl fmt::Display for SecretNameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Characters => formatter
                .write_str("holds more than letters, digits, `_` and `-`: it is the name of a secret, not the secret"),
            Self::TooLong => write!(formatter, "is longer than {MAX_NAME} characters"),
        }
    }
}
