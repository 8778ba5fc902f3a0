//! From one line of bytes to one message.
//!
//! Takes: a line without its newline. Gives: a [`Message`]. Refuses: bad JSON, bad UTF-8, deep nesting,
//! repeated keys and halves of characters (see [`json`]), batches, ids that are neither string nor integer. A
//! refusal has the id of the request if it is known. A notification is never answered, however wrong it is.

use serde_json::{Map, Value};

use super::json;
use super::member::take_given;
use super::message::{ClientResponse, Message, Notification, Request, RequestId};
use super::outline::{Outline, outline};
use super::response::{Error, INVALID_REQUEST, PARSE_ERROR, Response};

/// Reads one line, without its newline.
///
/// # Errors
/// The response that tells the client why the line is not a message.
pub fn parse(line: &[u8]) -> Result<Message, Response> {
    let json::ParsedLine { value, flaws } = match json::parse(line) {
        Ok(parsed) => parsed,
        Err(refusal) => return unread(line, &refusal),
    };
    let Value::Object(members) = value else {
        return Err(Response::unidentified(
            INVALID_REQUEST,
            "a message is one JSON object on one line; batches are not part of MCP",
        ));
    };
    let id = match members.get("id") {
        None => return Ok(unidentified(members, &flaws)),
        Some(id) if !flaws.touch_id(id) => RequestId::from_json(id),
        Some(_) => None,
    };
    identified(members, id.as_ref(), &flaws).map_err(|error| Response::refusal(id, error))
}

/// What a message that was not read is answered. A response of the client becomes one without a result.
fn unread(line: &[u8], refusal: &json::JsonError) -> Result<Message, Response> {
    let code = match refusal {
        json::JsonError::Malformed(_) => PARSE_ERROR,
        json::JsonError::TooManyValues => INVALID_REQUEST,
    };
    let error = Error::new(code, refusal.to_string());
    match outline(line) {
        None => Err(Response::refusal(None, error)),
        Some(Outline { id: None, .. }) => {
            Ok(Message::Unanswerable("a malformed message without an id"))
        }
        Some(Outline {
            id: Some(id),
            has_method: false,
        }) => Ok(Message::Response(ClientResponse { id, result: None })),
        Some(Outline { id, .. }) => Err(Response::refusal(id, error)),
    }
}

/// A message without an id: a notification, or a message that must not be answered.
fn unidentified(mut members: Map<String, Value>, flaws: &json::Flaws) -> Message {
    let version = members.get("jsonrpc").and_then(Value::as_str);
    if version != Some("2.0") || flaws.first().is_some() {
        return Message::Unanswerable("a malformed message without an id");
    }
    match (members.remove("method"), take_given(&mut members, "params")) {
        (Some(Value::String(method)), None) => Message::Notification(Notification {
            method,
            params: Map::new(),
        }),
        (Some(Value::String(method)), Some(Value::Object(params))) => {
            Message::Notification(Notification { method, params })
        }
        _ => Message::Unanswerable("a malformed notification"),
    }
}

/// A message with an id: a request, or a response from the client.
fn identified(
    mut members: Map<String, Value>,
    id: Option<&RequestId>,
    flaws: &json::Flaws,
) -> Result<Message, Error> {
    let method = members.remove("method");
    if method.is_none() && (members.contains_key("result") || members.contains_key("error")) {
        return Ok(response(members, id, flaws));
    }
    if let Some(flaw) = flaws.first() {
        return Err(Error::invalid_request(flaw));
    }
    if members.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(Error::invalid_request("`jsonrpc` must be \"2.0\""));
    }
    let Some(id) = id.cloned() else {
        return Err(Error::invalid_request(
            "`id` must be a string or an integer of at most 64 bits, not null, a float or a boolean",
        ));
    };
    let Some(Value::String(method)) = method else {
        return Err(Error::invalid_request("`method` must be a string"));
    };
    let params = match take_given(&mut members, "params") {
        None => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => return Err(Error::invalid_params("`params` must be an object")),
    };
    Ok(Message::Request(Request { id, method, params }))
}

