//! What is in force where `client-config` is asked, is in force in the server that the client starts.

use std::fs;
use std::os::unix::net::UnixListener;
use std::process::Output;

use serde_json::{Value, json};

use super::client_config::{starts, words};
use super::{mcp_ssh, said};
use crate::support::fixture::Fixture;

const TEXT: &str = "hunter2-of-the-environment";

/// `client-config WORDS` with a configuration, more options before it and these variables.
fn asked(fixture: &Fixture, options: &[&str], client: &[&str], set: &[(&str, &str)]) -> Output {
    let words = [options, &["client-config"], client].concat();
    let mut command = mcp_ssh(&words);
    let places = ["config", "keys", "secrets"].map(|name| fixture.path(name));
    for (option, place) in ["--config", "--keys", "--secrets"].iter().zip(&places) {
        command.arg(option).arg(place);
    }
    command.envs(set.iter().copied()).output().unwrap()
}

#[test]
fn the_audit_file_and_the_other_settings_go_along() {
    let fixture = Fixture::one_host(22);
    let trail = fixture.path("audit/trail.jsonl");
    let set = [
        ("LOG_LEVEL", "debug"),
        ("MCP_SSH_DEBUG", "1"),
        ("MCP_SSH_APPROVER", "/run/a.sock"),
    ];
    let by_option = asked(
        &fixture,
        &["--audit-file", &trail, "--no-sandbox"],
        &["json"],
        &set,
    );
    let (status, out, err) = said(&by_option);
    assert_eq!(status, 0, "{err}");
    let config: Value = serde_json::from_str(&out).unwrap();
    let server = &config["mcpServers"]["ssh"];
    let given = words(&server["args"]);
    assert_eq!(given[7..], ["--audit-file", &trail, "--no-sandbox"]);
    let expected: serde_json::Map<String, Value> = set
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    assert_eq!(server["env"], Value::Object(expected));
    // It is in force: the server writes its trail there.
    starts(server);
    let records = fs::read_to_string(&trail).unwrap();
    assert!(records.contains("\"ready\""), "{records}");

    let by_variable = asked(&fixture, &[], &["json"], &[("MCP_SSH_AUDIT_FILE", &trail)]);
    let config: Value = serde_json::from_str(&said(&by_variable).1).unwrap();
    let server = &config["mcpServers"]["ssh"];
    assert_eq!(words(&server["args"])[7..], ["--audit-file", &trail]);
    assert_eq!(server["env"], Value::Null);
    // What is said for the server counts more than what is in force here.
    let said_otherwise = ["json", "--env", "LOG_LEVEL=warn"];
    let config: Value =
        serde_json::from_str(&said(&asked(&fixture, &[], &said_otherwise, &set)).1).unwrap();
    assert_eq!(config["mcpServers"]["ssh"]["env"]["LOG_LEVEL"], "warn");
}

#[test]
fn a_container_gets_what_it_can_see() {
    let fixture = Fixture::one_host(22);
    let trail = fixture.path("audit/trail.jsonl");
    let folder = fixture.path("audit");
    let set = [("LOG_LEVEL", "debug"), ("MCP_SSH_APPROVER", "/run/a.sock")];
    let options = ["--audit-file", trail.as_str(), "--no-sandbox"];
    let (_, line, err) = said(&asked(&fixture, &options, &["docker"], &set));
    for part in [
        format!(" --volume {folder}:/app/audit "),
        " --env LOG_LEVEL=debug ".to_owned(),
        " --env MCP_SSH_AUDIT_FILE=/app/audit/trail.jsonl ".to_owned(),
    ] {
        assert!(line.contains(&part), "{part}: {line}");
    }
    assert!(line.trim_end().ends_with(" --no-sandbox"), "{line}");
    assert!(!line.contains("a.sock"), "{line}");
    assert!(
        err.contains("# MCP_SSH_APPROVER is a socket of this machine"),
        "{err}"
    );
    let (_, compose, _) = said(&asked(&fixture, &options, &["compose"], &set));
    for part in [
        format!(", \"{folder}:/app/audit\"]"),
        "environment: [\"LOG_LEVEL=debug\", \"MCP_SSH_AUDIT_FILE=/app/audit/trail.jsonl\"]"
            .to_owned(),
        "    command: [\"--no-sandbox\"]\n".to_owned(),
    ] {
        assert!(compose.contains(&part), "{part}: {compose}");
    }
}

