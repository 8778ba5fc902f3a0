//! The login shell of the account, which sshd starts and which reads the line.
//!
//! Takes the text for the remote shell; gives the text that is sent. csh and tcsh take a `!` in quotes for their
//! history, and the end of a line for the end of the quotes, so that quoted text would run. A text with a `!` or a
//! newline gets a line before it that ends csh and tcsh and says why; other shells pass that line by.

use std::borrow::Cow;

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
