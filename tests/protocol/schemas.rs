//! What the server writes is valid by the official schema of each revision.
//!
//! Every test with a `Client` or an SDK has its lines checked (`support/transcript.rs`). Here each
//! revision hears every method and every tool, so that no kind of answer is left to chance.

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::modern;
use crate::gate::site::Site;
use crate::support::client::Client;
use crate::support::fixture::Fixture;
use crate::support::transcript::{faults, schemas};

const LEGACY: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

const CALLS: [(&str, &str, Option<&str>); 8] = [
    ("ssh_ping", "", None),
    ("ssh_list_hosts", "", None),
    ("ssh_describe_host", "web", None),
    ("ssh_describe_host", "no-such-host", None),
    ("ssh_plan", "web", Some("uptime")),
    ("ssh_plan", "web", Some("reboot")),
    ("ssh_run", "web", Some("reboot")),
    ("ssh_run", "no-such-host", Some("uptime")),
];

/// The list, the calls that reach no host, and errors.
fn judges(client: &mut Client, wrap: fn(Value) -> Value) {
    client.result("tools/list", wrap(json!({})));
    for (tool, alias, command) in CALLS {
        let mut arguments = json!({});
        if !alias.is_empty() {
            arguments["alias"] = alias.into();
        }
        if let Some(command) = command {
            arguments["command"] = command.into();
        }
        let call = wrap(json!({"name": tool, "arguments": arguments}));
        client.result("tools/call", call);
    }
    let file = json!({"alias": "web", "path": "/etc/hosts", "access": "edit"});
    let call = wrap(json!({"name": "ssh_plan", "arguments": file}));
    client.result("tools/call", call);
    for (method, params) in [("tools/call", json!({"name": "x"})), ("no/such", json!({}))] {
        let refused = client.request(method, wrap(params));
        assert!(refused.get("error").is_some(), "{refused}");
    }
}

/// Calls a tool, with progress, and gives the content of its result.
fn call(client: &mut Client, wrap: fn(Value) -> Value, tool: &str, arguments: Value) -> Value {
    let mut params = wrap(json!({"name": tool, "arguments": arguments}));
    params["_meta"]["progressToken"] = json!("t");
    let result = client.result("tools/call", params);
    match result.get("structuredContent") {
        Some(content) => content.clone(),
        None => serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap(),
    }
}

/// Every tool that reaches a host.
fn runs(client: &mut Client, wrap: fn(Value) -> Value) {
    client.result("tools/list", wrap(json!({})));
    for command in ["echo hi", "sh -c 'echo err >&2; exit 3'"] {
        let line = json!({"alias": "box", "command": command});
        call(client, wrap, "ssh_run", line.clone());
        let fleet = json!({"tag": "lab", "command": command});
        call(client, wrap, "ssh_run_on_tag", fleet);
        let compared = json!({"tag": "lab", "command": command, "compare": true});
        let compared = json!({"name": "ssh_run_on_tag", "arguments": compared});
        client.result("tools/call", wrap(compared));
        let task = call(client, wrap, "ssh_run_async", line)["task_id"].clone();
        let id = json!({"task_id": task});
        while call(client, wrap, "ssh_get_task_status", id.clone())["progress_percent"] != 100 {
            std::thread::sleep(Duration::from_millis(20));
        }
        for tool in [
            "ssh_get_task_result",
            "ssh_get_task_output",
            "ssh_cancel",
            "ssh_cancel_async_task",
        ] {
            call(client, wrap, tool, id.clone());
        }
    }
    let denied = json!({"tag": "lab", "command": "uptime"});
    call(client, wrap, "ssh_run_on_tag", denied);
}

#[test]
fn every_legacy_revision_hears_every_kind_of_answer() {
    for revision in LEGACY {
        let mut client = Client::start(Fixture::one_host(22));
        let early = client.request("tools/list", json!({}));
        assert_eq!(early["error"]["code"], -32602, "{early}");
        let opened = client.result("initialize", json!({"protocolVersion": revision}));
        assert_eq!(opened["protocolVersion"], revision);
        client.result("ping", json!({}));
        judges(&mut client, |params| params);
        client.finish();

        let (mut client, held) = Site::start("legacy").serve_in(revision);
        runs(&mut client, |params| params);
        client.finish();
        drop(held);
    }
}

