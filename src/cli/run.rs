//! `mcp-ssh run`: one command from a terminal, through the same gate and audit as the server.

use super::arguments::Run as Options;
use super::{ExitStatus, Terminal, alias_and_command};
use crate::cancel;
use crate::gate::{Gate, Outcome, Request, unobserved};
use crate::runtime::{self, Signal, Signals};

/// Runs the command; Ctrl-C ends it on the remote host, too.
pub async fn run(gate: Gate, options: Options, terminal: &mut Terminal) -> ExitStatus {
    let Some((alias, command)) = alias_and_command(&options.words) else {
        terminal.error("mcp-ssh: write `mcp-ssh run ALIAS -- COMMAND`");
        return ExitStatus::USAGE;
    };
    let (canceller, cancelled) = cancel::pair();
    for signal in [Signal::Interrupt, Signal::Terminate] {
        let canceller = canceller.clone();
        match Signals::listen(signal) {
            Ok(mut signals) => runtime::spawn(async move {
                signals.next().await;
                canceller.cancel();
            })
            .detach(),
            Err(error) => {
                terminal.error(&format!("mcp-ssh: signals cannot be handled: {error}"));
                return ExitStatus::FAILURE;
            }
        }
    }
    let outcome = gate
        .run(Request::new(alias, &command), cancelled, &unobserved)
        .await;
    show(&outcome, &options, terminal);
    status(&outcome)
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
        Outcome::Failed(_) => ExitStatus::UNREACHED,
        Outcome::Finished(result) if result.timeout => ExitStatus::TIMED_OUT,
        Outcome::Finished(result) if result.cancelled => ExitStatus::CANCELLED,
        Outcome::Finished(result) => {
            u8::try_from(result.exit_code).map_or(ExitStatus::FAILURE, ExitStatus)
        }
    }
}
