//! `mcp-ssh run --tag`: one command on every host with a tag.
//!
//! Takes: what the gate is asked, and how the answer is shown. Gives: on a terminal each host when it is done,
//! otherwise all of them in inventory order; each line of output begins with the alias of its host; `--json` prints
//! one object; `--compare` groups the hosts that are equal. Refuses: what the gate refuses. Exits with 0 when the
//! command succeeded everywhere, 77 when every host denied it, 130 when it was cancelled anywhere, and otherwise with
//! 1.

use std::cell::RefCell;
use std::rc::Rc;

use super::approval::person;
use super::operator_words::{joined, to_operator};
use super::terminal_text::foreign;
use super::touch::tell_touch;
use super::{ExitStatus, Paint, Terminal};
use crate::cancel::Cancelled;
use crate::gate::{
    ComparedFanOut, Ending, FanOut, Gate, HostResult, Observer, Outcome, Progress, Summary,
    TagReport, TagRequest,
};

/// Hosts that did not begin, as far as they are named.
const MAX_NAMED: usize = 40;

/// What is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// One JSON object.
    Json,
    /// Each host when it is done.
    Live,
    /// All hosts at the end.
    Sorted,
}

/// Runs the command on the hosts.
pub async fn run_on_tag(
    gate: Gate,
    request: TagRequest,
    show: Show,
    cancelled: Cancelled,
    terminal: &mut Terminal,
) -> ExitStatus {
    let shown = match request.report {
        TagReport::EachHost => HostOutput::Shown,
        TagReport::Compared => HostOutput::Compared,
    };
    let fan_out = match gate
        .run_on_tag(request, cancelled, observer(show, shown), person())
        .await
    {
        Ok(fan_out) => fan_out,
        Err(unstarted) if show == Show::Json => {
            terminal.json(&unstarted);
            return ExitStatus::FAILURE;
        }
        Err(unstarted) => {
            let hint = to_operator(unstarted.hint);
            terminal.error(&format!("mcp-ssh: {}", joined([&unstarted.error, &hint])));
            return ExitStatus::FAILURE;
        }
    };
    show_all(&fan_out, show, shown, terminal);
    match fan_out.is_cancelled() {
        true => ExitStatus::CANCELLED,
        false => status_of(&fan_out.summary),
    }
}

/// What was not shown yet, and the summary.
fn show_all(fan_out: &FanOut, show: Show, shown: HostOutput, terminal: &mut Terminal) {
    match (show, &fan_out.comparison) {
        (Show::Json, None) => return terminal.json(fan_out),
        (Show::Json, Some(_)) => return terminal.json(&ComparedFanOut::of(fan_out)),
        (Show::Live, _) => {}
        (Show::Sorted, _) => {
            for result in begun(fan_out) {
                show_host(result, "", shown, terminal);
            }
        }
    }
    if let Some(comparison) = &fan_out.comparison {
        show_compared(&comparison.told(), terminal);
    }
    let (note, not_started) = (fan_out.note.clone(), not_started_told(fan_out));
    let summary = Some(summary_told(&fan_out.summary));
    for told in [note, not_started, summary].into_iter().flatten() {
        terminal.error(&format!("mcp-ssh: {told}"));
    }
}

fn begun(fan_out: &FanOut) -> impl Iterator<Item = &HostResult> {
    let results = fan_out.results.iter();
    results.filter(|result| result.outcome.ending() != Ending::NotStarted)
}

/// Which hosts did not begin, and why: all of them for one reason.
fn not_started_told(fan_out: &FanOut) -> Option<String> {
    let results = fan_out.results.iter();
    let not_started = results.filter(|its| its.outcome.ending() == Ending::NotStarted);
    let aliases: Vec<&str> = not_started.clone().map(|its| its.alias.as_str()).collect();
    let first = not_started.clone().next()?;
    let why = match &first.outcome {
        Outcome::Failed(failure) => {
            // What an assistant is told of a person's answer, the person knows.
            let of_person = fan_out
                .stopped
                .is_some_and(|why| why.starts_with("approval_"));
            let hint = failure.hint.as_deref().filter(|_| !of_person);
            joined([&failure.error, &to_operator(hint.unwrap_or_default())])
        }
        Outcome::Finished(_) | Outcome::Denied(_) => String::new(),
    };
    let named = aliases.iter().take(MAX_NAMED).copied();
    let named = named.collect::<Vec<_>>().join(", ");
    Some(match aliases.len().saturating_sub(MAX_NAMED) {
        0 => format!("{named}: {why}"),
        more => format!("{named} and {more} more: {why}"),
    })
}