#[test]
fn the_modern_revision_hears_every_kind_of_answer() {
    // Beside a legacy client's session, in the same process.
    let (mut client, held) = Site::start("modern").serve_in("2025-11-25");
    runs(&mut client, modern);
    client.finish();
    drop(held);

    let mut client = Client::start(Fixture::one_host(22));
    client.result("server/discover", modern(json!({})));
    judges(&mut client, modern);
    let mut other = modern(json!({}));
    other["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("2027-01-01");
    let unsupported = client.request("server/discover", other);
    assert_eq!(unsupported["error"]["code"], -32022, "{unsupported}");
    client.raw(b"not json\n");
    assert_eq!(client.next()["error"]["code"], -32700);
    client.finish();
}

/// A session in which the server writes one line; before it the client opened this revision (or
/// nothing) and sent a request.
fn session(revision: &str, request: Value, line: &Value) -> Value {
    let open = json!({"jsonrpc": "2.0", "id": "i", "method": "initialize",
        "params": {"protocolVersion": revision}});
    let opened = json!({"jsonrpc": "2.0", "id": "i", "result": {"protocolVersion": revision,
        "capabilities": {}, "serverInfo": {"name": "s", "version": "1"}}});
    let mut lines = vec![];
    if revision != "2026-07-28" {
        lines.push(json!(["sent", open.to_string()]));
        lines.push(json!(["received", opened.to_string()]));
    }
    lines.push(json!(["sent", request.to_string()]));
    lines.push(json!(["received", line.to_string()]));
    Value::Array(lines)
}

/// The checker sees what is wrong; beside each fault stands the line that is right.
#[test]
fn a_line_that_does_not_hold_is_seen() {
    if schemas().is_none() {
        // Past the harness, which keeps what a passing test prints to itself.
        let notice =
            "MCP_SCHEMA_DIR is not set: no line was checked against the official schemas\n";
        std::io::stderr().write_all(notice.as_bytes()).unwrap();
        return;
    }
    let ask = |method: &str, params: Value| json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let answer = |result: Value| json!({"jsonrpc": "2.0", "id": 1, "result": result});
    let call = ask(
        "tools/call",
        json!({"name": "x", "_meta": {"progressToken": "t"}}),
    );
    let news = |token: &str| {
        json!({"jsonrpc": "2.0", "method": "notifications/progress",
            "params": {"progressToken": token, "progress": 1}})
    };
    let text = json!([{"type": "text", "text": "x"}]);
    let old = "2024-11-05";
    let new = "2026-07-28";
    let list = |item: Value| answer(json!({"tools": [item]}));
    let tool = json!({"name": "x", "inputSchema": {"type": "object"}});
    let mut titled = tool.clone();
    titled["title"] = json!("X");
    let found = json!({"resultType": "complete", "content": text});
    let asked = |params: Value| ask("tools/call", modern(params));
    let mut other = answer(json!({"content": text}));
    other["id"] = json!("1");
    let cases = [
        (old, call.clone(), answer(json!({"content": text})), ""),
        (
            old,
            call.clone(),
            answer(json!({"content": "x"})),
            "not of type 'array'",
        ),
        (
            old,
            call.clone(),
            answer(json!({"content": text, "structuredContent": {}})),
            "another revision",
        ),
        (old, call.clone(), other, "nobody waits for"),
        (old, call.clone(), news("t"), ""),
        (old, call.clone(), news("u"), "nobody waits for"),
        (old, call.clone(), json!([]), "not an object"),
        (
            old,
            call,
            json!({"jsonrpc": "2.0", "method": "notifications/news"}),
            "does not have",
        ),
        (old, ask("tools/list", json!({})), list(tool), ""),
        (
            old,
            ask("tools/list", json!({})),
            list(titled.clone()),
            "another revision",
        ),
        ("2025-06-18", ask("tools/list", json!({})), list(titled), ""),
        (new, asked(json!({"name": "x"})), answer(found), ""),
        (
            new,
            asked(json!({"name": "x"})),
            answer(json!({"content": text})),
            "'resultType' is a required",
        ),
    ];
    for (revision, request, line, fault) in cases {
        let found = faults(&session(revision, request, &line)).join("\n");
        assert_eq!(found.is_empty(), fault.is_empty(), "{line}: {found}");
        assert!(found.contains(fault), "{line}: {found}");
    }
    let twice = answer(json!({}));
    let mut lines = session(old, ask("ping", json!({})), &twice);
    assert_eq!(faults(&lines), [""; 0]);
    let nameless = json!({"jsonrpc": "2.0", "error": {"code": -32700, "message": "m"}});
    for (line, fault) in [
        (&twice, "nobody waits for"),
        (&nameless, "more answers than lines"),
    ] {
        let lines = lines.as_array_mut().unwrap();
        lines.push(json!(["received", line.to_string()]));
        let found = faults(&json!(lines)).join("\n");
        assert!(found.contains(fault), "{found}");
        lines.pop();
    }
}
