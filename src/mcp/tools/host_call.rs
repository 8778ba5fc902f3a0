//! A call that reaches a host: the part that the tools share which run a command or touch a file.
//!
//! Takes: the call and the [`HostWork`] of its tool. Gives: an [`OpenCall`], which has the person to be asked, tells the
//! client of progress and makes the answer of what came of the work. Refuses: the answer of a person that does not fit
//! the call.

use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};
use smol::future::or;

use super::call::ToolCall;
use crate::cancel::Cancelled;
use crate::gate::{
    FileOutcome, Gate, Observer, Outcome, Progress, Question, QuestionDigest, unobserved,
};
use crate::mcp::approval::{Caller, ClientPerson};
use crate::mcp::handled::{Answering, Handled, RequestWork};
use crate::mcp::lifecycle::Revision;
use crate::mcp::logging::Log;
use crate::mcp::progress::{ProgressToken, Reporter};
use crate::mcp::schema;
use crate::rpc::Error;
use crate::rpc::stdio::Output;
use mcp_ssh_policy::Unapproved;

/// How long a call waits for the approver: many clients give up a call after 60 seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(45);

/// What a tool does on hosts.
pub(super) trait HostWork: Sized + 'static {
    /// Answers a call that carries a person's answer which does not count for it, which goes on record. `asked` is the
    /// question that it was given to, where this process has asked it.
    fn refuse(
        &self,
        gate: &Gate,
        reply: &HostReply<'_>,
        asked: Option<QuestionDigest>,
    ) -> Result<Value, Error>;
    /// Does it, and makes the answer.
    async fn go(
        self,
        gate: &Gate,
        cancelled: Cancelled,
        call: &OpenCall<'_>,
    ) -> Result<Value, Error>;
}

/// Has `work` done after the call was read.
pub(super) fn begin(call: ToolCall<'_>, work: impl HostWork) -> Handled {
    let call = HostCall {
        revision: call.peer.revision,
        token: call.token,
        log: call.peer.log,
        caller: call.caller,
    };
    Handled::Run(Box::new(HostRun { work, call }))
}

/// A call on its way to a host.
struct HostCall {
    revision: Revision,
    token: Option<ProgressToken>,
    log: Log,
    caller: Box<Caller>,
}

/// The work of a tool, and the call that it answers.
struct HostRun<W> {
    work: W,
    call: HostCall,
}

impl<W: HostWork> RequestWork for HostRun<W> {
    fn run<'a>(
        self: Box<Self>,
        gate: &'a Gate,
        cancelled: Cancelled,
        output: &'a Output,
    ) -> Answering<'a> {
        Box::pin(async move {
            let Self { work, call } = *self;
            let call = match call.open((gate, output), &cancelled, &work) {
                Ok(call) => call,
                Err(refused) => return refused,
            };
            let work = work.go(gate, cancelled, &call);
            match &call.reporter {
                Some(reporter) => or(work, reporter.catch_up()).await,
                None => work.await,
            }
        })
    }
}

impl HostCall {
    /// Finds the person of the call. The answer of a person that does not fit is recorded as one to `work`.
    ///
    /// # Errors
    /// The answer to a call whose person's answer does not fit.
    fn open<'a>(
        self,
        (gate, output): (&Gate, &'a Output),
        cancelled: &Cancelled,
        work: &impl HostWork,
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
        let client = match caller.person(gate, output.clone()) {
            Ok(client) => client,
            Err(asked) => return Err(work.refuse(gate, &reply, asked)),
        };
        let reporter = token.map(|token| {
            let cancelled = cancelled.clone();
            Rc::new(Reporter::new(output.clone(), token, revision, cancelled))
        });
        Ok(OpenCall {
            client,
            reply,
            reporter,
        })
    }
}

/// A call whose work may begin.
pub(super) struct OpenCall<'a> {
    /// Whom the policy may ask.
    pub client: ClientPerson,
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

    /// Answers with what came of one command on one host. Where the client is to ask its person, the result that asks
    /// stands in its place: the client makes the call again, with an answer.
    ///
    /// # Errors
    /// Those of [`HostReply::with`].
    pub fn answer(&self, outcome: &Outcome) -> Result<Value, Error> {
        match outcome.question() {
            Some(question) => self.ask(question),
            None => self.reply.with(outcome),
        }
    }

    /// Answers with what came of a request about a file, as [`OpenCall::answer`] does.
    ///
    /// # Errors
    /// Those of [`HostReply::with_file`].
    pub fn answer_file(&self, outcome: &FileOutcome) -> Result<Value, Error> {
        match outcome.question() {
            Some(question) => self.ask(question),
            None => self.reply.with_file(outcome),
        }
    }

    /// The result that has the client ask its person.
    ///
    /// # Errors
    /// Those of [`HostReply::crowded`].
    fn ask(&self, question: &Question) -> Result<Value, Error> {
        match self.client.input_required(question) {
            Some(result) => Ok(result),
            None => self.reply.crowded(question),
        }
    }
}

/// How a call is answered, and where what should be known beside the answer goes.
pub(super) struct HostReply<'a> {
    pub revision: Revision,
    pub log: Log,
    pub output: &'a Output,
}

impl HostReply<'_> {
    /// Answers that too many questions are open for this one.
    ///
    /// # Errors
    /// -32603, should a refusal not be representable as JSON.
    pub fn crowded(&self, question: &Question) -> Result<Value, Error> {
        let crowded = Unapproved::Crowded;
        let (error, hint) = question.unapproved(crowded);
        let details = json!({
            "status": "denied",
            "reason": crowded.reason(),
            "error": error,
            "hint": hint,
        });
        schema::refusal(self.revision, &details)
    }

    /// Answers with what came of one command on one host.
    ///
    /// # Errors
    /// -32603, should the outcome not be representable as JSON; -32021 for a modern client that
    /// cannot ask its person where the policy does.
    pub fn with(&self, outcome: &Outcome) -> Result<Value, Error> {
        self.log.tell_failure(self.output, outcome);
        if self.revision == Revision::MODERN && outcome.lacks_person() {
            return Err(ClientPerson::missing("run"));
        }
        match outcome {
            Outcome::Finished(result) => schema::success(self.revision, result),
            Outcome::Denied(denial) => schema::refusal(self.revision, denial),
            Outcome::Failed(failure) => schema::refusal(self.revision, failure),
        }
    }

    /// Answers with what came of a request about a file.
    ///
    /// # Errors
    /// Those of [`HostReply::with`].
    pub fn with_file(&self, outcome: &FileOutcome) -> Result<Value, Error> {
        if self.revision == Revision::MODERN && outcome.lacks_person() {
            return Err(ClientPerson::missing("do"));
        }
        match outcome {
            FileOutcome::Done(done) => schema::success(self.revision, done),
            FileOutcome::Denied(denied) => schema::refusal(self.revision, denied),
            FileOutcome::Failed(failure) => {
                let (alias, error) = (&failure.alias, &failure.error);
                self.log
                    .tell_failed(self.output, failure.status, alias, error);
                schema::refusal(self.revision, failure)
            }
        }
    }
}
