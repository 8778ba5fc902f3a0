//! A run whose question is before the approver, as a value that nobody else needs.
//!
//! Takes: a [`WaitingRun`]. Gives: the permitted run once the approver has said yes, to a caller who waits or to a
//! task.

use std::pin::Pin;

use super::task::RunOfTask;
use crate::gate::call::Call;
use crate::gate::live::LiveOutput;
use crate::gate::permit::{PermittedRun, WaitingRun};
use crate::gate::result::Outcome;
use crate::gate::time::TimeLimit;
use mcp_ssh_policy::Limits;

/// Gives the permitted run, or how the call ended instead.
pub type Permitted = Pin<Box<dyn Future<Output = Result<PermittedRun, Outcome>>>>;

/// A run whose question is before the approver.
pub struct Awaited {
    brief: TaskBrief,
    permitted: Permitted,
}

/// What a task knows of its run.
pub struct TaskBrief {
    task_id: String,
    pub call: Call,
    output: LiveOutput,
    limits: Limits,
}

impl Awaited {
    /// Waits for the approver's answer from the first poll on.
    pub fn new(run: WaitingRun) -> Self {
        Self {
            brief: TaskBrief::new(run.task_id(), run.call(), run.output()),
            permitted: Box::pin(run.permit()),
        }
    }

    /// The run's identifier, by which it can be cancelled.
    pub fn task_id(&self) -> &str {
        &self.brief.task_id
    }

    /// The approver's answer. Whoever gives up waiting may go on later.
    pub async fn permitted(&mut self) -> Result<PermittedRun, Outcome> {
        (&mut self.permitted).await
    }

    /// What a task is made of.
    pub fn into_parts(self) -> (TaskBrief, Permitted) {
        (self.brief, self.permitted)
    }
}

impl TaskBrief {
    /// Of a run that is permitted.
    pub fn of_permitted(run: &PermittedRun) -> Self {
        let parts = run.parts();
        Self::new(parts.records.task_id(), &parts.call, &parts.output)
    }

    fn new(task_id: &str, call: &Call, output: &LiveOutput) -> Self {
        let host = call.loaded.inventory().hosts.get(&call.request.alias);
        let limits = host.map(|host| call.loaded.host_policy(host).limits());
        Self {
            task_id: task_id.to_owned(),
            call: call.clone(),
            output: output.clone(),
            limits: limits.unwrap_or_default(),
        }
    }

    /// What the task has to know.
    pub fn run(&self) -> RunOfTask<'_> {
        RunOfTask {
            task_id: &self.task_id,
            alias: &self.call.request.alias,
            tag: None,
            command: &self.call.request.command,
            limits: self.limits(),
            output: self.output.clone(),
            canceller: self.call.cancelled.canceller(),
        }
    }

    /// The policy's limits; `max_seconds` is the call's own.
    pub fn limits(&self) -> Limits {
        Limits {
            max_seconds: self.time().seconds(),
            ..self.limits
        }
    }

    /// How long it may run.
    pub fn time(&self) -> TimeLimit {
        TimeLimit::of(self.limits, self.call.request.timeout_seconds)
    }
}
