//! `canary`: a person says whether the hosts after the first ones follow, in the course of the call.

use serde_json::{Value, json};

use super::{Asked, choice};
use crate::gate::fanout::{fleet, statuses, unfolded};
use crate::gate::records::of_type;
use crate::gate::site::Site;

const POLICY: &str = "limits: {max_seconds: 20}
rules: [{action: allow, commands: ['echo *', 'touch *', 'printf *']}]
";

/// Four hosts of the tag `lab`, and a client that can ask its person.
fn asked(tag: &str, capabilities: &Value) -> Asked {
    let site = Site::start(tag);
    site.write_policy(POLICY);
    fleet(&site, 4, &[]);
    Asked::of(site, "2025-11-25", capabilities)
}

fn elicits() -> Value {
    json!({"elicitation": {}})
}

fn begin(asked: &mut Asked, line: &str, canary: usize) -> Value {
    let arguments = json!({"tag": "lab", "command": line, "canary": canary});
    asked.begin_tool("ssh_run_on_tag", arguments)
}

/// How the hosts ended, and why the last ones did not begin.
fn told(asked: &mut Asked, id: &Value) -> (Vec<String>, Value, String) {
    let result = asked.result(id);
    let fan_out = unfolded(result["structuredContent"].clone());
    let words = statuses(&fan_out).iter().map(ToString::to_string).collect();
    let last = fan_out["results"][3]["error"].as_str().unwrap_or_default();
    (words, fan_out["stopped"].clone(), last.to_owned())
}

/// So many succeeded, and the others did not begin.
fn words(succeeded: usize) -> Vec<String> {
    let word = |place| {
        if place < succeeded {
            "succeeded"
        } else {
            "not_started"
        }
    };
    (0..4).map(|place| word(place).to_owned()).collect()
}

#[test]
fn the_person_sees_how_the_canaries_ended_and_decides_about_the_others() {
    let mut asked = asked("canask", &elicits());
    // A letter of Hebrew; a space without a width, and a tag, which spells an unseen `A`.
    let line = "printf 'up\\327\\220to\\nside\\342\\200\\213\\363\\240\\201\\201'";
    let id = begin(&mut asked, line, 2);
    let question = asked.question();
    assert_eq!(
        question["params"]["message"],
        format!(
            "May this run on 2 hosts of the tag lab (h2, h3), too? 2 hosts (canaries) went first and ended well.\n\
             A person is asked first, by `canary` of this call.\nThe command: {line}\n\
             \u{2502} h0: exit status 0, 2 lines printed\n\
             \u{2502}   up\\u{{5d0}}to\n\u{2502}   side\\u{{200b}}\\u{{e0041}}\n\
             \u{2502} h1: exit status 0, 2 lines printed\n\
             \u{2502}   up\\u{{5d0}}to\n\u{2502}   side\\u{{200b}}\\u{{e0041}}"
        )
    );
    let choices = &question["params"]["requestedSchema"]["properties"]["decision"]["enum"];
    assert_eq!(choices, &json!(["refuse", "approve once"]));
    asked.answer(&question, choice("refuse"));
    let (statuses, stopped, why) = told(&mut asked, &id);
    assert_eq!((statuses, stopped), (words(2), json!("approval_refused")));
    assert_eq!(
        why,
        "not started: the hosts after the canaries need a person's approval, and the person refused"
    );
    // A yes counts for this run alone, even where a client says more.
    for _ in 0..2 {
        let id = begin(&mut asked, line, 2);
        let question = asked.question();
        asked.answer(&question, choice("approve for this session"));
        assert_eq!(told(&mut asked, &id).0, words(4));
    }
    let records = asked.records();
    let approvals = of_type(&records, "approval");
    let events: Vec<_> = approvals
        .iter()
        .map(|its| its["event"].as_str().unwrap())
        .collect();
    let yes = ["asked", "approved_once"];
    assert_eq!(events, [&["asked", "refused"][..], &yes, &yes].concat());
    assert_eq!(approvals[0]["aliases"], json!(["h2", "h3"]));
    assert_eq!(
        of_type(&records, "tag_run")[0]["stopped"],
        "approval_refused"
    );
    assert_eq!(of_type(&records, "policy_decision").len(), 2 + 4 + 4);
}

/// Who has said no to a host under a rule is not asked to let it follow.
#[test]
fn a_host_that_the_person_has_just_refused_is_not_asked_about_again() {
    let site = Site::start("canno");
    site.write_policy(
        "limits: {max_seconds: 20}
rules: [{action: allow, commands: ['echo *']}, {action: ask, commands: ['echo *'], aliases: [h2, h3]}]
",
    );
    fleet(&site, 4, &[]);
    let mut asked = Asked::of(site, "2025-11-25", &elicits());
    let denied = ["succeeded", "succeeded", "denied", "denied"];
    for canary in [1, 2] {
        let id = begin(&mut asked, "echo x", canary);
        let question = asked.question();
        let shown = question["params"]["message"].as_str().unwrap();
        assert!(shown.contains("(h2, h3)"), "{shown}");
        asked.answer(&question, choice("refuse"));
        // Behind two canaries there are the refused ones alone, so nobody is asked.
        if canary == 1 {
            let question = asked.question();
            let message = &question["params"]["message"];
            let shown = message.as_str().unwrap();
            let one = "May this run on the host h1 of the tag lab, too?";
            assert!(shown.starts_with(one), "{shown}");
            asked.answer(&question, choice("approve once"));
        }
        assert_eq!(told(&mut asked, &id).0, denied);
    }
    // What was approved is asked about.
    let id = begin(&mut asked, "echo x", 1);
    let question = asked.question();
    asked.answer(&question, choice("approve once"));
    let question = asked.question();
    let message = &question["params"]["message"];
    assert!(
        message.as_str().unwrap().contains("(h1, h2, h3)"),
        "{message}"
    );
    asked.answer(&question, choice("approve once"));
    assert_eq!(told(&mut asked, &id).0, words(4));
}

