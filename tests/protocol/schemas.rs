//! What the server writes, validated against the official schema of each revision.
//!
//! The schemas are not part of this repository: `MCP_SCHEMA_DIR` names a folder with
//! `2024-11-05.json` and its successors, as the specification publishes them.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::approvals::{Asked, choice};
use super::modern;
use super::python::python;
use crate::gate::site::Site;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

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

/// Lines for `validate.py`.
#[derive(Default)]
struct Transcript(Vec<Value>);

impl Transcript {
    /// A response with a result, and the result itself.
    fn result(&mut self, revision: &str, definition: &str, response: &Value) {
        let envelope = if revision < "2025-11-25" {
            "JSONRPCResponse"
        } else {
            "JSONRPCResultResponse"
        };
        self.0.push(json!([revision, envelope, response]));
        self.0
            .push(json!([revision, definition, response["result"]]));
    }

    /// A response with an error.
    fn error(&mut self, revision: &str, response: &Value) {
        assert!(response.get("error").is_some(), "{response}");
        let envelope = if revision < "2025-11-25" {
            "JSONRPCError"
        } else {
            "JSONRPCErrorResponse"
        };
        self.0.push(json!([revision, envelope, response]));
    }

    /// The list, every call, and that each structured result fits its tool's output schema.
    fn tools(&mut self, revision: &str, client: &mut Client, wrap: fn(Value) -> Value) {
        let list = client.request("tools/list", wrap(json!({})));
        self.result(revision, "ListToolsResult", &list);
        for (tool, alias, command) in CALLS {
            let mut arguments = json!({});
            if !alias.is_empty() {
                arguments["alias"] = alias.into();
            }
            if let Some(command) = command {
                arguments["command"] = command.into();
            }
            let call = wrap(json!({"name": tool, "arguments": arguments}));
            let response = client.request("tools/call", call);
            self.result(revision, "CallToolResult", &response);
            let listed = list["result"]["tools"].as_array().unwrap();
            let listed = listed.iter().find(|listed| listed["name"] == tool).unwrap();
            self.0
                .push(json!(["schema", listed["inputSchema"], arguments]));
            if let Some(content) = response["result"].get("structuredContent") {
                self.0
                    .push(json!(["schema", listed["outputSchema"], content]));
            }
        }
        self.error(
            revision,
            &client.request("tools/call", wrap(json!({"name": "x"}))),
        );
        self.error(revision, &client.request("no/such", wrap(json!({}))));
    }

    /// Every tool that reaches a host, its result against its output schema, and its progress.
    fn runs(&mut self, revision: &str, client: &mut Client, wrap: fn(Value) -> Value) {
        let list = client.request("tools/list", wrap(json!({})));
        let listed = list["result"]["tools"].as_array().unwrap().clone();
        let mut call = |client: &mut Client, tool: &str, arguments: Value| {
            let mut params = wrap(json!({"name": tool, "arguments": arguments}));
            params["_meta"]["progressToken"] = json!("t");
            let id = client.begin("tools/call", params);
            let response = loop {
                let message = client.next();
                if message["id"] == id {
                    break message;
                }
                for definition in ["JSONRPCNotification", "ProgressNotification"] {
                    self.0.push(json!([revision, definition, message]));
                }
            };
            self.result(revision, "CallToolResult", &response);
            let listed = listed.iter().find(|listed| listed["name"] == tool).unwrap();
            let content = match response["result"].get("structuredContent") {
                Some(content) => content.clone(),
                None => {
                    let text = response["result"]["content"][0]["text"].as_str().unwrap();
                    serde_json::from_str(text).unwrap()
                }
            };
            self.0
                .push(json!(["schema", listed["inputSchema"], arguments]));
            if let Some(schema) = listed.get("outputSchema") {
                self.0.push(json!(["schema", schema, content]));
            }
            content
        };
        for command in ["echo hi", "sh -c 'echo err >&2; exit 3'"] {
            call(
                client,
                "ssh_run",
                json!({"alias": "box", "command": command}),
            );
            call(
                client,
                "ssh_run_on_tag",
                json!({"tag": "lab", "command": command}),
            );
            let line = json!({"alias": "box", "command": command});
            let task = call(client, "ssh_run_async", line)["task_id"].clone();
            let id = json!({"task_id": task});
            while call(client, "ssh_get_task_status", id.clone())["progress_percent"] != 100 {
                std::thread::sleep(Duration::from_millis(20));
            }
            call(client, "ssh_get_task_result", id.clone());
            call(client, "ssh_get_task_output", id.clone());
            call(client, "ssh_cancel", id.clone());
            call(client, "ssh_cancel_async_task", id);
        }
        call(
            client,
            "ssh_run_on_tag",
            json!({"tag": "lab", "command": "uptime"}),
        );
    }

