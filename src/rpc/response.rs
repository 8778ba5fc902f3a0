//! The messages that go out, each as one line: a result or an error with an id, a request, a notification.
//!
//! Takes: an id and an outcome. Gives: the line (JSON-RPC 2.0 §5). An error has no id only where the id of the
//! request could not be read.

use std::fmt;

use serde_json::{Map, Value, json};

use super::message::{Notification, Request, RequestId};

/// JSON-RPC 2.0 §5.1: the line is not JSON.
pub const PARSE_ERROR: i64 = -32700;
/// JSON-RPC 2.0 §5.1: the line is JSON, but no request.
pub const INVALID_REQUEST: i64 = -32600;
/// JSON-RPC 2.0 §5.1: there is no such method.
pub const METHOD_NOT_FOUND: i64 = -32601;
/// JSON-RPC 2.0 §5.1: the parameters are wrong.
pub const INVALID_PARAMS: i64 = -32602;
/// JSON-RPC 2.0 §5.1: a fault of the server, never of the client.
pub const INTERNAL_ERROR: i64 = -32603;

/// How many characters of the client's text an error message repeats: enough to know the text again.
const QUOTED_CHARACTERS: usize = 100;

/// An error member (JSON-RPC 2.0 §5.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// One of the constants here, or one that MCP adds.
    pub code: i64,
    /// What is wrong and how to mend it.
    pub message: String,
    /// Details for a program.
    pub data: Option<Box<Value>>,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The answer to a request, or to a line whose id could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    id: Option<RequestId>,
    outcome: Result<Value, Error>,
}

impl Error {
    /// An error without data.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
        }
    }

    /// An error with the code [`INVALID_REQUEST`].
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(INVALID_REQUEST, message)
    }

    /// An error with the code [`INVALID_PARAMS`].
    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self::new(INVALID_PARAMS, message)
    }

    fn to_json(&self) -> Value {
        let mut members = json!({"code": self.code, "message": self.message});
        if let (Some(members), Some(data)) = (members.as_object_mut(), &self.data) {
            members.insert("data".to_owned(), Value::clone(data));
        }
        members
    }
}

impl Response {
    /// The answer to the request with this id.
    pub fn new(id: RequestId, outcome: Result<Value, Error>) -> Self {
        Self {
            id: Some(id),
            outcome,
        }
    }

    /// An error for a line whose id could not be read.
    pub fn unidentified(code: i64, message: impl Into<String>) -> Self {
        Self {
            id: None,
            outcome: Err(Error::new(code, message)),
        }
    }

    /// The error for a message, with the id of the message if it is known.
    pub(super) fn refusal(id: Option<RequestId>, error: Error) -> Self {
        Self {
            id,
            outcome: Err(error),
        }
    }

    /// The response as it goes out: one line, newline included. It is written member by member and not copied
    /// into one value first, since a result and an id may be long.
    pub fn line(&self) -> String {
        let mut line = String::from("{\"jsonrpc\":\"2.0\"");
        if let Some(id) = &self.id {
            line.push_str(",\"id\":");
            line.push_str(&json_text(&id.to_json()));
        }
        let (name, value) = match &self.outcome {
            Ok(result) => (",\"result\":", json_text(result)),
            Err(error) => (",\"error\":", json_text(&error.to_json())),
        };
        line.reserve_exact(name.len() + value.len() + 2);
        line.extend([name, &value, "}\n"]);
        line
    }

    /// The error that replaces this response when answers of `waiting` MiB wait before it.
    pub(super) fn left_out(&self, waiting: usize) -> Self {
        let why = format!(
            "the answer was left out, because answers of {waiting} MiB wait to be read; what was asked \
             for may have been done"
        );
        Self {
            id: self.id.clone(),
            outcome: Err(Error::invalid_request(why)),
        }
    }
}

impl Request {
    /// The request as it goes out: one line, newline included.
    pub fn into_line(self) -> String {
        let mut members = Map::new();
        members.insert("jsonrpc".to_owned(), "2.0".into());
        members.insert("id".to_owned(), self.id.to_json());
        members.insert("method".to_owned(), self.method.into());
        members.insert("params".to_owned(), self.params.into());
        let mut line = json_text(&Value::Object(members));
        line.push('\n');
        line
    }
}

impl Notification {
    /// The notification as it goes out: one line, newline included.
    pub fn into_line(self) -> String {
        let mut members = Map::new();
        members.insert("jsonrpc".to_owned(), "2.0".into());
        members.insert("method".to_owned(), self.method.into());
        members.insert("params".to_owned(), self.params.into());
        let mut line = json_text(&Value::Object(members));
        line.push('\n');
        line
    }
}

/// A value as JSON. The `Display` of a value writes the text that this writes, in many small pieces, which takes twice as
/// long.
pub fn json_text(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| value.to_string())
}

/// The client's text as an error message repeats it: in backticks, only the beginning, without control
/// characters.
pub fn quoted(text: &str) -> String {
    let shown: String = text
        .chars()
        .take(QUOTED_CHARACTERS)
        .map(|character| match character {
            control if control.is_control() => '\u{fffd}',
            other => other,
        })
        .collect();
    let rest = if text.chars().nth(QUOTED_CHARACTERS).is_some() {
        "…"
    } else {
        ""
    };
    format!("`{shown}{rest}`")
}