#[test]
fn a_canary_that_fails_asks_nobody_and_without_anybody_the_others_do_not_begin() {
    let mut asked = asked("canfail", &elicits());
    asked.reload(&format!(
        "{POLICY}overrides: {{aliases: {{h3: {{max_canary: 2}}}}}}\n"
    ));
    let line = "touch /nowhere/at/all";
    let id = asked.begin_tool(
        "ssh_run_on_tag",
        json!({"tag": "lab", "command": line, "batch": 1}),
    );
    let (statuses, stopped, why) = told(&mut asked, &id);
    assert_eq!(stopped, "canary_failed");
    assert_eq!(
        statuses,
        ["failed", "not_started", "not_started", "not_started"]
    );
    assert_eq!(
        why,
        "not started: a host that went first (canary) has not ended well"
    );
    // Not more go first than the policy lets, and that is told: not all of them either.
    let id = begin(&mut asked, "echo x", 4);
    let question = asked.question();
    let message = question["params"]["message"].as_str().unwrap();
    assert!(
        message.contains("2 hosts of the tag lab (h2, h3), too?"),
        "{message}"
    );
    assert!(
        message.contains("by `max_canary` of the limits"),
        "{message}"
    );
    asked.answer(&question, json!({"action": "cancel"}));
    let result = asked.result(&id);
    let fan_out = &result["structuredContent"];
    assert_eq!(fan_out["stopped"], "approval_dismissed");
    assert_eq!(
        fan_out["note"],
        "canary was lowered from 4 to 2, the policy's max_canary"
    );
    // Nobody is asked where there is no other host.
    asked.reload(POLICY);
    let id = begin(&mut asked, "echo x", 4);
    assert_eq!(
        told(&mut asked, &id),
        (words(4), Value::Null, String::new())
    );

    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {}});
    asked.client.result("initialize", params);
    let id = begin(&mut asked, "echo x", 2);
    let (statuses, stopped, why) = told(&mut asked, &id);
    assert_eq!((statuses, stopped), (words(2), json!("approval_required")));
    assert!(why.ends_with("and nobody can be asked here"), "{why}");
}

#[test]
fn cancelled_or_under_another_configuration_the_others_do_not_begin() {
    let mut asked = asked("canlate", &elicits());
    let id = begin(&mut asked, "echo x", 1);
    let question = asked.question();
    asked.reload(&format!("{POLICY}# another\n"));
    asked.answer(&question, choice("approve once"));
    let (statuses, stopped, _) = told(&mut asked, &id);
    assert_eq!((statuses, stopped), (words(1), json!("approval_outdated")));

    let id = begin(&mut asked, "echo x", 1);
    asked.question();
    asked.client.send(
        &json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
        "params": {"requestId": id}}),
    );
    assert_eq!(asked.client.next()["method"], "notifications/cancelled");
    asked.client.ping();
    asked.client.close_stdin();
    let records = asked.records();
    let ends = of_type(&records, "tag_run");
    assert_eq!(
        (&ends[1]["stopped"], &ends[1]["not_started"]),
        (&json!("cancelled"), &json!(3))
    );
    assert_eq!(of_type(&records, "policy_decision").len(), 2);
}

/// A rule that asks is one question, before any host begins; the canaries are another.
#[test]
fn after_the_question_of_a_rule_that_of_the_canaries_still_comes() {
    let mut asked = asked("canrule", &elicits());
    asked.reload("rules: [{action: ask, commands: ['touch *']}]\n");
    let line = asked.line("ran");
    let id = begin(&mut asked, &line, 1);
    let question = asked.question();
    let message = question["params"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("May this run on 4 hosts of the tag lab (h0, h1, h2, h3)?"),
        "{message}"
    );
    assert!(asked.nothing_ran());
    asked.answer(&question, choice("approve once"));
    let question = asked.question();
    let message = question["params"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("May this run on 3 hosts of the tag lab (h1, h2, h3), too?"),
        "{message}"
    );
    assert!(asked.has_run("ran"));
    assert!(asked.nothing_ran());
    asked.answer(&question, choice("approve once"));
    assert_eq!(told(&mut asked, &id).0, words(4));
    assert!(asked.has_run("ran"));
}

/// Four tag runs may work at once; four that wait for a person do not keep a fifth from working.
#[test]
fn who_waits_for_a_person_holds_no_turn() {
    let mut asked = asked("canturn", &elicits());
    let waiting: Vec<(Value, Value)> = (0..4)
        .map(|number| {
            let id = begin(&mut asked, &format!("echo {number}"), 1);
            (id, asked.question())
        })
        .collect();
    let id = asked.begin_tool("ssh_run_on_tag", json!({"tag": "lab", "command": "echo 4"}));
    assert_eq!(told(&mut asked, &id).0, words(4));
    // No more than four questions are before a person.
    let id = begin(&mut asked, "echo 5", 1);
    let (statuses, stopped, _) = told(&mut asked, &id);
    assert_eq!((statuses, stopped), (words(1), json!("approval_crowded")));
    for (id, question) in waiting {
        asked.answer(&question, choice("approve once"));
        assert_eq!(told(&mut asked, &id).0, words(4));
    }
}