#[test]
fn the_sockets_that_the_configuration_asks_for_go_along() {
    let fixture = Fixture::one_host(22);
    let runtime = fixture.path("run");
    fs::create_dir_all(format!("{runtime}/mcp-ssh")).unwrap();
    let socket = format!("{runtime}/mcp-ssh/approver.sock");
    let set = [
        ("SSH_AUTH_SOCK", "/run/agent.sock"),
        ("XDG_RUNTIME_DIR", runtime.as_str()),
    ];
    let env = || {
        let (_, out, _) = said(&asked(&fixture, &[], &["json"], &set));
        let config: Value = serde_json::from_str(&out).unwrap();
        config["mcpServers"]["ssh"]["env"].clone()
    };
    // No entry asks the agent, and no approver is there.
    assert_eq!(env(), Value::Null);
    let _approver = UnixListener::bind(&socket).unwrap();
    assert_eq!(env(), json!({"MCP_SSH_APPROVER": socket}));
    let entry = "entries: [{name: ops, username: o, agent: true}]\n";
    fixture.write("config/credentials.yml", entry);
    let agent = json!({"SSH_AUTH_SOCK": "/run/agent.sock", "MCP_SSH_APPROVER": socket});
    assert_eq!(env(), agent);
    let named = "rules: []\napprovals: {socket: /run/own.sock}\n";
    fixture.write("config/policy.yml", named);
    assert_eq!(env(), json!({"SSH_AUTH_SOCK": "/run/agent.sock"}));
}

/// It would stand in the client's file.
#[test]
fn a_secret_of_the_environment_is_told_of_and_not_carried() {
    let fixture = Fixture::one_host(22);
    for (client, variable) in [
        ("json", "FIXTURE_PASSWORD"),
        ("docker", "MCP_SSH_SECRET_FIXTURE_PASSWORD"),
    ] {
        let (status, out, err) = said(&asked(&fixture, &[], &[client], &[(variable, TEXT)]));
        assert_eq!(status, 0, "{err}");
        let words = format!(
            "# a secret is in the environment variable {variable}, which a client does not pass on"
        );
        assert!(err.contains(&words), "{err}");
        assert!(!out.contains(TEXT) && !err.contains(TEXT), "{out}{err}");
    }
    let (_, _, err) = said(&asked(&fixture, &[], &["json"], &[]));
    assert!(!err.contains("a secret is in"), "{err}");
}

/// Mounted, the container could write all that is in it.
#[test]
fn a_directory_of_others_is_not_mounted_for_the_trail() {
    let fixture = Fixture::one_host(22);
    let (own, beside) = (fixture.path("audit/a.jsonl"), fixture.path("a.jsonl"));
    let others = [
        "/dev/stderr",
        "/a.jsonl",
        "/var/log/a.jsonl",
        "/dev/shm/a.jsonl",
    ];
    let kept = fixture.path("keys/a.jsonl");
    for trail in others.into_iter().chain([beside.as_str(), kept.as_str()]) {
        let folder = trail.rsplit_once('/').unwrap().0;
        let folder = if folder.is_empty() { "/" } else { folder };
        for client in ["docker", "compose"] {
            let set = [("MCP_SSH_AUDIT_FILE", trail)];
            let (status, out, err) = said(&asked(&fixture, &[], &[client], &set));
            assert_eq!(status, 0, "{trail} {client}: {err}");
            assert!(!out.contains("/app/audit"), "{trail} {client}: {out}");
            assert!(!out.contains("AUDIT_FILE"), "{trail} {client}: {out}");
            let told = format!("# the audit file does not go along: `{folder}`, ");
            assert!(err.contains(&told), "{trail} {client}: {err}");
            assert!(
                err.contains("the trail needs a directory of its own"),
                "{err}"
            );
        }
        // A program of this machine opens the file alone.
        let (_, out, err) = said(&asked(&fixture, &["--audit-file", trail], &["json"], &[]));
        assert!(
            out.contains(trail) && !err.contains("go along"),
            "{out}{err}"
        );
    }
    let (_, out, err) = said(&asked(&fixture, &["--audit-file", &own], &["docker"], &[]));
    assert!(
        out.contains(":/app/audit ") && !err.contains("go along"),
        "{out}{err}"
    );
}
