//! Asking the person at the client: elicitation, as either era has it.
//!
//! Takes: the gate's [`Question`]. Gives: a [`Reply`], or a result that asks. Refuses: to ask a client that did not say
//! it can (`elicitation`, with forms), and a `requestState` that does not belong to the call.
//!
//! ```text
//! legacy   elicitation/create to the client, its response, notifications/cancelled on giving up
//! modern   result `input_required` with requestState; the same call again with inputResponses
//! ```

use std::pin::Pin;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::elicitation::{form, reply};
use super::lifecycle::{Elicitation, Peer, Revision};
use super::request_state::{StateDigest, States};
use super::schema;
use crate::gate::{self, Asks, Gate, Person, Question, Reply};
use crate::rpc::stdio::Output;
use crate::rpc::{self, Error, Notification, Outgoing, Pending, RequestId, take_given, whole};
use mcp_ssh_policy::Unapproved;

/// MCP 2026-07-28: the request needs a capability that the client did not declare.
const MISSING_CLIENT_CAPABILITY: i64 = -32021;
/// The one request that we ever put into `inputRequests`.
const INPUT: &str = "approval";

/// What the process knows of its questions.
pub(super) struct Questions {
    pub outgoing: Outgoing,
    states: States,
}

impl Questions {
    /// None is asked yet.
    pub fn new(gate: &Gate) -> Self {
        Self {
            outgoing: Outgoing::default(),
            states: States::new(gate.patience()),
        }
    }
}

/// How the person behind one call can be reached.
pub(super) struct Caller {
    questions: Rc<Questions>,
    revision: Revision,
    elicitation: Elicitation,
    call: Vec<String>,
    retry: Option<Retry>,
}

/// What comes with a modern call that was made before.
struct Retry {
    state: Option<String>,
    response: Option<Value>,
}

impl Caller {
    /// Reads what a `tools/call` says of it, before its arguments are taken out.
    ///
    /// # Errors
    /// -32602 for members of a wrong type.
    pub fn read(
        questions: &Rc<Questions>,
        params: &mut Map<String, Value>,
        peer: &Peer,
    ) -> Result<Self, Error> {
        let retry = if peer.revision == Revision::MODERN {
            retry(params)?
        } else {
            None
        };
        Ok(Self {
            questions: Rc::clone(questions),
            revision: peer.revision,
            elicitation: peer.elicitation,
            call: call(params, peer),
            retry,
        })
    }

    /// The person, if what came with the call fits it.
    ///
    /// # Errors
    /// Where it does not: the question that the answer was given to, if it was one of this process.
    pub fn person(self, gate: &Gate, output: Output) -> Result<ClientPerson, Option<StateDigest>> {
        let mut parts: Vec<&str> = self.call.iter().map(String::as_str).collect();
        let config = gate.config_sha256().unwrap_or_default();
        parts.push(&config);
        let call = gate::digest(parts);
        let mode = match (self.revision, self.elicitation, self.retry) {
            (_, _, Some(retry)) => ElicitationMode::Answered {
                call,
                question: {
                    let state = retry.state.ok_or(None)?;
                    self.questions.states.redeem(&state, &call)?
                },
                reply: reply(&retry.response.unwrap_or_default()),
            },
            (_, Elicitation::Missing, None) => ElicitationMode::None,
            (Revision::MODERN, Elicitation::Declared, None) => ElicitationMode::InputRequired(call),
            (_, Elicitation::Declared, None) => ElicitationMode::Elicit,
        };
        Ok(ClientPerson {
            questions: self.questions,
            mode,
            output,
        })
    }
}

/// All that makes a call the same call again.
fn call(params: &Map<String, Value>, peer: &Peer) -> Vec<String> {
    let text = |name: &str| params.get(name).map(Value::to_string).unwrap_or_default();
    let mut call = vec![text("name"), format!("{:?}", peer.client)];
    let arguments = params.get("arguments").and_then(Value::as_object);
    let mut arguments: Vec<String> = arguments
        .into_iter()
        .flatten()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| {
            let number = whole(value).map(Value::from);
            format!(
                "{}:{}",
                Value::from(name.as_str()),
                number.as_ref().unwrap_or(value)
            )
        })
        .collect();
    // A client may send them in another order, and spell what it leaves out.
    arguments.sort();
    call.extend(arguments);
    call
}

