//! `mcp-ssh plan`: what the policy says of a command or a file and how it comes to that, without running or touching it.
//!
//! Takes: a command or a path for a host or for all hosts with a tag, or commands on stdin, one JSON string a line. Gives:
//! the decision with its steps, as text or as JSON. Refuses: other words, and a line that is no JSON string.

use std::io::{self, BufRead, Read};
use std::num::NonZeroU32;

use argh::FromArgs;
use serde::Serialize;

use super::explain::explain;
use super::hosts::no_such_tag;
use super::operator_words::failed;
use super::option_forms::{path_of_host, tag};
use super::plan_file::{PlannedPath, of_options, plan_file};
use super::seconds::seconds;
use super::words::in_given;
use super::{ExitStatus, Terminal};
use crate::gate::{Gate, Plan, RunRequest, UnreadyError};
use mcp_ssh_policy::{Explanation, Verdict};

/// Show what the policy says of a command or a file and how it came to that, without running or touching it.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "plan",
    example = "mcp-ssh plan web1 -- systemctl status nginx\n\
               mcp-ssh plan --tag web -- uptime\n\
               mcp-ssh plan web1 --edit /etc/nginx/nginx.conf\n\
               mcp-ssh plan --json web1 --stdin < commands.jsonl",
    error_code(0, "allowed; with --stdin: every line was answered"),
    error_code(1, "the configuration is wrong, or there is no such host"),
    error_code(2, "the command line is wrong"),
    error_code(77, "not allowed")
)]
pub struct PlanArguments {
    /// print one JSON object a decision, with every step of it; without the steps for --stdin
    #[argh(switch)]
    pub json: bool,
    /// on every host with this tag, instead of an alias
    #[argh(option, arg_name = "tag", from_str_fn(tag))]
    pub tag: Option<String>,
    /// a file that would be read, in place of a command
    #[argh(option, arg_name = "path", from_str_fn(path_of_host))]
    pub read: Option<String>,
    /// a file that would be written
    #[argh(option, arg_name = "path", from_str_fn(path_of_host))]
    pub write: Option<String>,
    /// a file that would be edited: this takes what both others take
    #[argh(option, arg_name = "path", from_str_fn(path_of_host))]
    pub edit: Option<String>,
    /// read one JSON string a line from stdin, and answer one decision a line
    #[argh(switch)]
    pub stdin: bool,
    /// as if it ran in this directory of the host, an absolute path
    #[argh(option, arg_name = "dir")]
    pub cwd: Option<String>,
    /// seconds that a run of it would ask for
    #[argh(option, arg_name = "n", from_str_fn(seconds))]
    pub timeout_seconds: Option<NonZeroU32>,
    /// the host's alias, unless there is a tag, then the command
    #[argh(positional, arg_name = "alias -- command")]
    pub words: Vec<String>,
}

/// The longest line of `--stdin`: four times the longest command, for JSON's escapes.
const MAX_LINE_BYTES: u64 = 256 * 1024;

const USAGE: &str = "write `mcp-ssh plan ALIAS -- COMMAND`, `mcp-ssh plan --tag TAG -- COMMAND`, `mcp-ssh plan ALIAS --read PATH` \
    (`--write`, `--edit`), or `mcp-ssh plan ALIAS --stdin`";

/// Judges one command or file on a host or on each with a tag, or one command a line.
pub fn plan(gate: &Gate, options: &PlanArguments, terminal: &mut Terminal) -> ExitStatus {
    let of_file = of_options(
        options.read.as_deref(),
        options.write.as_deref(),
        options.edit.as_deref(),
    );
    let planned = of_file.and_then(|of_file| match of_file {
        Some(path) => plan_path(gate, path, options, terminal),
        None => plan_command(gate, options, terminal),
    });
    match planned {
        Ok(Ok(status)) => status,
        Ok(Err(unready)) => {
            terminal.error(&format!("mcp-ssh: {unready}"));
            ExitStatus::FAILURE
        }
        Err(why) => {
            terminal.error(&format!("mcp-ssh: {why}"));
            ExitStatus::USAGE
        }
    }
}

/// # Errors
/// What is wrong with the words.
fn plan_command(
    gate: &Gate,
    options: &PlanArguments,
    terminal: &mut Terminal,
) -> Result<Result<ExitStatus, UnreadyError>, String> {
    let command = |words: &[String]| in_given(options.cwd.as_deref(), words.join(" "));
    match (options.stdin, &options.tag, options.words.as_slice()) {
        (false, None, [alias, words @ ..]) if !words.is_empty() => {
            command(words).map(|command| plan_one(gate, (alias, &command), options, terminal))
        }
        (false, Some(tag), words) if !words.is_empty() => command(words).map(|command| {
            plan_tag(gate, tag, terminal, |alias, terminal| {
                plan_one(gate, (alias, &command), options, terminal)
            })
        }),
        (true, None, [alias]) if options.cwd.is_none() => {
            Ok(plan_lines(gate, alias, options, terminal))
        }
        (false | true, ..) => Err(USAGE.to_owned()),
    }
}

