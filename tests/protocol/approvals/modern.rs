//! `input_required` of 2026-07-28: the question is a result, the answer comes with the same call
//! under a new id.

use serde_json::{Value, json};

use super::{Asked, POLICY, choice, reason};
use crate::protocol::modern;

fn asking(tag: &str) -> Asked {
    // What `initialize` declares is no concern of a modern request.
    Asked::with(tag, "2025-11-25", &json!({}))
}

/// A call of a modern client that can ask its person.
pub fn call(tool: &str, arguments: Value) -> Value {
    let mut params = modern(json!({"name": tool, "arguments": arguments}));
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({"elicitation": {}});
    params
}

fn run(line: &str) -> Value {
    call("ssh_run", json!({"alias": "box", "command": line}))
}

/// The same call with the answer.
pub fn retry(call: &Value, asked: &Value, response: Value) -> Value {
    let mut params = call.clone();
    params["requestState"] = asked["requestState"].clone();
    params["inputResponses"] = json!({"approval": response});
    params
}

impl Asked {
    /// The result of a modern call.
    fn modern(&mut self, params: &Value) -> Value {
        self.client.result("tools/call", params.clone())
    }

    /// The result that asks.
    fn required(&mut self, params: &Value) -> Value {
        let result = self.modern(params);
        assert_eq!(result["resultType"], "input_required", "{result}");
        result
    }

    /// A call whose answer is not for it.
    fn invalid(&mut self, params: &Value) {
        let result = self.modern(params);
        let why = reason(&result).unwrap_or_else(|| panic!("not refused: {result}"));
        let known = why == "approval_invalid" || why.contains("was not given to it");
        assert!(known, "{why}");
        assert!(result.to_string().contains("without `requestState`"));
        assert!(self.nothing_ran(), "{params}");
    }
}

#[test]
fn the_question_is_a_result_and_its_state_says_nothing() {
    let mut asked = asking("mseen");
    let line = asked.line("ran");
    let params = run(&line);
    let mut result = asked.required(&params);
    let state = result["requestState"].take();
    let state = state.as_str().unwrap();
    assert_eq!(state.len(), 240);
    assert!(state.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let members: Vec<&String> = result.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        ["inputRequests", "requestState", "resultType", "_meta"]
    );
    let request = &result["inputRequests"]["approval"];
    assert_eq!(request["method"], "elicitation/create");
    let message = request["params"]["message"].as_str().unwrap();
    assert!(
        message.ends_with(&format!("The command: {line}")),
        "{message}"
    );
    assert!(asked.nothing_ran());
}

#[test]
fn each_choice() {
    let mut asked = asking("mchoice");
    let params = run(&asked.line("ran"));
    for (response, reason) in [
        (choice("refuse"), "approval_refused"),
        (json!({"action": "decline"}), "approval_declined"),
        (json!({"action": "cancel"}), "approval_dismissed"),
        (choice("maybe"), "approval_unclear"),
        (Value::Null, "approval_unclear"),
    ] {
        let question = asked.required(&params);
        let result = asked.modern(&retry(&params, &question, response.clone()));
        assert_eq!(
            super::reason(&result).as_deref(),
            Some(reason),
            "{response}"
        );
        assert_eq!(result["resultType"], "complete");
        assert!(asked.nothing_ran(), "{response}");
    }
    for response in [choice("approve once"), choice("approve for this session")] {
        let question = asked.required(&params);
        let result = asked.modern(&retry(&params, &question, response));
        assert_eq!(result["structuredContent"]["exit_code"], 0, "{result}");
        assert!(asked.has_run("ran"));
    }
    let result = asked.modern(&params);
    assert_eq!(
        result["structuredContent"]["exit_code"], 0,
        "for the session"
    );
    assert!(asked.has_run("ran"));
}

#[test]
fn a_no_counts_before_an_earlier_yes() {
    let mut asked = asking("mbefore");
    let line = asked.line("ran");
    let (params, task) = (
        run(&line),
        call("ssh_run_async", json!({"alias": "box", "command": line})),
    );
    let first = asked.required(&params);
    let second = asked.required(&task);
    asked.modern(&retry(&task, &second, choice("approve for this session")));
    let limit = std::time::Duration::from_secs(10);
    assert!(crate::support::marker::within(limit, || asked.has_run("ran")));
    let result = asked.modern(&retry(&params, &first, choice("refuse")));
    assert_eq!(reason(&result).as_deref(), Some("approval_refused"));
    assert!(asked.nothing_ran());
    let result = asked.modern(&params);
    assert_eq!(result["structuredContent"]["exit_code"], 0, "{result}");
}

