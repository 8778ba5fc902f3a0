//! `ssh_run`, `ssh_run_on_tag` and `ssh_run_async`: the calls that reach a host.

use std::rc::Rc;

use serde_json::Value;
use smol::future::or;

use crate::cancel::Cancelled;
use crate::gate::{
    FanOut, Gate, Observer, Outcome, Progress, Request, Started, TagRequest, unobserved,
};
use crate::mcp::approval::{Caller, Person};
use crate::mcp::lifecycle::{Peer, Revision};
use crate::mcp::logging::Log;
use crate::mcp::progress::{Reporter, Token};
use crate::mcp::schema;
use crate::rpc::Error;
use crate::rpc::stdio::Output;

/// A call on its way to a host.
pub struct Command {
    revision: Revision,
    work: Work,
    token: Option<Token>,
    log: Log,
    caller: Box<Caller>,
}

/// Which.
pub(super) enum Work {
    Run(Request),
    RunOnTag(TagRequest),
    Start(Request),
}

impl Command {
    pub(super) fn new(peer: Peer, work: Work, token: Option<Token>, caller: Box<Caller>) -> Self {
        Self {
            revision: peer.revision,
            work,
            token,
            log: peer.log,
            caller,
        }
    }

    /// Runs it, or is denied; its progress goes to `output` if the client asked for that, and so
    /// does a question to the person.
    ///
    /// # Errors
    /// -32603, should the outcome not be representable as JSON; -32021 for a modern client that
    /// cannot ask its person where the policy does.
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
            caller,
        } = self;
        let answer = Answer {
            revision,
            log: &log,
            output,
        };
        let Some(person) = caller.person(gate, output.clone()) else {
            return answer.with(&gate.refuse_answer(work.request()));
        };
        let person = Rc::new(person);
        let Some(token) = token else {
            let work = work.run(&answer, gate, cancelled, Rc::new(unobserved), &person);
            return work.await;
        };
        let reporter = Reporter::new(output.clone(), token, revision, cancelled.clone());
        let reporter = Rc::new(reporter);
        let hearing = Rc::clone(&reporter);
        let observer = Rc::new(move |progress: Progress<'_>| hearing.hear(&progress));
        let done = work.run(&answer, gate, cancelled, observer, &person);
        or(done, reporter.catch_up()).await
    }
}

impl Work {
    fn request(&self) -> &Request {
        match self {
            Self::Run(request) | Self::Start(request) => request,
            Self::RunOnTag(wanted) => &wanted.request,
        }
    }

    async fn run(
        self,
        answer: &Answer<'_>,
        gate: &Gate,
        cancelled: Cancelled,
        observer: Rc<Observer<'static>>,
        person: &Rc<Person>,
    ) -> Result<Value, Error> {
        let done = match self {
            Self::Run(request) => {
                let observer = observer.as_ref();
                let outcome = gate
                    .run(request, cancelled, observer, person.as_ref())
                    .await;
                answer.with(&outcome)
            }
            Self::RunOnTag(request) => {
                let person = person.as_ref();
                match gate.run_on_tag(request, cancelled, observer, person).await {
                    Ok(fan_out) => answer.with_all(&fan_out),
                    Err(unstarted) => schema::refusal(answer.revision, &unstarted),
                }
            }
            Self::Start(request) => {
                let person = person.as_ref();
                match gate.start_task(request, &cancelled, person).await {
                    Started::Task(task) => schema::success(answer.revision, &task),
                    Started::Not(outcome) => answer.with(&outcome),
                }
            }
        };
        // The call has not come to its end then: the client makes it again, with an answer.
        person.asked().map_or(done, Ok)
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
        if self.revision == Revision::MODERN && outcome.lacks_person() {
            return Err(Person::missing());
        }
        match outcome {
            Outcome::Finished(result) => schema::success(self.revision, result),
            Outcome::Denied(denial) => schema::refusal(self.revision, denial),
            Outcome::Failed(failure) => schema::refusal(self.revision, failure),
        }
    }

    /// Where some hosts need no person, the others are denied beside their results.
    fn with_all(&self, fan_out: &FanOut) -> Result<Value, Error> {
        let outcomes = || fan_out.results.iter().map(|result| &result.outcome);
        for outcome in outcomes() {
            self.log.tell_failure(self.output, outcome);
        }
        if self.revision == Revision::MODERN && outcomes().all(Outcome::lacks_person) {
            return Err(Person::missing());
        }
        schema::success(self.revision, fan_out)
    }
}
