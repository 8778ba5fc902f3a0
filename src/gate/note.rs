//! How a command ended, in words: takes what ran; gives what its numbers do not say.

use super::exec_report::ExecReport;
use crate::ssh::{Ended, Output, Process};

/// Of a command that ended by itself.
const HELD_OPEN: &str = "the command has ended, but something that it started still holds its \
                         output open and may run on";

/// What the numbers do not say of how a command ended, and what to do about it.
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
        Ended::Exited(_) | Ended::Signalled(_) if output.process == Process::Gone => return None,
        Ended::Exited(_) | Ended::Signalled(_) => return Some(HELD_OPEN.to_owned()),
        Ended::TimedOut => format!("ended after {} s ({})", time.seconds(), time.source()),
        Ended::Cancelled => "cancelled".to_owned(),
        Ended::Truncated if *output_budget < limits.max_output_bytes => format!(
            "ended at {output_budget} bytes of output, its share of what is kept here: ask for less, with \
             head or a filter, or of this host alone"
        ),
        Ended::Truncated => format!(
            "ended at the limit of output: its first {} bytes were kept (max_output_bytes); ask \
             for less, with head, tail or a filter",
            output.printed.bytes_out() + output.printed.bytes_err()
        ),
        Ended::NoStatus => "the host closed the command without an exit status".to_owned(),
        Ended::Lost(_) => "the connection was lost: the command may have run in part".to_owned(),
    };
    Some(note + left)
}

/// Why the connection was lost, in the words of the host, if it was.
pub(super) fn lost(output: &Output) -> Option<&str> {
    match &output.ended {
        Ended::Lost(why) => Some(why),
        Ended::Exited(_)
        | Ended::Signalled(_)
        | Ended::TimedOut
        | Ended::Cancelled
        | Ended::Truncated
        | Ended::NoStatus => None,
    }
}