#[test]
fn a_yes_cannot_be_played_again() {
    let mut asked = asking("replay");
    let params = run(&asked.line("ran"));
    let question = asked.required(&params);
    let answered = retry(&params, &question, choice("approve once"));
    assert_eq!(asked.modern(&answered)["structuredContent"]["exit_code"], 0);
    assert!(asked.has_run("ran"));
    for _ in 0..2 {
        asked.invalid(&answered);
    }
    // Nor both of two that were sent at once.
    let question = asked.required(&params);
    let answered = retry(&params, &question, choice("approve once"));
    let ids = [(); 2].map(|()| asked.client.begin("tools/call", answered.clone()));
    let results = ids.map(|id| asked.result(&id));
    let ran = results.iter().filter(|result| reason(result).is_none());
    assert_eq!(ran.count(), 1, "{results:?}");
    // Nor a no be turned into a yes.
    asked.has_run("ran");
    let question = asked.required(&params);
    asked.modern(&retry(&params, &question, choice("refuse")));
    asked.invalid(&retry(&params, &question, choice("approve once")));
}

#[test]
fn no_part_of_the_state_can_be_changed() {
    let mut asked = asking("flip");
    let params = run(&asked.line("ran"));
    let question = asked.required(&params);
    let state = question["requestState"].as_str().unwrap();
    // The nonce, the expiry, the call, the question, the code: its first and its last digit.
    for place in [0, 31, 32, 47, 48, 111, 112, 175, 176, 239] {
        let mut forged = question.clone();
        let digit = if &state[place..=place] == "0" {
            "1"
        } else {
            "0"
        };
        let mut text = state.to_owned();
        text.replace_range(place..=place, digit);
        forged["requestState"] = text.into();
        asked.invalid(&retry(&params, &forged, choice("approve once")));
    }
    for forged in [
        "",
        "00",
        &state[1..],
        &format!("{state}00"),
        &state.to_uppercase(),
    ] {
        let forged = json!({"requestState": forged});
        asked.invalid(&retry(&params, &forged, choice("approve once")));
    }
    let mut without = retry(&params, &question, choice("approve once"));
    without.as_object_mut().unwrap().remove("requestState");
    asked.invalid(&without);
    // What was not forged is good still.
    let result = asked.modern(&retry(&params, &question, choice("approve once")));
    assert_eq!(result["structuredContent"]["exit_code"], 0, "{result}");
}

#[test]
fn a_yes_is_for_the_call_that_was_asked_about() {
    let site = crate::gate::site::Site::start("bound");
    site.write_policy(POLICY);
    let path = site.path("config/servers.yml");
    let servers = std::fs::read_to_string(&path).unwrap();
    let second = servers.lines().nth(1).unwrap().replace("box", "other");
    std::fs::write(&path, format!("{servers}{second}\n")).unwrap();
    let mut asked = Asked::of(site, "2025-11-25", &json!({}));
    let (line, other) = (asked.line("ran"), asked.line("other"));
    let params = run(&line);
    let arguments = |alias: &str, command: &str| json!({"alias": alias, "command": command});
    let mut capped = arguments("box", &line);
    capped["max_output_lines"] = 5.into();
    let mut renamed = run(&line);
    renamed["_meta"]["io.modelcontextprotocol/clientInfo"]["name"] = "another".into();
    for changed in [
        run(&other),
        run(&format!("{line} ")),
        run(&format!("{line}; echo hi")),
        run("echo hi"),
        call("ssh_run", arguments("other", &line)),
        call("ssh_run", arguments("nowhere", &line)),
        call("ssh_run", capped),
        call("ssh_run_async", arguments("box", &line)),
        call("ssh_run_on_tag", json!({"tag": "lab", "command": line})),
        renamed,
    ] {
        let question = asked.required(&params);
        asked.invalid(&retry(&changed, &question, choice("approve once")));
    }
    // The same arguments in another order are the same call.
    let question = asked.required(&params);
    let turned = call("ssh_run", json!({"command": line, "alias": "box"}));
    let result = asked.modern(&retry(&turned, &question, choice("approve once")));
    assert_eq!(result["structuredContent"]["exit_code"], 0, "{result}");
    asked.has_run("ran");
    // Missing and wrongly named answers are a no.
    for responses in [json!({}), json!({"other": choice("approve once")})] {
        let question = asked.required(&params);
        let mut answered = retry(&params, &question, Value::Null);
        answered["inputResponses"] = responses;
        let result = asked.modern(&answered);
        assert_eq!(reason(&result).as_deref(), Some("approval_unclear"));
    }
    for (member, value) in [("requestState", json!(7)), ("inputResponses", json!([]))] {
        let mut answered = retry(&params, &question, choice("approve once"));
        answered[member] = value;
        let response = asked.client.request("tools/call", answered);
        assert_eq!(response["error"]["code"], -32602, "{response}");
    }
    assert!(asked.nothing_ran());
}

