//! How a command ended, in words: takes the report on a command; gives a sentence for what its numbers do not say.

use super::exec_report::ExecReport;
use crate::ssh::{CommandEnd, CommandOutput, Exit, Printed, Process, Stream, SudoStanding};

/// The sentence for a command that ended by itself while its output is still open.
const HELD_OPEN: &str = "the command has ended, but something that it started still holds its \
                         output open and may run on";

/// What OpenSSH says in place of a command where the account's password has expired; it runs passwd, which wants a
/// terminal.
const NO_TERMINAL: &str = "Password change required but no TTY available.";
/// The sentence for it.
pub(super) const PASSWORD_EXPIRED: &str = "by its own words the host has not run the command: the password of this account \
                                has expired; ask the operator to set a new one on the host (passwd; chage -l shows its age)";

/// Whether sshd says that it has run nothing, as the account needs a new password.
pub(super) fn wants_a_new_password(output: &CommandOutput) -> bool {
    output.exit == Some(Exit::Status(1))
        && output.printed.bytes_out() == 0
        && String::from_utf8_lossy(&output.printed.of(Stream::Err))
            .trim_end()
            .ends_with(NO_TERMINAL)
}

/// What the numbers do not say about the end of a command, and what to do; `None` if they say all.
pub(super) fn note(ran: &ExecReport) -> Option<String> {
    let ExecReport {
        output,
        limits,
        time,
        output_budget,
        ..
    } = ran;
    let left = match output.process {
        Process::Gone => "",
        Process::Unconfirmed => "; the host did not confirm that the process is gone",
        Process::MayRunOn => {
            "; the host did not confirm that all of it is gone: something that it started may run on"
        }
    };
    if wants_a_new_password(output) {
        return Some(PASSWORD_EXPIRED.to_owned());
    }
    let note = match &output.ended {
        CommandEnd::Exited(_) | CommandEnd::Signalled(_) if output.process == Process::Gone => {
            return None;
        }
        CommandEnd::Exited(_) | CommandEnd::Signalled(_) => return Some(HELD_OPEN.to_owned()),
        CommandEnd::TimedOut => format!(
            "ended after {} s ({}){}",
            time.seconds(),
            time.source(),
            sudo_stood(output.sudo)
        ),
        CommandEnd::Cancelled => "cancelled".to_owned(),
        CommandEnd::Truncated if *output_budget < limits.max_output_bytes => format!(
            "ended at {output_budget} bytes of output, its share of what is kept here: ask for less, with \
             head or a filter, or of this host alone"
        ),
        CommandEnd::Truncated => format!(
            "ended at the limit of output: its first {} bytes were kept (max_output_bytes); ask \
             for less, with head, tail or a filter",
            output.printed.bytes_out() + output.printed.bytes_err()
        ),
        CommandEnd::NoStatus => {
            "the host sent no exit status: whether the command succeeded is not known".to_owned()
        }
        CommandEnd::Lost(_) if output.exit.is_some() => {
            "the connection was lost when the command had ended: the end of its output may be missing".to_owned()
        }
        CommandEnd::Lost(_) => {
            "the connection was lost: the command may have run in part".to_owned()
        }
    };
    Some(note + left)
}

/// How far sudo was when the time was up.
fn sudo_stood(sudo: Option<SudoStanding>) -> &'static str {
    match sudo {
        Some(SudoStanding::Awaited) => {
            "; until then sudo had not asked for a password, and nothing was printed to standard output"
        }
        Some(SudoStanding::Answered) => {
            "; sudo had got the password, and nothing was printed since: a sudo that does not take a password says so \
             only after about 2 s, so give it more time before you take it that the command ran"
        }
        Some(SudoStanding::PrintedSince | SudoStanding::GivenUp) | None => "",
    }
}

/// What is said of output that is not all text: what the result shows of it is not what the command printed.
pub(super) const NOT_TEXT: &str = "the output is not all text: U+FFFD stands for bytes that are no UTF-8, and control characters are left out; \
     base64 on the host would show them";

/// What is said of output that is not all text; nothing of text.
pub(super) fn not_text(printed: &Printed) -> Option<&'static str> {
    // The streams may split one another's characters: only where both together are no text is each looked at.
    let streams = || [Stream::Out, Stream::Err].map(|stream| printed.of(stream));
    if is_text(printed.bytes()) || streams().iter().all(|bytes| is_text(bytes)) {
        return None;
    }
    Some(NOT_TEXT)
}

/// Whether it is UTF-8, the end perhaps cut off, without a NUL.
fn is_text(bytes: &[u8]) -> bool {
    let is_cut = |error: std::str::Utf8Error| error.error_len().is_none();
    !bytes.contains(&0) && std::str::from_utf8(bytes).map_or_else(is_cut, |_| true)
}

/// Why the connection was lost, if it was; the host may have worded it.
pub(super) fn lost(output: &CommandOutput) -> Option<&str> {
    match &output.ended {
        CommandEnd::Lost(why) => Some(why),
        CommandEnd::Exited(_)
        | CommandEnd::Signalled(_)
        | CommandEnd::TimedOut
        | CommandEnd::Cancelled
        | CommandEnd::Truncated
        | CommandEnd::NoStatus => None,
    }
}
