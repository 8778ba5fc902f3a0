//! A configuration with which nothing can work, whatever the hosts answer: `check` says so, with the line.

use serde_json::Value;

use super::cli::{status, text};
use crate::support::fixture::Fixture;
use crate::support::keys::{KeyPair, write_private};

const ALL: &str = "rules: [{action: allow, commands: [uptime]}]\n";
const IDLE: &str = "verdict: idle: nothing may be done on any host, with 1 warning";

/// Hosts that are known and can be logged in to, under a policy.
fn fixture(hosts: &[&str], policy: &str) -> Fixture {
    let fixture = Fixture::one_host(22);
    let lines: String = hosts
        .iter()
        .map(|host| format!("  - {{{host}}}\n"))
        .collect();
    fixture.write("config/servers.yml", &format!("hosts:\n{lines}"));
    fixture.write(
        "config/credentials.yml",
        "entries: [{name: ops, username: o, key_path: id}]\n",
    );
    fixture.write("config/policy.yml", policy);
    let key = KeyPair::ed25519();
    write_private(fixture.path("keys/id").as_ref(), &key.private);
    fixture.write("keys/known_hosts", &format!("* {}\n", key.public));
    fixture
}

/// The status of `check`, the faults without the directory, and the verdict.
fn checked(fixture: &Fixture, words: &[&str]) -> (i32, Vec<String>, String) {
    let check = fixture.server().arg("check").args(words).output().unwrap();
    let told = text(&check.stderr).replace(&fixture.path("config/"), "");
    let is_headline = |line: &&str| !line.starts_with(' ');
    let faults = told
        .lines()
        .filter(is_headline)
        .map(str::to_owned)
        .collect();
    let verdict = text(&check.stdout)
        .lines()
        .last()
        .unwrap_or_default()
        .to_owned();
    (status(&check), faults, verdict)
}

fn health(fixture: &Fixture) -> (i32, String) {
    let health = fixture.server().arg("healthcheck").output().unwrap();
    (status(&health), text(&health.stderr))
}

#[test]
fn an_address_that_may_not_be_dialled_is_told_with_its_line() {
    let near = "alias: near, host: 127.0.0.1, credentials: ops";
    let far = "alias: far, host: 192.0.2.7, credentials: ops";
    let name = "alias: named, host: far.example.com, credentials: ops";
    let listed = "network: {allow_cidrs: [\"127.0.0.0/8\"]}\n";
    let blocked = "network: {block_cidrs: [\"192.0.2.0/24\"]}\n";
    let not_listed = "servers.yml:3:24: warning: nothing can run on `far`: `network` of policy.yml lists no block with \
                      192.0.2.7: add `\"192.0.2.7/32\"` to `allow_cidrs`, or correct this address";
    let is_blocked = "servers.yml:3:24: warning: nothing can run on `far`: `network` of policy.yml blocks 192.0.2.7 by \
                      `192.0.2.0/24`: take that off its list, or correct this address";
    for (network, told) in [(listed, not_listed), (blocked, is_blocked)] {
        let fixture = fixture(&[near, far, name], &format!("{network}{ALL}"));
        let (exit, faults, verdict) = checked(&fixture, &[]);
        assert_eq!(faults, [told]);
        assert_eq!(
            (exit, verdict.as_str()),
            (0, "verdict: ready, with 1 warning")
        );
        assert_eq!(checked(&fixture, &["--strict"]).0, 1);
        // One spare host makes no server unhealthy.
        assert_eq!(health(&fixture), (0, String::new()));
    }
    // A name is not looked up.
    let fixture = fixture(&[name], &format!("{listed}{ALL}"));
    assert_eq!(
        checked(&fixture, &[]),
        (0, vec![], "verdict: ready".to_owned())
    );
}

#[test]
fn a_jump_host_that_may_not_be_dialled_is_told_with_what_is_behind_it() {
    let hop = "alias: hop, host: 192.0.2.1, credentials: ops";
    let behind: Vec<String> = (1..=8)
        .map(|end| format!("alias: h{end}, host: 127.0.0.{end}, credentials: ops, jump: hop"))
        .collect();
    let mut hosts: Vec<&str> = behind.iter().map(String::as_str).collect();
    hosts.insert(0, hop);
    hosts.push("alias: near, host: 127.0.0.9, credentials: ops");
    let listed = "network: {allow_cidrs: [\"127.0.0.0/8\"]}\n";
    let fixture = fixture(&hosts, &format!("{listed}{ALL}"));
    let (exit, faults, _) = checked(&fixture, &[]);
    assert_eq!(exit, 0, "{faults:?}");
    let told = "servers.yml:2:24: warning: nothing can run on `hop`, nor behind it on `h1`, `h2`, `h3`, `h4`, `h5`, `h6` and 2 \
                more: ";
    assert!(
        faults.len() == 1 && faults[0].starts_with(told),
        "{faults:?}"
    );
    assert_eq!(health(&fixture), (0, String::new()));
}

