//! What becomes of a request: its answer, or work that goes on while other requests are answered.
//!
//! Takes: what a method made of the request. Gives: a [`Handled`] to the server, which sends the answer or
//! runs the [`RequestWork`] and sends the answer later. Refuses nothing.

use std::pin::Pin;

use serde_json::Value;

use crate::cancel::Cancelled;
use crate::gate::Gate;
use crate::rpc::Error;
use crate::rpc::stdio::Output;

/// What becomes of a request.
pub enum Handled {
    /// It is answered.
    Done(Result<Value, Error>),
    /// It runs; other requests are answered meanwhile.
    Run(Box<dyn RequestWork>),
}

impl From<Result<Value, Error>> for Handled {
    fn from(outcome: Result<Value, Error>) -> Self {
        Self::Done(outcome)
    }
}

/// The answer to a request, once its work has ended.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Value, Error>> + 'a>>;

/// What goes on while other requests are answered: a call that reaches a host, a reload, a subscription.
pub trait RequestWork {
    /// Runs to its end, or until `cancelled` says stop. What the client is told on the way goes to `output`.
    ///
    /// # Errors
    /// -32603, should the outcome not be representable as JSON, and what the work itself names.
    fn run<'a>(
        self: Box<Self>,
        gate: &'a Gate,
        cancelled: Cancelled,
        output: &'a Output,
    ) -> Answering<'a>;
}
