//! The kinds of messages: a request, a notification, a response; and the id that joins a response to its request.
//!
//! Takes: the members of a message, read by [`super::parse`]. Gives: types that hold no member of a wrong
//! type. Refuses: an id that is neither a string nor an integer (JSON-RPC 2.0 §4, as MCP narrows it).

use std::fmt;
use std::rc::Rc;

use serde_json::{Map, Value};

/// The message of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A request: it gets exactly one response.
    Request(Request),
    /// A notification: it gets no response.
    Notification(Notification),
    /// The client's response to a request of the server, if the server has sent one with this id.
    Response(ClientResponse),
    /// A malformed notification: it is never answered. The text says what is wrong.
    Unanswerable(&'static str),
}

/// A request; MCP allows by-name parameters only.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The id, which the response repeats.
    pub id: RequestId,
    /// The method's name.
    pub method: String,
    /// Empty when the member is absent, or `null`.
    pub params: Map<String, Value>,
}

/// The client's response to a request of the server.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientResponse {
    /// The id of the request.
    pub id: RequestId,
    /// The result; `None` when the client sent an error, or no proper response.
    pub result: Option<Value>,
}

/// A notification.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// The method's name.
    pub method: String,
    /// Empty when the member is absent, or `null`.
    pub params: Map<String, Value>,
}

/// A request's id: a string or an integer. The response repeats it with its exact type and value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RequestId {
    /// Any string, the empty one included; clones share the text, for it may be as long as a line.
    Text(Rc<str>),
    /// An integer up to 2^63-1, negative ones and zero included.
    Signed(i64),
    /// An integer from 2^63 to 2^64-1.
    Unsigned(u64),
}

impl RequestId {
    /// The id in a JSON value; `None` when it is neither a string nor an integer.
    pub fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::Text(text.as_str().into())),
            Value::Number(number) => number
                .as_i64()
                .map(Self::Signed)
                .or_else(|| number.as_u64().map(Self::Unsigned)),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The id as a JSON value.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Text(text) => (**text).into(),
            Self::Signed(number) => (*number).into(),
            Self::Unsigned(number) => (*number).into(),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Signed(number) => number.fmt(formatter),
            Self::Unsigned(number) => number.fmt(formatter),
        }
    }
}
