//! tools/list and tools/call: shapes, arguments, pages, and a server without a configuration.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use super::conversation::TOOLS;
use super::text;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

#[test]
fn the_list_is_stable_small_and_annotated() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    let list = client.result("tools/list", json!({}));
    assert_eq!(list, client.result("tools/list", json!({})));
    assert!(
        list.to_string().len() < 21_250,
        "{} bytes",
        list.to_string().len()
    );
    let tools = list["tools"].as_array().unwrap();
    let names: Vec<&str> = tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, TOOLS);
    for tool in tools {
        let name = tool["name"].as_str().unwrap();
        assert!(tool["description"].as_str().unwrap().len() < 1000, "{name}");
        assert_eq!(tool["inputSchema"]["type"], "object", "{name}");
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{name}");
        assert_eq!(tool["outputSchema"]["type"], "object", "{name}");
        let runs = [
            "ssh_run",
            "ssh_run_on_tag",
            "ssh_run_async",
            "ssh_write_file",
            "ssh_edit_file",
        ]
        .contains(&name);
        let again = name.contains("cancel") || name == "ssh_reload_config";
        let reads = ["ssh_read_file", "ssh_list_directory"].contains(&name);
        let annotations = &tool["annotations"];
        assert_eq!(annotations["readOnlyHint"], !runs && !again, "{name}");
        assert_eq!(annotations["openWorldHint"], runs || reads, "{name}");
        let destructive = annotations.get("destructiveHint");
        let changes = runs || again;
        assert_eq!(destructive, changes.then_some(&json!(runs)), "{name}");
        let idempotent = annotations.get("idempotentHint");
        assert_eq!(idempotent, again.then_some(&json!(true)), "{name}");
    }
    let nothing = json!({"type": "object", "additionalProperties": false});
    assert_eq!(tools[0]["inputSchema"], nothing);
    assert_eq!(
        tools[4]["inputSchema"]["required"],
        json!(["alias", "command"])
    );
}

#[test]
fn a_result_is_structured_and_the_same_as_text() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    for (tool, arguments) in [
        ("ssh_ping", json!({})),
        ("ssh_list_hosts", json!({})),
        ("ssh_describe_host", json!({"alias": "web"})),
        ("ssh_plan", json!({"alias": "web", "command": "uptime"})),
        ("ssh_plan", json!({"alias": "web", "command": "reboot"})),
    ] {
        let result = client.call(tool, arguments);
        assert_eq!(result.get("isError"), None, "{tool}: {result}");
        let content: Value = serde_json::from_str(text(&result)).unwrap();
        assert_eq!(content, result["structuredContent"], "{tool}");
    }
    let pong = client.call("ssh_ping", json!({}));
    let pong = &pong["structuredContent"];
    assert_eq!(pong["status"], "pong");
    assert_eq!(pong["version"], env!("CARGO_PKG_VERSION"));
    assert!(pong["timestamp"].as_f64().unwrap() > 1.7e9);
    for (command, decision, allowed) in [("reboot", "deny", false), ("uptime", "allow", true)] {
        let plan = client.call("ssh_plan", json!({"alias": "web", "command": command}));
        let plan = &plan["structuredContent"];
        assert_eq!(
            (&plan["decision"], &plan["allowed"]),
            (&json!(decision), &json!(allowed))
        );
    }
}

/// As in the Python program: over the text without the blanks around it.
#[test]
fn the_hash_of_a_command_is_over_its_trimmed_text() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    for command in ["uptime", "  uptime", "uptime \t", " uptime  "] {
        let plan = client.call("ssh_plan", json!({"alias": "web", "command": command}));
        let plan = &plan["structuredContent"];
        // printf uptime | sha256sum
        assert_eq!(plan["hash"], "dd291cd6294bafef", "{command:?}");
        assert_eq!(plan["allowed"], true, "{command:?}");
    }
}

