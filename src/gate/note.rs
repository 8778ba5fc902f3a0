//! How a command ended, in words: takes the report on a command; gives a sentence for what its numbers do not say.

use super::exec_report::ExecReport;
use crate::ssh::{CommandEnd, CommandOutput, Process};

/// The sentence for a command that ended by itself while its output is still open.
const HELD_OPEN: &str = "the command has ended, but something that it started still holds its \
                         output open and may run on";

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
    let note = match &output.ended {
        CommandEnd::Exited(_) | CommandEnd::Signalled(_) if output.process == Process::Gone => {
            return None;
        }
        CommandEnd::Exited(_) | CommandEnd::Signalled(_) => return Some(HELD_OPEN.to_owned()),
        CommandEnd::TimedOut => format!("ended after {} s ({})", time.seconds(), time.source()),
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
        CommandEnd::NoStatus => "the host closed the command without an exit status".to_owned(),
        CommandEnd::Lost(_) => {
            "the connection was lost: the command may have run in part".to_owned()
        }
    };
    Some(note + left)
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
