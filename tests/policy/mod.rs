//! The policy engine, through its public door: a YAML text, a host, a command, a decision.

mod approvals;
mod argv;
mod argv_properties;
mod builtins;
mod corpus;
mod door;
mod escapes;
mod explaining;
mod judgement;
mod lints;
mod loading;
mod parents;
mod peeling;
mod properties;
mod reference;
mod rule_lines;
mod simple;
mod told;
mod unseen;
mod vouching;

use mcp_ssh::diagnostic::Source;
use mcp_ssh::policy::{Decision, HostPolicy, Policy};

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
