//! The form of `elicitation/create`, and what its result says.
//!
//! Takes: the gate's [`Question`], and later an `ElicitResult`. Gives: the parameters of the request, and a
//! [`Reply`]. Refuses: every answer but an `accept` with one of the three choices, which all count as a no.

use serde_json::{Map, Value, json};

use crate::gate::{Question, Reply};
use mcp_ssh_policy::{Grant, Unapproved};

/// The one field of the form.
const FIELD: &str = "decision";
/// The choices, as they are shown. No is the first: some clients preselect it.
const REFUSE: &str = "refuse";
const ONCE: &str = "approve once";
const SESSION: &str = "approve for this session";

/// The parameters of `elicitation/create`, valid in every revision that has it.
pub(super) fn form(question: &Question) -> Map<String, Value> {
    let field = json!({"type": "string", "title": "Decision", "enum": [REFUSE, ONCE, SESSION]});
    let schema = json!({"type": "object", "properties": {FIELD: field}, "required": [FIELD]});
    let mut params = Map::new();
    params.insert("message".to_owned(), question.to_string().into());
    params.insert("requestedSchema".to_owned(), schema);
    params
}

/// What an `ElicitResult` says; what is not one says no.
pub(super) fn reply(result: Option<&Value>) -> Reply {
    let member = |name| result?.as_object()?.get(name);
    let choice = || {
        let content = member("content")?.as_object()?;
        content.get(FIELD)?.as_str().filter(|_| content.len() == 1)
    };
    match member("action").and_then(Value::as_str) {
        Some("accept") if choice() == Some(ONCE) => Reply::Granted(Grant::Once),
        Some("accept") if choice() == Some(SESSION) => Reply::Granted(Grant::Session),
        Some("cancel") => Reply::Unapproved(Unapproved::Dismissed),
        _ => Reply::Unapproved(Unapproved::Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::{Reply, reply};
    use mcp_ssh_policy::{Grant, Unapproved};
    use serde_json::{Value, json};

    #[test]
    fn only_an_accept_with_a_choice_is_a_yes() {
        let (once, session) = (Reply::Granted(Grant::Once), Reply::Granted(Grant::Session));
        let refused = Reply::Unapproved(Unapproved::Refused);
        let dismissed = Reply::Unapproved(Unapproved::Dismissed);
        let with = |content: Value| json!({"action": "accept", "content": content});
        for (result, expected) in [
            (with(json!({"decision": "approve once"})), once),
            (
                with(json!({"decision": "approve for this session"})),
                session,
            ),
            (with(json!({"decision": "refuse"})), refused),
            (with(json!({"decision": "Approve once"})), refused),
            (with(json!({"decision": "approve once "})), refused),
            (with(json!({"decision": ["approve once"]})), refused),
            (with(json!({"decision": true})), refused),
            (with(json!({"decision": null})), refused),
            (
                with(json!({"decision": "approve once", "more": 1})),
                refused,
            ),
            (with(json!({"Decision": "approve once"})), refused),
            (with(json!({})), refused),
            (with(json!("approve once")), refused),
            (with(json!(["approve once"])), refused),
            (json!({"action": "accept"}), refused),
            (
                json!({"action": "accept", "decision": "approve once"}),
                refused,
            ),
            (
                json!({"action": "Accept", "content": {"decision": "approve once"}}),
                refused,
            ),
            (
                json!({"action": ["accept"], "content": {"decision": "approve once"}}),
                refused,
            ),
            (
                json!({"action": "decline", "content": {"decision": "approve once"}}),
                refused,
            ),
            (
                json!({"action": "cancel", "content": {"decision": "approve once"}}),
                dismissed,
            ),
            (json!({"action": "cancel"}), dismissed),
            (json!({"content": {"decision": "approve once"}}), refused),
            (json!({}), refused),
            (json!([]), refused),
            (json!("approve once"), refused),
            (json!(true), refused),
            (Value::Null, refused),
        ] {
            assert_eq!(reply(Some(&result)), expected, "{result}");
        }
        assert_eq!(reply(None), refused);
    }
}
