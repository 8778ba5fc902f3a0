//! What a line is: a request, a notification, a response, and the id that joins them.
//!
//! Takes: the members of a message, read by [`super::parse`]. Gives: types that hold no member of a wrong
//! type. Refuses: an id that is neither a string nor an integer (JSON-RPC 2.0 §4, as MCP narrows it).

use std::fmt;
use std::rc::Rc;

use serde_json::{Map, Value};

/// What a line turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Wants exactly one response.
    Request(Request),
    /// Wants none.
    Notification(Notification),
    /// The client's response to a request of ours, if there is one of that id.
    Response(ClientResponse),
    /// None of these, and never answered: a malformed notification.
    Unanswerable(&'static str),
}

/// A request; MCP allows by-name parameters only.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Echoed in the response.
    pub id: RequestId,
    /// The method's name.
    pub method: String,
    /// Empty when the member is absent, or `null`.
    pub params: Map<String, Value>,
}

/// What the client says to a request of ours.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientResponse {
    /// The request's id.
    pub id: RequestId,
    /// The result; nothing when it is an error, or not a proper response.
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

/// A request's id: a string or an integer, echoed with its exact type and value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RequestId {
    /// Any string, the empty one included; clones share it, for it may be as long as a line.
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
