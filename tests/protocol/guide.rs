//! docs/TOOLS.md says of each tool what `tools/list` says: every argument, every field, and an
//! example call and answer that fit the schemas.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::fixture::Fixture;

const GUIDE: &str = include_str!("../../docs/TOOLS.md");

/// The section under a heading.
fn section(heading: &str) -> Option<&'static str> {
    let rest = GUIDE.split_once(&format!("\n{heading}\n"))?.1;
    rest.split("\n## ").next()?.split("\n### ").next()
}

fn blocks(section: &str) -> Vec<Value> {
    let blocks = section.split("```json\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap());
    let parsed = blocks.map(serde_json::from_str);
    parsed.collect::<Result<_, _>>().unwrap()
}

fn keys(object: &Value) -> BTreeSet<&str> {
    let members = object.as_object().into_iter().flatten();
    members.map(|(key, _)| key.as_str()).collect()
}

fn required(schema: &Value) -> BTreeSet<&str> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn each_tool_is_as_the_guide_says() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    let list = client.result("tools/list", json!({}));
    for tool in list["tools"].as_array().unwrap() {
        let name = tool["name"].as_str().unwrap();
        let said = section(&format!("### {name}")).unwrap_or_else(|| panic!("no section {name}"));
        let (input, output) = (&tool["inputSchema"], &tool["outputSchema"]);
        for key in keys(&input["properties"]).union(&keys(&output["properties"])) {
            assert!(
                said.contains(&format!("`{key}`")) || name == "ssh_ping",
                "{name}: `{key}` is not in its section"
            );
        }
        let [call, answer] = blocks(said).try_into().unwrap();
        assert_eq!(call["name"], name);
        let given = keys(&call["arguments"]);
        assert!(given.is_superset(&required(input)), "{name}: {given:?}");
        assert!(
            given.is_subset(&keys(&input["properties"])),
            "{name}: {given:?}"
        );
        let shown = keys(&answer);
        assert!(shown.is_superset(&required(output)), "{name}: {shown:?}");
    }
}

#[test]
fn resources_and_prompts_are_as_the_guide_says() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    let resources = section("## Resources").unwrap();
    let list = client.result("resources/templates/list", json!({}));
    for template in list["resourceTemplates"].as_array().unwrap() {
        let uri = template["uriTemplate"].as_str().unwrap();
        assert!(resources.contains(&format!("| `{uri}` |")), "{uri}");
    }
    let uri = "ssh://host/web/capabilities";
    let read = client.result("resources/read", json!({"uri": uri}));
    let text = read["contents"][0]["text"].as_str().unwrap();
    let capabilities: Value = serde_json::from_str(text).unwrap();
    assert_eq!(keys(&capabilities), keys(&blocks(resources)[0]));

    let prompts = section("## Prompts").unwrap();
    let list = client.result("prompts/list", json!({}));
    for prompt in list["prompts"].as_array().unwrap() {
        let name = prompt["name"].as_str().unwrap();
        let row = format!("| `{name}` | ");
        let row = prompts.lines().find(|line| line.starts_with(&row));
        let arguments = row.unwrap().split(" | ").nth(1).unwrap();
        let expected = prompt["arguments"].as_array().unwrap().iter();
        let names = expected.map(|argument| format!("`{}`", argument["name"].as_str().unwrap()));
        let names = names.collect::<Vec<_>>().join(", ");
        assert_eq!(arguments, names, "{name}");
    }
}