/// A response of the client. A malformed one becomes a response without a result, so that its request does not
/// wait for ever.
fn response(
    mut members: Map<String, Value>,
    id: Option<&RequestId>,
    flaws: &json::Flaws,
) -> Message {
    let Some(id) = id.cloned() else {
        return Message::Unanswerable("a response without a proper id");
    };
    let version = members.get("jsonrpc").and_then(Value::as_str);
    let whole = version == Some("2.0") && flaws.first().is_none();
    let proper = whole && !members.contains_key("error");
    let result = members.remove("result").filter(|_| proper);
    Message::Response(ClientResponse { id, result })
}

#[cfg(test)]
mod tests {
    use super::{ClientResponse, Message, RequestId, parse};

    /// The line that answers `line`, or what it is.
    fn demand(line: &str) -> String {
        match parse(line.as_bytes()) {
            Err(response) => response.line().trim_end().to_owned(),
            Ok(Message::Request(request)) => format!("request {:?}", request.id),
            Ok(Message::Notification(notification)) => {
                format!("notification {}", notification.method)
            }
            Ok(Message::Response(ClientResponse { id, result })) => {
                format!("answer to {id}: {result:?}")
            }
            Ok(Message::Unanswerable(why)) => why.to_owned(),
        }
    }

    #[test]
    fn ids_keep_their_type_and_value() {
        let cases = [
            (r#""""#, RequestId::Text("".into())),
            (r#""1""#, RequestId::Text("1".into())),
            (r#""é\u0000""#, RequestId::Text("é\0".into())),
            ("0", RequestId::Signed(0)),
            ("-7", RequestId::Signed(-7)),
            ("-9223372036854775808", RequestId::Signed(i64::MIN)),
            ("9223372036854775807", RequestId::Signed(i64::MAX)),
            ("9223372036854775808", RequestId::Unsigned(1 << 63)),
            ("18446744073709551615", RequestId::Unsigned(u64::MAX)),
        ];
        for (id, expected) in cases {
            let line = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
            let Ok(Message::Request(request)) = parse(line.as_bytes()) else {
                panic!("{line} is a request");
            };
            assert_eq!(request.id, expected, "{id}");
        }
        for id in [
            "null",
            "1.0",
            "1e3",
            "true",
            "[1]",
            "{}",
            "18446744073709551616",
            "-0",
        ] {
            let said = demand(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#));
            assert!(
                said.contains("-32600") && !said.contains(r#""id""#),
                "{id}: {said}"
            );
        }
    }

    #[test]
    fn what_has_no_id_is_never_answered() {
        for (line, expected) in [
            (r#"{"jsonrpc":"2.0","method":"a"}"#, "notification a"),
            (
                r#"{"jsonrpc":"2.0","method":"a","params":{}}"#,
                "notification a",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"a","params":[]}"#,
                "a malformed notification",
            ),
            (
                r#"{"jsonrpc":"2.0","method":4}"#,
                "a malformed notification",
            ),
            (
                r#"{"jsonrpc":"1.0","method":"a"}"#,
                "a malformed message without an id",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"a","method":"b"}"#,
                "a malformed message without an id",
            ),
            (r#"{}"#, "a malformed message without an id"),
        ] {
            assert_eq!(demand(line), expected, "{line}");
        }
    }

    #[test]
    fn a_response_has_a_result_only_when_all_of_it_is_right() {
        for (members, expected) in [
            (r#""id":"a","result":{}"#, "answer to a: Some(Object {})"),
            (r#""id":1,"result":7"#, "answer to 1: Some(Number(7))"),
            (r#""id":1,"error":{}"#, "answer to 1: None"),
            (r#""id":1,"result":{},"error":{}"#, "answer to 1: None"),
            (r#""id":1,"result":1,"result":2"#, "answer to 1: None"),
            (r#""id":1,"result":{"a":1,"a":2}"#, "answer to 1: None"),
            (r#""id":1,"jsonrpc":"2.0","result":{}"#, "answer to 1: None"),
            (r#""id":null,"result":{}"#, "a response without a proper id"),
            (r#""id":1.5,"error":{}"#, "a response without a proper id"),
        ] {
            let line = format!(r#"{{"jsonrpc":"2.0",{members}}}"#);
            assert_eq!(demand(&line), expected, "{line}");
        }
        let old = r#"{"jsonrpc":"1.0","id":1,"result":{}}"#;
        assert_eq!(demand(old), "answer to 1: None");
    }

    #[test]
    fn half_of_a_character_is_refused_under_the_id_unless_it_is_in_the_id() {
        for (members, expected) in [
            (r#""id":1,"method":"a","params":{"c":"\ud83d"}"#, "half of"),
            (r#""id":"\ud83d\ude00","method":"\ude00""#, "half of"),
            (r#""id":1,"method":"a","params":{"\ud83d":1}"#, "half of"),
            (r#""id":"a\ud83d","method":"a""#, "half of"),
            (
                r#""method":"a","params":{"c":"\ud83d"}"#,
                "a malformed message",
            ),
            (r#""id":1,"result":{"c":"\ud83d"}"#, "answer to 1: None"),
        ] {
            let line = format!(r#"{{"jsonrpc":"2.0",{members}}}"#);
            let said = demand(&line);
            assert!(said.contains(expected), "{line}: {said}");
            let named = said.contains(r#""id":1"#) || said.contains(r#""id":"😀""#);
            assert_eq!(
                named,
                expected == "half of" && !line.contains("\"a\\u"),
                "{said}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_under_the_id_and_a_number_too_large_is_read() {
        let deep = "[".repeat(500) + &"]".repeat(500);
        let deep = deep.as_bytes();
        let request = |id: &str, argument: &[u8]| {
            let begin = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"a","params":{{"c":"#);
            [begin.as_bytes(), argument, b"}}"].concat()
        };
        for (line, code, id) in [
            (request("1", deep), -32700, Some("1")),
            (request("1", b"\"\xff\""), -32700, Some("1")),
            (request("1", b"NaN"), -32700, Some("1")),
            (request("1", b"-Infinity"), -32700, Some("1")),
            (request("1", b"[1e400,NaN]"), -32700, Some("1")),
            (request("1", b"[1e400,\"\\ud800\"]"), -32600, Some("1")),
            (request("\"\\ud800\"", b"1e400"), -32600, None),
            (request("1e400", b"1"), -32600, None),
            (request("NaN", b"1"), -32700, None),
            (request("1", b"nan"), -32700, None),
        ] {
            let shown = line.escape_ascii().to_string();
            let refusal = parse(&line).unwrap_err().line();
            assert!(refusal.contains(&code.to_string()), "{shown}: {refusal}");
            let named = id.map(|id| format!(r#""id":{id},"#)).unwrap_or_default();
            let begins = format!(r#"{{"jsonrpc":"2.0",{named}"#);
            assert!(refusal.starts_with(&begins), "{shown}: {refusal}");
            assert_eq!(refusal.contains(r#""id""#), id.is_some(), "{refusal}");
        }
        for number in [&b"1e400"[..], b"-1E+999", &[b'9'; 400]] {
            let Ok(Message::Request(taken)) = parse(&request("1", number)) else {
                panic!("{} is a number", number.escape_ascii());
            };
            let read = taken.params.get("c").and_then(serde_json::Value::as_f64);
            assert!(read.is_some_and(|read| read.abs() == 1e308), "{read:?}");
        }
        let deep = String::from_utf8_lossy(deep);
        for (line, expected) in [
            (
                format!(r#"{{"jsonrpc":"2.0","method":"a","params":{deep}}}"#),
                "a malformed message without an id",
            ),
            (
                format!(r#"{{"jsonrpc":"2.0","id":1,"result":{deep}}}"#),
                "answer to 1: None",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"a","params":{"c":1e400}}"#.to_owned(),
                "notification a",
            ),
        ] {
            assert_eq!(demand(&line), expected, "{line}");
        }
    }

    #[test]
    fn a_repeated_key_is_refused_under_the_id_when_that_is_clear() {
        for (line, id) in [
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}"#,
                true,
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"c":1,"\u0063":2}}"#,
                true,
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"id":1,"id":2}}"#,
                true,
            ),
            (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"a"}"#, false),
        ] {
            let said = demand(line);
            assert!(said.contains("-32600"), "{line}: {said}");
            assert!(said.contains("appears twice"), "{line}: {said}");
            assert_eq!(said.contains(r#""id":1"#), id, "{line}: {said}");
        }
    }
}