#[test]
fn a_yes_does_not_outlive_the_configuration() {
    let mut asked = asking("mreload");
    let params = run(&asked.line("ran"));
    for policy in [
        format!("{POLICY}# another\n"),
        POLICY.replace("action: ask", "action: allow"),
        POLICY.replace("action: ask", "action: deny"),
    ] {
        asked.reload(POLICY);
        let question = asked.required(&params);
        asked.reload(&policy);
        asked.invalid(&retry(&params, &question, choice("approve once")));
    }
}

#[test]
fn a_client_that_cannot_ask_hears_what_it_lacks() {
    let mut asked = asking("mcannot");
    let line = asked.line("ran");
    for capabilities in [json!({}), json!({"elicitation": {"url": {}}})] {
        for (tool, target) in [
            ("ssh_run", "alias"),
            ("ssh_run_async", "alias"),
            ("ssh_run_on_tag", "tag"),
        ] {
            let name = if target == "tag" { "lab" } else { "box" };
            let mut params = call(tool, json!({target: name, "command": line}));
            params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities.clone();
            let error = asked.client.request("tools/call", params)["error"].clone();
            assert_eq!(error["code"], -32021, "{tool}: {error}");
            let required = json!({"requiredCapabilities": {"elicitation": {"form": {}}}});
            assert_eq!(error["data"], required);
        }
    }
    assert!(asked.nothing_ran());
    assert_eq!(asked.held.sshd.log(), "");
}

#[test]
fn tasks_and_tags_ask_in_the_same_way() {
    let mut asked = asking("mtools");
    let line = asked.line("ran");
    for params in [
        call("ssh_run_async", json!({"alias": "box", "command": line})),
        call("ssh_run_on_tag", json!({"tag": "lab", "command": line})),
    ] {
        let question = asked.required(&params);
        assert!(asked.nothing_ran());
        let result = asked.modern(&retry(&params, &question, choice("approve once")));
        assert_ne!(
            result["structuredContent"]["task_id"],
            Value::Null,
            "{result}"
        );
        let ran = || asked.has_run("ran");
        let limit = std::time::Duration::from_secs(10);
        assert!(crate::support::marker::within(limit, ran), "{params}");
        asked.invalid(&retry(&params, &question, choice("approve once")));
    }
}

#[test]
fn the_same_question_again_takes_the_place_of_the_first() {
    let mut asked = asking("magain");
    let params = run(&asked.line("ran"));
    // More often than there may be questions.
    let first = asked.required(&params);
    for _ in 0..20 {
        asked.required(&params);
    }
    let last = asked.required(&params);
    asked.invalid(&retry(&params, &first, choice("approve once")));
    let result = asked.modern(&retry(&params, &last, choice("approve once")));
    assert_eq!(result["structuredContent"]["exit_code"], 0, "{result}");
    for number in 0..16 {
        let params = run(&asked.line(&number.to_string()));
        asked.required(&params);
    }
    let params = run(&asked.line("17"));
    let result = asked.modern(&params);
    assert_eq!(reason(&result).as_deref(), Some("approval_crowded"));
}
