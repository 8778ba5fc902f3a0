//! `tools/list` and `tools/call`.
//!
//! Takes: the request's parameters. Gives: the answer, or the [`Command`] that a call which
//! reaches a host stands for. Refuses: an unknown tool as a protocol error; bad arguments, an
//! unknown host or task and a missing configuration as tool execution errors.

mod hosts;
mod reload;
mod runs;
mod tasks;

use std::num::NonZeroU32;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::approval::{Caller, Questions};
use super::arguments::Arguments;
use super::catalog::{MAX_LINES, MAX_OUTPUT_LINES, Name, OFFSET, TIMEOUT_SECONDS, TOOLS, Tool};
use super::lifecycle::{Peer, Revision};
use super::progress::Token;
use super::{page, schema};
use crate::clock;
use crate::gate::{self, Gate, LineRange, Plan};
use crate::rpc::{Error, Request, quoted, take_given};
use mcp_ssh_yaml::diagnostic::nearest;
use runs::Work;

pub use reload::Command as Reload;
pub use runs::Command;

/// Lines that `ssh_get_task_output` gives when it is not told how many.
const DEFAULT_LINES: usize = 50;
/// Characters of a request's id that go into the audit: ids of real clients are far shorter.
const AUDITED_ID_CHARACTERS: usize = 100;

/// What became of a `tools/call`.
pub(super) enum Handled {
    /// It is answered.
    Answered(Value),
    /// It runs.
    Run(Command),
    /// It waits for files that somebody writes.
    Reload(reload::Command),
}

/// A call in types: what `arguments` meant.
enum Call {
    Ping,
    ListHosts {
        tag: Option<String>,
        cursor: Option<String>,
    },
    DescribeHost {
        alias: String,
    },
    Plan(Line),
    Run(Line),
    RunOnTag {
        tag: String,
        line: Line,
    },
    RunAsync(Line),
    Cancel {
        task_id: String,
    },
    TaskStatus {
        task_id: String,
    },
    TaskResult {
        task_id: String,
    },
    TaskOutput {
        task_id: String,
        range: LineRange,
    },
    CancelTask {
        task_id: String,
    },
    ReloadConfig,
}

/// A host and a command for it; of a tag run without the host.
struct Line {
    alias: String,
    command: String,
    timeout_seconds: Option<NonZeroU32>,
    max_output_lines: Option<usize>,
}

/// The answer to `tools/list`. All tools fit on one page, so any cursor is a wrong one.
///
/// # Errors
/// -32602 for a cursor.
pub(super) fn list(params: &Map<String, Value>, revision: Revision) -> Result<Value, Error> {
    page::refuse_cursor("tools/list", params)?;
    let tools: Vec<Value> = TOOLS.iter().map(|tool| tool.listing(revision)).collect();
    let mut result = Map::new();
    result.insert("tools".to_owned(), tools.into());
    Ok(schema::cacheable(revision, result))
}

/// Answers a `tools/call`, or says what to run.
///
/// # Errors
/// -32602 for an unknown tool and for parameters that are no call at all.
pub(super) fn call(
    gate: &Gate,
    questions: &Rc<Questions>,
    mut request: Request,
    peer: Peer,
) -> Result<Handled, Error> {
    let tool = tool(&request.params)?;
    let caller = Box::new(Caller::read(questions, &mut request.params, &peer)?);
    let arguments = match take_given(&mut request.params, "arguments") {
        None => Map::new(),
        Some(Value::Object(arguments)) => arguments,
        Some(_) => return Err(Error::invalid_params("`arguments` must be an object")),
    };
    let revision = peer.revision;
    let token = Token::read(&request.params)?;
    let asked = |line: Line| gate_request(line, &request, peer.client.as_ref());
    let command = |work| {
        let command = Command::new(peer.clone(), work, token.clone(), caller);
        Ok(Handled::Run(command))
    };
    match Call::parse(tool, arguments) {
        Err(message) => Ok(failed(revision, message)),
        Ok(Call::Run(line)) => command(Work::Run(asked(line))),
        Ok(Call::RunAsync(line)) => command(Work::Start(asked(line))),
        Ok(Call::RunOnTag { tag, line }) => {
            let request = asked(line);
            command(Work::RunOnTag(gate::TagRequest { tag, request }))
        }
        Ok(Call::Plan(line)) => plan(gate, revision, &asked(line)),
        Ok(Call::Ping) => ping(gate, revision),
        Ok(Call::ListHosts { tag, cursor }) => {
            hosts::list_hosts(gate, revision, tag.as_deref(), cursor.as_deref())
        }
        Ok(Call::DescribeHost { alias }) => hosts::describe_host(gate, revision, &alias),
        Ok(Call::Cancel { task_id }) => tasks::cancel(gate, revision, &task_id),
        Ok(Call::TaskStatus { task_id }) => tasks::status(gate, revision, &task_id),
        Ok(Call::TaskResult { task_id }) => tasks::result(gate, revision, &task_id),
        Ok(Call::TaskOutput { task_id, range }) => tasks::output(gate, revision, &task_id, range),
        Ok(Call::CancelTask { task_id }) => tasks::cancel_task(gate, revision, &task_id),
        Ok(Call::ReloadConfig) => Ok(Handled::Reload(reload::Command(revision))),
    }
}

