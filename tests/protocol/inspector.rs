//! The MCP Inspector's command line (npm `@modelcontextprotocol/inspector`) as a client: one process
//! for each question, in the era that it is told.

use serde_json::{Value, json};

use super::conversation::{TOOLS, policy};
use super::node::{node, packages};
use crate::gate::site::Site;
use crate::support::transcript::Recording;

/// What it exits with when a tool's result has `isError`.
const TOOL_IS_ERROR: i32 = 5;
/// The same for a tool that the server does not list.
const NO_SUCH_TOOL: i32 = 5;

/// A site and the era to ask in.
struct Inspector {
    site: Site,
    recording: Recording,
    era: &'static str,
}

impl Inspector {
    fn start(era: &'static str) -> Self {
        let site = Site::start(&format!("insp{era}"));
        site.write_policy(&policy());
        let recording = Recording::begin();
        Self {
            site,
            recording,
            era,
        }
    }

    /// The exit status, and the result if there was one.
    fn ask(&self, question: &[&str]) -> (Option<i32>, Value) {
        let mut inspector = node();
        inspector
            .arg(packages().join(
                "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js",
            ))
            .args([
                "--cli",
                "--quiet",
                "--format",
                "json",
                "--protocol-era",
                self.era,
            ])
            .args(question)
            // It keeps files of its own there.
            .env("HOME", self.site.path("config"));
        for (name, value) in self.site.fixture.environment() {
            inspector.arg("-e").arg(format!("{name}={value}"));
        }
        let output = inspector
            .arg("--")
            .args(self.recording.server())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let answer = serde_json::from_slice::<Value>(&output.stdout);
        let answer = answer.unwrap_or_else(|_| json!({"result": stderr}));
        (output.status.code(), answer["result"].clone())
    }

    fn call(&self, tool: &str, arguments: &Value) -> (Option<i32>, Value) {
        let arguments = arguments.to_string();
        self.ask(&[
            "--method",
            "tools/call",
            "--tool-name",
            tool,
            "--tool-args-json",
            &arguments,
        ])
    }
}

/// What it finds fault with in the schemas of the tools is an exit status of its own.
fn converse(era: &'static str) {
    let inspector = Inspector::start(era);
    let (status, listed) = inspector.ask(&["--method", "tools/list", "--strict"]);
    assert_eq!(status, Some(0), "{era}: {listed}");
    let tools = listed["tools"].as_array().unwrap();
    let names: Vec<&str> = tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, TOOLS);

    let (status, ran) = inspector.call("ssh_run", &json!({"alias": "box", "command": "echo hi"}));
    assert_eq!(status, Some(0), "{era}: {ran}");
    assert_eq!(ran["structuredContent"]["output"], "hi\n");
    let (status, denied) = inspector.call("ssh_run", &json!({"alias": "box", "command": "reboot"}));
    assert_eq!(status, Some(TOOL_IS_ERROR), "{era}: {denied}");
    let text = denied["content"][0]["text"].as_str().unwrap();
    assert!(text.contains(r#""status":"denied""#), "{text}");
    let (status, unknown) = inspector.call("ssh_pong", &json!({}));
    assert_eq!(status, Some(NO_SUCH_TOOL), "{era}: {unknown}");
    for method in ["resources/list", "resources/templates/list", "prompts/list"] {
        let (status, listed) = inspector.ask(&["--method", method]);
        assert_eq!(status, Some(0), "{era}: {method}: {listed}");
    }
    inspector.recording.check(7);
}

#[test]
fn in_the_legacy_era() {
    converse("legacy");
}

#[test]
fn in_the_modern_era() {
    converse("modern");
}

#[test]
fn finding_the_era_by_itself() {
    converse("auto");
}
