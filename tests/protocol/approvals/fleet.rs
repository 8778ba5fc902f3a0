//! `ssh_run_on_tag`: one question for all hosts on which a rule asks.

use serde_json::{Value, json};

use super::{Asked, choice};
use crate::gate::fanout::unfolded;
use crate::gate::site::Site;

/// Three hosts of the tag on which a rule asks, one where none does, one that is denied, one whose
/// address is not permitted: all of them are the one server.
fn fleet(tag: &str) -> Asked {
    let site = Site::start(tag);
    site.write_policy(
        "limits: {max_parallel: 1}
network: {block_ips: [127.0.0.9]}
rules:
- {name: first, action: ask, aliases: [ask1], commands: ['touch *']}
- {name: others, action: ask, aliases: ['ask[23]', elsewhere], commands: ['touch *']}
- {action: allow, aliases: [free], commands: ['touch *']}
",
    );
    let port = site.sshd.port();
    let host = |alias: &str| {
        let host = if alias == "elsewhere" {
            "127.0.0.9"
        } else {
            "127.0.0.1"
        };
        format!("- {{alias: {alias}, host: {host}, port: {port}, credentials: ops, tags: [lab]}}\n")
    };
    let aliases = ["ask1", "never", "free", "ask2", "elsewhere", "ask3"];
    let hosts: String = aliases.iter().map(|alias| host(alias)).collect();
    site.fixture
        .write("config/servers.yml", &format!("hosts:\n{hosts}"));
    Asked::of(site, "2025-11-25", &json!({"elicitation": {}}))
}

fn begin(asked: &mut Asked, line: &str) -> Value {
    asked.begin_tool("ssh_run_on_tag", json!({"tag": "lab", "command": line}))
}

/// `alias status reason` of each host.
fn told(result: &Value) -> Vec<String> {
    let whole = unfolded(result["structuredContent"].clone());
    let results = whole["results"].as_array().unwrap();
    let word = |host: &Value, key: &str| host[key].as_str().unwrap_or("-").to_owned();
    let line = |host: &Value| {
        [
            word(host, "alias"),
            word(host, "status"),
            word(host, "reason"),
        ]
    };
    results.iter().map(|host| line(host).join(" ")).collect()
}

#[test]
fn one_question_names_the_hosts_that_wait_for_it() {
    let mut asked = fleet("fleet");
    let line = asked.line("ran");
    let id = begin(&mut asked, &line);
    let question = asked.question();
    assert_eq!(
        question["params"]["message"],
        format!(
            "May this run on 3 hosts of the tag lab (ask1, ask2, ask3)?\n\
             The policy asks, by rules[0] `first`, rules[1] `others`.\nThe command: {line}"
        )
    );
    assert!(asked.nothing_ran(), "no host begins before the answer");
    asked.answer(&question, choice("approve once"));
    let denied = [
        "never denied no_matching_rule",
        "elsewhere denied address_not_permitted",
    ];
    let all = [
        "ask1 succeeded -",
        denied[0],
        "free succeeded -",
        "ask2 succeeded -",
        denied[1],
        "ask3 succeeded -",
    ];
    assert_eq!(told(&asked.result(&id)), all);
    assert!(asked.has_run("ran"));

    // A no is one for the hosts that were asked about.
    let id = begin(&mut asked, &line);
    let question = asked.question();
    asked.answer(&question, choice("refuse"));
    let refused = told(&asked.result(&id));
    for (told, (alias, before)) in refused.iter().zip([
        ("ask1", "approval_refused"),
        ("never", "no_matching_rule"),
        ("free", "-"),
        ("ask2", "approval_refused"),
        ("elsewhere", "address_not_permitted"),
        ("ask3", "approval_refused"),
    ]) {
        assert!(told.starts_with(alias) && told.ends_with(before), "{told}");
    }

    // For the session: each host by itself, and the tag, without a question.
    let id = begin(&mut asked, &line);
    let question = asked.question();
    asked.answer(&question, choice("approve for this session"));
    assert_eq!(told(&asked.result(&id)), all);
    let id = begin(&mut asked, &line);
    assert_eq!(told(&asked.result(&id)), all);
    let alone = json!({"alias": "ask2", "command": line});
    let id = asked.begin_tool("ssh_run", alone);
    asked.succeeded(&id);
}

#[test]
fn only_the_hosts_that_are_not_approved_yet_are_asked_about() {
    let mut asked = fleet("part");
    let line = asked.line("ran");
    let alone = json!({"alias": "ask2", "command": line});
    let id = asked.begin_tool("ssh_run", alone);
    let question = asked.question();
    asked.answer(&question, choice("approve for this session"));
    asked.succeeded(&id);
    let id = begin(&mut asked, &line);
    let question = asked.question();
    let message = question["params"]["message"].as_str().unwrap();
    assert!(
        message.contains("2 hosts of the tag lab (ask1, ask3)?"),
        "{message}"
    );
    asked.answer(&question, json!({"action": "decline"}));
    let told = told(&asked.result(&id));
    assert_eq!(told[3], "ask2 succeeded -");
    assert_eq!(told[0], "ask1 denied approval_declined");
}

#[test]
fn a_cancelled_or_outdated_question_begins_no_host() {
    let mut asked = fleet("fcancel");
    let line = asked.line("ran");
    let id = begin(&mut asked, &line);
    asked.question();
    asked.client.send(
        &json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
        "params": {"requestId": id}}),
    );
    assert_eq!(asked.client.next()["method"], "notifications/cancelled");
    asked.client.ping();
    assert!(asked.nothing_ran());

    let id = begin(&mut asked, &line);
    let question = asked.question();
    asked.reload("rules: []\n");
    asked.answer(&question, choice("approve once"));
    let result = asked.result(&id);
    assert_eq!(result["isError"], true, "{result}");
    assert!(
        result.to_string().contains("the configuration has changed"),
        "{result}"
    );
    assert!(asked.nothing_ran());
}

#[test]
fn without_anybody_to_ask_the_other_hosts_run() {
    let mut asked = fleet("falone");
    let line = asked.line("ran");
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {}});
    asked.client.result("initialize", params);
    let id = begin(&mut asked, &line);
    let told = told(&asked.result(&id));
    assert_eq!(told[0], "ask1 denied approval_required");
    assert_eq!(told[2], "free succeeded -");
}

/// One question is about one line: what the hosts would run as different users is asked host by host.
#[test]
fn hosts_that_run_it_as_different_users_are_not_asked_about_together() {
    let mut asked = fleet("fusers");
    asked.reload(
        "rules:
- {name: first, action: ask, become: root, aliases: [ask1], commands: ['touch *']}
- {name: others, action: ask, become: app, aliases: ['ask[23]'], commands: ['touch *']}
- {action: allow, aliases: [free], commands: ['touch *']}
",
    );
    let line = asked.line("ran");
    let id = begin(&mut asked, &line);
    let result = asked.result(&id);
    let told = told(&result);
    assert_eq!(told[0], "ask1 denied approval_several_users");
    assert_eq!(told[2], "free succeeded -");
    assert_eq!(told[3], "ask2 denied approval_several_users");
    let text = result.to_string();
    assert!(text.contains("as different users (`become`)"), "{text}");
    assert!(text.contains("run it with ssh_run on each host"), "{text}");
    assert!(!text.contains("nobody can be asked"), "{text}");
}
