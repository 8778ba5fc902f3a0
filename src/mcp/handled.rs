//! The result of a request's method: the answer, or work that goes on while other requests are answered.
//!
//! Takes: that result. Gives: a [`Handled`] to the server, which sends the answer at once, or runs the [`RequestWork`]
//! and sends the answer later. Refuses nothing.

use std::pin::Pin;

use serde_json::Value;

use crate::cancel::Cancelled;
use crate::gate::Gate;
use crate::rpc::Error;
use crate::rpc::stdio::Output;

/// The result of a request's method.
pub enum Handled {
    /// The answer.
    Done(Result<Value, Error>),
    /// Work that must run before the answer; other requests are answered meanwhile.
    Run(Box<dyn RequestWork>),
}

impl From<Result<Value, Error>> for Handled {
    fn from(outcome: Result<Value, Error>) -> Self {
        Self::Done(outcome)
    }
}

/// The answer to a request, once its work has ended.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Value, Error>> + 'a>>;

/// Work that goes on while other requests are answered: a call that reaches a host, a reload, a subscription.
pub trait RequestWork {
    /// Runs to its end, or until `cancelled` says stop. Notifications on the way go to `output`.
    ///
    /// # Errors
    /// -32603 if the outcome cannot be written as JSON, and the errors of the work itself.
    fn run<'a>(
        self: Box<Self>,
        gate: &'a Gate,
        cancelled: Cancelled,
        output: &'a Output,
    ) -> Answering<'a>;
}