#[test]
fn no_host_that_may_be_dialled_is_an_error() {
    let hop = "alias: hop, host: 192.0.2.1, credentials: ops";
    let web = "alias: web, host: 127.0.0.1, credentials: ops, jump: hop";
    let spare = "alias: spare, host: 127.0.0.2, credentials: ops";
    let policy = "rules: [{action: allow, commands: [uptime], aliases: [web]}]\n\
                  network: {allow_cidrs: [\"127.0.0.0/8\"]}\n";
    let fixture = fixture(&[hop, web, spare], policy);
    let told = "policy.yml:2:10: nothing can run on any host: of each host on which something may be done, its own address or \
                that of a jump host is not permitted here";
    let (exit, faults, verdict) = checked(&fixture, &[]);
    assert_eq!(
        (exit, faults.last().unwrap().as_str()),
        (1, told),
        "{faults:?}"
    );
    assert_eq!(verdict, "verdict: not ready: 1 error and 1 warning");
    let (exit, told) = health(&fixture);
    assert_eq!(exit, 1, "{told}");
    assert!(
        told.contains(
            "`hop` may not be dialled: `network` of policy.yml lists no block with 192.0.2.1"
        ),
        "{told}"
    );
    // Whoever closes the network is not held up: `reload` looks as this does.
    let (exit, _, verdict) = checked(&fixture, &["--keys-elsewhere"]);
    assert_eq!(
        (exit, verdict.as_str()),
        (0, "verdict: ready, with 2 warnings")
    );
}

#[test]
fn a_policy_under_which_nothing_may_be_done_is_not_called_ready() {
    let web = "alias: web, host: 127.0.0.1, credentials: ops, tags: [front]";
    let none = "nothing may be done on any host: no rule allows or asks for anything, and no entry of `files` does: write a \
                rule with `action: allow`, as docs/POLICY.md has them";
    for (policy, place) in [
        ("rules: []\n", "1:1"),
        (
            "network: {}\nrules:\n- {action: deny, commands: [uptime]}\n",
            "2:1",
        ),
        ("limits: {max_seconds: 5}\n", "1:1"),
        ("files: [{action: deny, read: [\"/srv/www/*\"]}]\n", "1:1"),
    ] {
        let fixture = fixture(&[web], policy);
        let (exit, faults, verdict) = checked(&fixture, &[]);
        assert_eq!(faults, [format!("policy.yml:{place}: warning: {none}")]);
        assert_eq!((exit, verdict.as_str()), (0, IDLE), "{policy}");
        let (exit, _, verdict) = checked(&fixture, &["--strict"]);
        assert_eq!(
            (exit, verdict.as_str()),
            (1, "verdict: not ready: 1 warning, and --strict")
        );
        let json = fixture.server().args(["check", "--json"]).output().unwrap();
        let json: Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(
            (&json["ok"], &json["idle"]),
            (&true.into(), &true.into()),
            "{json}"
        );
    }
    for (policy, place) in [
        (
            "rules: [{action: allow, aliases: [db], commands: [uptime]}]\n",
            "1:9",
        ),
        (
            "rules:\n- {action: deny, commands: [id]}\n- {action: ask, tags: [back], commands: [uptime]}\n",
            "3:3",
        ),
        (
            "files: [{action: ask, tags: [back], read: [\"/srv/**\"]}]\n",
            "1:9",
        ),
    ] {
        let fixture = fixture(&[web], policy);
        let (exit, faults, verdict) = checked(&fixture, &[]);
        let told = format!(
            "policy.yml:{place}: warning: nothing may be done on any host: no rule that allows or asks, and no entry of `files`, \
             is for a host of servers.yml: correct their `aliases` and `tags`, or the hosts' own"
        );
        assert!(faults.contains(&told), "{told}: {faults:?}");
        assert_eq!(exit, 0);
        assert!(verdict.starts_with("verdict: idle: "), "{verdict}");
    }
    // One that lets something be done on one host is ready.
    for policy in [
        "rules: [{action: ask, tags: [front], commands: [uptime]}]\n",
        "files: [{action: allow, aliases: [web], read: [\"/srv/www/*\"]}]\n",
    ] {
        let (exit, faults, verdict) = checked(&fixture(&[web], policy), &[]);
        assert_eq!(
            (exit, verdict.as_str()),
            (0, "verdict: ready"),
            "{faults:?}"
        );
    }
    let empty = fixture(&[web], "");
    let (exit, faults, verdict) = checked(&empty, &[]);
    assert_eq!(
        (exit, faults.len(), verdict.as_str()),
        (0, 1, IDLE),
        "{faults:?}"
    );
}

#[test]
fn a_host_in_use_that_nothing_can_log_in_to_is_an_error() {
    let web = "alias: web, host: 127.0.0.1, credentials: ops";
    let web_behind = "alias: web, host: 127.0.0.1, credentials: ops, jump: bare";
    let bare = "alias: bare, host: 127.0.0.2";
    let told = "host without `credentials`: nothing can log in to it";
    let of = |alias: &str| {
        format!("rules: [{{action: allow, commands: [uptime], aliases: [{alias}]}}]\n")
    };
    for (hosts, policy, is_error) in [
        ([web, bare], ALL.to_owned(), true),
        ([web, bare], of("bare"), true),
        ([web_behind, bare], of("web"), true),
        ([web, bare], of("web"), false),
        ([web, bare], "rules: []\n".to_owned(), false),
    ] {
        let fixture = fixture(&hosts, &policy);
        let (exit, faults, verdict) = checked(&fixture, &[]);
        let level = if is_error { "" } else { "warning: " };
        let line = format!("servers.yml:3:5: {level}{told}");
        let named: Vec<&String> = faults.iter().filter(|fault| fault.contains(told)).collect();
        assert_eq!(named, [&line], "{policy}");
        assert_eq!(exit, i32::from(is_error), "{policy}: {verdict}");
        let (exit, faults, _) = checked(&fixture, &["--keys-elsewhere"]);
        let named = faults.iter().filter(|fault| fault.contains(told)).count();
        assert_eq!((exit, named), (0, 1), "{policy}: {faults:?}");
        // The other host can be worked on.
        let healthy =
            policy == ALL || policy == of("web") && hosts[0] == web || policy == "rules: []\n";
        assert_eq!(health(&fixture).0, i32::from(!healthy), "{policy}");
    }
}
