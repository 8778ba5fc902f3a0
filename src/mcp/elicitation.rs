//! The form of `elicitation/create`, and what its result says.
//!
//! Takes: the gate's [`Question`], and later an `ElicitResult`. Gives: the parameters of the request, and a
//! [`Reply`]. Refuses: every answer but an `accept` with one of the three choices. None of them is a yes, and each is
//! said as it is.

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
    // A yes to hosts that follow their canaries counts for this run alone.
    let choices: &[&str] = match question.canaries() {
        Some(_) => &[REFUSE, ONCE],
        None => &[REFUSE, ONCE, SESSION],
    };
    let field = json!({"type": "string", "title": "Decision", "enum": choices});
    let schema = json!({"type": "object", "properties": {FIELD: field}, "required": [FIELD]});
    let mut params = Map::new();
    params.insert("message".to_owned(), question.to_string().into());
    params.insert("requestedSchema".to_owned(), schema);
    params
}

/// What an `ElicitResult` says. The person has refused only where the choice says so: some clients decline a question
/// that they have not shown.
pub(super) fn reply(result: &Value) -> Reply {
    let member = |name| result.as_object()?.get(name);
    let content = member("content").and_then(Value::as_object);
    let choice = content.and_then(|content| content.get(FIELD));
    let is_alone = content.is_some_and(|content| content.len() == 1);
    let why = match member("action").and_then(Value::as_str) {
        Some("accept") => match choice.and_then(Value::as_str) {
            Some(ONCE) if is_alone => return Reply::Granted(Grant::Once),
            Some(SESSION) if is_alone => return Reply::Granted(Grant::Session),
            Some(REFUSE) => Unapproved::Refused,
            Some(_) => Unapproved::Unclear,
            None if choice.is_none_or(Value::is_null) => Unapproved::Undecided,
            None => Unapproved::Unclear,
        },
        Some("decline") => Unapproved::Declined,
        Some("cancel") => Unapproved::Dismissed,
        Some(_) | None => Unapproved::Unclear,
    };
    Reply::Unapproved(why)
}

/// What an `ElicitResult` says, for fuzzing.
#[cfg(fuzzing)]
pub fn elicited(result: &Value) -> Reply {
    reply(result)
}

#[cfg(test)]
mod tests {
    use super::{Reply, reply};
    use mcp_ssh_policy::{Grant, Unapproved};
    use serde_json::{Value, json};

    #[test]
    fn only_an_accept_with_a_choice_is_a_yes() {
        let (once, session) = (Reply::Granted(Grant::Once), Reply::Granted(Grant::Session));
        let no = Reply::Unapproved;
        let with = |content: Value| json!({"action": "accept", "content": content});
        for (result, expected) in [
            (with(json!({"decision": "approve once"})), once),
            (
                with(json!({"decision": "approve for this session"})),
                session,
            ),
            (with(json!({"decision": "refuse"})), no(Unapproved::Refused)),
            (
                with(json!({"decision": "refuse", "more": 1})),
                no(Unapproved::Refused),
            ),
            (
                with(json!({"decision": "Approve once"})),
                no(Unapproved::Unclear),
            ),
            (
                with(json!({"decision": "approve once "})),
                no(Unapproved::Unclear),
            ),
            (with(json!({"decision": ""})), no(Unapproved::Unclear)),
            (
                with(json!({"decision": ["approve once"]})),
                no(Unapproved::Unclear),
            ),
            (with(json!({"decision": true})), no(Unapproved::Unclear)),
            (
                with(json!({"decision": "approve once", "more": 1})),
                no(Unapproved::Unclear),
            ),
            (with(json!({"decision": null})), no(Unapproved::Undecided)),
            (
                with(json!({"Decision": "approve once"})),
                no(Unapproved::Undecided),
            ),
            (with(json!({})), no(Unapproved::Undecided)),
            (with(json!("approve once")), no(Unapproved::Undecided)),
            (with(json!(["approve once"])), no(Unapproved::Undecided)),
        ] {
            assert_eq!(reply(&result), expected, "{result}");
        }
    }

    #[test]
    fn what_has_no_choice_is_said_as_it_is() {
        let no = Reply::Unapproved;
        for (result, expected) in [
            (json!({"action": "accept"}), no(Unapproved::Undecided)),
            (
                json!({"action": "accept", "decision": "approve once"}),
                no(Unapproved::Undecided),
            ),
            (
                json!({"action": "Accept", "content": {"decision": "approve once"}}),
                no(Unapproved::Unclear),
            ),
            (
                json!({"action": ["accept"], "content": {"decision": "approve once"}}),
                no(Unapproved::Unclear),
            ),
            (json!({"action": "decline"}), no(Unapproved::Declined)),
            (
                json!({"action": "decline", "content": {"decision": "approve once"}}),
                no(Unapproved::Declined),
            ),
            (
                json!({"action": "cancel", "content": {"decision": "approve once"}}),
                no(Unapproved::Dismissed),
            ),
            (json!({"action": "cancel"}), no(Unapproved::Dismissed)),
            (
                json!({"content": {"decision": "approve once"}}),
                no(Unapproved::Unclear),
            ),
            (json!({}), no(Unapproved::Unclear)),
            (json!([]), no(Unapproved::Unclear)),
            (json!("approve once"), no(Unapproved::Unclear)),
            (json!(true), no(Unapproved::Unclear)),
            (Value::Null, no(Unapproved::Unclear)),
        ] {
            assert_eq!(reply(&result), expected, "{result}");
        }
    }
}
