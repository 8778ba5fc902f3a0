//! `mcp-ssh run`: one command from a terminal, through the same gate and audit as the server.
//!
//! Takes: a command for a host, or for all hosts with a tag. Gives: what the command printed, or one JSON object, and
//! its exit status. Refuses: what the gate refuses, with its reason on stderr.

use std::cell::RefCell;
use std::num::{NonZeroU32, NonZeroUsize};

use argh::FromArgs;

use super::approval::person;
use super::numbers::{failures, first_hosts};
use super::operator_words::{denied, failed};
use super::option_forms::tag;
use super::run_on_tag::{Show, run_on_tag};
use super::seconds::seconds;
use super::touch::tell_touch;
use super::words::in_given;
use super::{ExitStatus, Terminal};
use crate::cancel::{self, Cancelled};
use crate::gate::{
    BatchSize, Ending, Gate, Outcome, Progress, RolloutRequest, RunRequest, TagReport, TagRequest,
};
use crate::runtime::{self, Signal, SignalListeners};

/// Run a command through the same policy and audit as the server.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "run",
    example = "mcp-ssh run web1 -- uptime\nmcp-ssh run --tag web -- uptime",
    error_code(
        0,
        "the command's own status is the exit status; with --tag: 0 on all hosts"
    ),
    error_code(
        1,
        "the output was cut; with --tag: not 0 on some host, or no host has the tag"
    ),
    error_code(2, "the command line is wrong"),
    error_code(77, "denied; with --tag: on all hosts"),
    error_code(124, "out of time"),
    error_code(130, "cancelled"),
    error_code(255, "it could not be run: no such host, not reached, no login")
)]
pub struct RunArguments {
    /// print one JSON object
    #[argh(switch)]
    pub json: bool,
    /// show the records on stderr, also where that is a terminal
    #[argh(switch, short = 'v')]
    pub verbose: bool,
    /// on every host with this tag, several at once, instead of an alias
    #[argh(option, arg_name = "tag", from_str_fn(tag))]
    pub tag: Option<String>,
    /// with --tag: begin so many hosts, or a part of them such as 25%, and the next ones when each of these has ended
    #[argh(option, arg_name = "n", from_str_fn(batch_size))]
    pub batch: Option<BatchSize>,
    /// with --tag: begin no further host once more than so many have failed
    #[argh(option, arg_name = "n", from_str_fn(failures))]
    pub max_failures: Option<usize>,
    /// with --tag: run it on so many hosts first, then ask whether the others follow
    #[argh(option, arg_name = "n", from_str_fn(first_hosts))]
    pub canary: Option<NonZeroUsize>,
    /// with --tag: group the hosts that are equal, and show how the others differ
    #[argh(switch)]
    pub compare: bool,
    /// run it in this directory of the host, an absolute path
    #[argh(option, arg_name = "dir")]
    pub cwd: Option<String>,
    /// end it after so many seconds; no more than the policy's max_seconds
    #[argh(option, arg_name = "n", from_str_fn(seconds))]
    pub timeout_seconds: Option<NonZeroU32>,
    /// the host's alias, unless there is a tag, then the command
    #[argh(positional, arg_name = "alias -- command")]
    pub words: Vec<String>,
}

/// Runs the command; Ctrl-C ends it on the remote host, too.
pub async fn run(gate: Gate, options: RunArguments, terminal: &mut Terminal) -> ExitStatus {
    let status = run_with(gate.clone(), options, terminal).await;
    gate.close().await;
    status
}

