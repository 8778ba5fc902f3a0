//! A person is asked before a line runs that a rule says `ask` of: in either era, over a real host,
//! where each line makes a file, so that a line which must not run is seen not to have run.

mod approver;
mod approver_files;
mod approver_hostile;
mod approver_screen;
mod audited;
mod canary;
mod canary_later;
mod crowd;
mod files;
mod files_later;
mod fleet;
mod legacy;
mod marked;
mod modern;
mod sdk;
mod timeouts;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::gate::site::{Held, Site};
use crate::support::client::Client;

/// Asks before it makes a file; `echo` needs nobody.
pub const POLICY: &str = "limits: {max_seconds: 20}
rules:
- {name: files, action: ask, commands: ['touch *']}
- {action: allow, commands: ['echo *']}
- {action: deny, commands: ['touch /etc/*']}
";

/// A client of a server whose policy asks, and the place where files are made.
pub struct Asked {
    pub client: Client,
    pub held: Held,
    files: TempDir,
}

impl Asked {
    /// A legacy client that can ask its person.
    pub fn legacy(tag: &str) -> Self {
        Self::with(tag, "2025-11-25", &json!({"elicitation": {}}))
    }

    pub fn with(tag: &str, revision: &str, capabilities: &Value) -> Self {
        let site = Site::start(tag);
        site.write_policy(POLICY);
        Self::of(site, revision, capabilities)
    }

    /// With files of the test's own.
    pub fn of(site: Site, revision: &str, capabilities: &Value) -> Self {
        let (client, held) = site.serve_to(revision, capabilities);
        // No hidden one: what stands right in it no wildcard lets be written.
        let files = tempfile::Builder::new().prefix("files").tempdir().unwrap();
        // The host's user makes them.
        std::fs::set_permissions(files.path(), PermissionsExt::from_mode(0o777)).unwrap();
        Self {
            client,
            held,
            files,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    /// The line that makes a file.
    pub fn line(&self, name: &str) -> String {
        format!("touch {}", self.path(name).display())
    }

    /// Whether it has run since it was asked last.
    pub fn has_run(&self, name: &str) -> bool {
        std::fs::remove_file(self.path(name)).is_ok()
    }

    /// Whether nothing has run, nor even tried to reach the host.
    pub fn nothing_ran(&self) -> bool {
        self.files.path().read_dir().unwrap().next().is_none()
    }

    /// Calls `ssh_run` on `box` without waiting.
    pub fn begin(&mut self, line: &str) -> Value {
        self.begin_tool("ssh_run", json!({"alias": "box", "command": line}))
    }

    pub fn begin_tool(&mut self, tool: &str, arguments: Value) -> Value {
        let call = json!({"name": tool, "arguments": arguments});
        self.client.begin("tools/call", call)
    }

    /// The question that comes next.
    pub fn question(&mut self) -> Value {
        let question = self.client.next();
        assert_eq!(question["method"], "elicitation/create", "{question}");
        question
    }

    /// Answers it.
    pub fn answer(&mut self, question: &Value, result: Value) {
        let id = &question["id"];
        let response = json!({"jsonrpc": "2.0", "id": id, "result": result});
        self.client.send(&response);
    }

    /// The result of a call.
    pub fn result(&mut self, id: &Value) -> Value {
        self.client.response(id)["result"].clone()
    }

    /// The reason that a call was denied for.
    pub fn denied(&mut self, id: &Value) -> String {
        let result = self.result(id);
        reason(&result).unwrap_or_else(|| panic!("not denied: {result}"))
    }

    /// Proves that a call has succeeded.
    pub fn succeeded(&mut self, id: &Value) {
        let result = self.result(id);
        assert_eq!(result["structuredContent"]["exit_code"], 0, "{result}");
    }

    /// Asks once more, and proves that the question comes; it is refused.
    pub fn asks(&mut self, line: &str) {
        let id = self.begin(line);
        let question = self.question();
        self.answer(&question, choice("refuse"));
        assert_eq!(self.denied(&id), "approval_refused");
    }

    /// Writes another policy; it holds from here on. A line `reloaded` on stderr would not say so: it may be of the policy
    /// before, which was read twice, since a file that changes is noticed without being told.
    pub fn reload(&mut self, policy: &str) {
        self.client.fixture().write("config/policy.yml", policy);
        let result = self.client.call("ssh_reload_config", json!({}));
        assert_eq!(
            result["structuredContent"]["status"], "reloaded",
            "{result}"
        );
    }

    /// The records of the server, which has ended.
    pub fn records(self) -> Vec<Value> {
        let stderr = self.client.finish();
        crate::gate::records::lines(&stderr)
    }
}

/// An accepted form.
pub fn choice(decision: &str) -> Value {
    json!({"action": "accept", "content": {"decision": decision}})
}

/// The reason of a denial.
pub fn reason(result: &Value) -> Option<String> {
    let text = result["content"][0]["text"].as_str()?;
    let details: Value = serde_json::from_str(text).ok()?;
    (result["isError"] == true)
        .then(|| details["reason"].as_str().or(details["error"].as_str()))?
        .map(str::to_owned)
}
