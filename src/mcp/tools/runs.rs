//! `ssh_run`, `ssh_run_on_tag` and `ssh_run_async`: the calls that reach a host.

use std::rc::Rc;

use serde_json::Value;
use smol::future::or;

use crate::cancel::Cancelled;
use crate::gate::{Gate, Observer, Outcome, Progress, Request, Started, TagRequest, unobserved};
use crate::mcp::lifecycle::Revision;
use crate::mcp::progress::{Reporter, Token};
use crate::mcp::schema;
use crate::rpc::Error;
use crate::rpc::stdio::Output;

/// A call on its way to a host.
#[derive(Debug)]
pub struct Command {
    revision: Revision,
    work: Work,
    token: Option<Token>,
}

/// Which.
#[derive(Debug)]
pub(super) enum Work {
    Run(Request),
    RunOnTag(TagRequest),
    Start(Request),
}

impl Command {
    pub(super) fn new(revision: Revision, work: Work, token: Option<Token>) -> Self {
        Self {
            revision,
            work,
            token,
        }
    }

    /// Runs it, or is denied; its progress goes to `output` if the client asked for that.
    ///
    /// # Errors
    /// -32603, should the outcome not be representable as JSON.
    pub async fn run(
        self,
        gate: &Gate,
        cancelled: Cancelled,
        output: &Output,
    ) -> Result<Value, Error> {
        let Self {
            revision,
            work,
            token,
        } = self;
        let Some(token) = token else {
            return work
                .run(revision, gate, cancelled, Rc::new(unobserved))
                .await;
        };
        let reporter = Reporter::new(output.clone(), token, revision, cancelled.clone());
        let reporter = Rc::new(reporter);
        let hearing = Rc::clone(&reporter);
        let observer = Rc::new(move |progress: Progress<'_>| hearing.hear(&progress));
        let done = work.run(revision, gate, cancelled, observer);
        or(done, reporter.catch_up()).await
    }
}

impl Work {
    async fn run(
        self,
        revision: Revision,
        gate: &Gate,
        cancelled: Cancelled,
        observer: Rc<Observer<'static>>,
    ) -> Result<Value, Error> {
        match self {
            Self::Run(request) => {
                let outcome = gate.run(request, cancelled, observer.as_ref()).await;
                answer(revision, &outcome)
            }
            Self::RunOnTag(request) => match gate.run_on_tag(request, cancelled, observer).await {
                Ok(fan_out) => schema::success(revision, &fan_out),
                Err(unstarted) => schema::refusal(revision, &unstarted),
            },
            Self::Start(request) => match gate.start_task(request, &cancelled).await {
                Started::Task(task) => schema::success(revision, &task),
                Started::Not(outcome) => answer(revision, &outcome),
            },
        }
    }
}

fn answer(revision: Revision, outcome: &Outcome) -> Result<Value, Error> {
    match outcome {
        Outcome::Finished(result) => schema::success(revision, result),
        Outcome::Denied(denial) => schema::refusal(revision, denial),
        Outcome::Failed(failure) => schema::refusal(revision, failure),
    }
}