async fn run_with(gate: Gate, options: RunArguments, terminal: &mut Terminal) -> ExitStatus {
    let cancelled = match cancelled_by_signals() {
        Ok(cancelled) => cancelled,
        Err(error) => {
            terminal.error(&format!("mcp-ssh: signals cannot be handled: {error}"));
            return ExitStatus::FAILURE;
        }
    };
    let rollout = rollout(&options);
    if options.tag.is_none() && (options.compare || rollout != RolloutRequest::default()) {
        terminal.error("mcp-ssh: --batch, --max-failures, --canary and --compare are for --tag");
        return ExitStatus::USAGE;
    }
    let (place, words) = match (&options.tag, options.words.split_first()) {
        (Some(tag), Some(_)) => (RunPlace::Tag(tag), options.words.as_slice()),
        (None, Some((alias, words @ [_, ..]))) => (RunPlace::Host(alias), words),
        (_, Some(_) | None) => {
            terminal.error(
                "mcp-ssh: write `mcp-ssh run ALIAS -- COMMAND` or `mcp-ssh run --tag TAG -- COMMAND`",
            );
            return ExitStatus::USAGE;
        }
    };
    let command = match in_given(options.cwd.as_deref(), words.join(" ")) {
        Ok(command) => command,
        Err(why) => {
            terminal.error(&format!("mcp-ssh: {why}"));
            return ExitStatus::USAGE;
        }
    };
    match place {
        RunPlace::Tag(tag) => {
            let show = match (options.json, terminal.is_watched()) {
                (true, _) => Show::Json,
                (false, true) => Show::Live,
                (false, false) => Show::Sorted,
            };
            let request = TagRequest {
                tag: tag.clone(),
                request: request("", &command, &options),
                rollout,
                report: match options.compare {
                    true => TagReport::Compared,
                    false => TagReport::EachHost,
                },
            };
            run_on_tag(gate, request, show, cancelled, terminal).await
        }
        RunPlace::Host(alias) => {
            let request = request(alias, &command, &options);
            let told = RefCell::new(&mut *terminal);
            let observer = |progress: Progress<'_>| tell_touch(&progress, &mut told.borrow_mut());
            let outcome = gate.run(request, cancelled, &observer, person()).await;
            show(&outcome, &options, terminal);
            status(&outcome)
        }
    }
}

/// In which steps it runs on the hosts with a tag.
fn rollout(options: &RunArguments) -> RolloutRequest {
    RolloutRequest {
        batch: options.batch,
        max_failures: options.max_failures,
        canary: options.canary.map(NonZeroUsize::get),
    }
}

/// The hosts of one step: a number, or a part.
fn batch_size(text: &str) -> Result<BatchSize, String> {
    let hosts = text.parse().ok().map(NonZeroUsize::get);
    let size = hosts.map(BatchSize::Hosts);
    size.or_else(|| BatchSize::of_text(text))
        .ok_or_else(|| "must be a number of hosts, or a part of them from 1% to 100%".to_owned())
}

/// Where the command runs.
enum RunPlace<'o> {
    Host(&'o str),
    Tag(&'o String),
}

fn request(alias: &str, command: &str, options: &RunArguments) -> RunRequest {
    RunRequest {
        timeout_seconds: options.timeout_seconds,
        ..RunRequest::new(alias, command)
    }
}

/// Told to stop by each signal that would end the process, such as SIGHUP, which comes when the terminal goes away.
pub fn cancelled_by_signals() -> std::io::Result<Cancelled> {
    let (canceller, cancelled) = cancel::pair();
    let mut signals = SignalListeners::listen(Signal::ENDING)?;
    runtime::spawn(async move {
        let _which = signals.next().await;
        canceller.cancel();
    })
    .detach();
    Ok(cancelled)
}

fn show(outcome: &Outcome, options: &RunArguments, terminal: &mut Terminal) {
    match outcome {
        Outcome::Finished(result) if options.json => terminal.json(result),
        Outcome::Denied(refusal) if options.json => terminal.json(refusal),
        Outcome::Failed(failure) if options.json => {
            terminal.json(failure);
            if terminal.shows_errors() {
                terminal.error(&failed(failure));
            }
        }
        Outcome::Finished(result) => {
            let stdout = result.stdout.as_deref().unwrap_or(&result.output);
            terminal.output(stdout, result.stderr.as_deref().unwrap_or_default());
            if let Some(signal) = result.own_signal() {
                terminal.error(&format!("mcp-ssh: ended by signal {signal}"));
            }
            if let Some(note) = &result.note {
                terminal.error(&format!("mcp-ssh: {note}"));
            }
        }
        Outcome::Denied(refusal) => terminal.error(&denied(refusal)),
        Outcome::Failed(failure) => terminal.error(&failed(failure)),
    }
}

fn status(outcome: &Outcome) -> ExitStatus {
    match outcome {
        Outcome::Denied(_) => ExitStatus::DENIED,
        Outcome::Failed(failure) => match failure.status {
            Ending::TimedOut => ExitStatus::TIMED_OUT,
            Ending::Cancelled => ExitStatus::CANCELLED,
            Ending::Succeeded | Ending::Failed | Ending::Denied | Ending::NotStarted => {
                ExitStatus::UNREACHED
            }
        },
        Outcome::Finished(result) if result.timeout => ExitStatus::TIMED_OUT,
        Outcome::Finished(result) if result.cancelled => ExitStatus::CANCELLED,
        // It was ended at a limit of its output, whatever it exits with.
        Outcome::Finished(result) if result.truncated && result.exit_code == 0 => {
            ExitStatus::FAILURE
        }
        Outcome::Finished(result) => {
            u8::try_from(result.exit_code).map_or(ExitStatus::FAILURE, ExitStatus)
        }
    }
}