/// # Errors
/// What is wrong with the words.
fn plan_path(
    gate: &Gate,
    path: PlannedPath<'_>,
    options: &PlanArguments,
    terminal: &mut Terminal,
) -> Result<Result<ExitStatus, UnreadyError>, String> {
    if options.stdin || options.cwd.is_some() || options.timeout_seconds.is_some() {
        let why = "`--stdin`, `--cwd` and `--timeout-seconds` are for commands: leave them out for a file";
        return Err(why.to_owned());
    }
    match (&options.tag, options.words.as_slice()) {
        (None, [alias]) => Ok(plan_file(gate, alias, path, options.json, terminal)),
        (Some(tag), []) => Ok(plan_tag(gate, tag, terminal, |alias, terminal| {
            plan_file(gate, alias, path, options.json, terminal)
        })),
        (None | Some(_), _) => Err(USAGE.to_owned()),
    }
}

/// 0 when it is allowed on every host, 77 when it is not on one.
fn plan_tag(
    gate: &Gate,
    tag: &str,
    terminal: &mut Terminal,
    one: impl Fn(&str, &mut Terminal) -> Result<ExitStatus, UnreadyError>,
) -> Result<ExitStatus, UnreadyError> {
    let hosts = gate.hosts(Some(tag))?;
    if hosts.is_empty() {
        let all = gate.hosts(None)?;
        terminal.error(&format!("mcp-ssh: {}", no_such_tag(tag, &all)));
        return Ok(ExitStatus::FAILURE);
    }
    let mut status = ExitStatus::SUCCESS;
    for host in hosts {
        let of_host = one(&host.alias, terminal)?;
        if of_host != ExitStatus::SUCCESS {
            status = of_host;
        }
    }
    Ok(status)
}

fn plan_one(
    gate: &Gate,
    (alias, command): (&str, &str),
    options: &PlanArguments,
    terminal: &mut Terminal,
) -> Result<ExitStatus, UnreadyError> {
    let request = request(alias, command, options);
    let plan = gate.plan(&request)?;
    let explanation = gate.explain(&request)?;
    match (&plan, &explanation) {
        (Plan::UnknownHost(failure), _) if !options.json => {
            terminal.error(&failed(failure));
        }
        (Plan::Judged(planned), Some(explanation)) if !options.json => {
            explain(planned, explanation, terminal);
        }
        (Plan::UnknownHost(_) | Plan::Judged(_), _) => terminal.json(&Explained {
            plan: &plan,
            explanation: explanation.as_ref(),
        }),
    }
    Ok(status(&plan))
}

/// What `--json` prints: the decision, and how it came about.
#[derive(Serialize)]
struct Explained<'a> {
    #[serde(flatten)]
    plan: &'a Plan,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a Explanation>,
}

/// 0 when every line was answered: each answer says whether it is allowed.
fn plan_lines(
    gate: &Gate,
    alias: &str,
    options: &PlanArguments,
    terminal: &mut Terminal,
) -> Result<ExitStatus, UnreadyError> {
    let mut input = io::stdin().lock();
    loop {
        let mut line = Vec::new();
        match (&mut input)
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut line)
        {
            Ok(0) => return Ok(ExitStatus::SUCCESS),
            Ok(_) => {}
            Err(error) => {
                terminal.error(&format!("mcp-ssh: stdin cannot be read: {error}"));
                return Ok(ExitStatus::FAILURE);
            }
        }
        let Ok(command) = serde_json::from_slice::<String>(&line) else {
            terminal
                .error("mcp-ssh: each line of stdin must be one JSON string, such as \"uptime\"");
            return Ok(ExitStatus::USAGE);
        };
        match options.json {
            true => terminal.json(&gate.plan(&request(alias, &command, options))?),
            false => {
                plan_one(gate, (alias, &command), options, terminal)?;
            }
        }
    }
}

fn request(alias: &str, command: &str, options: &PlanArguments) -> RunRequest {
    RunRequest {
        timeout_seconds: options.timeout_seconds,
        ..RunRequest::new(alias, command)
    }
}

fn status(plan: &Plan) -> ExitStatus {
    match plan {
        Plan::Judged(planned) if planned.decision.verdict() == Verdict::Allow => {
            ExitStatus::SUCCESS
        }
        Plan::Judged(_) => ExitStatus::DENIED,
        Plan::UnknownHost(_) => ExitStatus::FAILURE,
    }
}
