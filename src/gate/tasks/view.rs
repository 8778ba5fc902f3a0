//! What a client is told of a task. The names are the Python reference's.

use serde::Serialize;
use serde_json::Value;

use crate::gate::result::{Ending, RunResult};
use crate::gate::view::{MAX_SHOWN_BYTES, fitting, push_line};

/// Bytes of a line that are shown: a page has room for four such lines.
const MAX_LINE_BYTES: usize = MAX_SHOWN_BYTES / 4;

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// The approver has the question.
    AwaitingApproval,
    /// It waits for its turn.
    Pending,
    /// It runs.
    Running,
    /// It ended with exit status 0.
    Completed,
    /// It ended otherwise, or could not run.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// Its time was up.
    Timeout,
}

impl From<Ending> for TaskState {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Succeeded => Self::Completed,
            Ending::Failed | Ending::Denied | Ending::NotStarted => Self::Failed,
            Ending::TimedOut => Self::Timeout,
            Ending::Cancelled => Self::Cancelled,
        }
    }
}

/// A task that has just been made.
#[derive(Debug, Serialize)]
pub struct TaskStarted {
    /// The task's identifier.
    pub task_id: String,
    /// Pending, or awaiting approval.
    pub status: TaskState,
    /// Seconds that its result is kept after its end.
    #[serde(rename = "keepAlive")]
    pub keep_alive: u64,
    /// Seconds to wait between two looks.
    #[serde(rename = "pollFrequency")]
    pub poll_frequency: u32,
    /// The host's alias.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
    /// The tag of the hosts, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The command as it was asked for.
    pub command: String,
    /// The command's hash.
    pub hash: String,
    /// That a person is asked first, or that it asked for more time than the policy allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How a task gets on.
#[derive(Debug, Serialize)]
pub struct TaskStatus {
    /// The task's identifier.
    pub task_id: String,
    /// How far it is.
    pub status: TaskState,
    /// The host's alias.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
    /// The tag of the hosts, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The command's hash.
    pub hash: String,
    /// Seconds that its result will still be kept, counted from its end.
    #[serde(rename = "keepAlive")]
    pub keep_alive: u64,
    /// Seconds to wait before the next look.
    #[serde(rename = "pollFrequency")]
    pub poll_frequency: u32,
    /// Elapsed time in percent of the time it has, or of several hosts those that are done; 100 once it has ended.
    pub progress_percent: u64,
    /// Since it was made, or all that it took, in milliseconds.
    pub elapsed_ms: u64,
    /// Bytes of output so far.
    pub bytes_read: u64,
    /// Lines that ssh_get_task_output has.
    pub output_lines_available: usize,
}

/// How a task ended.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum TaskResult<'a> {
    /// The command ran.
    Ran {
        /// How it ended.
        status: TaskState,
        /// What a run gives.
        #[serde(flatten)]
        result: &'a RunResult,
        /// The time it had, in seconds.
        max_seconds: u32,
    },
    /// The hosts with a tag.
    Fleet {
        /// How it ended.
        status: TaskState,
        /// What the tag run gives.
        #[serde(flatten)]
        fan_out: &'a Value,
    },
    /// It could not run, a person said no, or it was cancelled before it began.
    NotRun {
        /// The task's identifier.
        task_id: &'a str,
        /// How it ended.
        status: TaskState,
        /// The host's alias.
        alias: &'a str,
        /// The command's hash.
        hash: &'a str,
        /// Always -1.
        exit_code: i64,
        /// All that it took, in milliseconds.
        duration_ms: u64,
        /// Always empty.
        output: &'static str,
        /// Whether it was cancelled.
        cancelled: bool,
        /// Whether its time was up.
        timeout: bool,
        /// What went wrong.
        error: &'a str,
        /// What to do next.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<&'a str>,
        /// What was said before sudo, or what ran, asked again.
        #[serde(skip_serializing_if = "Option::is_none")]
        stderr: Option<&'a str>,
        /// The time it had, in seconds.
        max_seconds: u32,
    },
}

/// Lines of a task's output.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct TaskOutput {
    /// The task's identifier.
    pub task_id: String,
    /// How far it is.
    pub status: TaskState,
    /// The lines.
    pub output_lines: Vec<String>,
    /// The number of the first of them; lines count from 0.
    pub offset: usize,
    /// Where to go on: behind the last line that is whole.
    pub next_offset: usize,
    /// Lines there are now.
    pub total_lines: usize,
    /// Whether there are lines that were not given: later ones, or earlier ones where no offset
    /// was asked for.
    pub has_more: bool,
}

/// Which lines.
#[derive(Clone, Copy, Debug)]
pub struct LineRange {
    /// From this one on; the last ones there are when it is left out.
    pub offset: Option<usize>,
    /// At most so many.
    pub max_lines: usize,
}

