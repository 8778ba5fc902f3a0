//! `ssh_reload_config`: the operator's files, read again.

use serde_json::{Map, Value};
use smol::future::or;

use crate::cancel::Cancelled;
use crate::gate::{Gate, Reload, Reloaded};
use crate::mcp::lifecycle::Revision;
use crate::mcp::schema;
use crate::rpc::Error;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity};

/// Diagnostics shown: more are mended one by one only with `mcp-ssh check` at hand.
const MAX_DIAGNOSTICS: usize = 50;
/// Characters shown of one: a path may be as long as the system allows.
const MAX_CHARACTERS: usize = 500;

/// A call of it: it waits until nobody writes the files.
pub struct Command(pub(super) Revision);

impl Command {
    /// Reloads, and answers with what is in force now and every diagnostic.
    ///
    /// # Errors
    /// -32603, should the answer not be representable as JSON.
    pub async fn run(self, gate: &Gate, cancelled: &Cancelled) -> Result<Value, Error> {
        let Self(revision) = self;
        let done = async { Some(gate.reload().await) };
        let told_to_stop = async {
            cancelled.wait().await;
            None
        };
        let Some(reload) = or(done, told_to_stop).await else {
            let why = "cancelled while the files were being written";
            return Ok(schema::failure(revision, why.to_owned()));
        };
        match reload.reloaded {
            Reloaded::Done => schema::success(revision, &told(&reload)),
            Reloaded::Refused => schema::refusal(revision, &told(&reload)),
        }
    }
}

fn told(reload: &Reload) -> Value {
    let mut told = Map::new();
    let done = reload.reloaded == Reloaded::Done;
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

/// What keeps the files from being in force first, then what the operator should know.
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