impl Call {
    /// Reads the arguments of `tool`.
    fn parse(tool: &'static Tool, given: Map<String, Value>) -> Result<Self, String> {
        let mut arguments = Arguments::read(tool.name, tool.parameters, given)?;
        Ok(match tool.id {
            Name::Ping => Self::Ping,
            Name::ListHosts => Self::ListHosts {
                tag: arguments.optional("tag")?,
                cursor: arguments.optional("cursor")?,
            },
            Name::DescribeHost => Self::DescribeHost {
                alias: arguments.required("alias")?,
            },
            Name::Plan => Self::Plan(Line::parse(&mut arguments)?),
            Name::Run => Self::Run(Line::parse(&mut arguments)?),
            Name::RunOnTag => Self::RunOnTag {
                tag: arguments.required("tag")?,
                line: Line::on(String::new(), &mut arguments)?,
            },
            Name::RunAsync => Self::RunAsync(Line::parse(&mut arguments)?),
            Name::Cancel => Self::Cancel {
                task_id: arguments.required("task_id")?,
            },
            Name::TaskStatus => Self::TaskStatus {
                task_id: arguments.required("task_id")?,
            },
            Name::TaskResult => Self::TaskResult {
                task_id: arguments.required("task_id")?,
            },
            Name::TaskOutput => Self::TaskOutput {
                task_id: arguments.required("task_id")?,
                range: LineRange {
                    max_lines: arguments.integer(&MAX_LINES)?.unwrap_or(DEFAULT_LINES),
                    offset: arguments.integer(&OFFSET)?,
                },
            },
            Name::CancelTask => Self::CancelTask {
                task_id: arguments.required("task_id")?,
            },
            Name::ReloadConfig => Self::ReloadConfig,
        })
    }
}

impl Line {
    fn parse(arguments: &mut Arguments) -> Result<Self, String> {
        Self::on(arguments.required("alias")?, arguments)
    }

    /// The rest, where the alias is known, or there is none.
    fn on(alias: String, arguments: &mut Arguments) -> Result<Self, String> {
        let seconds = |seconds| u32::try_from(seconds).ok().and_then(NonZeroU32::new);
        Ok(Self {
            alias,
            command: arguments.required("command")?,
            timeout_seconds: arguments.integer(&TIMEOUT_SECONDS)?.and_then(seconds),
            max_output_lines: arguments.integer(&MAX_OUTPUT_LINES)?,
        })
    }
}

/// The tool that a call names.
fn tool(params: &Map<String, Value>) -> Result<&'static Tool, Error> {
    let Some(Value::String(name)) = params.get("name") else {
        return Err(Error::invalid_params(
            "`tools/call` needs the string `name`",
        ));
    };
    if let Some(tool) = TOOLS.iter().find(|tool| tool.name == name) {
        return Ok(tool);
    }
    let known: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
    let meant = nearest(name, &known)
        .map(|near| format!(" (did you mean `{near}`?)"))
        .unwrap_or_default();
    Err(Error::invalid_params(format!(
        "unknown tool {}{meant}; `tools/list` names them all",
        quoted(name)
    )))
}

fn gate_request(line: Line, request: &Request, client: Option<&String>) -> gate::Request {
    let id = request.id.to_string();
    gate::Request {
        alias: line.alias,
        command: line.command,
        timeout_seconds: line.timeout_seconds,
        request_id: Some(id.chars().take(AUDITED_ID_CHARACTERS).collect()),
        client: client.cloned(),
        bound: Some(gate::Bound::of_result(line.max_output_lines)),
    }
}

fn ping(gate: &Gate, revision: Revision) -> Result<Handled, Error> {
    // No alias is empty: this asks only whether there is a configuration.
    let message = match gate.describe("") {
        Ok(_) => "the server answers and its configuration is loaded".to_owned(),
        Err(unready) => format!("the server answers, but {unready}"),
    };
    let pong = json!({
        "status": "ok",
        "message": message,
        "timestamp": clock::unix_seconds(),
        "version": schema::version(),
    });
    schema::success(revision, &pong).map(Handled::Answered)
}

fn plan(gate: &Gate, revision: Revision, planned: &gate::Request) -> Result<Handled, Error> {
    match gate.plan(planned) {
        Ok(Plan::Judged(planned)) => schema::success(revision, &planned).map(Handled::Answered),
        Ok(Plan::UnknownHost(failure)) => {
            schema::refusal(revision, &failure).map(Handled::Answered)
        }
        Err(unready) => Ok(failed(revision, unready.to_string())),
    }
}

fn failed(revision: Revision, message: String) -> Handled {
    Handled::Answered(schema::failure(revision, message))
}
