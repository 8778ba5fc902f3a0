//! What the policy says of a file, without touching it.
//!
//! Takes: an alias, a path, and what is to be done with the file there. Gives: the decision, in the values that a client and
//! a terminal see, and the steps that led to it. Refuses: an alias that no host has. The host is not contacted, so only the
//! path as it was asked for is judged: where its links lead is judged when it is done.

use mcp_ssh_policy::{FileAccess, FileDecision, FileEntryName, FileExplanation, Verdict};
use serde::Serialize;

use crate::gate::Gate;
use crate::gate::call::{LISTED, no_such_host};
use crate::gate::result::Ending;
use crate::gate::unready_error::UnreadyError;

/// What stands behind the reason of a decision that does not deny.
const LINKS: &str = "only the path as it is asked for is judged here; where the host's links lead is judged when it is done";

/// What is to be judged.
#[derive(Clone, Debug)]
pub struct FilePlanRequest {
    /// The host's alias.
    pub alias: String,
    /// What is to be done with the file.
    pub access: FileAccess,
    /// The path as it is asked for.
    pub path: String,
}

/// The decision on a file, made without touching it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum FilePlan {
    /// The policy judged it.
    Judged(Box<PlannedFile>),
    /// There is no such host.
    UnknownHost(UnplannedFile),
}

/// A decision on a file.
#[derive(Debug, Serialize)]
pub struct PlannedFile {
    /// Whether it would need nothing more: no person, and no other path.
    pub allowed: bool,
    /// What was decided.
    pub decision: Verdict,
    /// The host's alias.
    pub alias: String,
    /// What is to be done with the file.
    pub access: FileAccess,
    /// The path as it was asked for.
    pub path: String,
    /// The entry that decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<FileEntryName>,
    /// Where it was denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<&'static str>,
    /// The stable name of the denial's reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Why, in a sentence.
    pub why: String,
    /// What to do next.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// The most bytes of the file, where it is not denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
}

/// A file that could not be judged.
#[derive(Debug, Serialize)]
pub struct UnplannedFile {
    /// Always failed.
    pub status: Ending,
    /// What is wrong.
    pub error: String,
    /// What to do next.
    pub hint: &'static str,
    /// The host's alias, as it was asked for.
    pub alias: String,
    /// The path as it was asked for.
    pub path: String,
}

impl Gate {
    /// The decision on a file, without touching it.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn plan_file(&self, request: &FilePlanRequest) -> Result<FilePlan, UnreadyError> {
        let loaded = self.0.current()?;
        let hosts = &loaded.inventory().hosts;
        let Some(host) = hosts.get(&request.alias) else {
            return Ok(FilePlan::UnknownHost(UnplannedFile {
                status: Ending::Failed,
                error: no_such_host(&request.alias, hosts),
                hint: LISTED,
                alias: request.alias.clone(),
                path: request.path.clone(),
            }));
        };
        let decision = loaded.decide_file(host, request.access, &request.path);
        Ok(FilePlan::Judged(Box::new(PlannedFile::new(&decision))))
    }

    /// How [`Gate::plan_file`] comes to its decision; `None` when no host has the alias.
    ///
    /// # Errors
    /// Why there is no configuration.
    pub fn explain_file(
        &self,
        request: &FilePlanRequest,
    ) -> Result<Option<FileExplanation>, UnreadyError> {
        let loaded = self.0.current()?;
        let host = loaded.inventory().hosts.get(&request.alias);
        Ok(host.map(|host| loaded.explain_file(host, request.access, &request.path)))
    }
}

impl PlannedFile {
    fn new(decision: &FileDecision) -> Self {
        let verdict = decision.verdict();
        let denial = decision.denial();
        Self {
            allowed: verdict == Verdict::Allow,
            decision: verdict,
            alias: decision.alias().to_owned(),
            access: decision.access(),
            path: decision.path().to_owned(),
            entry: decision.entry().cloned(),
            stage: denial.as_ref().map(|denial| denial.stage.as_str()),
            reason: denial.as_ref().map(|denial| denial.reason),
            why: match verdict {
                Verdict::Deny => decision.why().to_owned(),
                Verdict::Allow | Verdict::Ask => format!("{}; {LINKS}", decision.why()),
            },
            hint: decision.hint().to_owned(),
            max_bytes: (verdict != Verdict::Deny).then(|| decision.max_bytes()),
        }
    }
}
