//! `null` for what a client leaves out, and `5.0` for 5, in every request of both eras: several clients
//! send them.

use serde_json::{Map, Value, json};

use super::modern;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

/// What every required argument is, so that no call reaches a host.
const NONE_SUCH: &str = "nowhere";

/// The answer without what differs from one request to the next.
fn settled(mut answer: Value) -> Value {
    answer.as_object_mut().unwrap().remove("id");
    let text = answer.to_string();
    match text.find("timestamp") {
        // The answer of `ssh_ping` has the time, and shows by being one that it was taken.
        Some(_) => answer["result"]["isError"].clone(),
        None => answer,
    }
}

/// Asks in both eras, with these parameters and with those, and compares.
fn same(client: &mut Client, method: &str, (with, without): (&Value, &Value)) {
    let answers = |client: &mut Client, params: &Value| {
        let params = [params.clone(), modern(params.clone())];
        params.map(|params| settled(client.request(method, params)))
    };
    let (with_null, without_it) = (answers(client, with), answers(client, without));
    assert_eq!(with_null, without_it, "{method} {with}");
}

/// A tool's arguments of a kind: the required ones, and for each other one what `value` says.
fn arguments(tool: &Value, value: impl Fn(&Value) -> Option<Value>) -> Value {
    let schema = &tool["inputSchema"];
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let given = properties.iter().filter_map(|(name, property)| {
        let given = match required.contains(&json!(name)) {
            true => Some(json!(NONE_SUCH)),
            false => value(property),
        };
        Some((name.clone(), given?))
    });
    Value::Object(given.collect())
}

#[test]
fn every_optional_argument_of_every_tool() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    let list = client.result("tools/list", json!({}));
    let (mut nulls, mut numbers) = (0, 0);
    for tool in list["tools"].as_array().unwrap() {
        let call = |arguments: Value| json!({"name": tool["name"], "arguments": arguments});
        let plain = arguments(tool, |_| None);
        let null = arguments(tool, |_| Some(Value::Null));
        nulls += null.as_object().unwrap().len() - plain.as_object().unwrap().len();
        same(
            &mut client,
            "tools/call",
            (&call(null), &call(plain.clone())),
        );
        let number = |of: Value| {
            let is = |property: &Value| property["type"] == "integer";
            arguments(tool, |property| is(property).then(|| of.clone()))
        };
        let (float, integer) = (number(json!(5.0)), number(json!(5)));
        numbers += integer.as_object().unwrap().len() - plain.as_object().unwrap().len();
        same(&mut client, "tools/call", (&call(float), &call(integer)));
    }
    assert!(nulls >= 5 && numbers >= 3, "{nulls} {numbers}");
}

#[test]
fn every_member_of_every_request() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    let reference = json!({"type": "ref/prompt", "name": "ssh_orchestrator_usage"});
    let completion = json!({"ref": reference, "argument": {"name": "alias", "value": "w"}});
    let prompt = json!({"name": "ssh_orchestrator_usage"});
    let with = |params: &Value, name: &str, value: Value| {
        let mut params = params.clone();
        params[name] = value;
        params
    };
    let nothing = json!({"alias": null, "tag": null});
    for (method, plain, name, value) in [
        ("tools/list", json!({}), "cursor", Value::Null),
        ("prompts/list", json!({}), "cursor", Value::Null),
        ("resources/list", json!({}), "cursor", Value::Null),
        ("resources/templates/list", json!({}), "cursor", Value::Null),
        (
            "tools/call",
            json!({"name": "ssh_list_hosts"}),
            "arguments",
            Value::Null,
        ),
        (
            "tools/call",
            json!({"name": "ssh_list_hosts"}),
            "task",
            Value::Null,
        ),
        ("prompts/get", prompt.clone(), "arguments", Value::Null),
        ("prompts/get", prompt.clone(), "arguments", nothing),
        (
            "completion/complete",
            completion.clone(),
            "context",
            Value::Null,
        ),
        (
            "resources/read",
            json!({"uri": "ssh://hosts"}),
            "cursor",
            Value::Null,
        ),
    ] {
        let params = with(&plain, name, value);
        same(&mut client, method, (&params, &plain));
    }
    // Only one era has these.
    for (method, params) in [
        (
            "tools/call",
            json!({"name": "ssh_list_hosts", "_meta": null}),
        ),
        (
            "tools/call",
            json!({"name": "ssh_list_hosts", "_meta": {"progressToken": null}}),
        ),
        (
            "tools/call",
            json!({"name": "ssh_list_hosts", "_meta": {"progressToken": 5.0}}),
        ),
        (
            "resources/list",
            json!({"_meta": {"io.modelcontextprotocol/protocolVersion": null}}),
        ),
    ] {
        client.result(method, params);
    }
    for name in ["requestState", "inputResponses"] {
        let mut params = modern(json!({"name": "ssh_list_hosts"}));
        params[name] = Value::Null;
        client.result("tools/call", params);
    }
    let mut params = modern(json!({}));
    params["_meta"]["io.modelcontextprotocol/logLevel"] = Value::Null;
    client.result("tools/list", params);
}

