//! The login shell of the account, which sshd starts and which reads the line.
//!
//! Takes the text for the remote shell; gives the text that is sent. csh and tcsh take a `!` in quotes for their
//! history, and the end of a line for the end of the quotes, so that quoted text would run. A text with a `!` or a
//! newline gets a line before it that ends csh and tcsh and says why; other shells pass that line by.
//!
//! Refuses, for a host of Windows, a text with a sign that cmd.exe or PowerShell reads in another way.

use std::borrow::Cow;

use crate::ssh::error::{SshError, SshErrorKind};

/// csh and tcsh set `$shell`, and run one line before they read the next. `exit` would not end them here.
const NO_CSH: &str = "test -n \"$shell\" && exec sh -c 'echo \"mcp-ssh: csh, the login shell of this account, would run quoted text: make it /bin/sh\" >&2; exit 127'\n";

/// The text that is sent for `line`.
pub(super) fn guarded(line: &str) -> Cow<'_, str> {
    if line.contains(['!', '\n']) {
        Cow::Owned([NO_CSH, line].concat())
    } else {
        Cow::Borrowed(line)
    }
}

/// What protects a word, and does not do so in the shells of Windows; what is replaced there; and what parts words or
/// commands there in another way: cmd.exe takes `;`, `,` and `=` for blanks, PowerShell takes `,` for a list, `@` and `$`
/// for variables, braces and parentheses for code, and both write a `/dev/null` of their own.
const NOT_IN_WINDOWS: [char; 20] = [
    '\'', '"', '\\', '`', '%', '^', '!', '\n', ';', ',', '=', '@', '$', '(', ')', '{', '}', '<',
    '>', '#',
];

/// Refuses a text that the shells of Windows read otherwise: cmd.exe runs `calc` of `echo 'a & calc'`.
pub(super) fn fit_for_windows(line: &str) -> Result<(), SshError> {
    if !line.contains(NOT_IN_WINDOWS) {
        return Ok(());
    }
    let detail = "the version of the server names Windows, whose shells do not take quotes and backslashes as they were judged";
    Err(SshError::new(SshErrorKind::WindowsLine, detail))
}