impl TaskOutput {
    /// The lines of `text` in `range`. The last line of a command that runs may still grow: it is
    /// shown, and `next_offset` points at it again.
    pub(super) fn of(task_id: &str, status: TaskState, text: &str, range: LineRange) -> Self {
        let total_lines = text.lines().count();
        let fit = |lines: &mut dyn Iterator<Item = &str>| {
            fitting(lines, MAX_LINE_BYTES, range.max_lines, MAX_SHOWN_BYTES)
        };
        let (offset, count) = match range.offset {
            Some(offset) => {
                let offset = offset.min(total_lines);
                (offset, fit(&mut text.lines().skip(offset)))
            }
            None => {
                let count = fit(&mut text.lines().rev());
                (total_lines - count, count)
            }
        };
        let lines = text.lines().skip(offset).take(count);
        let output_lines: Vec<String> = lines.map(shown).collect();
        let end = offset + output_lines.len();
        let grows = matches!(
            status,
            TaskState::AwaitingApproval | TaskState::Pending | TaskState::Running
        ) && !text.ends_with('\n')
            && end == total_lines;
        let has_more = match range.offset {
            Some(_) => end < total_lines,
            None => offset > 0,
        };
        Self {
            task_id: task_id.to_owned(),
            status,
            offset,
            next_offset: if grows {
                end.saturating_sub(1).max(offset)
            } else {
                end
            },
            total_lines,
            has_more,
            output_lines,
        }
    }
}

fn shown(line: &str) -> String {
    let mut shown = String::new();
    push_line(&mut shown, line, MAX_LINE_BYTES);
    shown
}

#[cfg(test)]
mod tests {
    use super::{LineRange, MAX_LINE_BYTES, TaskOutput, TaskState};

    /// However long the lines: pages of bounded size, one behind the other, each line once; only
    /// the middle of a line that is too long for a page is nowhere.
    #[test]
    fn a_page_has_a_bound_in_bytes() {
        let lines: Vec<String> = (0..300_usize)
            .map(|n| format!("{n} {}", "é".repeat(n * n % (MAX_LINE_BYTES / 2))))
            .chain(["x".repeat(1_000_000), String::new(), "end".to_owned()])
            .collect();
        let text = lines.join("\r\n");
        let page = |offset| {
            let range = LineRange {
                offset,
                max_lines: 1000,
            };
            let page = TaskOutput::of("id", TaskState::Completed, &text, range);
            let bytes: usize = page.output_lines.iter().map(String::len).sum();
            assert!((1..=super::MAX_SHOWN_BYTES).contains(&bytes), "{bytes}");
            page
        };
        let mut seen = Vec::new();
        loop {
            let one = page(Some(seen.len()));
            assert_eq!(one.offset, seen.len());
            seen.extend(one.output_lines);
            assert_eq!(one.next_offset, seen.len());
            assert_eq!(one.has_more, seen.len() < lines.len());
            if !one.has_more {
                break;
            }
        }
        let cut = seen.remove(300);
        assert!(
            cut.len() < MAX_LINE_BYTES + 40 && cut.contains("x[... 99"),
            "{cut}"
        );
        let whole = lines.iter().filter(|line| line.len() < 1_000_000);
        assert!(seen.iter().eq(whole));
        let last = page(None);
        assert_eq!((last.next_offset, last.has_more), (303, true));
        assert_eq!(last.output_lines.last().unwrap(), "end");
        assert!(last.offset < 300, "{}", last.offset);
    }

    #[test]
    fn pages_lose_no_line_and_show_none_by_halves() {
        let range = |offset, max_lines| LineRange { offset, max_lines };
        let (running, ended) = (TaskState::Running, TaskState::Completed);
        for (text, status, range, lines, offset, next, more) in [
            ("", running, range(None, 5), "", 0, 0, false),
            ("a\nb\nc\n", ended, range(None, 5), "a b c", 0, 3, false),
            ("a\nb\nc\n", ended, range(None, 2), "b c", 1, 3, true),
            ("a\nb\nc\n", ended, range(Some(0), 2), "a b", 0, 2, true),
            ("a\nb\nc\n", ended, range(Some(2), 2), "c", 2, 3, false),
            ("a\nb\nc\n", ended, range(Some(9), 2), "", 3, 3, false),
            ("a\nb\nha", running, range(Some(1), 5), "b ha", 1, 2, false),
            ("a\nb\nha", running, range(Some(0), 2), "a b", 0, 2, true),
            ("a\nb\nha", running, range(Some(3), 5), "", 3, 3, false),
            ("a\nb\nha", ended, range(Some(1), 5), "b ha", 1, 3, false),
            ("a\r\nb", ended, range(None, 1), "b", 1, 2, true),
        ] {
            let output = TaskOutput::of("id", status, text, range);
            let got = (
                output.output_lines.join(" "),
                output.offset,
                output.next_offset,
                output.has_more,
            );
            assert_eq!(
                got,
                (lines.to_owned(), offset, next, more),
                "{text:?} {range:?}"
            );
        }
    }
}
