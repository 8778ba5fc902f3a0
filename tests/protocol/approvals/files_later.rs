//! What lies between the question about a file and its answer: another content, another call, a caller who did not wait.

use std::fs;
use std::io::Write;
use std::net::Shutdown;

use serde_json::{Value, json};

use super::approver_hostile::answer;
use super::files::asked;
use super::{Asked, choice};
use crate::protocol::modern;
use crate::support::approver::{FakeApprover, SocketPlace};

const HELLO: &str = "{\"approver\":1,\"waiting\":0,\"files\":true}\n";

/// The arguments of a new file.
fn arguments(asked: &Asked, name: &str, content: &str) -> Value {
    let path = asked.path(name);
    json!({"alias": "box", "path": path.to_str().unwrap(), "content": content, "create": true})
}

#[test]
fn a_file_that_has_changed_since_the_question_is_not_written() {
    let mut asked = asked("fichg", None, &json!({"elicitation": {}}));
    let new = arguments(&asked, "a", "one\n");
    let id = asked.begin_tool("ssh_write_file", new);
    let question = asked.question();
    fs::write(asked.path("a"), "another's\n").unwrap();
    asked.answer(&question, choice("approve once"));
    let result = asked.result(&id);
    assert_eq!(result["isError"], true, "{result}");
    assert_eq!(fs::read_to_string(asked.path("a")).unwrap(), "another's\n");
    // A link in the place of the file.
    fs::remove_file(asked.path("a")).unwrap();
    let new = arguments(&asked, "a", "one\n");
    let id = asked.begin_tool("ssh_write_file", new);
    let question = asked.question();
    std::os::unix::fs::symlink("b", asked.path("a")).unwrap();
    asked.answer(&question, choice("approve once"));
    let result = asked.result(&id).to_string();
    assert!(
        result.contains("has changed while a person was asked"),
        "{result}"
    );
    assert!(!asked.path("b").exists());
}

#[test]
fn an_answer_of_the_modern_era_is_for_one_content_over_one_other() {
    let mut asked = asked("fimod", None, &json!({}));
    let call = |arguments: &Value| {
        let mut params = modern(json!({"name": "ssh_write_file", "arguments": arguments}));
        params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({"elicitation": {}});
        params
    };
    let one = arguments(&asked, "a", "one\n");
    let asks = |asked: &mut Asked, arguments: &Value| {
        let result = asked.client.result("tools/call", call(arguments));
        assert_eq!(result["resultType"], "input_required", "{result}");
        let question = &result["inputRequests"]["approval"]["params"]["message"];
        assert!(question.as_str().unwrap().contains("│ +one"), "{question}");
        result["requestState"].clone()
    };
    let answered = |asked: &mut Asked, arguments: &Value, state: &Value| {
        let mut params = call(arguments);
        params["requestState"] = state.clone();
        params["inputResponses"] = json!({"approval": choice("approve once")});
        asked.client.result("tools/call", params)
    };
    // Another content, path or mode with the answer to this one.
    let state = asks(&mut asked, &one);
    let mut mode = one.clone();
    mode["mode"] = json!("0777");
    for other in [
        arguments(&asked, "a", "two\n"),
        arguments(&asked, "b", "one\n"),
        mode,
    ] {
        let result = answered(&mut asked, &other, &state);
        assert_eq!(result["isError"], true, "{result}");
        assert!(asked.nothing_ran(), "{result}");
    }
    // Another file there than the one that the person saw.
    let state = asks(&mut asked, &one);
    fs::write(asked.path("a"), "another's\n").unwrap();
    let result = answered(&mut asked, &one, &state);
    assert_eq!(result["isError"], true, "{result}");
    assert_eq!(fs::read_to_string(asked.path("a")).unwrap(), "another's\n");
    fs::remove_file(asked.path("a")).unwrap();
    let state = asks(&mut asked, &one);
    let result = answered(&mut asked, &one, &state);
    assert_eq!(result["structuredContent"]["status"], "created", "{result}");
    fs::remove_file(asked.path("a")).unwrap();
    // The answer was for once.
    let result = answered(&mut asked, &one, &state);
    assert_eq!(result["isError"], true, "{result}");
    assert!(asked.nothing_ran());
}

#[test]
fn a_late_answer_of_the_approver_counts_once_for_the_same_call() {
    let place = SocketPlace::new();
    let fake = FakeApprover::start(&place, HELLO);
    let mut asked = asked("filate", Some(&place), &json!({}));
    let one = arguments(&asked, "a", "one\n");
    let id = asked.begin_tool("ssh_write_file", one.clone());
    let (question, text, mut stream) = fake.question();
    assert_eq!(question["access"], "write", "{question}");
    let result = asked.result(&id);
    let told: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&told["status"], &told["reason"]),
        (&json!("awaiting_approval"), &json!("approval_awaited")),
        "{told}"
    );
    // Another call is another question, and the same call waits for the answer.
    let two = arguments(&asked, "a", "two\n");
    let other = asked.begin_tool("ssh_write_file", two);
    let (of_other, other_text, mut other_stream) = fake.question();
    assert_ne!(of_other["line"], question["line"]);
    let again = asked.begin_tool("ssh_write_file", one.clone());
    stream
        .write_all(answer(&question, &text, r#""decision":"once""#).as_bytes())
        .unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    let result = asked.result(&again);
    assert_eq!(result["structuredContent"]["status"], "created", "{result}");
    other_stream
        .write_all(answer(&of_other, &other_text, r#""decision":"refuse""#).as_bytes())
        .unwrap();
    other_stream.shutdown(Shutdown::Both).unwrap();
    assert_eq!(asked.denied(&other), "approval_refused");
    fs::remove_file(asked.path("a")).unwrap();
    // The answer was for once: the person is asked anew.
    let id = asked.begin_tool("ssh_write_file", one);
    let (question, text, mut stream) = fake.question();
    stream
        .write_all(answer(&question, &text, r#""decision":"refuse""#).as_bytes())
        .unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    assert_eq!(asked.denied(&id), "approval_refused");
    assert!(asked.nothing_ran());
}
