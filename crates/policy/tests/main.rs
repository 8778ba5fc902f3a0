//! The policy engine, through its public door: a YAML text, a host, a command, a decision.

#![cfg(test)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test says what is wrong by panicking, in what it shares with others too"
)]

mod approvals;
mod argv;
mod argv_properties;
mod becoming;
mod becoming_told;
mod builtins;
mod comparing;
mod corpus;
mod coverage;
mod escapes;
mod explaining;
mod files;
mod judgement;
mod lints;
mod loading;
mod parents;
mod peeling;
mod powers;
mod properties;
mod reference;
mod rule_lines;
mod shell;
mod simple;
mod told;
mod unseen;
mod uses;
mod vouching;

use mcp_ssh_policy::{Decision, HostPolicy, Policy};
use mcp_ssh_yaml::diagnostic::Source;

/// Loads a policy that must load.
pub fn load(yaml: &str) -> Policy {
    let source = Source::new("policy.yml", yaml);
    match Policy::load(&source) {
        Ok((policy, _)) => policy,
        Err(faults) => panic!(
            "{}",
            faults.iter().map(|f| format!("{f}\n")).collect::<String>()
        ),
    }
}

/// The policy of one host.
pub fn host(yaml: &str, alias: &str, tags: &[&str]) -> HostPolicy {
    load(yaml).for_host(alias, tags)
}

/// `allow`, `ask`, or the stage that denied.
pub fn short(decision: &Decision) -> String {
    let json = serde_json::to_value(decision).unwrap();
    let of = |key: &str| json[key].as_str().map(str::to_owned);
    of("stage").or_else(|| of("decision")).unwrap()
}
