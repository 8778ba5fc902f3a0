//! `mcp-ssh run`: one command from a terminal, through the same gate and audit as the server.

use super::approval::AtTerminal;
use super::arguments::Run as Options;
use super::run_on_tag::{Show, run_on_tag};
use super::{ExitStatus, Terminal, alias_and_command};
use crate::cancel::{self, Cancelled};
use crate::gate::{Ending, Gate, Outcome, Request, TagRequest, unobserved};
use crate::runtime::{self, Signal, SignalListener};

/// Runs the command; Ctrl-C ends it on the remote host, too.
pub async fn run(gate: Gate, options: Options, terminal: &mut Terminal) -> ExitStatus {
    let status = run_with(gate.clone(), options, terminal).await;
    gate.close().await;
    status
}

async fn run_with(gate: Gate, options: Options, terminal: &mut Terminal) -> ExitStatus {
    let cancelled = match cancelled_by_signals() {
        Ok(cancelled) => cancelled,
        Err(error) => {
            terminal.error(&format!("mcp-ssh: signals cannot be handled: {error}"));
            return ExitStatus::FAILURE;
        }
    };
    if let (Some(tag), [_, ..]) = (&options.tag, options.words.as_slice()) {
        let show = match (options.json, terminal.is_watched()) {
            (true, _) => Show::Json,
            (false, true) => Show::Live,
            (false, false) => Show::Sorted,
        };
        let request = TagRequest {
            tag: tag.clone(),
            request: request("", &options.words.join(" "), &options),
        };
        return run_on_tag(gate, request, show, cancelled, terminal).await;
    }
    let (None, Some((alias, command))) = (&options.tag, alias_and_command(&options.words)) else {
        terminal.error(
            "mcp-ssh: write `mcp-ssh run ALIAS -- COMMAND` or `mcp-ssh run --tag TAG -- COMMAND`",
        );
        return ExitStatus::USAGE;
    };
    let request = request(alias, &command, &options);
    let outcome = gate.run(request, cancelled, &unobserved, &AtTerminal).await;
    show(&outcome, &options, terminal);
    status(&outcome)
}

fn request(alias: &str, command: &str, options: &Options) -> Request {
    Request {
        timeout_seconds: options.timeout_seconds,
        ..Request::new(alias, command)
    }
}

/// Told to stop by SIGINT and SIGTERM.
fn cancelled_by_signals() -> std::io::Result<Cancelled> {
    let (canceller, cancelled) = cancel::pair();
    for signal in [Signal::Interrupt, Signal::Terminate] {
        let canceller = canceller.clone();
        let mut signals = SignalListener::listen(signal)?;
        runtime::spawn(async move {
            signals.next().await;
            canceller.cancel();
        })
        .detach();
    }
    Ok(cancelled)
}

fn show(outcome: &Outcome, options: &Options, terminal: &mut Terminal) {
    match outcome {
        Outcome::Finished(result) if options.json => terminal.json(result),
        Outcome::Denied(refusal) if options.json => terminal.json(refusal),
        Outcome::Failed(failure) if options.json => terminal.json(failure),
        Outcome::Finished(result) => {
            let stdout = result.stdout.as_deref().unwrap_or(&result.output);
            terminal.output(stdout, result.stderr.as_deref().unwrap_or_default());
            if let Some(note) = &result.note {
                terminal.error(&format!("mcp-ssh: {note}"));
            }
        }
        Outcome::Denied(refusal) => {
            let denial = &refusal.denial;
            let text = format!("mcp-ssh: denied: {}\nmcp-ssh: {}", denial.why, denial.hint);
            terminal.error(&text);
        }
        Outcome::Failed(failure) => {
            terminal.error(&format!("mcp-ssh: {}", failure.error));
            if let Some(hint) = &failure.hint {
                terminal.error(&format!("mcp-ssh: {hint}"));
            }
        }
    }
}

fn status(outcome: &Outcome) -> ExitStatus {
    match outcome {
        Outcome::Denied(_) => ExitStatus::DENIED,
        Outcome::Failed(failure) => match failure.status {
            Ending::TimedOut => ExitStatus::TIMED_OUT,
            Ending::Cancelled => ExitStatus::CANCELLED,
            Ending::Succeeded | Ending::Failed | Ending::Denied => ExitStatus::UNREACHED,
        },
        Outcome::Finished(result) if result.timeout => ExitStatus::TIMED_OUT,
        Outcome::Finished(result) if result.cancelled => ExitStatus::CANCELLED,
        Outcome::Finished(result) => {
            u8::try_from(result.exit_code).map_or(ExitStatus::FAILURE, ExitStatus)
        }
    }
}
