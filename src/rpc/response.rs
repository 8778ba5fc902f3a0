//! What goes out: a result or an error under an id, a request of ours, a notification, as one line.
//!
//! Takes: an id and an outcome. Gives: the line (JSON-RPC 2.0 §5). An error stands without an
//! id only where none could be known.

use std::fmt;

use serde_json::{Map, Value, json};

use super::message::{Notification, Request, RequestId};

/// JSON-RPC 2.0 §5.1: the line is not JSON.
pub const PARSE_ERROR: i64 = -32700;
/// JSON-RPC 2.0 §5.1: JSON, but not a request.
pub const INVALID_REQUEST: i64 = -32600;
/// JSON-RPC 2.0 §5.1: no such method.
pub const METHOD_NOT_FOUND: i64 = -32601;
/// JSON-RPC 2.0 §5.1: the parameters are wrong.
pub const INVALID_PARAMS: i64 = -32602;
/// JSON-RPC 2.0 §5.1: a fault of ours, never of the client's.
pub const INTERNAL_ERROR: i64 = -32603;

/// Characters of the client's own text that an error message repeats.
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

/// What answers a request, or a line whose id could not be known.
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

    /// [`INVALID_REQUEST`].
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(INVALID_REQUEST, message)
    }

    /// [`INVALID_PARAMS`].
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

    /// An error for a line whose id could not be known.
    pub fn unidentified(code: i64, message: impl Into<String>) -> Self {
        Self {
            id: None,
            outcome: Err(Error::new(code, message)),
        }
    }

    /// The error for a message, under its id if it has one to echo.
    pub(super) fn refusal(id: Option<RequestId>, error: Error) -> Self {
        Self {
            id,
            outcome: Err(error),
        }
    }

    /// The response as it goes out: one line, newline included. Written member by member, since a
    /// result may be long, and so may an id.
    pub fn line(&self) -> String {
        let mut line = String::from("{\"jsonrpc\":\"2.0\"");
        if let Some(id) = &self.id {
            line.push_str(",\"id\":");
            line.push_str(&id.to_json().to_string());
        }
        let (name, value) = match &self.outcome {
            Ok(result) => (",\"result\":", result.to_string()),
            Err(error) => (",\"error\":", error.to_json().to_string()),
        };
        line.reserve_exact(name.len() + value.len() + 2);
        line.extend([name, &value, "}\n"]);
        line
    }

    /// The error that stands in its place where answers of so many MiB wait before it.
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
        let mut line = Value::Object(members).to_string();
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
        let mut line = Value::Object(members).to_string();
        line.push('\n');
        line
    }
}

/// The client's own text as an error message repeats it: in backticks, its beginning only,
/// without control characters.
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
