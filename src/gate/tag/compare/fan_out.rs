//! A tag run whose hosts were compared, for a program and for whoever reads.
//!
//! Takes: the run. Gives: its JSON, with the hosts in groups in place of one result each, and its text. Fails only where
//! JSON does.

use serde::Serialize;

use super::super::result::{FanOut, Summary};
use super::super::rollout::RolloutTerms;
use super::comparison::HostComparison;

/// A tag run, its hosts in groups.
#[derive(Debug, Serialize)]
pub struct ComparedFanOut<'f> {
    task_id: &'f str,
    tag: &'f str,
    hash: &'f str,
    summary: Summary,
    truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rollout: Option<RolloutTerms>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'f str>,
    comparison: &'f HostComparison,
}

impl<'f> ComparedFanOut<'f> {
    /// Of a run whose hosts were compared; nothing of another.
    pub fn of(fan_out: &'f FanOut) -> Option<Self> {
        Some(Self {
            task_id: &fan_out.task_id,
            tag: &fan_out.tag,
            hash: &fan_out.hash,
            summary: fan_out.summary,
            truncated: fan_out.truncated,
            rollout: fan_out.rollout,
            stopped: fan_out.stopped,
            note: fan_out.note.as_deref(),
            comparison: fan_out.comparison.as_ref()?,
        })
    }

    /// For whoever reads: the line of the comparison, a line of the run, and the groups.
    ///
    /// # Errors
    /// When the summary cannot be written as JSON.
    pub fn told(&self) -> Result<String, serde_json::Error> {
        let Self {
            task_id, tag, hash, ..
        } = self;
        let summary = serde_json::to_string(&self.summary)?;
        let note = self
            .note
            .map(|note| format!(", {note}"))
            .unwrap_or_default();
        let HostComparison { headline, .. } = self.comparison;
        let groups = self.comparison.groups_told();
        Ok(format!(
            "{headline}\ntag {tag}, task_id {task_id}, hash {hash}, summary {summary}{note}\n{groups}"
        ))
    }
}
