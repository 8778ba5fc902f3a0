//! A configuration for one real OpenSSH server, and what a test asks of it.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::account::Account;
use crate::support::client::Client;
use crate::support::fixture::Fixture;
use crate::support::keys::{KeyPair, write_private};
use crate::support::sshd::Sshd;

/// The host, its user and the files that name them.
pub struct Site {
    pub sshd: Sshd,
    pub account: Account,
    pub user: KeyPair,
    pub fixture: Fixture,
}

/// Allows what the tests run, and denies what they must not.
pub const POLICY: &str = r#"limits: {max_seconds: 20, deny_substrings: ['rm -rf /']}
rules:
  - name: what the tests run
    action: allow
    commands: ['echo *', 'printf *', 'sleep *', 'yes*', 'cat *', 'ls *', 'id*']
  # What hides its commands from deny rules has to be spelled out.
  - {action: allow, commands: ["sh -c 'kill -9 $$'", "exec sh -c 'kill -9 $$'"]}
  - {action: deny, commands: ['cat /etc/shadow*']}
  - {action: allow, escapes: allow, stdin: allow, commands: ['sh -c *']}
"#;

impl Site {
    /// `tag` tells the accounts of tests that run at once apart.
    pub fn start(tag: &str) -> Self {
        let user = KeyPair::ed25519();
        let sshd = Sshd::builder().authorize(&user).start();
        Self::of(tag, sshd, user)
    }

    /// With a server of the test's own.
    pub fn of(tag: &str, sshd: Sshd, user: KeyPair) -> Self {
        let site = Self {
            sshd,
            account: Account::create(tag),
            user,
            fixture: Fixture::empty(),
        };
        site.write_servers(site.sshd.port());
        site.write_credentials("key_path: id");
        site.fixture.write("config/policy.yml", POLICY);
        let known_hosts = site.sshd.known_hosts("127.0.0.1");
        site.fixture.write("keys/known_hosts", &known_hosts);
        write_private(&site.path("keys").join("id"), &site.user.private);
        site
    }

    pub fn write_servers(&self, port: u16) {
        let servers = format!(
            "hosts:\n- {{alias: box, host: 127.0.0.1, port: {port}, credentials: ops, tags: [lab]}}\n"
        );
        self.fixture.write("config/servers.yml", &servers);
    }

    /// Adds a key to the host.
    pub fn add_to_host(&self, key: &str) {
        let servers = std::fs::read_to_string(self.path("config/servers.yml")).unwrap();
        let servers = servers.replace("tags:", &format!("{key}, tags:"));
        self.fixture.write("config/servers.yml", &servers);
    }

    /// One entry; `more` is what proves who we are.
    pub fn write_credentials(&self, more: &str) {
        let name = &self.account.name;
        let entry = format!("entries:\n- {{name: ops, username: {name}, {more}}}\n");
        self.fixture.write("config/credentials.yml", &entry);
    }

    pub fn write_policy(&self, policy: &str) {
        self.fixture.write("config/policy.yml", policy);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        PathBuf::from(self.fixture.config())
            .parent()
            .unwrap()
            .join(name)
    }

    /// A server of ours with this configuration, which an MCP client has initialized.
    pub fn serve(self) -> (Client, Held) {
        self.serve_in("2025-11-25")
    }

    /// The same in this revision.
    pub fn serve_in(self, revision: &str) -> (Client, Held) {
        self.serve_to(revision, &json!({}))
    }

    /// The same to a client with these capabilities.
    pub fn serve_to(self, revision: &str, capabilities: &Value) -> (Client, Held) {
        let Self {
            sshd,
            account,
            fixture,
            ..
        } = self;
        let client = Client::capable(fixture, revision, capabilities);
        (client, Held { sshd, account })
    }

    /// The same by a server that is started in a way of its own.
    pub fn serve_by(self, start: impl FnOnce(&Command) -> Command) -> (Client, Held) {
        let Self {
            sshd,
            account,
            fixture,
            ..
        } = self;
        let mut server = start(&fixture.server());
        server.envs(fixture.environment());
        let mut client = Client::run(fixture, server);
        client.open("2025-11-25");
        (client, Held { sshd, account })
    }

    /// A subcommand with this configuration.
    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.fixture.server();
        command.args(words);
        command
    }
}

/// What has to live as long as the client's server works with it.
pub struct Held {
    pub sshd: Sshd,
    /// Dropping it removes the account.
    pub account: Account,
}

/// Calls `ssh_run` on the host and waits for the result.
pub fn ssh_run(client: &mut Client, command: &str) -> Value {
    client.call("ssh_run", json!({"alias": "box", "command": command}))
}

/// The structured content of a call that ran.
pub fn ran(client: &mut Client, command: &str) -> Value {
    let result = ssh_run(client, command);
    assert_eq!(result.get("isError"), None, "{command}: {result}");
    result["structuredContent"].clone()
}

/// The details of a call that did not.
pub fn refused(client: &mut Client, command: &str) -> Value {
    let result = ssh_run(client, command);
    assert_eq!(result["isError"], true, "{command}: {result}");
    let text = result["content"][0]["text"].as_str().unwrap();
    serde_json::from_str(text).unwrap()
}
