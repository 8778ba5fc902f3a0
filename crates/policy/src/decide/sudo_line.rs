//! The line by which a command runs as another user: `sudo -S -k -p PROMPT -u USER -- COMMAND`.
//!
//! Takes the user of a rule's `become` and a rendered command. Gives a [`SudoLine`]; [`SudoLine::render`] gives the text
//! that is sent, with a prompt that nobody knows before. Refuses a text that the shell language does not accept.
//! Invariant: only this file renders such a line, and the policy has judged the line with `PROMPT` in the prompt's place.
//!
//! `-S`: sudo asks on standard error and reads the password from standard input. `-k`: a password that sudo remembers
//! does not count, so sudo asks whenever the host's rules want a password. `-p`: the prompt by which the question is
//! recognised. `--`: nothing behind it is an option of sudo.

use base16ct::lower::encode_string;

use crate::rules::become_user::BecomeUser;
use crate::shell::{CommandLine, ShellError};

/// Stands for the prompt where a line is judged and shown.
const PROMPT: &str = "PROMPT";

/// A judged command with the user as whom sudo runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SudoLine {
    user: BecomeUser,
    /// What stands before the prompt.
    before: String,
    /// What stands behind it.
    after: String,
}

/// The prompt of one line: 32 hexadecimal digits, of which no host knows one before it gets the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SudoPrompt(String);

impl SudoPrompt {
    /// The prompt of these random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        Self(encode_string(&random))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SudoLine {
    /// The line for a user and the rendered text of one command, and the line as it is judged.
    ///
    /// # Errors
    /// Why the line is not of the shell language: it may be too long.
    pub(super) fn new(user: &BecomeUser, command: &str) -> Result<(Self, CommandLine), ShellError> {
        let before = "sudo -S -k -p ".to_owned();
        let after = format!(" -u {user} -- {command}");
        let line = CommandLine::parse(&format!("{before}{PROMPT}{after}"))?;
        let sudo = Self {
            user: user.clone(),
            before,
            after,
        };
        Ok((sudo, line))
    }

    /// The user as whom the command runs.
    pub fn user(&self) -> &BecomeUser {
        &self.user
    }

    /// The line as a person reads it, without what only serves the password.
    pub(super) fn shown(&self) -> String {
        ["sudo", &self.after].concat()
    }

    /// The text for the remote shell.
    pub fn render(&self, prompt: &SudoPrompt) -> String {
        [&self.before, prompt.as_str(), &self.after].concat()
    }
}