    /// The question to a person, its withdrawal, and the answer to the call.
    fn approvals(&mut self, revision: &str) {
        let mut asked = Asked::with("schema", revision, &json!({"elicitation": {}}));
        let line = asked.line("ran");
        for answer in ["approve once", "refuse"] {
            let id = asked.begin(&line);
            let question = asked.question();
            for definition in ["JSONRPCRequest", "ElicitRequest"] {
                self.0.push(json!([revision, definition, question]));
            }
            self.0
                .push(json!([revision, "ElicitResult", choice(answer)]));
            asked.answer(&question, choice(answer));
            let response = asked.client.response(&id);
            self.result(revision, "CallToolResult", &response);
        }
        let id = asked.begin(&line);
        asked.question();
        asked.client.send(
            &json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
            "params": {"requestId": id}}),
        );
        let taken_back = asked.client.next();
        for definition in ["JSONRPCNotification", "CancelledNotification"] {
            self.0.push(json!([revision, definition, taken_back]));
        }
    }

    /// The same in the modern era, and the error for a client that cannot ask.
    fn modern_approvals(&mut self) {
        let revision = "2026-07-28";
        let mut asked = Asked::with("schemam", "2025-11-25", &json!({}));
        let arguments = json!({"alias": "box", "command": asked.line("ran")});
        let plain = modern(json!({"name": "ssh_run", "arguments": arguments}));
        let missing = asked.client.request("tools/call", plain.clone());
        self.0.push(json!([
            revision,
            "MissingRequiredClientCapabilityError",
            missing
        ]));
        let mut call = plain;
        call["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({"elicitation": {}});
        let response = asked.client.request("tools/call", call.clone());
        self.result(revision, "InputRequiredResult", &response);
        self.0
            .push(json!([revision, "CallToolResultResponse", response]));
        let question = &response["result"]["inputRequests"]["approval"];
        self.0.push(json!([revision, "ElicitRequest", question]));
        call["requestState"] = response["result"]["requestState"].clone();
        call["inputResponses"] = json!({"approval": choice("approve once")});
        self.0
            .push(json!([revision, "CallToolRequestParams", call]));
        for _ in 0..2 {
            let response = asked.client.request("tools/call", call.clone());
            self.result(revision, "CallToolResult", &response);
        }
    }

    fn validate(self, folder: &str) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/protocol/validate.py");
        let mut validator = Command::new(python())
            .args([script, folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = validator.stdin.take().unwrap();
        let lines: String = self.0.iter().map(|line| format!("{line}\n")).collect();
        let writing = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
        let output = validator.wait_with_output().unwrap();
        writing.join().unwrap().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}");
    }
}

#[test]
#[ignore = "needs the official schemas: set MCP_SCHEMA_DIR and MCP_SSH_PYTHON, run with --ignored"]
fn every_message_is_valid_in_its_revision() {
    let folder =
        std::env::var("MCP_SCHEMA_DIR").expect("MCP_SCHEMA_DIR names the folder of schemas");
    let mut transcript = Transcript::default();
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut client = Client::start(Fixture::one_host(22));
        transcript.error(revision, &client.request("tools/list", json!({})));
        let opened = client.request("initialize", json!({"protocolVersion": revision}));
        transcript.result(revision, "InitializeResult", &opened);
        transcript.result(revision, "EmptyResult", &client.request("ping", json!({})));
        transcript.tools(revision, &mut client, |params| params);
    }
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let (mut client, held) = Site::start("legacy").serve_in(revision);
        transcript.runs(revision, &mut client, |params| params);
        drop(held);
    }
    let (mut client, held) = Site::start("modern").serve_in("2025-11-25");
    transcript.runs("2026-07-28", &mut client, modern);
    drop(held);
    transcript.approvals("2025-06-18");
    transcript.approvals("2025-11-25");
    transcript.modern_approvals();
    let revision = "2026-07-28";
    let mut client = Client::start(Fixture::one_host(22));
    let discovery = client.request("server/discover", modern(json!({})));
    transcript.result(revision, "DiscoverResult", &discovery);
    transcript.tools(revision, &mut client, modern);
    let mut other = modern(json!({}));
    other["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("2027-01-01");
    let unsupported = client.request("server/discover", other);
    transcript.0.push(json!([
        revision,
        "UnsupportedProtocolVersionError",
        unsupported
    ]));
    client.raw(b"not json\n");
    transcript.error(revision, &client.next());
    transcript.validate(&folder);
}
