//! `mcp-ssh plan` for a file: what the policy says of a path and how it comes to that, without touching it.
//!
//! Takes: an alias and a [`PlannedPath`]. Gives: the decision with its steps, as text or as JSON. Refuses: options for
//! several paths.

use serde::Serialize;

use super::explain_file::explain_file;
use super::operator_words::{joined, to_operator};
use super::{ExitStatus, Terminal};
use crate::gate::{FilePlan, FilePlanRequest, Gate, UnreadyError};
use mcp_ssh_policy::{FileAccess, FileExplanation, Verdict};

/// What is to be done with which file.
pub(super) type PlannedPath<'w> = (FileAccess, &'w str);

/// The one path of the options `--read`, `--write` and `--edit`, if there is one.
///
/// # Errors
/// There are several.
pub(super) fn of_options<'w>(
    read: Option<&'w str>,
    write: Option<&'w str>,
    edit: Option<&'w str>,
) -> Result<Option<PlannedPath<'w>>, String> {
    let path = |access, path: Option<&'w str>| path.map(|path| (access, path));
    let given = [
        path(FileAccess::Read, read),
        path(FileAccess::Write, write),
        path(FileAccess::Edit, edit),
    ];
    let mut given = given.into_iter().flatten();
    match (given.next(), given.next()) {
        (path, None) => Ok(path),
        (_, Some(_)) => Err(
            "`--read`, `--write` and `--edit` are for one path each: ask one after another"
                .to_owned(),
        ),
    }
}

/// What `--json` prints: the decision, and how it came about.
#[derive(Serialize)]
struct ExplainedFile<'a> {
    #[serde(flatten)]
    plan: &'a FilePlan,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a FileExplanation>,
}

/// Judges a file on one host.
pub(super) fn plan_file(
    gate: &Gate,
    alias: &str,
    (access, path): PlannedPath<'_>,
    json: bool,
    terminal: &mut Terminal,
) -> Result<ExitStatus, UnreadyError> {
    let request = FilePlanRequest {
        alias: alias.to_owned(),
        access,
        path: path.to_owned(),
    };
    let plan = gate.plan_file(&request)?;
    let explanation = gate.explain_file(&request)?;
    match (&plan, &explanation) {
        (FilePlan::UnknownHost(failure), _) if !json => {
            let told = joined([failure.error.as_str(), &to_operator(failure.hint)]);
            terminal.error(&format!("mcp-ssh: {told}"));
        }
        (FilePlan::Judged(planned), Some(explanation)) if !json => {
            explain_file(planned, explanation, terminal);
        }
        (FilePlan::UnknownHost(_) | FilePlan::Judged(_), _) => terminal.json(&ExplainedFile {
            plan: &plan,
            explanation: explanation.as_ref(),
        }),
    }
    Ok(match plan {
        FilePlan::Judged(planned) if planned.decision == Verdict::Allow => ExitStatus::SUCCESS,
        FilePlan::Judged(_) => ExitStatus::DENIED,
        FilePlan::UnknownHost(_) => ExitStatus::FAILURE,
    })
}
