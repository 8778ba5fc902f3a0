//! `ssh_reload_config`: the operator's files, read again.
//!
//! Takes: no arguments. Gives: the configuration in force afterwards, in numbers, and the diagnostics of the files.
//! Refuses: files with a fault, and files that somebody keeps writing; the old configuration stays in force then.

use serde_json::{Map, Value};

use super::call::{CallError, ToolCall};
use super::tool::{Effect, Tool};
use crate::cancel::Cancelled;
use crate::gate::{Gate, Reload, Reloaded};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::{Answering, Handled, RequestWork};
use crate::mcp::lifecycle::Revision;
use crate::mcp::schema;
use crate::rpc::stdio::Output;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity};

pub(super) const TOOL: Tool = Tool {
    name: "ssh_reload_config",
    title: "Reload the configuration",
    description: "Reads the files again. A fault in them changes nothing: the error lists all \
                  faults.",
    effect: Effect::Idempotent,
    parameters: &[],
    output: OUTPUT,
    function: reload_config,
};

/// How many diagnostics are shown: `mcp-ssh check` shows all.
const MAX_DIAGNOSTICS: usize = 50;
/// How many characters of a diagnostic are shown: a path may be as long as the system allows.
const MAX_CHARACTERS: usize = 500;

const OUTPUT: &str = r#"{
    "type": "object",
    "properties": {
        "reloaded": {"type": "boolean"},
        "diagnostics": {"type": "array", "items": {"type": "string"}}
    },
    "required": ["reloaded"]
}"#;

fn reload_config(call: ToolCall<'_>, _none: Arguments) -> Result<Handled, CallError> {
    Ok(Handled::Run(Box::new(ReloadWork(call.peer.revision))))
}

/// The work of a reload, which waits until nobody writes the files.
struct ReloadWork(Revision);

impl RequestWork for ReloadWork {
    fn run<'a>(
        self: Box<Self>,
        gate: &'a Gate,
        cancelled: Cancelled,
        _output: &'a Output,
    ) -> Answering<'a> {
        Box::pin(async move {
            let Self(revision) = *self;
            let Some(reload) = cancelled.race(gate.reload()).await else {
                let why = "cancelled while the files were being written";
                return Ok(schema::failure(revision, why.to_owned()));
            };
            match reload.reloaded {
                Reloaded::Done => schema::success(revision, &told(&reload)),
                Reloaded::Refused => schema::refusal(revision, &told(&reload)),
            }
        })
    }
}

fn told(reload: &Reload) -> Value {
    let mut told = Map::new();
    let done = reload.reloaded == Reloaded::Done;
    let status = if done { "reloaded" } else { "error" };
    told.insert("status".to_owned(), status.into());
    told.insert("reloaded".to_owned(), done.into());
    if !done {
        let error = match reload.in_force {
            Some(_) => "the files have faults; the configuration before them stays in force",
            None => "the files have faults and no configuration is in force",
        };
        told.insert("error".to_owned(), error.into());
        let hint = "ask the operator to mend the faults in `diagnostics`, then call this again";
        told.insert("hint".to_owned(), hint.into());
    }
    if let Some(in_force) = &reload.in_force {
        told.insert("config_sha256".to_owned(), in_force.sha256.as_str().into());
        told.insert("hosts".to_owned(), in_force.hosts.into());
        told.insert("rules".to_owned(), in_force.rules.into());
        told.insert("credentials".to_owned(), in_force.credentials.into());
    }
    told.insert("diagnostics".to_owned(), diagnostics(reload).into());
    told.into()
}

/// The texts of the diagnostics: first the errors, which keep the files from being in force, then the warnings.
fn diagnostics(reload: &Reload) -> Vec<String> {
    let all = &reload.diagnostics;
    let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
    let errors = all.iter().filter(is_error);
    let ordered = errors.chain(all.iter().filter(|diagnostic| !is_error(diagnostic)));
    let shown = ordered.take(MAX_DIAGNOSTICS).map(|diagnostic| {
        let line = diagnostic.headline();
        line.chars().take(MAX_CHARACTERS).collect()
    });
    let mut lines: Vec<String> = shown.collect();
    if let Some(more @ 1..) = all.len().checked_sub(MAX_DIAGNOSTICS) {
        lines.push(format!("and {more} more: run `mcp-ssh check`"));
    }
    lines
}
