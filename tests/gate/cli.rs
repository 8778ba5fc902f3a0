//! The subcommands: words in, streams and exit status out.

use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::Value;

use super::site::Site;
use crate::support::fixture::Fixture;
use crate::support::keys::{Format, KeyPair};

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn run_exits_with_the_command_s_status_and_keeps_the_streams_apart() {
    let site = Site::start("cli");
    let output = site.run(&[
        "run",
        "box",
        "--",
        "sh",
        "-c",
        "'echo out; echo err >&2; exit 7'",
    ]);
    assert_eq!(
        (status(&output), text(&output.stdout)),
        (7, "out\n".to_owned())
    );
    assert!(text(&output.stderr).lines().any(|line| line == "err"));

    let output = site.run(&["run", "--json", "box", "--", "echo", "hi"]);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (status(&output), &result["output"]),
        (0, &Value::from("hi\n"))
    );

    let denied = site.run(&["run", "box", "--", "uptime"]);
    assert_eq!((status(&denied), text(&denied.stdout)), (77, String::new()));
    assert!(text(&denied.stderr).contains("mcp-ssh: denied on `box`: no rule allows `uptime`"));

    site.fixture.write("keys/known_hosts", "");
    let unreached = site.run(&["run", "box", "--", "echo", "hi"]);
    assert_eq!(status(&unreached), 255);
    assert!(text(&unreached.stderr).contains("SSH host key not found"));
}

#[test]
fn plan_explains_and_exits_77_when_not_allowed() {
    let fixture = Fixture::one_host(22);
    let run = |words: &[&str]| fixture.server().args(words).output().unwrap();
    let allowed = run(&["plan", "web", "--", "uptime"]);
    assert_eq!(status(&allowed), 0);
    assert_eq!(
        text(&allowed.stdout),
        "allowed on web
  command  1: uptime
  entries  none of 29 `deny_substrings` meets the line
  rules    1 of 1 are for this host
           1: allow by rules[0]: `uptime` of `commands` matches
  network  nothing blocks 127.0.0.1
  limits   45 s (default), 1048576 bytes of output (default)
  why      allowed by rules[0]
"
    );
    let denied = run(&["plan", "web", "--", "cat", "$(id)"]);
    assert_eq!(status(&denied), 77);
    assert_eq!(
        text(&denied.stdout),
        "denied on web
  network  nothing blocks 127.0.0.1
  limits   45 s (default), 1048576 bytes of output (default)
  why      refused at column 5: command substitution `$(`
  hint     run the inner command on its own first, then write its output here as a plain word
"
    );
    let denied = run(&["plan", "web", "--", "uptime | sudo /sbin/reboot"]);
    assert_eq!(
        text(&denied.stdout),
        "denied on web
  command  1: uptime
  command  2: sudo /sbin/reboot
              runs /sbin/reboot
  entries  `reboot*` of 29 `deny_substrings` meets the line, once quotes, paths and wrappers are looked through
  rules    1 of 1 are for this host
           1: allow by rules[0]: `uptime` of `commands` matches
           2: no rule allows it
  network  nothing blocks 127.0.0.1
  limits   45 s (default), 1048576 bytes of output (default)
  why      the line meets the `deny_substrings` entry `reboot*`, which no rule can override
  hint     do not spell it another way: do the task without it, or ask the operator to run it
"
    );
    let json = run(&["plan", "--json", "web", "--", "id"]);
    let decision: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        (status(&json), &decision["decision"]),
        (77, &Value::from("deny"))
    );
    let explanation = &decision["explanation"];
    assert_eq!(explanation["rules"][0]["findings"][0]["finding"], "misses");
    assert_eq!(explanation["network"]["permitted"], true);
    assert_eq!(status(&run(&["plan", "nobody", "--", "id"])), 1);
    assert_eq!(status(&run(&["plan", "web"])), 2);
}

#[test]
fn plan_answers_for_every_host_with_a_tag() {
    let fixture = Fixture::many_hosts(4);
    fixture.write(
        "config/policy.yml",
        "rules:
  - {action: allow, commands: [uptime]}
  - {action: allow, commands: [id], aliases: [h2]}
",
    );
    let run = |words: &[&str]| fixture.server().args(words).output().unwrap();
    let planned = |command: &str| {
        let output = run(&["plan", "--json", "--tag", "even", "--", command]);
        let lines = text(&output.stdout);
        let decisions = lines.lines().map(|line| {
            let decision: Value = serde_json::from_str(line).unwrap();
            format!(
                "{} {}",
                decision["alias"].as_str().unwrap(),
                decision["decision"].as_str().unwrap()
            )
        });
        (decisions.collect::<Vec<_>>().join(", "), status(&output))
    };
    assert_eq!(planned("uptime"), ("h0 allow, h2 allow".to_owned(), 0));
    assert_eq!(planned("id"), ("h0 deny, h2 allow".to_owned(), 77));
    let nowhere = run(&["plan", "--tag", "lab", "--", "id"]);
    assert_eq!(
        text(&nowhere.stderr),
        "mcp-ssh: no host has the tag `lab`; see `mcp-ssh hosts`\n"
    );
    assert_eq!(status(&nowhere), 1);
    assert_eq!(status(&run(&["plan", "--tag", "even"])), 2);
    assert_eq!(status(&run(&["plan", "--tag", "even", "--stdin"])), 2);
}

