//! One slip of the operator is one fault: what follows from it is not told beside it.

use mcp_ssh::config::load;

use super::site::{CREDENTIALS, SERVERS, Site};

/// The headlines of what is said of a site, without its directory.
fn told(servers: &str, credentials: &str) -> Vec<String> {
    let site = Site::new();
    site.write("config/servers.yml", servers);
    site.write("config/credentials.yml", credentials);
    let diagnostics = load(&site.paths()).diagnostics;
    let root = format!("{}/", site.path("config").display());
    let line = |headline: String| headline.replace(&root, "");
    diagnostics.iter().map(|one| line(one.headline())).collect()
}

#[test]
fn a_slip_in_servers_is_told_once() {
    for (slip, begins) in [
        (
            "hosts: [{alais: b, host: h, credentials: ops}, {alias: a, host: h, jump: b, credentials: ops}]",
            "servers.yml:1:10: unknown key `alais`: did you mean `alias`?",
        ),
        (
            "hosts: [{alias: a, hostname: h, credentials: ops}]",
            "servers.yml:1:20: unknown key `hostname`: did you mean `host`?",
        ),
        (
            "hosts: [{aliases: a, host: h, credentials: ops}]",
            "servers.yml:1:10: unknown key `aliases`: did you mean `alias`?",
        ),
        (
            "hosts: [{alias: a, host: h, credential: ops}]",
            "servers.yml:1:29: unknown key `credential`: did you mean `credentials`?",
        ),
        (
            "host: [{alias: a, host: h, credentials: ops}]",
            "servers.yml:1:1: unknown key `host`: did you mean `hosts`?",
        ),
        (
            "hosts: [{alias: a, host: \u{201c}h\u{201d}, credentials: ops}]",
            "servers.yml:1:26: host holds `\u{201c}`: no quote of YAML",
        ),
        (
            "<<<<<<< HEAD\nhosts: []\n=======\nhosts:\n>>>>>>> x\n",
            "servers.yml:1:1: a conflict that git left",
        ),
        (
            "hosts:\n<<<<<<< HEAD\n- {alias: a, host: h, credentials: ops}\n=======\n>>>>>>> x\n",
            "servers.yml:2:1: a conflict that git left",
        ),
    ] {
        let told = told(slip, CREDENTIALS);
        assert!(
            told.len() == 1 && told[0].starts_with(begins),
            "{slip}: {told:?}"
        );
    }
}

#[test]
fn a_slip_in_credentials_is_told_once_and_not_in_servers() {
    for (slip, begins) in [
        (
            "entries: [{name: ops, user: u, key_path: id}]",
            "credentials.yml:1:23: unknown key: did you mean `username`?",
        ),
        (
            "entries: [{nam: ops, username: u, key_path: id}]",
            "credentials.yml:1:12: unknown key: did you mean `name`?",
        ),
        (
            "entries: [{username: u, key_path: id}]",
            "credentials.yml:1:11: entry without `name`: add `name: …`",
        ),
        (
            "entries: [{name: 5, username: u, key_path: id}]",
            "credentials.yml:1:18: `name` must be text",
        ),
        (
            "entries: [{name: ops, username: u, keypath: id}]",
            "credentials.yml:1:36: unknown key: did you mean `key_path`?",
        ),
        (
            "entries: [{name: ops, username: u, key: id}]",
            "credentials.yml:1:36: unknown key: the keys here are",
        ),
        (
            "entries: [{name: ops, username: u, key_path: [id]}]",
            "credentials.yml:1:46: `key_path` must be text",
        ),
        (
            "entries: [{name: ops, username: u, agent: \"yes\"}]",
            "credentials.yml:1:43: `agent` must be `true` or `false`",
        ),
        (
            "entry: [{name: ops, username: u, key_path: id}]",
            "credentials.yml:1:1: unknown key: did you mean `entries`?",
        ),
        (
            "entries: {name: ops}",
            "credentials.yml:1:10: `entries` must be a list",
        ),
        (
            "entries: [ops]",
            "credentials.yml:1:11: entry must be a mapping",
        ),
    ] {
        let told = told(SERVERS, slip);
        assert!(
            told.len() == 1 && told[0].starts_with(begins),
            "{slip}: {told:?}"
        );
    }
}

#[test]
fn two_slips_are_two_faults_and_a_host_without_an_entry_never_loads() {
    for (servers, credentials, count) in [
        (
            "hosts: [{aliases: a, hostname: h, credentials: ops}]",
            CREDENTIALS,
            2,
        ),
        (
            "hosts: [{colour: red, alias: a, credentials: ops}]",
            CREDENTIALS,
            2,
        ),
        (
            SERVERS,
            "entries: [{colour: red, name: ops, key_path: id}]",
            2,
        ),
        (
            "hosts: [{alais: b, host: h, credentials: ops}, {alias: a, host: h, jump: a, credentials: ops}]",
            CREDENTIALS,
            2,
        ),
        (
            "hosts: [{alias: a, host: h, jump: b, credentials: ops}, {alias: c, host: h, credentials: ops}]",
            CREDENTIALS,
            1,
        ),
        // Nothing but a warning is said of these: what a host names must be missed.
        (SERVERS, "entries: []", 2),
        (SERVERS, "entries:", 2),
    ] {
        let site = Site::new();
        site.write("config/servers.yml", servers);
        site.write("config/credentials.yml", credentials);
        let loaded = load(&site.paths());
        assert!(
            loaded.failed() && loaded.inventory.is_none(),
            "{servers} {credentials}"
        );
        assert_eq!(
            loaded.diagnostics.len(),
            count,
            "{servers} {credentials}: {:?}",
            loaded.diagnostics
        );
    }
}
