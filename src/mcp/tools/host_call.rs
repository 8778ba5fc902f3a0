//! A call that reaches a host: the part that `ssh_run`, `ssh_run_on_tag` and `ssh_run_async` share.
//!
//! Takes: the call. Gives: an [`OpenCall`], which has the person to be asked, tells the client of progress and makes the
//! answer of what came of the work. Refuses: the answer of a person that does not fit the call.

use std::rc::Rc;

use serde_json::Value;
use smol::future::or;

use super::call::ToolCall;
use crate::cancel::Cancelled;
use crate::gate::{Gate, Observer, Outcome, Progress, RunRequest, unobserved};
use crate::mcp::approval::{Caller, Person};
use crate::mcp::lifecycle::Revision;
use crate::mcp::logging::Log;
use crate::mcp::progress::{ProgressToken, Reporter};
use crate::mcp::schema;
use crate::rpc::Error;
use crate::rpc::stdio::Output;

/// A call on its way to a host.
pub(super) struct HostCall {
    revision: Revision,
    token: Option<ProgressToken>,
    log: Log,
    caller: Box<Caller>,
}

impl HostCall {
    /// Keeps of a call what its work needs.
    pub fn of(call: ToolCall<'_>) -> Self {
        Self {
            revision: call.peer.revision,
            token: call.token,
            log: call.peer.log,
            caller: call.caller,
        }
    }

    /// Finds the person of the call. The answer of a person that does not fit is recorded under `request`.
    ///
    /// # Errors
    /// The answer to a call whose person's answer does not fit.
    pub fn open<'a>(
        self,
        (gate, output): (&Gate, &'a Output),
        cancelled: &Cancelled,
        request: &RunRequest,
    ) -> Result<OpenCall<'a>, Result<Value, Error>> {
        let Self {
            revision,
            token,
            log,
            caller,
        } = self;
        let reply = HostReply {
            revision,
            log,
            output,
        };
        let Some(person) = caller.person(gate, output.clone()) else {
            return Err(reply.with(&gate.refuse_answer(request)));
        };
        let reporter = token.map(|token| {
            let cancelled = cancelled.clone();
            Rc::new(Reporter::new(output.clone(), token, revision, cancelled))
        });
        Ok(OpenCall {
            person,
            reply,
            reporter,
        })
    }
}

/// A call whose work may begin.
pub(super) struct OpenCall<'a> {
    /// Whom the policy may ask.
    pub person: Person,
    /// How the call is answered.
    pub reply: HostReply<'a>,
    reporter: Option<Rc<Reporter>>,
}

impl OpenCall<'_> {
    /// Tells the client how the work gets on, if the client wants to hear of it.
    pub fn observer(&self) -> Rc<Observer<'static>> {
        match self.reporter.clone() {
            Some(reporter) => Rc::new(move |progress: Progress<'_>| reporter.hear(&progress)),
            None => Rc::new(unobserved),
        }
    }

    /// Waits for the answer that `work` gives. Where the person is to be asked by the client, the result that asks
    /// stands in its place: the client makes the call again, with an answer.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn answer(
        &self,
        work: impl Future<Output = Result<Value, Error>>,
    ) -> Result<Value, Error> {
        let answer = match &self.reporter {
            Some(reporter) => or(work, reporter.catch_up()).await,
            None => work.await,
        };
        self.person.asked().map_or(answer, Ok)
    }
}

/// How a call is answered, and where what should be known beside the answer goes.
pub(super) struct HostReply<'a> {
    pub revision: Revision,
    pub log: Log,
    pub output: &'a Output,
}

impl HostReply<'_> {
    /// Answers with what came of one command on one host.
    ///
    /// # Errors
    /// -32603, should the outcome not be representable as JSON; -32021 for a modern client that
    /// cannot ask its person where the policy does.
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
