//! One row of the matrix: a server, and the real binary with a configuration for it.
//!
//! Takes: a [`Kind`]. Gives: calls of tools and subcommands, and what they say. Refuses nothing: what a call says is what
//! is looked at.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::kinds::Kind;
use super::running::{Running, Visitor, Way};
use crate::support::client::Client;
use crate::support::fifo::Fifo;
use crate::support::fixture::Fixture;
use crate::support::keys::write_private;
use crate::support::marker::within;

/// In which anything must have happened on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What runs is the tests' own; one host has less room for output than the others.
const POLICY: &str = r#"limits: {max_seconds: 40, max_output_bytes: 8388608}
overrides: {aliases: {capped: {max_output_bytes: 65536}}}
rules:
- {action: allow, commands: ["exec sh -c 'kill -9 $$'"]}
- {action: allow, escapes: allow, stdin: allow, commands: ['*', 'sh -c *']}
files:
- {action: allow, read: ['DIR', 'DIR/**'], write: ['DIR/*']}
"#;

/// The server with a client of the binary that knows it.
pub struct Stand {
    pub kind: &'static Kind,
    pub running: Running,
    pub client: Client,
    /// A folder that the user may write in.
    pub folder: TempDir,
    _visitor: Visitor,
}

impl Stand {
    /// Starts the server, and the binary beside it.
    pub fn start(kind: &'static Kind) -> Self {
        let visitor = match kind.account {
            Some(tag) => Visitor::with_account(tag),
            None => Visitor::of_no_account(),
        };
        let running = (kind.start)(&visitor);
        let folder = folder(&visitor);
        if let (Some(account), true) = (&visitor.account, kind.lives_in_folder) {
            account.lives_in(folder.path());
        }
        let fixture = Fixture::empty();
        configure(&fixture, &running, &visitor, &folder);
        Self {
            kind,
            running,
            client: Client::initialized(fixture, "2025-11-25"),
            folder,
            _visitor: visitor,
        }
    }

    /// What a tool gives, or the error that it says.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Result<Value, String> {
        let result = self.client.call(tool, arguments);
        if result.get("isError").is_none() {
            return Ok(result["structuredContent"].clone());
        }
        let text = result["content"][0]["text"].as_str().unwrap();
        let details: Value = serde_json::from_str(text).unwrap_or(Value::Null);
        Err(details["error"].as_str().unwrap_or(text).to_owned())
    }

    /// What `ssh_run` gives on this host.
    pub fn run(&mut self, alias: &str, command: &str) -> Result<Value, String> {
        self.call("ssh_run", json!({"alias": alias, "command": command}))
    }

    /// Starts a task on the host.
    pub fn begin(&mut self, command: &str) -> Result<Value, String> {
        let arguments = json!({"alias": "box", "command": command});
        let task = self.call("ssh_run_async", arguments)?;
        Ok(json!({"task_id": task["task_id"]}))
    }

    /// The result of a task, once it has ended.
    pub fn ended(&mut self, task: &Value) -> Result<Value, String> {
        let running = |stand: &mut Self| {
            let status = stand.call("ssh_get_task_status", task.clone());
            status
                .is_ok_and(|status| status["status"] == "running" || status["status"] == "pending")
        };
        assert!(within(PATIENCE, || !running(self)), "a task has no end");
        self.call("ssh_get_task_result", task.clone())
    }

    /// Runs a subcommand with the configuration.
    pub fn subcommand(&self, words: &[&str]) -> Output {
        let mut command = self.client.fixture().server();
        command.args(words).output().unwrap()
    }

    /// A named pipe that the user may open.
    pub fn named_pipe(&self) -> Fifo {
        let pipe = Fifo::make(self.path("pipe").into());
        fs::set_permissions(pipe.path(), fs::Permissions::from_mode(0o666)).unwrap();
        pipe
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

fn folder(visitor: &Visitor) -> TempDir {
    let folder = tempfile::Builder::new().prefix("matrix").tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    if let Some(account) = &visitor.account {
        chown(folder.path(), Some(account.uid()), Some(account.gid())).unwrap();
    }
    folder
}

/// One host for each way to log in, and `box` and `capped` by the first of them.
fn configure(fixture: &Fixture, running: &Running, visitor: &Visitor, folder: &TempDir) {
    write_private(fixture.path("keys/id").as_ref(), &visitor.key.private);
    write_private(fixture.path("secrets/pw").as_ref(), &visitor.password);
    fixture.write("keys/known_hosts", &running.known_hosts());
    let (mut servers, mut credentials) = (String::from("hosts:\n"), String::from("entries:\n"));
    for door in &running.doors {
        let (port, alias, user) = (door.port, door.way.alias(), &door.user);
        let aliases: &[&str] = match alias == running.doors[0].way.alias() {
            true => &[alias, "box", "capped"],
            false => &[alias],
        };
        for name in aliases {
            servers += &format!(
                "- {{alias: {name}, host: 127.0.0.1, port: {port}, credentials: {alias}}}\n"
            );
        }
        let proof = match door.way {
            Way::Key => "key_path: id",
            Way::Password | Way::Keyboard => "password_secret: pw",
        };
        credentials += &format!("- {{name: {alias}, username: {user}, {proof}}}\n");
    }
    fixture.write("config/servers.yml", &servers);
    fixture.write("config/credentials.yml", &credentials);
    let policy = POLICY.replace("DIR", folder.path().to_str().unwrap());
    fixture.write("config/policy.yml", &policy);
}
