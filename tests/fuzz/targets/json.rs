//! A line is taken as JSON exactly when serde_json takes it and it nests at most 128 deep, and one
//! with half of a surrogate pair is refused under its id or ignored; one that JSON's grammar allows and
//! serde_json does not hold gets one line at most; a request keeps its id, method and parameters; every
//! answer is one line of JSON that echoes the id or has none; what has no id is not answered.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::rpc::{Message, PARSE_ERROR, Request, Response, parse};
use serde_json::Value;

const MAX_DEPTH: usize = 128;
/// Short enough to stay below the bound on the number of values.
const LONGEST: usize = 100_000;

fuzz_target!(|line: &[u8]| {
    if line.len() < LONGEST {
        check(line);
    }
});

fn check(line: &[u8]) {
    let theirs = value(line);
    match (parse(line), theirs) {
        (Err(refusal), None) if halved(line).is_none() && is_followed(line) => {
            one_line(&refusal);
        }
        (Ok(_), None) if halved(line).is_none() && is_followed(line) => {}
        (Err(refusal), theirs) => refused(&refusal, theirs.as_ref().or(halved(line).as_ref())),
        (Ok(Message::Unanswerable(_)), None) if halved(line).is_some() => {}
        (Ok(Message::Response(answer)), None) if halved(line).is_some() => {
            assert_eq!(answer.result, None);
        }
        (Ok(_), None) => panic!("taken, and not JSON"),
        (Ok(Message::Request(request)), Some(theirs)) => requested(request, &theirs),
        (Ok(Message::Notification(notification)), Some(theirs)) => {
            assert_eq!(theirs.get("id"), None);
            assert_eq!(theirs["method"], Value::String(notification.method));
        }
        (Ok(Message::Response(answer)), Some(theirs)) => {
            assert_eq!(theirs.get("method"), None);
            if answer.result.is_some() {
                assert_eq!(theirs.get("result"), answer.result.as_ref());
                assert_eq!(theirs.get("error"), None);
            }
        }
        (Ok(Message::Unanswerable(_)), Some(theirs)) => {
            let response = theirs.get("result").or(theirs.get("error"));
            assert!(theirs.get("id").is_none() || response.is_some());
        }
    }
}

fn refused(refusal: &Response, theirs: Option<&Value>) {
    let answer = one_line(refusal);
    let malformed = answer["error"]["code"] == PARSE_ERROR;
    assert_eq!(malformed, theirs.is_none(), "{answer}");
    if let Some(id) = answer.get("id") {
        assert_eq!(theirs.and_then(|sent| sent.get("id")), Some(id));
    }
    if let Some(Value::Object(sent)) = theirs {
        assert!(sent.contains_key("id"), "answered, and has no id: {answer}");
    }
}

fn requested(request: Request, sent: &Value) {
    assert_eq!(sent["method"], Value::String(request.method.clone()));
    let empty = Value::Object(serde_json::Map::new());
    let params = Value::Object(request.params.clone());
    assert_eq!(sent.get("params").unwrap_or(&empty), &params);
    let answer = one_line(&Response::new(request.id, Ok(params)));
    assert_eq!(answer.get("id"), sent.get("id"));
}

fn one_line(response: &Response) -> Value {
    let line = response.line();
    let text = line.strip_suffix('\n').expect("it ends in a newline");
    assert!(
        !text.contains(|character: char| character < ' '),
        "{text:?}"
    );
    serde_json::from_str(text).expect("it is JSON")
}

/// The value, if it is JSON and not nested too deep.
fn value(line: &[u8]) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_slice(line);
    reader.disable_recursion_limit();
    // Brackets that are never closed are counted before anything recurses.
    if deepest(line) > MAX_DEPTH {
        return None;
    }
    let value = serde::Deserialize::deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(value)
}

/// Whether JSON's grammar allows the line: no string is decoded, no number is bounded, no level counted. `NaN` and
/// `Infinity` are passed over.
fn is_followed(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    let text = text.replace("NaN", "0").replace("Infinity", "0");
    let mut reader = serde_json::Deserializer::from_str(&text);
    reader.disable_recursion_limit();
    let ignored: Result<serde::de::IgnoredAny, _> = serde::Deserialize::deserialize(&mut reader);
    ignored.is_ok() && reader.end().is_ok()
}

/// The value of a line that is JSON but for halves of surrogate pairs, with U+FFFD for each.
fn halved(line: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(line).ok()?;
    let (mut mended, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let pair = escape.get(..12).filter(|pair| is_text(pair));
        let one = escape.get(..6).filter(|one| one.starts_with("\\u"));
        let taken = match (pair, one) {
            (_, Some(one)) if is_text(one) => one,
            (Some(pair), Some(_)) => pair,
            (None, Some(half)) => {
                let unit = u16::from_str_radix(&half[2..], 16).ok()?;
                (0xd800..=0xdfff).contains(&unit).then_some(())?;
                mended.push_str("\\ufffd");
                rest = &escape[half.len()..];
                continue;
            }
            (_, None) => escape.get(..2)?,
        };
        mended.push_str(taken);
        rest = &escape[taken.len()..];
    }
    value((mended + rest).as_bytes())
}

/// Whether these escapes are a JSON string.
fn is_text(escapes: &str) -> bool {
    serde_json::from_str::<String>(&format!("\"{escapes}\"")).is_ok()
}

/// How deep brackets nest outside of strings.
fn deepest(line: &[u8]) -> usize {
    let (mut depth, mut most, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}
