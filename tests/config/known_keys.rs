//! Where a key is known its line is shown whole: a fault of a value can be seen.

use mcp_ssh::config::load;
use mcp_ssh_policy::Policy;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};

use super::site::{CREDENTIALS, Site};

/// The headlines of what is said of servers.yml.
fn told_of_servers(text: &str) -> Vec<String> {
    let site = Site::new();
    site.write("config/servers.yml", text);
    site.write("config/credentials.yml", CREDENTIALS);
    let told = load(&site.paths()).diagnostics;
    told.iter().map(Diagnostic::headline).collect()
}

fn told_of_policy(text: &str) -> Vec<String> {
    let told = Policy::load(&Source::new("policy.yml", text)).unwrap_err();
    told.iter().map(Diagnostic::headline).collect()
}

/// The keys that a mapping may have, as its error lists them.
fn listed(told: &[String]) -> Vec<&str> {
    let lists = told
        .iter()
        .filter_map(|line| line.split_once("the keys here are "));
    lists
        .flat_map(|(_, keys)| keys.split(", ").map(|key| key.trim_matches('`')))
        .collect()
}

#[test]
fn the_line_of_each_known_key_is_shown_whole() {
    let servers = ["qqqqq: 1", "defaults: {qqqqq: 1}", "hosts: [{qqqqq: 1}]"].map(told_of_servers);
    let policy = [
        "qqqqq: 1",
        "limits: {qqqqq: 1}",
        "network: {qqqqq: 1}",
        "rules: [{qqqqq: 1}]",
        "overrides: {qqqqq: 1}",
        "overrides: {aliases: {a: {qqqqq: 1}}}",
        "audit: {qqqqq: 1}",
        "approvals: {qqqqq: 1}",
        "files: [{qqqqq: 1}]",
    ]
    .map(told_of_policy);
    for told in servers.iter().chain(&policy) {
        let keys = listed(told);
        assert!(!keys.is_empty(), "{told:?}");
        for key in keys {
            let line = format!("{{{key}: a value}}");
            let source = Source::new("f", &line);
            let fault = Diagnostic::error(
                &source,
                Span {
                    line: 1,
                    column: 1,
                    width: 1,
                },
                "x",
            );
            assert!(fault.to_string().contains(&line), "{fault}");
        }
    }
}
