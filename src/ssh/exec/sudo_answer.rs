//! What sudo is answered when it asks for a password.
//!
//! Takes the prompt of one line, and the password of the credential, if it has one. Gives a [`SudoAnswer`] to one run.
//! Refuses a password of which sudo would leave a part for the command: it reads one line of limited length, and what is
//! left would be the command's standard input.

use std::fmt;
use std::rc::Rc;

use zeroize::Zeroizing;

use crate::secret::Secret;
use mcp_ssh_policy::SudoPrompt;

/// The most bytes of a password: older versions of sudo read 255.
const MAX_PASSWORD: usize = 255;

/// The prompt by which the question is known, and the password, if there is one.
#[derive(Debug)]
pub struct SudoAnswer {
    pub(super) prompt: SudoPrompt,
    pub(super) password: Option<SudoPassword>,
}

/// A password that sudo reads to its end.
#[derive(Debug)]
pub struct SudoPassword(Rc<Secret>);

/// Why a secret is no password for sudo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SudoPasswordError {
    /// It has a line break or another control character.
    Control,
    /// It is too long.
    Long,
}

impl fmt::Display for SudoPasswordError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control => {
                formatter.write_str("the secret has a line break or another control character")
            }
            Self::Long => write!(formatter, "the secret has more than {MAX_PASSWORD} bytes"),
        }
    }
}

impl std::error::Error for SudoPasswordError {}

impl SudoAnswer {
    /// The answer to the question with this prompt.
    pub fn new(prompt: SudoPrompt, password: Option<SudoPassword>) -> Self {
        Self { prompt, password }
    }
}

impl SudoPassword {
    /// The password of a secret.
    ///
    /// # Errors
    /// That sudo would not read all of it.
    pub fn new(secret: Rc<Secret>) -> Result<Self, SudoPasswordError> {
        let text = secret.expose();
        if text.chars().any(char::is_control) {
            Err(SudoPasswordError::Control)
        } else if text.len() > MAX_PASSWORD {
            Err(SudoPasswordError::Long)
        } else {
            Ok(Self(secret))
        }
    }

    /// The line that sudo reads.
    pub(super) fn line(&self) -> Zeroizing<Vec<u8>> {
        let mut line = Zeroizing::new(Vec::with_capacity(self.0.expose().len() + 1));
        line.extend_from_slice(self.0.expose().as_bytes());
        line.push(b'\n');
        line
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{SudoPassword, SudoPasswordError};
    use crate::secret::Secret;

    #[test]
    fn no_part_of_a_password_is_left_for_the_command() {
        let password = |text: &str| SudoPassword::new(Rc::new(Secret::new(text.to_owned())));
        for text in [
            "p",
            " with blanks ",
            "$(id) 'x' \\ \u{e4}",
            &"x".repeat(255),
        ] {
            let line = password(text).unwrap().line();
            assert_eq!(*line, format!("{text}\n").into_bytes());
        }
        for text in ["a\nb", "a\rb", "a\0b", "a\u{4}", "\u{85}"] {
            assert_eq!(
                password(text).unwrap_err(),
                SudoPasswordError::Control,
                "{text:?}"
            );
        }
        assert_eq!(
            password(&"x".repeat(256)).unwrap_err(),
            SudoPasswordError::Long
        );
    }
}
