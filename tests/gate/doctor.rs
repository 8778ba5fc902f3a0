//! `mcp-ssh doctor`: where the way to a real server ends, and that it says so.

use std::io::Write;

use serde_json::Value;

use super::cli::{status, text};
use super::site::Site;
use crate::support::keys::{KeyPair, write_private};
use crate::support::raw::{Misbehaviour, ignore, misbehaving, say, wait_for_the_end};
use crate::support::sshd::Sshd;

/// The steps as `STATUS STEP`, and the last one's detail.
fn examined(site: &Site, words: &[&str]) -> (i32, Vec<String>, String) {
    let words = [&["doctor", "--json"], words].concat();
    let output = site.run(&words);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
    let steps = report["steps"].as_array().unwrap();
    let brief = |step: &Value| {
        let word = |key: &str| step[key].as_str().unwrap().to_owned();
        format!("{} {}", word("status"), word("step"))
    };
    let last = steps.last().unwrap()["detail"].as_str().unwrap().to_owned();
    assert_eq!(report["ok"], status(&output) == 0, "{report}");
    (status(&output), steps.iter().map(brief).collect(), last)
}

#[test]
fn a_way_that_is_open_is_told_step_by_step() {
    let site = Site::start("doctor");
    let output = site.run(&["doctor", "box"]);
    let told = text(&output.stdout);
    assert_eq!(status(&output), 0, "{told}{}", text(&output.stderr));
    let words: Vec<&str> = told.lines().map(|line| line[6..20].trim()).collect();
    let expected = [
        "configuration",
        "policy",
        "network rule",
        "connection",
        "version",
        "key exchange",
        "host key",
        "login",
        "login",
        "command",
    ];
    assert_eq!(words, expected, "{told}");
    for part in [
        &format!("127.0.0.1:{} answers", site.sshd.port()),
        "SSH-2.0-OpenSSH",
        "ssh-ed25519: accepted",
        "`id` is allowed",
        "`id` ended with status 0",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let fingerprint = site.run(&["keyscan", "--all"]);
    let shown = text(&fingerprint.stderr);
    let shown = shown.split_whitespace().last().unwrap();
    assert!(told.contains(shown), "{shown}: {told}");
}

#[test]
fn what_runs_is_judged_and_recorded_as_by_run() {
    let site = Site::start("doctorrec");
    let trail = site.path("audit.jsonl");
    let trail = trail.to_str().unwrap();
    let words = ["doctor", "--audit-file", trail, "box", "--", "echo", "hi"];
    assert_eq!(status(&site.run(&words)), 0);
    let records = std::fs::read_to_string(trail).unwrap();
    let of = |kind: &str| records.matches(&format!("\"type\":\"{kind}\"")).count();
    assert_eq!((of("policy_decision"), of("audit")), (1, 1), "{records}");
    // A command that the policy denies is not run, and nothing is dialled.
    let logins = site.sshd.log().matches("Connection from").count();
    let (exit, steps, why) = examined(&site, &["box", "--", "rm", "-rf", "/"]);
    assert_eq!(exit, 1);
    assert_eq!(steps, ["passed configuration", "failed policy"], "{why}");
    site.write_policy("rules:\n- {action: allow, commands: ['ls /srv']}\n");
    let (exit, steps, why) = examined(&site, &["box"]);
    assert_eq!((exit, steps.len()), (1, 2), "{why}");
    assert!(why.contains("mcp-ssh doctor box -- COMMAND"), "{why}");
    // A rule that becomes another user is no rule for a look: nobody asked for sudo.
    site.write_policy("rules:\n- {action: allow, become: root, commands: [id, uptime]}\n");
    let (exit, steps, why) = examined(&site, &["box"]);
    assert_eq!((exit, steps.len()), (1, 2), "{why}");
    assert_eq!(site.sshd.log().matches("Connection from").count(), logins);
}

#[test]
fn the_step_at_which_it_ends_is_named() {
    let site = Site::start("doctorend");
    let port = site.sshd.port();
    let known_hosts = site.sshd.known_hosts("127.0.0.1");
    let ends = |step: &str, part: &str| {
        let (exit, steps, why) = examined(&site, &["box"]);
        let last = steps.last().unwrap();
        assert_eq!(
            (exit, last.as_str()),
            (1, &*format!("failed {step}")),
            "{steps:?} {why}"
        );
        assert!(why.contains(part), "{part}: {why}");
        steps
    };
    // A login that is refused: each method has its line.
    write_private(&site.path("keys/id"), &KeyPair::ed25519().private);
    let steps = ends("login", "tried ssh-ed25519");
    assert!(steps.contains(&"refused method".to_owned()), "{steps:?}");
    assert!(steps.contains(&"passed host_key".to_owned()), "{steps:?}");
    std::fs::remove_file(site.path("keys/id")).unwrap();
    ends("login", "keys/id");
    write_private(&site.path("keys/id"), &site.user.private);
    // Another host key than the known one, and none.
    let other = KeyPair::ed25519().public;
    let line = format!("[127.0.0.1]:{port} {other}");
    site.fixture.write("keys/known_hosts", &line);
    ends("host_key", "known_hosts");
    site.fixture.write("keys/known_hosts", "");
    ends("host_key", "mcp-ssh keyscan");
    site.fixture.write("keys/known_hosts", &known_hosts);
    // An address that the policy forbids.
    site.write_policy(
        "network: {allow_cidrs: [10.0.0.0/8]}\nrules:\n- {action: allow, commands: ['true']}\n",
    );
    ends("network_rule", "network");
    site.write_policy("rules:\n- {action: allow, commands: ['true']}\n");
    // A closed port, what is no SSH server, a name without an address.
    site.write_servers(1);
    site.fixture.write(
        "keys/known_hosts",
        &known_hosts.replace(&format!(":{port}"), ":1"),
    );
    ends("connection", "refused");
    let http = misbehaving(|stream| say(stream, b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    site.write_servers(http);
    site.fixture.write(
        "keys/known_hosts",
        &known_hosts.replace(&format!(":{port}"), &format!(":{http}")),
    );
    ends("version", "an HTTP server");
    let servers = "hosts:\n- {alias: box, host: nowhere.invalid, credentials: ops}\n";
    site.fixture.write("config/servers.yml", servers);
    ends("name", "nowhere.invalid");
}

/// The version has come, and what follows breaks, stops in a packet, or never ends.
#[test]
fn a_version_that_came_is_passed_and_the_key_exchange_fails() {
    let site = Site::start("doctorkex");
    let known_hosts = site.sshd.known_hosts("127.0.0.1");
    let old = format!(":{}", site.sshd.port());
    let broken: Misbehaviour = |client| {
        say(
            client,
            b"SSH-2.0-odd\r\n\x7f\xff\xff\xff\x04aaaaaaaaaaaaaaaa",
        );
        wait_for_the_end(client);
    };
    let stalled: Misbehaviour = |client| {
        say(client, b"SSH-2.0-odd\r\n\0\0\x10\0\x04\x14aaaa");
        wait_for_the_end(client);
    };
    let ignoring: Misbehaviour = |client| {
        say(client, b"SSH-2.0-odd\r\n");
        while client.write_all(&ignore()).is_ok() {}
    };
    let gone: Misbehaviour = |client| say(client, b"SSH-2.0-odd\r\n");
    // A version that is not spoken here is the step that fails.
    let ancient: Misbehaviour = |client| say(client, b"SSH-1.5-odd\r\n");
    for (name, misbehaviour, passed, failed) in [
        ("broken", broken, true, "failed key_exchange"),
        ("stalled", stalled, true, "failed key_exchange"),
        ("ignoring", ignoring, true, "failed key_exchange"),
        ("gone", gone, true, "failed key_exchange"),
        ("ancient", ancient, false, "failed version"),
    ] {
        let port = misbehaving(misbehaviour);
        site.write_servers(port);
        site.add_to_host("connect_timeout: 10");
        let lines = known_hosts.replace(&old, &format!(":{port}"));
        site.fixture.write("keys/known_hosts", &lines);
        let (exit, steps, why) = examined(&site, &["box"]);
        let last = steps.last().map(String::as_str);
        assert_eq!((exit, last), (1, Some(failed)), "{name}: {steps:?} {why}");
        let is_passed = steps.contains(&"passed version".to_owned());
        assert_eq!(is_passed, passed, "{name}: {steps:?} {why}");
    }
}

#[test]
fn a_name_that_is_not_found_is_told_what_mends_it() {
    let site = Site::start("doctorname");
    let servers = "hosts:\n- {alias: box, host: nowhere.invalid, credentials: ops}\n";
    site.fixture.write("config/servers.yml", servers);
    let (_, steps, why) = examined(&site, &["box"]);
    assert_eq!(steps.last().unwrap(), "failed name", "{why}");
    assert!(why.contains("correct `host` in servers.yml"), "{why}");
    assert!(!why.contains("try again"), "{why}");
}

#[test]
fn what_a_login_prints_before_a_command_is_noted() {
    for (tag, said, noted) in [
        ("doctorloud", "echo welcome home; ", true),
        ("doctorstill", "", false),
    ] {
        let user = KeyPair::ed25519();
        let line = format!(
            "command=\"{said}eval \\\"$SSH_ORIGINAL_COMMAND\\\"\" {}",
            user.public
        );
        let sshd = Sshd::builder().authorized_line(&line).start();
        let site = Site::of(tag, sshd, user);
        site.write_policy("rules:\n- {action: allow, commands: ['true']}\n");
        let (exit, steps, why) = examined(&site, &["box"]);
        assert_eq!(
            (exit, steps.last().map(String::as_str)),
            (0, Some("passed command")),
            "{why}"
        );
        assert_eq!(
            steps.contains(&"noted shell".to_owned()),
            noted,
            "{steps:?}"
        );
    }
}

#[test]
fn a_command_that_ends_badly_is_the_last_step() {
    let user = KeyPair::ed25519();
    let forced = format!("command=\"echo menu only; exit 3\" {}", user.public);
    let site = Site::of(
        "doctorfc",
        Sshd::builder().authorized_line(&forced).start(),
        user,
    );
    let (exit, steps, why) = examined(&site, &["box"]);
    assert_eq!(
        (exit, steps.last().map(String::as_str)),
        (1, Some("failed command"))
    );
    for part in ["status 3", "menu only", "forced command"] {
        assert!(why.contains(part), "{part}: {why}");
    }
}

#[test]
fn each_jump_host_has_its_own_steps() {
    let site = Site::start("doctorjump");
    let port = site.sshd.port();
    let near = format!("- {{alias: near, host: 127.0.0.1, port: {port}, credentials: ops}}\n");
    let far =
        format!("- {{alias: box, host: 127.0.0.1, port: {port}, credentials: ops, jump: near}}\n");
    site.fixture
        .write("config/servers.yml", &format!("hosts:\n{near}{far}"));
    let output = site.run(&["doctor", "box"]);
    let told = text(&output.stdout);
    assert_eq!(status(&output), 0, "{told}");
    assert_eq!(told.matches("jump host `near`: ").count(), 6, "{told}");
    assert_eq!(told.matches("  host key").count(), 2, "{told}");
    // The jump host is what does not let in.
    let near = near.replace("ops", "nobody");
    site.fixture
        .write("config/servers.yml", &format!("hosts:\n{near}{far}"));
    let user = &site.account.name;
    let entries = format!(
        "entries:\n- {{name: ops, username: {user}, key_path: id}}\n- {{name: nobody, username: {user}, none: true}}\n"
    );
    site.fixture.write("config/credentials.yml", &entries);
    let (exit, steps, why) = examined(&site, &["box"]);
    assert_eq!(
        (exit, steps.last().map(String::as_str)),
        (1, Some("failed login")),
        "{why}"
    );
    assert!(why.contains("near"), "{why}");
}
