//! Every error code, and every hostile line, after each of which the server still answers.

use serde_json::{Value, json};

use super::modern;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

/// What a line must be answered with.
enum Expected {
    /// An error with this code and this id.
    Error(i64, Value),
    /// An error with this code and no id at all.
    Unidentified(i64),
    /// No answer.
    Silence,
}
use Expected::{Error, Silence, Unidentified};

/// One line, sent as it is, and what comes back; then a ping.
fn check(client: &mut Client, name: &str, line: &[u8], expected: Expected) {
    client.raw(line);
    client.raw(b"\n");
    let (code, id) = match expected {
        Silence => return client.ping(),
        Unidentified(code) => (code, None),
        Error(code, id) => (code, Some(id)),
    };
    let answer = client.next();
    assert_eq!(answer["error"]["code"], code, "{name}: {answer}");
    assert_eq!(answer.get("id"), id.as_ref(), "{name}: {answer}");
    assert!(answer["error"]["message"].is_string(), "{name}: {answer}");
    assert_eq!(answer["jsonrpc"], "2.0", "{name}");
    client.ping();
}

#[test]
fn hostile_lines() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    let nested = |depth: usize| {
        let inner = "{\"a\":".repeat(depth - 2) + "0" + &"}".repeat(depth - 2);
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"nothing","params":{{"a":{inner}}}}}"#)
    };
    let long = |bytes: usize| {
        let mut line = br#"{"jsonrpc":"2.0","id":1,"method":"nothing","params":{"a":""#.to_vec();
        line.resize(bytes - 3, b'x');
        line.extend_from_slice(br#""}}"#);
        line
    };
    let cases: Vec<(&str, Vec<u8>, Expected)> = vec![
        ("not json", b"hello".to_vec(), Unidentified(-32700)),
        ("half an object", br#"{"jsonrpc":"2.0","id":1"#.to_vec(), Unidentified(-32700)),
        ("two values", br#"{"id":1} {"id":2}"#.to_vec(), Unidentified(-32700)),
        ("bad UTF-8 in a string", b"{\"jsonrpc\":\"2.0\",\"id\":\"\xff\",\"method\":\"ping\"}".to_vec(), Unidentified(-32700)),
        ("bad UTF-8 alone", b"\xc3\x28".to_vec(), Unidentified(-32700)),
        ("overlong UTF-8", b"\"\xc0\xaf\"".to_vec(), Unidentified(-32700)),
        ("a byte order mark", b"\xef\xbb\xbf{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}".to_vec(), Unidentified(-32700)),
        ("UTF-16", b"{\0\"\0}\0".to_vec(), Unidentified(-32700)),
        ("NUL bytes", b"\0\0\0".to_vec(), Unidentified(-32700)),
        ("a NUL inside a string", b"{\"jsonrpc\":\"2.0\",\"id\":\"a\0b\",\"method\":\"ping\"}".to_vec(), Unidentified(-32700)),
        ("a lone surrogate as the id", br#"{"jsonrpc":"2.0","id":"\ud800","method":"ping"}"#.to_vec(), Unidentified(-32600)),
        ("a lone surrogate in a call", br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ssh_plan","arguments":{"alias":"a","command":"echo \ud83d"}}}"#.to_vec(), Error(-32600, json!(1))),
        ("a lone surrogate behind a pair", br#"{"jsonrpc":"2.0","id":"\ud83d\ude00","method":"\ude00"}"#.to_vec(), Error(-32600, json!("\u{1f600}"))),
        ("a lone surrogate in a notification", br#"{"jsonrpc":"2.0","method":"\ud800"}"#.to_vec(), Silence),
        ("a lone surrogate and no JSON", br#"{"jsonrpc":"2.0","id":1,"method":"\ud800""#.to_vec(), Unidentified(-32700)),
        ("bad UTF-8 in a call", b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"\xff\"}}".to_vec(), Error(-32700, json!(1))),
        ("a number out of range as the id", br#"{"jsonrpc":"2.0","id":1e999,"method":"ping"}"#.to_vec(), Unidentified(-32600)),
        ("no number of JSON", br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":NaN}}"#.to_vec(), Error(-32700, json!(1))),
        ("depth 200 of arrays", ("[".repeat(200) + &"]".repeat(200)).into_bytes(), Unidentified(-32700)),
        ("depth 200 of objects", nested(200).into_bytes(), Error(-32700, json!(1))),
        ("depth 129", nested(129).into_bytes(), Error(-32700, json!(1))),
        ("depth 128", nested(128).into_bytes(), Error(-32601, json!(1))),
        ("a million brackets", "[".repeat(1_000_000).into_bytes(), Unidentified(-32700)),
        ("10 MiB and a byte", long(10 * 1024 * 1024 + 1), Unidentified(-32600)),
        ("30 MiB", long(30 * 1024 * 1024), Unidentified(-32600)),
        ("10 MiB", long(10 * 1024 * 1024), Error(-32601, json!(1))),
        ("five million values", format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":[{}0]}}}}"#, "0,".repeat(5_000_000)).into_bytes(), Error(-32600, json!(1))),
        ("too many values before the id", format!(r#"{{"jsonrpc":"2.0","method":"ping","params":{{"a":[{}0]}},"id":"x"}}"#, "0,".repeat(20_000)).into_bytes(), Error(-32600, json!("x"))),
        ("too many values and two ids", format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":[{}0]}},"id":2}}"#, "0,".repeat(20_000)).into_bytes(), Unidentified(-32600)),
        ("too many values in a response", format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"a":[{}0]}}}}"#, "0,".repeat(20_000)).into_bytes(), Silence),
        ("an empty batch", b"[]".to_vec(), Unidentified(-32600)),
        ("a batch", br#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#.to_vec(), Unidentified(-32600)),
        ("a number", b"5".to_vec(), Unidentified(-32600)),
        ("null", b"null".to_vec(), Unidentified(-32600)),
        ("a string", br#""ping""#.to_vec(), Unidentified(-32600)),
        ("a null id", br#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#.to_vec(), Unidentified(-32600)),
        ("a float id", br#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#.to_vec(), Unidentified(-32600)),
        ("a whole float id", br#"{"jsonrpc":"2.0","id":1.0,"method":"ping"}"#.to_vec(), Unidentified(-32600)),
        ("an exponent id", br#"{"jsonrpc":"2.0","id":1e3,"method":"ping"}"#.to_vec(), Unidentified(-32600)),
        ("a boolean id", br#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#.to_vec(), Unidentified(-32600)),
        ("an object id", br#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#.to_vec(), Unidentified(-32600)),
        ("an id beyond 64 bits", br#"{"jsonrpc":"2.0","id":99999999999999999999,"method":"ping"}"#.to_vec(), Unidentified(-32600)),
        ("two ids", br#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#.to_vec(), Unidentified(-32600)),
        ("two methods", br#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"x"}"#.to_vec(), Error(-32600, json!(1))),
        ("two commands", br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ssh_plan","arguments":{"alias":"a","command":"uptime","command":"reboot"}}}"#.to_vec(), Error(-32600, json!(1))),
        ("two commands, one escaped", br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ssh_plan","arguments":{"command":"uptime","comm\u0061nd":"reboot"}}}"#.to_vec(), Error(-32600, json!(1))),
        ("no version", br#"{"id":1,"method":"ping"}"#.to_vec(), Error(-32600, json!(1))),
        ("version 1.0", br#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#.to_vec(), Error(-32600, json!(1))),
        ("version 2.0 as a number", br#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#.to_vec(), Error(-32600, json!(1))),
        ("a number for a method", br#"{"jsonrpc":"2.0","id":1,"method":5}"#.to_vec(), Error(-32600, json!(1))),
        ("no method", br#"{"jsonrpc":"2.0","id":"x"}"#.to_vec(), Error(-32600, json!("x"))),
        ("params in an array", br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#.to_vec(), Error(-32602, json!(1))),
        ("_meta is no object", br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":7}}"#.to_vec(), Error(-32602, json!(1))),
        ("an unknown method", br#"{"jsonrpc":"2.0","id":1,"method":"no/such"}"#.to_vec(), Error(-32601, json!(1))),
        ("an empty method", br#"{"jsonrpc":"2.0","id":1,"method":""}"#.to_vec(), Error(-32601, json!(1))),
        ("a method of the other era", br#"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#.to_vec(), Error(-32601, json!(1))),
        ("an empty object", b"{}".to_vec(), Silence),
        ("an unknown notification", br#"{"jsonrpc":"2.0","method":"no/such"}"#.to_vec(), Silence),
        ("a bad notification", br#"{"jsonrpc":"2.0","method":7}"#.to_vec(), Silence),
        ("a notification with bad params", br#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}"#.to_vec(), Silence),
        ("a notification of version 1.0", br#"{"jsonrpc":"1.0","method":"ping"}"#.to_vec(), Silence),
        ("a call as a notification", br#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"ssh_ping"}}"#.to_vec(), Silence),
        ("a response to nothing", br#"{"jsonrpc":"2.0","id":1,"result":{}}"#.to_vec(), Silence),
        ("an error to nothing", br#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}"#.to_vec(), Silence),
        ("cancel an unknown id", br#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}"#.to_vec(), Silence),
        ("cancel a null id", br#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":null}}"#.to_vec(), Silence),
        ("cancel without an id", br#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#.to_vec(), Silence),
        ("a blank line", b"".to_vec(), Silence),
        ("spaces", b"  \t ".to_vec(), Silence),
    ];
    for (name, line, expected) in cases {
        check(&mut client, name, &line, expected);
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", client.pid())).unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak: u32 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(
        peak < 64 * 1024,
        "{peak} kB were needed at the worst moment"
    );
    client.finish();
}

#[test]
fn a_number_that_no_double_holds_is_refused_by_the_name_of_its_argument() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    let digits = "9".repeat(400);
    for number in ["1e400", "-1e400", "1E+999", "[1e400]", &digits] {
        client.raw(br#"{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"ssh_run","arguments":"#);
        client.raw(br#"{"alias":"web","command":"uptime","timeout_seconds":"#);
        client.raw(number.as_bytes());
        client.raw(b"}}}\n");
        let answer = client.next();
        assert_eq!(answer["id"], "x", "{number}: {answer}");
        let said = answer["result"]["content"][0]["text"].as_str().unwrap();
        let named = "the argument `timeout_seconds` of `ssh_run` must be an integer";
        assert!(said.starts_with(named), "{number}: {said}");
    }
    client.finish();
}

#[test]
fn ids_come_back_with_their_type_and_value() {
    let mut client = Client::start(Fixture::empty());
    for id in [
        r#""""#,
        r#""1""#,
        r#""a\u0000\n\"ü😀""#,
        "0",
        "1",
        "-1",
        "-9223372036854775808",
        "9223372036854775807",
        "18446744073709551615",
    ] {
        client.raw(format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"ping\"}}\n").as_bytes());
        let expected: Value = serde_json::from_str(id).unwrap();
        let answer = client.next();
        assert_eq!(
            answer,
            json!({"jsonrpc": "2.0", "id": expected, "result": {}})
        );
    }
    let long = json!("x".repeat(1_000_000));
    client.send(&json!({"jsonrpc": "2.0", "id": long, "method": "ping"}));
    assert_eq!(client.next()["id"], long);
}

#[test]
fn parameters_of_a_wrong_type_are_protocol_errors() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    for (method, params) in [
        ("initialize", json!({})),
        ("initialize", json!({"protocolVersion": 20251125})),
        ("tools/list", json!({"cursor": "x"})),
        ("tools/list", json!({"cursor": 1})),
        ("tools/call", json!({})),
        ("tools/call", json!({"name": 1})),
        ("tools/call", json!({"name": "ssh_pong"})),
        ("tools/call", json!({"name": ""})),
        ("tools/call", json!({"name": "ssh_ping", "arguments": []})),
        ("tools/call", json!({"name": "ssh_ping", "arguments": "{}"})),
    ] {
        for params in [params.clone(), modern(params.clone())] {
            let modern = params.get("_meta").is_some();
            let expected = if modern && method == "initialize" {
                -32601
            } else {
                -32602
            };
            let answer = client.request(method, params.clone());
            assert_eq!(
                answer["error"]["code"], expected,
                "{method} {params}: {answer}"
            );
        }
    }
    let answer = client.request("tools/call", json!({"name": "ssh_pong"}));
    assert_eq!(
        answer["error"]["message"],
        "unknown tool `ssh_pong` (did you mean `ssh_ping`?); `tools/list` names them all"
    );
}