/// Shows each host when it is done, where that is wanted.
fn observer(show: Show, shown: HostOutput) -> Rc<Observer<'static>> {
    let live = RefCell::new(Terminal::new());
    Rc::new(move |progress| {
        let mut live = live.borrow_mut();
        tell_touch(&progress, &mut live);
        if let (
            Show::Live,
            Progress::HostDone {
                result,
                done,
                total,
            },
        ) = (show, progress)
        {
            show_host(result, &format!("[{done}/{total}] "), shown, &mut live);
        }
    })
}

/// Whether a host's output comes with its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HostOutput {
    /// It does.
    Shown,
    /// It comes with that of the others, at the end.
    Compared,
}

/// What hosts printed begins with a blank, `-` or `+`, and everything else is this program's.
fn show_compared(told: &str, terminal: &mut Terminal) {
    for (number, line) in told.lines().enumerate() {
        let line = match line.chars().next() {
            Some('+') => terminal.coloured(line, Paint::Green),
            Some('-') => terminal.coloured(line, Paint::Red),
            Some('@') => terminal.coloured(line, Paint::Yellow),
            Some('g') => terminal.heading(line),
            Some(_) if number == 0 => terminal.heading(line),
            Some(_) | None => line.to_owned(),
        };
        terminal.line(&line);
    }
}

/// A line that says how it ended, behind the count of those that are done, and the output.
fn show_host(result: &HostResult, count: &str, shown: HostOutput, terminal: &mut Terminal) {
    let HostResult { alias, outcome, .. } = result;
    let paint = match outcome.ending() {
        Ending::Succeeded => Paint::Green,
        Ending::Failed | Ending::Denied | Ending::TimedOut | Ending::Cancelled => Paint::Red,
        Ending::NotStarted => Paint::Yellow,
    };
    let seconds = result.duration_ms / 1000;
    let tenths = result.duration_ms / 100 % 10;
    let name = terminal.painted(alias, paint);
    let how = how(outcome);
    terminal.error(&format!("{count}{name}: {how} ({seconds}.{tenths} s)"));
    if let (Outcome::Finished(result), HostOutput::Shown) = (outcome, shown) {
        let stdout = result.stdout.as_deref().unwrap_or(&result.output);
        let stderr = result.stderr.as_deref().unwrap_or_default();
        terminal.output(&prefixed(alias, stdout), &prefixed(alias, stderr));
    }
}

/// How it ended, for a person.
fn how(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Denied(refusal) => format!("denied: {}", refusal.denial.why),
        Outcome::Failed(failure) => match &failure.story {
            Some(story) => {
                // A host may have worded part of the story.
                let story = foreign(story);
                format!("{}; {story}", failure.error)
            }
            None => failure.error.to_string(),
        },
        Outcome::Finished(result) => {
            let status = match (result.own_signal(), result.exit_code) {
                (Some(signal), _) => format!("ended by signal {signal}"),
                (None, -1) => String::new(),
                (None, status) => format!("exit status {status}"),
            };
            joined([&status, result.note.as_deref().unwrap_or_default()])
        }
    }
}

/// Each line with the alias before it. A carriage return ends a line, too: what comes after it
/// would stand where the alias is.
fn prefixed(alias: &str, text: &str) -> String {
    text.replace("\r\n", "\n")
        .split_terminator(['\n', '\r'])
        .map(|line| format!("{alias}: {line}\n"))
        .collect()
}

/// How many hosts ended how, for a person.
pub fn summary_told(summary: &Summary) -> String {
    let counts = [
        (summary.succeeded, "succeeded"),
        (summary.failed, "failed"),
        (summary.denied, "denied"),
        (summary.timed_out, "timed out"),
        (summary.cancelled, "cancelled"),
        (summary.not_started, "not started"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let hosts = if summary.total == 1 { "host" } else { "hosts" };
    format!("{} {hosts}: {}", summary.total, counts.join(", "))
}

/// The status to exit with.
pub fn status_of(summary: &Summary) -> ExitStatus {
    if summary.succeeded == summary.total {
        ExitStatus::SUCCESS
    } else if summary.denied == summary.total {
        ExitStatus::DENIED
    } else if summary.cancelled > 0 {
        ExitStatus::CANCELLED
    } else {
        ExitStatus::FAILURE
    }
}
