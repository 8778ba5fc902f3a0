//! The Model Context Protocol: which method answers what, in which era.
//!
//! Takes: a [`Request`]. Gives: a [`Step`], the answer itself or a [`Command`] that the
//! server runs and answers later. Refuses, as protocol errors: methods the era lacks and
//! parameters of a wrong type. What goes wrong inside a well-formed tool call is a tool
//! execution error: a result with `isError`, from which an assistant can learn.

mod approval;
mod arguments;
mod catalog;
mod lifecycle;
mod outputs;
mod progress;
mod request_state;
mod schema;
mod tools;

use std::rc::Rc;

use serde_json::{Value, json};

use crate::gate::Gate;
use crate::rpc::{Answer, Error, INTERNAL_ERROR, METHOD_NOT_FOUND, Request, quoted};
use approval::Questions;
use lifecycle::{Era, Lifecycle, Peer, Revision};
use tools::Handled;

pub use tools::Command;

/// The protocol's side of the process.
pub struct Mcp {
    gate: Gate,
    questions: Rc<Questions>,
    lifecycle: Lifecycle,
}

/// What becomes of a request.
pub enum Step {
    /// It is answered.
    Done(Result<Value, Error>),
    /// It runs on a host; other requests are answered meanwhile.
    Run(Command),
}

impl From<Result<Value, Error>> for Step {
    fn from(outcome: Result<Value, Error>) -> Self {
        Self::Done(outcome)
    }
}

impl Mcp {
    /// The protocol in front of `gate`; no client has initialized yet.
    pub fn new(gate: Gate) -> Self {
        Self {
            questions: Rc::new(Questions::new(&gate)),
            gate,
            lifecycle: Lifecycle::default(),
        }
    }

    /// Answers a request, or says what to run.
    pub fn handle(&self, request: Request) -> Step {
        match self.lifecycle.era(&request) {
            Err(error) => Step::Done(Err(error)),
            Ok(Era::Modern(peer)) => self.modern(request, peer),
            Ok(Era::Legacy(peer)) => self.legacy(request, peer),
            Ok(Era::Unopened) => self.unopened(&request).into(),
        }
    }

    /// Takes the client's answer to a request of ours.
    pub fn hear(&self, answer: Answer) {
        self.questions.outgoing.hear(answer);
    }

    /// The methods of 2026-07-28.
    fn modern(&self, request: Request, peer: Peer) -> Step {
        match request.method.as_str() {
            "server/discover" => Ok(schema::discovery()).into(),
            "tools/list" => tools::list(&request.params, peer.revision).into(),
            "tools/call" => self.call(request, peer),
            _ => Err(not_found(&request, peer.revision)).into(),
        }
    }

    /// The methods of 2024-11-05 to 2025-11-25, after `initialize`.
    fn legacy(&self, request: Request, peer: Peer) -> Step {
        match request.method.as_str() {
            "initialize" => self.initialize(&request).into(),
            "ping" => Ok(json!({})).into(),
            "tools/list" => tools::list(&request.params, peer.revision).into(),
            "tools/call" => self.call(request, peer),
            _ => Err(not_found(&request, peer.revision)).into(),
        }
    }

    /// Before `initialize`: clients probe, so nothing here ends the process.
    fn unopened(&self, request: &Request) -> Result<Value, Error> {
        match request.method.as_str() {
            "initialize" => self.initialize(request),
            "ping" => Ok(json!({})),
            other => Err(Error::invalid_params(format!(
                "{} came before `initialize`; send `initialize` first, or put \
                 `{}` and `{}` into `params._meta`",
                quoted(other),
                lifecycle::PROTOCOL_VERSION,
                lifecycle::CLIENT_CAPABILITIES,
            ))),
        }
    }

    fn initialize(&self, request: &Request) -> Result<Value, Error> {
        let revision = self.lifecycle.initialize(&request.params)?;
        Ok(schema::initialized(revision))
    }

    fn call(&self, request: Request, peer: Peer) -> Step {
        match tools::call(&self.gate, &self.questions, request, peer) {
            Ok(Handled::Answered(result)) => Ok(result).into(),
            Ok(Handled::Run(command)) => Step::Run(command),
            Err(error) => Err(error).into(),
        }
    }
}

/// The error for a panic of ours: the client learns that it was not its fault.
pub fn fault() -> Error {
    Error::new(
        INTERNAL_ERROR,
        "the server failed on this request; the operator's log says more",
    )
}

fn not_found(request: &Request, revision: Revision) -> Error {
    Error::new(
        METHOD_NOT_FOUND,
        format!(
            "no method {} in MCP {}",
            quoted(&request.method),
            revision.name()
        ),
    )
}