#[test]
fn plan_answers_one_decision_a_line() {
    let fixture = Fixture::one_host(22);
    let mut child = fixture
        .server()
        .args(["plan", "--json", "web", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for command in ["uptime", "id", "uptime\nid", "\u{0}"] {
        writeln!(stdin, "{}", serde_json::to_string(command).unwrap()).unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let decisions: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let short: Vec<_> = decisions
        .iter()
        .map(|decision| &decision["decision"])
        .collect();
    assert_eq!(short, ["allow", "deny", "deny", "deny"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn hosts_version_and_usage() {
    let fixture = Fixture::one_host(22);
    let run = |words: &[&str]| fixture.server().args(words).output().unwrap();
    assert_eq!(
        text(&run(&["hosts"]).stdout),
        "ALIAS  TAGS   DESCRIPTION\nweb    front  a web server\n"
    );
    let json: Value =
        serde_json::from_slice(&run(&["hosts", "--json", "--tag", "front"]).stdout).unwrap();
    assert_eq!(json["hosts"][0]["alias"], "web");
    let none: Value =
        serde_json::from_slice(&run(&["hosts", "--json", "--tag=back"]).stdout).unwrap();
    assert_eq!(none["hosts"], Value::Array(Vec::new()));
    let version = concat!("mcp-ssh ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(text(&run(&["--version"]).stdout), version);
    assert_eq!(status(&run(&["--help"])), 0);
    assert_eq!(status(&run(&["frobnicate"])), 2);
    let config = fixture.config();
    let elsewhere = fixture
        .server()
        .env("MCP_SSH_CONFIG_DIR", "/nowhere")
        .args(["hosts", "--config", &config])
        .output()
        .unwrap();
    assert_eq!(status(&elsewhere), 0);
}

#[test]
fn healthcheck_is_silent_or_one_line() {
    let site = Site::start("health");
    let healthy = site.run(&["healthcheck"]);
    assert_eq!(
        (
            status(&healthy),
            text(&healthy.stdout),
            text(&healthy.stderr)
        ),
        (0, String::new(), String::new())
    );
    for (file, contents, told) in [
        ("keys/known_hosts", "", "known_hosts has no line for `box`"),
        (
            "config/policy.yml",
            "rules: 1",
            "policy.yml:1:8: `rules` must be a list",
        ),
    ] {
        let old = std::fs::read_to_string(site.path(file)).unwrap();
        site.fixture.write(file, contents);
        let sick = site.run(&["healthcheck"]);
        let stderr = text(&sick.stderr);
        assert_eq!((status(&sick), stderr.lines().count()), (1, 1), "{stderr}");
        assert!(stderr.contains(told), "{stderr}");
        site.fixture.write(file, &old);
    }
    std::fs::remove_file(site.path("keys/id")).unwrap();
    assert_eq!(status(&site.run(&["healthcheck"])), 1);
}

/// What the terminal and the audit trail say names the file to mend.
#[test]
fn a_fault_of_a_login_names_its_file() {
    let site = Site::start("named");
    let told = || text(&site.run(&["run", "box", "--", "echo", "hi"]).stderr);
    let known_hosts = site.path("keys/known_hosts");
    let other = format!(
        "[127.0.0.1]:{} {}",
        site.sshd.port(),
        KeyPair::ed25519().public
    );
    for (contents, fault) in [
        ("", " has no key in known_hosts: run "),
        (other.as_str(), ", known_hosts line 1 has another key: "),
    ] {
        site.fixture.write("keys/known_hosts", contents);
        let told = told();
        let line = told.lines().find(|line| line.contains("WARN")).unwrap();
        let named = format!("{}: ", known_hosts.display());
        assert!(line.contains(&named) && line.contains(fault), "{line}");
    }
    std::fs::remove_file(&known_hosts).unwrap();
    std::os::unix::fs::symlink("known_hosts", &known_hosts).unwrap();
    assert!(told().contains("known_hosts: a link that leads nowhere or round in a circle"));

    let site = Site::start("locked");
    let key = KeyPair::ed25519().rewritten(Format::OpenSsh, "passphrase");
    site.fixture.write("keys/id", &key);
    let told = text(&site.run(&["run", "box", "--", "echo", "hi"]).stderr);
    let named = format!(
        "{}: the private key is encrypted: ",
        site.path("keys/id").display()
    );
    assert!(told.contains(&named), "{told}");
}
