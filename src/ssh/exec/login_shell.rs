//! What reads the line on the host: the login shell of the account, as sshd starts it.
//!
//! Takes the text for the remote shell; gives what is sent. csh and tcsh take `!` in quotes for their
//! history and the end of a line for the end of the quotes, so that quoted text would run. A text
//! with either gets a first line before it, which only they go by: it ends them, and says why.

use std::borrow::Cow;

/// They set `$shell`, and run one line before they read the next. `exit` would not end them here.
const NO_CSH: &str = "test -n \"$shell\" && exec sh -c 'echo \"mcp-ssh: csh, the login shell of this account, would run quoted text: make it /bin/sh\" >&2; exit 127'\n";

/// What is sent for `line`.
pub(super) fn guarded(line: &str) -> Cow<'_, str> {
    if line.contains(['!', '\n']) {
        Cow::Owned([NO_CSH, line].concat())
    } else {
        Cow::Borrowed(line)
    }
}
