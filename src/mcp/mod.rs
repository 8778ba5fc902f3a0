//! The Model Context Protocol: which methods there are in which era, and what each answers.
//!
//! Takes: a [`Request`]. Gives: a [`Handled`]: the answer, or the [`RequestWork`] that the server runs and answers
//! later. Refuses, as protocol errors: methods that the era lacks, and parameters of a wrong type. A failure inside a
//! well-formed tool call is a tool execution error: a result with `isError`, from which an assistant can learn.

mod approval;
mod arguments;
mod completion;
mod elicitation;
mod handled;
mod icon;
mod lifecycle;
mod listen;
mod logging;
mod notify;
mod page;
mod parameter;
mod progress;
mod prompts;
mod request_state;
mod resources;
mod schema;
mod tools;
mod trace;
mod uri;

use std::rc::Rc;

use serde_json::{Value, json};

use crate::gate::{Changes, Gate};
use crate::rpc::stdio::Output;
use crate::rpc::{ClientResponse, Error, METHOD_NOT_FOUND, Request, quoted};
use approval::Questions;
use lifecycle::{Era, Lifecycle, Peer, Revision};
use listen::{Listen, OpenListens};
use logging::Level;
use notify::Subscriptions;

pub use handled::{Handled, RequestWork};
pub use schema::fault;
/// What the fuzz targets reach of this room; no other build exports it.
#[cfg(fuzzing)]
pub use {elicitation::elicited, uri::canonical_uri};

/// The protocol in front of a gate.
pub struct Mcp {
    gate: Gate,
    questions: Rc<Questions>,
    lifecycle: Lifecycle,
    subscriptions: Subscriptions,
    open: OpenListens,
}

impl Mcp {
    /// The protocol in front of `gate`; no client has initialized yet.
    pub fn new(gate: Gate) -> Self {
        Self {
            questions: Rc::new(Questions::new(&gate)),
            gate,
            lifecycle: Lifecycle::default(),
            subscriptions: Subscriptions::default(),
            open: OpenListens::default(),
        }
    }

    /// Answers a request, or says what to run.
    pub fn handle(&self, request: Request) -> Handled {
        match self.lifecycle.era(&request) {
            Err(error) => Handled::Done(Err(error)),
            Ok(Era::Modern(peer)) => self.modern(request, peer),
            Ok(Era::Legacy(peer)) => self.legacy(request, peer),
            Ok(Era::Unopened) => self.unopened(&request).into(),
        }
    }

    /// Reports changes to a client that has initialized; never ends.
    pub async fn tell_changes(&self, changes: Changes, output: &Output) {
        let (gate, lifecycle) = (&self.gate, &self.lifecycle);
        let telling = self.subscriptions.tell(changes, gate, lifecycle, output);
        telling.await;
    }

    /// Tells a client that has initialized that the server stops.
    pub fn tell_end(&self, output: &Output) {
        if let Some(peer) = self.lifecycle.session() {
            let text = "the server is stopping: what still runs is ended";
            peer.log.tell(output, Level::NOTICE, "server", text);
        }
    }

    /// Takes the client's answer to a request of the server.
    pub fn hear(&self, answer: ClientResponse) {
        self.questions.outgoing.hear(answer);
    }

    /// The methods of 2026-07-28.
    fn modern(&self, request: Request, peer: Peer) -> Handled {
        match request.method.as_str() {
            "server/discover" => Ok(schema::discovery()).into(),
            "tools/list" => tools::list(&request.params, peer.revision).into(),
            "tools/call" => tools::call(&self.gate, &self.questions, request, peer),
            "subscriptions/listen" => match Listen::open(&self.gate, &request, &self.open) {
                Ok(listen) => Handled::Run(Box::new(listen)),
                Err(error) => Err(error).into(),
            },
            _ => self.reading(&request, peer.revision).into(),
        }
    }

    /// The methods of 2024-11-05 to 2025-11-25, after `initialize`.
    fn legacy(&self, request: Request, peer: Peer) -> Handled {
        match request.method.as_str() {
            "initialize" => self.initialize(&request).into(),
            "ping" => Ok(json!({})).into(),
            "tools/list" => tools::list(&request.params, peer.revision).into(),
            "tools/call" => tools::call(&self.gate, &self.questions, request, peer),
            "logging/setLevel" => peer.log.set_level(&request.params).into(),
            "resources/subscribe" => {
                let (gate, params) = (&self.gate, &request.params);
                self.subscriptions.subscribe(gate, params).into()
            }
            "resources/unsubscribe" => self.subscriptions.unsubscribe(&request.params).into(),
            _ => self.reading(&request, peer.revision).into(),
        }
    }

    /// The methods that every revision has, and that only read.
    fn reading(&self, request: &Request, revision: Revision) -> Result<Value, Error> {
        let (gate, params) = (&self.gate, &request.params);
        match request.method.as_str() {
            "resources/list" => resources::list(gate, params, revision),
            "resources/templates/list" => resources::templates(params, revision),
            "resources/read" => resources::read(gate, params, revision),
            "prompts/list" => prompts::list(params, revision),
            "prompts/get" => prompts::get(params, revision),
            "completion/complete" => completion::complete(gate, params, revision),
            _ => Err(not_found(request, revision)),
        }
    }

    /// The methods before `initialize`. Clients probe the server so, and no probe ends the process.
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
