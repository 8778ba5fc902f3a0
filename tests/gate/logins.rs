//! The ways to log in that are more than a key: through the binary, by `run` and by `ssh_run`.

use std::process::Command;

use serde_json::{Value, json};

use super::site::{Site, ran, refused};
use crate::support::agent::Agent;
use crate::support::keys::{KeyPair, write_private};
use crate::support::sshd::Sshd;

const RUN: [&str; 6] = ["run", "--json", "box", "--", "echo", "in"];

/// What `run --json` prints.
fn output(site: &Site, socket: Option<&Agent>) -> Value {
    let mut command = site.command(&RUN);
    if let Some(agent) = socket {
        command.env("SSH_AUTH_SOCK", agent.socket());
    }
    let output = command.output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn the_agent_logs_in_and_a_public_key_names_the_one_to_use() {
    let (site, agent) = (Site::start("agent"), Agent::start());
    for _ in 0..6 {
        agent.add(&KeyPair::ed25519(), None);
    }
    agent.add(&site.user, None);
    std::fs::remove_file(site.path("keys/id")).unwrap();
    site.fixture.write("keys/id.pub", &site.user.public);
    for (more, expected) in [
        ("agent: true, key_path: id.pub", json!("in\n")),
        // Too far back among the others.
        ("agent: true", Value::Null),
        // Without the agent it is no private key.
        ("key_path: id.pub", Value::Null),
    ] {
        site.write_credentials(more);
        assert_eq!(output(&site, Some(&agent))["output"], expected, "{more}");
    }
    site.write_credentials("agent: true, key_path: id.pub");
    let failure = output(&site, None);
    let headline = "SSH agent gives no key: Check the agent at SSH_AUTH_SOCK";
    assert_eq!(failure["error"], headline, "{failure}");
}

#[test]
fn a_certificate_logs_in_with_the_key_or_with_the_agent() {
    let (authority, agent) = (KeyPair::ed25519(), Agent::start());
    let line = format!("cert-authority {}", authority.public);
    let sshd = Sshd::builder().authorized_line(&line).start();
    let site = Site::of("cert", sshd, KeyPair::ed25519());
    let names = ["-n", site.account.name.as_str()];
    let certificate = site.user.certified_by(&authority, &names);
    site.fixture.write("keys/id-cert.pub", &certificate);
    let both = "key_path: id, certificate_path: id-cert.pub";
    site.write_credentials(both);
    assert_eq!(output(&site, None)["output"], "in\n");
    site.write_credentials("agent: true, certificate_path: id-cert.pub");
    agent.add(&site.user, None);
    assert_eq!(output(&site, Some(&agent))["output"], "in\n");

    site.write_credentials(both);
    let old = [&names[..], &["-V", "20200101:20200102"]].concat();
    let old = site.user.certified_by(&authority, &old);
    site.fixture.write("keys/id-cert.pub", &old);
    let before = site.sshd.log();
    let headline = "SSH certificate not usable: Check its key and validity";
    assert_eq!(output(&site, None)["error"], headline);
    assert_eq!(site.sshd.log(), before);
}

/// An account without a password, on a server that takes that: sshd lets in who says `none`. An entry may say that it is
/// so, and one with a key is let in without it.
#[test]
fn a_host_that_wants_no_proof_is_logged_in_to_without_one() {
    let mut logged_in = Vec::new();
    for (tag, open, proof) in [
        ("nonea", true, "none: true"),
        ("noneb", true, "key_path: id"),
        ("nonec", false, "none: true"),
    ] {
        let sshd = Sshd::builder().config("UsePAM no\nPasswordAuthentication yes");
        let sshd = match open {
            true => sshd.config("PermitEmptyPasswords yes"),
            false => sshd,
        };
        // The server does not know the key.
        let site = Site::of(tag, sshd.start(), KeyPair::ed25519());
        let mut passwd = Command::new("passwd");
        let emptied = passwd.args(["-q", "-d", &site.account.name]).status();
        assert!(emptied.unwrap().success());
        site.write_credentials(proof);
        let told = output(&site, None);
        logged_in.push(told["output"] == "in\n");
        let log = site.sshd.log();
        assert_eq!(log.contains("Accepted none"), open, "{told}: {log}");
    }
    assert_eq!(logged_in, [true, true, false]);
}

/// A site whose `box` is behind two jump hosts, `outer` and `inner`, each with a key of its own.
struct Behind {
    site: Site,
    outer: Sshd,
    inner: Sshd,
}

impl Behind {
    fn start(tag: &str) -> Self {
        let site = Site::start(tag);
        let keys = [KeyPair::ed25519(), KeyPair::ed25519()];
        let [outer, inner] = keys
            .each_ref()
            .map(|key| Sshd::builder().authorize(key).start());
        let name = &site.account.name;
        let mut entries = format!("entries:\n- {{name: ops, username: {name}, key_path: id}}\n");
        for (host, key) in ["outer", "inner"].iter().zip(&keys) {
            write_private(&site.path("keys").join(host), &key.private);
            entries += &format!("- {{name: {host}, username: {name}, key_path: {host}}}\n");
        }
        site.fixture.write("config/credentials.yml", &entries);
        let behind = Self { site, outer, inner };
        behind.write_servers("127.0.0.1");
        behind.write_known_hosts(&["outer", "inner"]);
        behind
    }

    /// The outer one has the name that known_hosts calls it by.
    fn write_servers(&self, inner: &str) {
        let ports = (self.outer.port(), self.inner.port(), self.site.sshd.port());
        let servers = format!(
            "hosts:\n\
             - {{alias: box, host: 127.0.0.1, port: {}, credentials: ops, jump: inner}}\n\
             - {{alias: inner, host: {inner}, port: {}, credentials: inner, jump: outer}}\n\
             - {{alias: outer, host: 127.0.0.1, port: {}, credentials: outer, host_key_alias: bastion}}\n",
            ports.2, ports.1, ports.0
        );
        self.site.fixture.write("config/servers.yml", &servers);
    }

    fn write_known_hosts(&self, jump_hosts: &[&str]) {
        let mut lines = self.site.sshd.known_hosts("127.0.0.1");
        for host in jump_hosts {
            lines += &match *host {
                "outer" => self.outer.known_hosts("bastion"),
                _ => self.inner.known_hosts("127.0.0.1"),
            };
        }
        self.site.fixture.write("keys/known_hosts", &lines);
    }

    fn logs(&self) -> [String; 3] {
        [&self.outer, &self.inner, &self.site.sshd].map(Sshd::log)
    }
}

#[test]
fn a_command_runs_behind_two_jump_hosts_each_with_a_login_of_its_own() {
    let behind = Behind::start("jump");
    let result = output(&behind.site, None);
    assert_eq!(result["output"], "in\n", "{result}");
    for log in behind.logs() {
        assert_eq!(log.matches("Accepted publickey").count(), 1, "{log}");
    }
    let Behind { site, outer, inner } = behind;
    let (mut client, held) = site.serve();
    assert_eq!(ran(&mut client, "echo in")["output"], "in\n");
    assert_eq!(ran(&mut client, "echo in")["output"], "in\n");
    for log in [outer.log(), inner.log(), held.sshd.log()] {
        assert_eq!(log.matches("Accepted publickey").count(), 2, "{log}");
    }
    // A command on a jump host has a connection of its own: it may have to be cut.
    let call = json!({"alias": "inner", "command": "echo in"});
    assert_eq!(client.call("ssh_run", call)["isError"], Value::Null);
    let counts = [outer.log(), inner.log()].map(|log| log.matches("Accepted publickey").count());
    assert_eq!(counts, [2, 3]);
    client.close_stdin();
    assert!(client.ends().success());
    // What is said through it may be lost when the outer one ends.
    let log = outer.log();
    assert_eq!(log.matches("Received disconnect").count(), 2, "{log}");
}

#[test]
fn a_jump_host_that_the_network_policy_denies_is_named_and_nothing_is_dialled() {
    let behind = Behind::start("jumpnet");
    behind.write_servers("127.0.0.2");
    behind.site.write_policy(
        "network: {block_cidrs: [127.0.0.2]}\nrules: [{action: allow, commands: ['echo *']}]\n",
    );
    let denial = output(&behind.site, None);
    assert_eq!(denial["stage"], "network", "{denial}");
    assert_eq!(denial["reason"], "jump_host_not_permitted");
    assert!(
        denial["why"]
            .as_str()
            .unwrap()
            .contains("jump host `inner`")
    );
    let plan = behind
        .site
        .run(&["plan", "--json", "box", "--", "echo", "in"]);
    let plan: Value = serde_json::from_slice(&plan.stdout).unwrap();
    assert_eq!(plan["why"], denial["why"]);
    assert_eq!(behind.logs(), ["", "", ""]);
}

#[test]
fn a_jump_host_that_fails_is_named() {
    type Spoil = fn(&Behind);
    let spoils: [(&str, Spoil, &str); 4] = [
        (
            "jumpkey",
            |behind| {
                behind
                    .site
                    .fixture
                    .write("keys/inner", &KeyPair::ed25519().private)
            },
            "SSH authentication failed: Invalid credentials (jump host `inner`)",
        ),
        (
            "jumpgone",
            |behind| std::fs::remove_file(behind.site.path("keys/outer")).unwrap(),
            "SSH key file not found: Check key path configuration (jump host `outer`)",
        ),
        (
            "jumpunknown",
            |behind| behind.write_known_hosts(&["inner"]),
            "SSH host key not found: Add host to known_hosts (jump host `outer`)",
        ),
        (
            "jumpinner",
            |behind| behind.write_known_hosts(&["outer"]),
            "SSH host key not found: Add host to known_hosts (jump host `inner`)",
        ),
    ];
    for (tag, spoil, error) in spoils {
        let behind = Behind::start(tag);
        spoil(&behind);
        let user = behind.site.account.name.clone();
        let Behind { site, outer, inner } = behind;
        let (mut client, held) = site.serve();
        let failure = refused(&mut client, "echo hi");
        assert_eq!(failure["error"], error, "{failure}");
        let told = failure.to_string();
        for inside in ["127.0.0.1", "/keys", &user] {
            assert!(!told.contains(inside), "{told}");
        }
        assert_eq!(held.sshd.log(), "");
        drop((held, outer, inner));
    }
}
