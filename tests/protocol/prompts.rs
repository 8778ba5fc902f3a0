//! prompts/list and prompts/get: the six prompts, their arguments, and every refusal.

use serde_json::{Value, json};

use super::modern;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

/// Each prompt and the arguments that it may have.
const PROMPTS: [(&str, &[&str]); 6] = [
    ("ssh_orchestrator_usage", &["alias", "tag"]),
    ("ssh_policy_denied_guidance", &["alias", "command"]),
    ("ssh_network_denied_guidance", &["alias"]),
    ("ssh_missing_host_guidance", &["alias"]),
    ("ssh_missing_credentials_guidance", &["alias"]),
    ("ssh_config_change_workflow", &["alias", "command"]),
];

#[test]
fn the_list_in_every_revision() {
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut client = Client::initialized(Fixture::empty(), revision);
        let list = client.result("prompts/list", json!({}));
        let prompts = list["prompts"].as_array().unwrap();
        assert_eq!(prompts.len(), PROMPTS.len());
        for (prompt, (name, optional)) in prompts.iter().zip(PROMPTS) {
            assert_eq!(prompt["name"], name);
            assert_eq!(prompt.get("title").is_some(), revision >= "2025-06-18");
            let arguments = prompt["arguments"].as_array().unwrap();
            let named = |needed: bool| -> Vec<&Value> {
                let some = arguments.iter().filter(|one| one["required"] == needed);
                some.map(|one| &one["name"]).collect()
            };
            assert_eq!(named(false), optional, "{name}");
        }
    }
}

#[test]
fn each_prompt_is_one_message_with_its_arguments_behind() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    for (name, optional) in PROMPTS {
        let mut arguments = json!({});
        let mut ending = String::new();
        for argument in optional {
            arguments[argument] = json!(format!("a\n\"{argument}\u{202e}"));
            ending += &format!("\n{argument}: \"a\\n\\\"{argument}\\u{{202e}}\"");
        }
        let params = json!({"name": name, "arguments": arguments});
        let result = client.result("prompts/get", params.clone());
        let message = &result["messages"][0];
        assert_eq!(result["messages"].as_array().unwrap().len(), 1);
        assert_eq!(message["role"], "user");
        assert_eq!(message["content"]["type"], "text");
        let text = message["content"]["text"].as_str().unwrap();
        assert!(text.ends_with(&ending), "{text}");
        let result = client.result("prompts/get", modern(params));
        assert_eq!(result["messages"][0], *message);
        assert_eq!(result["resultType"], "complete");

        let alone = client.result("prompts/get", json!({"name": name}));
        let alone = alone["messages"][0]["content"]["text"].as_str().unwrap();
        assert_eq!(format!("{alone}{ending}"), text);
    }
}

/// A prompt that names a tool or a subcommand names one that there is.
#[test]
fn the_texts_name_only_tools_that_there_are() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    let tools = client.result("tools/list", json!({}));
    let tools: Vec<&str> = tools["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    let mut named = 0;
    for (name, _) in PROMPTS {
        let arguments = json!({"alias": "web", "command": "uptime"});
        let mut params = json!({"name": name, "arguments": arguments});
        if name == "ssh_orchestrator_usage" || name.contains("missing") || name.contains("network")
        {
            params["arguments"] = json!({"alias": "web"});
        }
        let result = client.result("prompts/get", params);
        let text = result["messages"][0]["content"]["text"].as_str().unwrap();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if word.starts_with("ssh_") && word != "ssh_" {
                assert!(tools.contains(&word), "{name} names {word}");
                named += 1;
            }
        }
    }
    assert!(named > 10, "{named} tools are named");
}

#[test]
fn each_refusal() {
    let long = "x".repeat(10_001);
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut client = Client::initialized(Fixture::empty(), revision);
        let denied = "ssh_policy_denied_guidance";
        for (params, said) in [
            (json!({}), "`prompts/get` needs the string `name`"),
            (json!({"name": 1}), "`prompts/get` needs the string `name`"),
            (
                json!({"name": "ssh_orchestrator_usge"}),
                "unknown prompt `ssh_orchestrator_usge` (did you mean `ssh_orchestrator_usage`?); \
                 `prompts/list` names them all",
            ),
            (
                json!({"name": ""}),
                "unknown prompt ``; `prompts/list` names them all",
            ),
            (
                json!({"name": denied, "arguments": {"alias": 1, "command": "a"}}),
                "the argument `alias` of `ssh_policy_denied_guidance` must be a string, not a number",
            ),
            (
                json!({"name": denied, "arguments": {"alias": "a", "comand": "a"}}),
                "`ssh_policy_denied_guidance` has no argument `comand` (did you mean `command`?); \
                 its arguments are `alias`, `command`",
            ),
            (
                json!({"name": denied, "arguments": {"alias": "a", "command": long}}),
                "the argument `command` of `ssh_policy_denied_guidance` has over 10000 characters; \
                 shorten it",
            ),
            (
                json!({"name": denied, "arguments": []}),
                "`arguments` must be an object",
            ),
        ] {
            for params in [params.clone(), modern(params)] {
                let answer = client.request("prompts/get", params);
                assert_eq!(answer["error"]["code"], -32602, "{answer}");
                assert_eq!(answer["error"]["message"], said);
            }
        }
        client.finish();
    }
}
