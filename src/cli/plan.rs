//! `mcp-ssh plan`: what the policy says of a command, without running it.

use std::io::{self, BufRead, Read};

use serde_json::json;

use super::arguments::Plan as Options;
use super::{ExitStatus, Terminal, alias_and_command};
use crate::gate::{Gate, Plan, Request, Unready};
use crate::policy::{Decision, Verdict};

/// The longest line of `--stdin`: four times the longest command, for JSON's escapes.
const MAX_LINE_BYTES: u64 = 256 * 1024;

/// Judges one command, or one a line.
pub fn plan(gate: &Gate, options: &Options, terminal: &mut Terminal) -> ExitStatus {
    if options.stdin {
        return match options.words.as_slice() {
            [alias] => plan_lines(gate, alias, options, terminal),
            _ => usage(terminal),
        };
    }
    let Some((alias, command)) = alias_and_command(&options.words) else {
        return usage(terminal);
    };
    match gate.plan(&Request::new(alias, &command)) {
        Ok(plan) => {
            show(&plan, options, terminal);
            status(&plan)
        }
        Err(unready) => unready_status(&unready, terminal),
    }
}

fn usage(terminal: &mut Terminal) -> ExitStatus {
    terminal
        .error("mcp-ssh: write `mcp-ssh plan ALIAS -- COMMAND`, or `mcp-ssh plan ALIAS --stdin`");
    ExitStatus::USAGE
}

fn unready_status(unready: &Unready, terminal: &mut Terminal) -> ExitStatus {
    terminal.error(&format!("mcp-ssh: {unready}"));
    ExitStatus::FAILURE
}

/// 0 when every line was answered: each answer says whether it is allowed.
fn plan_lines(gate: &Gate, alias: &str, options: &Options, terminal: &mut Terminal) -> ExitStatus {
    let mut input = io::stdin().lock();
    loop {
        let mut line = Vec::new();
        match (&mut input)
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut line)
        {
            Ok(0) => return ExitStatus::SUCCESS,
            Ok(_) => {}
            Err(error) => {
                terminal.error(&format!("mcp-ssh: stdin cannot be read: {error}"));
                return ExitStatus::FAILURE;
            }
        }
        let Ok(command) = serde_json::from_slice::<String>(&line) else {
            terminal
                .error("mcp-ssh: each line of stdin must be one JSON string, such as \"uptime\"");
            return ExitStatus::USAGE;
        };
        match gate.plan(&Request::new(alias, &command)) {
            Ok(plan) => show(&plan, options, terminal),
            Err(unready) => return unready_status(&unready, terminal),
        }
    }
}

fn status(plan: &Plan) -> ExitStatus {
    match plan {
        Plan::Judged(decision) if decision.verdict() == Verdict::Allow => ExitStatus::SUCCESS,
        Plan::Judged(_) => ExitStatus::DENIED,
        Plan::UnknownHost(_) => ExitStatus::FAILURE,
    }
}

fn show(plan: &Plan, options: &Options, terminal: &mut Terminal) {
    if options.json {
        return terminal.json(plan);
    }
    match plan {
        Plan::Judged(decision) => explain(decision, terminal),
        Plan::UnknownHost(failure) => {
            let hint = failure.hint.as_deref().unwrap_or_default();
            terminal.error(&format!("mcp-ssh: {}: {hint}", failure.error));
        }
    }
}

/// The decision in lines: the verdict, each command with its rule, why, and what to do.
fn explain(decision: &Decision, terminal: &mut Terminal) {
    let verdict = match decision.verdict() {
        Verdict::Allow => "allowed",
        Verdict::Ask => "needs approval",
        Verdict::Deny => "denied",
    };
    terminal.line(&format!("{verdict} on {}", decision.alias()));
    for command in decision.commands() {
        let rule = command.rule.as_ref().map_or_else(
            || "no rule speaks of it".to_owned(),
            |rule| format!("{} by {rule}", rule.action),
        );
        terminal.line(&format!("  {}  ({rule})", json!(command.command)));
    }
    if let Some(denial) = decision.denial() {
        terminal.line(&format!("  why:  {}", visible(&denial.why)));
        terminal.line(&format!("  hint: {}", visible(&denial.hint)));
    }
    let limits = decision.limits();
    terminal.line(&format!(
        "  limits: {} s, {} bytes of output",
        limits.max_seconds, limits.max_output_bytes
    ));
}

/// The agent's words may be in it: no control character reaches the terminal.
fn visible(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}
