//! `ssh_run`, `ssh_run_on_tag` and `ssh_run_async`: the calls that reach a host.

use std::rc::Rc;

use serde_json::Value;
use smol::future::or;

use crate::cancel::Cancelled;
use crate::gate::{Gate, Observer, Outcome, Progress, Request, Started, TagRequest, unobserved};
use crate::mcp::lifecycle::{Peer, Revision};
use crate::mcp::logging::Log;
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
    log: Log,
}

/// Which.
#[derive(Debug)]
pub(super) enum Work {
    Run(Request),
    RunOnTag(TagRequest),
    Start(Request),
}

impl Command {
    pub(super) fn new(peer: Peer, work: Work, token: Option<Token>) -> Self {
        Self {
            revision: peer.revision,
            work,
            token,
            log: peer.log,
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
            log,
        } = self;
        let answer = Answer {
            revision,
            log: &log,
            output,
        };
        let Some(token) = token else {
            return work
                .run(&answer, gate, cancelled, Rc::new(unobserved))
                .await;
        };
        let reporter = Reporter::new(output.clone(), token, revision, cancelled.clone());
        let reporter = Rc::new(reporter);
        let hearing = Rc::clone(&reporter);
        let observer = Rc::new(move |progress: Progress<'_>| hearing.hear(&progress));
        let done = work.run(&answer, gate, cancelled, observer);
        or(done, reporter.catch_up()).await
    }
}

impl Work {
    async fn run(
        self,
        answer: &Answer<'_>,
        gate: &Gate,
        cancelled: Cancelled,
        observer: Rc<Observer<'static>>,
    ) -> Result<Value, Error> {
        let revision = answer.revision;
        match self {
            Self::Run(request) => {
                answer.with(&gate.run(request, cancelled, observer.as_ref()).await)
            }
            Self::RunOnTag(request) => match gate.run_on_tag(request, cancelled, observer).await {
                Ok(fan_out) => {
                    for host in &fan_out.results {
                        answer.log.tell_failure(answer.output, &host.outcome);
                    }
                    schema::success(revision, &fan_out)
                }
                Err(unstarted) => schema::refusal(revision, &unstarted),
            },
            Self::Start(request) => match gate.start_task(request, &cancelled).await {
                Started::Task(task) => schema::success(revision, &task),
                Started::Not(outcome) => answer.with(&outcome),
            },
        }
    }
}

/// How a call is answered, and where what should be known beside the answer goes.
struct Answer<'a> {
    revision: Revision,
    log: &'a Log,
    output: &'a Output,
}

impl Answer<'_> {
    fn with(&self, outcome: &Outcome) -> Result<Value, Error> {
        self.log.tell_failure(self.output, outcome);
        match outcome {
            Outcome::Finished(result) => schema::success(self.revision, result),
            Outcome::Denied(denial) => schema::refusal(self.revision, denial),
            Outcome::Failed(failure) => schema::refusal(self.revision, failure),
        }
    }
}