#[test]
fn params_and_what_a_client_says_of_itself() {
    let mut client = Client::start(Fixture::one_host(22));
    client.raw(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":null}\n");
    assert_eq!(client.response(&json!(1))["result"], json!({}));
    let open = json!({"protocolVersion": "2025-11-25", "capabilities": null, "clientInfo": null});
    client.result("initialize", open);
    client.raw(b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\",\"params\":null}\n");
    for (method, member) in [
        ("ping", None),
        ("tools/list", Some("tools")),
        ("prompts/list", Some("prompts")),
        ("resources/list", Some("resources")),
        ("resources/templates/list", Some("resourceTemplates")),
    ] {
        let result = client.result(method, Value::Null);
        assert!(
            member.is_none_or(|member| result[member].is_array()),
            "{method}: {result}"
        );
    }
}

#[test]
fn a_subscription_to_nothing_in_particular() {
    let mut client = Client::start(Fixture::one_host(22));
    let kinds = json!({
        "toolsListChanged": null,
        "promptsListChanged": null,
        "resourcesListChanged": true,
        "resourceSubscriptions": null,
    });
    let id = client.begin(
        "subscriptions/listen",
        modern(json!({"notifications": kinds})),
    );
    let acknowledged = client.next();
    let of = &acknowledged["params"];
    assert_eq!(
        of["notifications"],
        json!({"resourcesListChanged": true}),
        "{acknowledged}"
    );
    assert_eq!(of["_meta"]["io.modelcontextprotocol/subscriptionId"], id);
}

/// `null` is no value for what must be there, and no name becomes known by it.
#[test]
fn the_rest_is_refused_by_name_as_before() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    for (tool, arguments, said) in [
        (
            "ssh_run",
            json!({"alias": null, "command": "id"}),
            "`ssh_run` needs the argument `alias`, a string",
        ),
        (
            "ssh_plan",
            json!({"alias": "web", "command": null}),
            "`ssh_plan` needs the argument `command`, a string, or `path` for a file",
        ),
        (
            "ssh_ping",
            json!({"sudo": null}),
            "`ssh_ping` has no argument `sudo`; it takes none",
        ),
        (
            "ssh_get_task_output",
            json!({"task_id": "x", "max_lines": 5.5}),
            "the argument `max_lines` of `ssh_get_task_output` must be an integer from 1 to 1000",
        ),
        (
            "ssh_get_task_output",
            json!({"task_id": "x", "max_lines": 0.0}),
            "the argument `max_lines` of `ssh_get_task_output` must be an integer from 1 to 1000",
        ),
        (
            "ssh_list_hosts",
            json!({"tag": 5.0}),
            "the argument `tag` of `ssh_list_hosts` must be a string, not a number",
        ),
    ] {
        for call in [
            json!({"name": tool, "arguments": arguments}),
            modern(json!({"name": tool, "arguments": arguments})),
        ] {
            let result = client.result("tools/call", call);
            assert_eq!(super::text(&result), said, "{tool} {arguments}");
        }
    }
    for (method, params) in [
        ("tools/call", json!({"name": null})),
        ("prompts/get", json!({"name": null})),
        ("resources/read", json!({"uri": null})),
        (
            "completion/complete",
            json!({"ref": null, "argument": null}),
        ),
    ] {
        for params in [params.clone(), modern(params)] {
            let answer = client.request(method, params);
            assert_eq!(answer["error"]["code"], -32602, "{method}: {answer}");
        }
    }
}

/// How JSON lets a number be written, as the bytes of a line: what was sent is answered under its id.
#[test]
fn a_number_however_it_is_written() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    let refused =
        "the argument `max_lines` of `ssh_get_task_output` must be an integer from 1 to 1000";
    let unknown = "no task has the task_id `x`";
    for (id, (number, said)) in [
        ("5", unknown),
        ("5.000", unknown),
        ("5e0", unknown),
        ("0.5E+1", unknown),
        ("50e-1", unknown),
        ("1e3", unknown),
        ("null", unknown),
        ("0", refused),
        ("-0.0", refused),
        ("-5.0", refused),
        ("5.0000001", refused),
        ("1001.0", refused),
        ("1e300", refused),
        ("18446744073709551616", refused),
        ("\"5\"", refused),
        ("true", refused),
        ("[5]", refused),
    ]
    .into_iter()
    .enumerate()
    {
        let arguments = format!(r#"{{"task_id":"x","max_lines":{number}}}"#);
        let call = format!(r#"{{"name":"ssh_get_task_output","arguments":{arguments}}}"#);
        let line =
            format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{call}}}"#);
        client.raw(format!("{line}\n").as_bytes());
        let answer = client.response(&json!(id));
        assert!(answer.to_string().contains(said), "{number}: {answer}");
    }
}