#[test]
fn bad_arguments_are_results_that_say_what_to_change() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    for (tool, arguments, said) in [
        (
            "ssh_ping",
            json!({"alias": "web"}),
            "`ssh_ping` has no argument `alias`; it takes none",
        ),
        (
            "ssh_run",
            json!({"alias": "web", "comand": "uptime"}),
            "`ssh_run` has no argument `comand` (did you mean `command`?); its arguments are `alias`, `command`, `cwd`, `timeout_seconds`, `max_output_lines`",
        ),
        (
            "ssh_run",
            json!({"alias": "web", "command": "uptime", "sudo": true, "timeout": 5}),
            "`ssh_run` has no argument `sudo`, `timeout`; its arguments are `alias`, `command`, `cwd`, `timeout_seconds`, `max_output_lines`",
        ),
        (
            "ssh_run",
            json!({"alias": "web"}),
            "`ssh_run` needs the argument `command`, a string",
        ),
        (
            "ssh_run",
            json!({"alias": "web", "command": ["uptime"]}),
            "the argument `command` of `ssh_run` must be a string, not an array",
        ),
        (
            "ssh_run",
            json!({"alias": "web", "command": "uptime", "max_output_lines": "10"}),
            "the argument `max_output_lines` of `ssh_run` must be an integer from 1 to 999999999",
        ),
        (
            "ssh_plan",
            json!({"command": "uptime"}),
            "`ssh_plan` needs the argument `alias`, a string",
        ),
        (
            "ssh_describe_host",
            json!({"alias": "wbe"}),
            "no host has the alias `wbe`; ssh_list_hosts gives the aliases",
        ),
        (
            "ssh_get_task_output",
            json!({"task_id": "x", "max_lines": 0}),
            "the argument `max_lines` of `ssh_get_task_output` must be an integer from 1 to 1000",
        ),
        (
            "ssh_get_task_output",
            json!({"task_id": "x", "max_lines": "5"}),
            "the argument `max_lines` of `ssh_get_task_output` must be an integer from 1 to 1000",
        ),
        (
            "ssh_get_task_output",
            json!({"task_id": "x", "offset": -1}),
            "the argument `offset` of `ssh_get_task_output` must be an integer from 0 to 999999999",
        ),
        (
            "ssh_get_task_status",
            json!({"task_id": "x\u{7}"}),
            "no task has the task_id `x\u{fffd}`: its result was kept for task_result_ttl and is gone, or it never was; ssh_run_async starts a new one",
        ),
        (
            "ssh_cancel_async_task",
            json!({"task_id": ""}),
            "no task has the task_id ``: its result was kept for task_result_ttl and is gone, or it never was; ssh_run_async starts a new one",
        ),
        (
            "ssh_cancel",
            json!({"task_id": "x"}),
            "nothing that runs has the task_id `x`: it has ended or never was, so there is nothing to cancel",
        ),
        (
            "ssh_list_hosts",
            json!({"tag": 5}),
            "the argument `tag` of `ssh_list_hosts` must be a string, not a number",
        ),
        (
            "ssh_list_hosts",
            json!({"cursor": "zz\u{7}"}),
            "the cursor `zz\u{fffd}` is not one of this list; the hosts may have changed, so start again without a cursor",
        ),
    ] {
        let result = client.call(tool, arguments.clone());
        assert_eq!(result["isError"], true, "{tool} {arguments}");
        assert_eq!(text(&result), said, "{tool} {arguments}");
        assert_eq!(result.get("structuredContent"), None, "{tool} {arguments}");
    }
    let result = client.call("ssh_run", json!({"alias": "web", "command": "reboot"}));
    assert_eq!(result["isError"], true);
    let denial: Value = serde_json::from_str(text(&result)).unwrap();
    assert_eq!(denial["status"], "denied");
    assert!(denial["hint"].is_string());
}

#[test]
fn ten_thousand_hosts_in_pages() {
    let mut client = Client::initialized(Fixture::many_hosts(10_000), "2025-11-25");
    for (filter, count) in [(None, 10_000), (Some("odd"), 5_000), (Some("none"), 0)] {
        let mut seen = Vec::new();
        let mut arguments = json!({});
        if let Some(tag) = filter {
            arguments["tag"] = tag.into();
        }
        loop {
            let result = client.call("ssh_list_hosts", arguments.clone());
            let page = &result["structuredContent"];
            for host in page["hosts"].as_array().unwrap() {
                seen.push(host["alias"].as_str().unwrap().to_owned());
            }
            match page.get("nextCursor") {
                Some(cursor) => arguments["cursor"] = cursor.clone(),
                None => break,
            }
        }
        assert_eq!(seen.len(), count, "{filter:?}");
        let number = |alias: &String| alias[1..].parse::<usize>().unwrap();
        assert!(seen.is_sorted_by_key(number), "inventory order, each once");
    }
}

#[test]
fn without_a_configuration_it_lists_and_each_call_names_the_path() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    let list = client.result("tools/list", json!({}));
    assert_eq!(list["tools"].as_array().unwrap().len(), TOOLS.len());
    for (tool, arguments) in [
        ("ssh_ping", json!({})),
        ("ssh_list_hosts", json!({})),
        ("ssh_describe_host", json!({"alias": "web"})),
        ("ssh_plan", json!({"alias": "web", "command": "uptime"})),
        ("ssh_run", json!({"alias": "web", "command": "uptime"})),
        (
            "ssh_run_async",
            json!({"alias": "web", "command": "uptime"}),
        ),
        (
            "ssh_run_on_tag",
            json!({"tag": "front", "command": "uptime"}),
        ),
        ("ssh_read_file", json!({"alias": "web", "path": "/a"})),
        ("ssh_list_directory", json!({"alias": "web", "path": "/a"})),
    ] {
        let result = client.call(tool, arguments);
        let said = text(&result);
        assert!(said.contains(&client.fixture().config()), "{tool}: {said}");
        let failed = result.get("isError") == Some(&json!(true));
        assert_eq!(failed, tool != "ssh_ping", "{tool}: {said}");
    }
    client.finish();
}

#[test]
fn sighup_loads_a_configuration_that_was_not_there() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    let before = client.call("ssh_list_hosts", json!({}));
    assert_eq!(before["isError"], true);
    let host = "  - {alias: web, host: 127.0.0.1, credentials: ops}\n";
    client.fixture().fill(host);
    client.signal(Signal::HUP);
    let start = Instant::now();
    loop {
        let after = client.call("ssh_list_hosts", json!({}));
        if after.get("isError").is_none() {
            assert_eq!(after["structuredContent"]["hosts"][0]["alias"], "web");
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(5), "{after}");
        std::thread::sleep(Duration::from_millis(10));
    }
    client.finish();
}
