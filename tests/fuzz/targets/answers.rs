//! Any bytes as the answer of a person: of a client's form, of a hook and of an approver. It is a yes only where it is exactly
//! one, for this nonce and within the bounds; everything else is none.
//!
//! `NONCE` in the input stands for the nonce of the question.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::approver::{ApproverAnswer, ApproverDecision, MAX_MINUTES};
use mcp_ssh::cli::hook_answer;
use mcp_ssh::gate::Reply;
use mcp_ssh::mcp::elicited;
use mcp_ssh_policy::Grant;
use serde_json::{Value, json};

const NONCE: &str = "0123456789abcdef0123456789abcdef";
const LONGEST: usize = 4096;

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input).replace("NONCE", NONCE);
    let bytes = text.as_bytes();
    let value = serde_json::from_slice::<Value>(bytes).ok();
    hook(bytes, value.as_ref());
    if let Some(value) = value {
        client(&value);
    }
    if let Ok(answer) = serde_json::from_slice::<ApproverAnswer>(bytes) {
        let again = serde_json::to_vec(&answer).expect("it is JSON");
        let again: ApproverAnswer = serde_json::from_slice(&again).expect("it is an answer");
        assert_eq!(
            (again.decision, again.minutes),
            (answer.decision, answer.minutes)
        );
        assert_eq!((again.nonce, again.digest), (answer.nonce, answer.digest));
    }
});

fn hook(bytes: &[u8], value: Option<&Value>) {
    let Some((decision, minutes)) = hook_answer(bytes, NONCE) else {
        return;
    };
    let value = value.expect("an answer is JSON");
    assert!(bytes.len() <= LONGEST);
    let name = match decision {
        ApproverDecision::Once => "once",
        ApproverDecision::Session => "session",
        ApproverDecision::Minutes => "minutes",
        ApproverDecision::Refuse => "refuse",
    };
    let mut expected = json!({"nonce": NONCE, "decision": name});
    if let Some(minutes) = minutes {
        assert!((1..=MAX_MINUTES).contains(&minutes));
        expected["minutes"] = minutes.into();
    }
    assert_eq!(minutes.is_some(), decision == ApproverDecision::Minutes);
    let mut said = value.clone();
    if said["minutes"].is_null() {
        said.as_object_mut().expect("an object").remove("minutes");
    }
    assert_eq!(said, expected);
}

fn client(result: &Value) {
    let content = match elicited(result) {
        Reply::Granted(Grant::Once) => json!({"decision": "approve once"}),
        Reply::Granted(Grant::Session) => json!({"decision": "approve for this session"}),
        Reply::Granted(Grant::Minutes(minutes)) => panic!("no form has {minutes} minutes"),
        Reply::Unapproved(_) => return,
    };
    assert_eq!(
        (&result["action"], &result["content"]),
        (&json!("accept"), &content)
    );
}
