//! The policies that a new configuration can begin with: worked ones, each tested in examples/policies.
//!
//! Takes: the name of one. Gives: its text for one host. Refuses: a name that none has.

use std::net::IpAddr;

use crate::config::HostName;

/// A policy to begin with.
#[derive(Debug)]
pub struct WorkedPolicy {
    /// What it is called.
    pub name: &'static str,
    /// What it lets an assistant do.
    pub what: &'static str,
    /// The tag of the hosts that it is for; every host's, where there is none.
    pub tag: Option<&'static str>,
    /// A command that it allows, to see whether a host answers.
    pub look: &'static str,
    /// What it denies, beside what it allows: the policy tests to begin with.
    denies: &'static str,
    text: &'static str,
}

/// They all look, and change nothing: the first is the narrowest.
pub const WORKED_POLICIES: [WorkedPolicy; 3] = [
    WorkedPolicy {
        name: "look",
        what: "uptime, disks, memory, failed units: a few whole commands",
        tag: None,
        look: "uptime",
        denies: "df -h; rm -rf /",
        text: include_str!("../../examples/starter/policy.yml"),
    },
    WorkedPolicy {
        name: "diagnostics",
        what: "load, sockets, processes, the state of units, and filters for what they print",
        tag: Some("linux"),
        look: "uptime",
        denies: "systemctl restart nginx",
        text: include_str!("../../examples/policies/read-only-diagnostics/policy.yml"),
    },
    WorkedPolicy {
        name: "logs",
        what: "files below /var/log and the journal of named units, without the logs of logins",
        tag: Some("logs"),
        look: "ls -l /var/log",
        denies: "cat /etc/shadow",
        text: include_str!("../../examples/policies/log-reading/policy.yml"),
    },
];

impl WorkedPolicy {
    /// The policy of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        WORKED_POLICIES.iter().find(|policy| policy.name == name)
    }

    /// Policy tests for one host: a command that it allows, and one that it denies.
    pub fn tests_for(&self, alias: &str) -> String {
        let Self { look, denies, .. } = self;
        format!(
            "# policy_tests.yml: what you expect of policy.yml; `mcp-ssh check` runs it.\n\n\
             - {{alias: '{alias}', command: \"{look}\", expect: allow}}\n\
             - {{alias: '{alias}', command: \"{denies}\", expect: deny}}\n"
        )
    }

    /// Its text for one host: the network rules permit that host's address alone, or none are there where the host has
    /// a name.
    pub fn text_for(&self, host: &HostName) -> String {
        let mut text = String::new();
        let mut within = false;
        for line in self.text.lines() {
            if matches!(line, "network:" | "# network:") {
                within = true;
                if let Some(address) = host.address() {
                    text.push_str(&only(address));
                }
            }
            within &= !line.is_empty();
            if !within {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }
}

fn only(address: IpAddr) -> String {
    let bits = if address.is_ipv4() { 32 } else { 128 };
    format!("network:\n  allow_cidrs: [\"{address}/{bits}\"]   # this host alone\n")
}