fn retry(params: &mut Map<String, Value>) -> Result<Option<Retry>, Error> {
    let state = match take_given(params, "requestState") {
        None => None,
        Some(Value::String(state)) => Some(state),
        Some(_) => return Err(Error::invalid_params("`requestState` must be a string")),
    };
    let response = match take_given(params, "inputResponses") {
        None if state.is_none() => return Ok(None),
        None => None,
        Some(Value::Object(mut responses)) => responses.remove(INPUT),
        Some(_) => return Err(Error::invalid_params("`inputResponses` must be an object")),
    };
    Ok(Some(Retry { state, response }))
}

/// The person at the client, for one call.
pub(super) struct ClientPerson {
    questions: Rc<Questions>,
    mode: ElicitationMode,
    output: Output,
}

/// How the person is asked, or has been.
enum ElicitationMode {
    None,
    Elicit,
    InputRequired(StateDigest),
    /// What the person has said to the question of an earlier call. A further question may come of this one.
    Answered {
        call: StateDigest,
        question: StateDigest,
        reply: Reply,
    },
}

impl ClientPerson {
    /// What the gate can do about a question.
    pub fn person(&self) -> Person<'_> {
        match self.mode {
            ElicitationMode::None => Person::Nobody,
            ElicitationMode::Elicit => Person::Asked(self),
            ElicitationMode::InputRequired(_) => Person::AskedBetweenCalls,
            ElicitationMode::Answered {
                question, reply, ..
            } => Person::Answered(question, reply),
        }
    }

    /// The result that has the client ask, and make the call again; nothing where too many questions are open.
    pub fn input_required(&self, question: &Question) -> Option<Value> {
        let call = match &self.mode {
            ElicitationMode::InputRequired(call) | ElicitationMode::Answered { call, .. } => call,
            ElicitationMode::None | ElicitationMode::Elicit => return None,
        };
        let state = self.questions.states.issue(call, &question.digest())?;
        let request = json!({"method": "elicitation/create", "params": form(question)});
        let mut result = Map::new();
        result.insert("inputRequests".to_owned(), json!({INPUT: request}));
        result.insert("requestState".to_owned(), state.into());
        Some(schema::input_required(result))
    }

    /// The error for a modern client whose person would have to be asked and cannot be; `deed` is what the operator can
    /// do in its place.
    pub fn missing(deed: &str) -> Error {
        let data = json!({"requiredCapabilities": {"elicitation": {"form": {}}}});
        Error {
            data: Some(Box::new(data)),
            ..Error::new(
                MISSING_CLIENT_CAPABILITY,
                format!(
                    "the policy asks a person first, which takes the client capability `elicitation`: \
                     declare it, or ask the operator to start `mcp-ssh approver` or to {deed} it"
                ),
            )
        }
    }
}

impl Asks for ClientPerson {
    fn via(&self) -> &'static str {
        "client"
    }

    fn ask<'a>(&'a self, question: &'a Question) -> Pin<Box<dyn Future<Output = Reply> + 'a>> {
        Box::pin(async move {
            let outgoing = &self.questions.outgoing;
            let asking = gate::new_id().ok().map(|id| RequestId::Text(id.into()));
            let asking = asking.and_then(|id| Some((id.clone(), outgoing.begin(id)?)));
            let Some((id, pending)) = asking else {
                return Reply::Unapproved(Unapproved::Crowded);
            };
            let request = rpc::Request {
                id: id.clone(),
                method: "elicitation/create".to_owned(),
                params: form(question),
            };
            let output = &self.output;
            let asking = Asking {
                id,
                pending,
                output,
            };
            if self.output.ask(request).is_none() {
                return Reply::Unapproved(Unapproved::Crowded);
            }
            match asking.pending.answer().await {
                Some(result) => reply(&result),
                None => Reply::Unapproved(Unapproved::Failed),
            }
        })
    }
}

/// A question before the client; it is taken back when this is dropped without an answer.
struct Asking<'a> {
    id: RequestId,
    pending: Pending<'a>,
    output: &'a Output,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if self.pending.is_answered() {
            return;
        }
        let mut params = Map::new();
        params.insert("requestId".to_owned(), self.id.to_json());
        params.insert("reason".to_owned(), "no answer is wanted any more".into());
        self.output.offer(Notification {
            method: "notifications/cancelled".to_owned(),
            params,
        });
    }
}
