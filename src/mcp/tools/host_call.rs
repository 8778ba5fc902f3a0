//! A call that reaches a host: the part that `ssh_run`, `ssh_run_on_tag` and `ssh_run_async` share.
//!
//! Takes: what the tool does on the host, as [`HostWork`]. Gives: the [`RequestWork`] around it, which tells the
//! client of progress and asks the person. Refuses: the answer of a person that does not fit the call.

use std::rc::Rc;

use serde_json::Value;
use smol::future::or;

use super::call::ToolCall;
use crate::cancel::Cancelled;
use crate::gate::{Gate, Observer, Outcome, Progress, RunRequest, unobserved};
use crate::mcp::approval::{Caller, Person};
use crate::mcp::handled::{Answering, Handled, RequestWork};
use crate::mcp::lifecycle::Revision;
use crate::mcp::logging::Log;
use crate::mcp::progress::{ProgressToken, Reporter};
use crate::mcp::schema;
use crate::rpc::Error;
use crate::rpc::stdio::Output;

/// What one tool does on a host.
pub(super) trait HostWork {
    /// What the gate is asked. A refused answer of a person is recorded under this request.
    fn request(&self) -> &RunRequest;

    /// Does it, or is denied.
    ///
    /// # Errors
    /// -32603, should the outcome not be representable as JSON; -32021 for a modern client that
    /// cannot ask its person where the policy does.
    fn run<'a>(self: Box<Self>, access: HostAccess<'a>) -> Answering<'a>;
}

/// What [`HostWork`] works with.
pub(super) struct HostAccess<'a> {
    pub gate: &'a Gate,
    pub cancelled: Cancelled,
    pub observer: Rc<Observer<'static>>,
    pub person: Rc<Person>,
    pub reply: HostReply<'a>,
}

/// How a call is answered, and where what should be known beside the answer goes.
#[derive(Clone, Copy)]
pub(super) struct HostReply<'a> {
    pub revision: Revision,
    pub log: &'a Log,
    pub output: &'a Output,
}

/// A call on its way to a host.
struct HostCall {
    revision: Revision,
    work: Box<dyn HostWork>,
    token: Option<ProgressToken>,
    log: Log,
    caller: Box<Caller>,
}

/// Begins a call that reaches a host.
pub(super) fn reach(call: ToolCall<'_>, work: Box<dyn HostWork>) -> Handled {
    Handled::Run(Box::new(HostCall {
        revision: call.peer.revision,
        work,
        token: call.token,
        log: call.peer.log,
        caller: call.caller,
    }))
}

impl RequestWork for HostCall {
    fn run<'a>(
        self: Box<Self>,
        gate: &'a Gate,
        cancelled: Cancelled,
        output: &'a Output,
    ) -> Answering<'a> {
        Box::pin(async move { self.answer(gate, cancelled, output).await })
    }
}

impl HostCall {
    async fn answer(
        self: Box<Self>,
        gate: &Gate,
        cancelled: Cancelled,
        output: &Output,
    ) -> Result<Value, Error> {
        let Self {
            revision,
            work,
            token,
            log,
            caller,
        } = *self;
        let log = &log;
        let reply = HostReply {
            revision,
            log,
            output,
        };
        let Some(person) = caller.person(gate, output.clone()) else {
            return reply.with(&gate.refuse_answer(work.request()));
        };
        let person = Rc::new(person);
        let reporter = token.map(|token| {
            let cancelled = cancelled.clone();
            Rc::new(Reporter::new(output.clone(), token, revision, cancelled))
        });
        let observer: Rc<Observer<'static>> = match reporter.clone() {
            Some(reporter) => Rc::new(move |progress: Progress<'_>| reporter.hear(&progress)),
            None => Rc::new(unobserved),
        };
        let access = HostAccess {
            gate,
            cancelled,
            observer,
            person: Rc::clone(&person),
            reply,
        };
        let done = work.run(access);
        let done = match reporter {
            Some(reporter) => or(done, reporter.catch_up()).await,
            None => done.await,
        };
        // The call has not come to its end then: the client makes it again, with an answer.
        person.asked().map_or(done, Ok)
    }
}

impl HostReply<'_> {
    /// Answers with what came of one command on one host.
    ///
    /// # Errors
    /// As [`HostWork::run`].
    pub fn with(&self, outcome: &Outcome) -> Result<Value, Error> {
        self.log.tell_failure(self.output, outcome);
        if self.revision == Revision::MODERN && outcome.lacks_person() {
            return Err(Person::missing());
        }
        match outcome {
            Outcome::Finished(result) => schema::success(self.revision, result),
            Outcome::Denied(denial) => schema::refusal(self.revision, denial),
            Outcome::Failed(failure) => schema::refusal(self.revision, failure),
        }
    }
}
