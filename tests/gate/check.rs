//! `mcp-ssh check`: every fault at its place, lints, policy tests, and the examples accepted.

use serde_json::Value;

use super::cli::{status, text};
use super::site::Site;
use crate::support::fixture::Fixture;

#[test]
fn check_sums_up_and_strict_counts_warnings() {
    let fixture = Fixture::one_host(22);
    let run = |words: &[&str]| fixture.server().args(words).output().unwrap();
    let good = run(&["check"]);
    assert_eq!(status(&good), 0);
    let summary = text(&good.stdout);
    assert!(
        summary.starts_with(
            "hosts: 1\nrules: 1\ndeny entries: 29\ncredentials: 1\npolicy tests: 0, 0 failed\nconfig sha256: "
        ),
        "{summary}"
    );
    fixture.write("config/policy.yml", "limits: {host_key_auto_add: true}\n");
    assert_eq!(
        (
            status(&run(&["check"])),
            status(&run(&["check", "--strict"]))
        ),
        (0, 1)
    );
    let json: Value = serde_json::from_slice(&run(&["check", "--json"]).stdout).unwrap();
    assert_eq!(
        (&json["ok"], &json["diagnostics"][0]["severity"]),
        (&Value::from(true), &Value::from("warning"))
    );
}

/// One clear line with the place, exit 1, and a server that keeps answering.
#[test]
fn bad_input_is_named_and_survived() {
    let servers = "config/servers.yml";
    let bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned()
        + &('b'..='h').fold(String::new(), |text, name| {
            let before = char::from(name as u8 - 1);
            let ten = vec![format!("*{before}"); 10].join(", ");
            text + &format!("{name}: &{name} [{ten}]\n")
        });
    let host = "hosts:\n- {alias: a, host: h, credentials: ops";
    for (file, contents, told) in [
        (servers, String::new(), "servers.yml"),
        (servers, bomb, "servers.yml:"),
        (
            servers,
            format!("{host}}}\n---\nhosts: []\n"),
            "servers.yml:3:1:",
        ),
        (servers, "hosts:\n\t- a\n".to_owned(), "servers.yml:2:1:"),
        (servers, "hosts: 7\n".to_owned(), "servers.yml:1:8:"),
        (
            servers,
            format!("{host}, port: 0}}\n"),
            "`port` must be a whole number from 1 to 65535",
        ),
        (
            servers,
            format!("{host}, port: 70000}}\n"),
            "`port` must be a whole number from 1 to 65535",
        ),
        (
            servers,
            format!("{host}}}\n- {{alias: a, host: i}}\n"),
            "servers.yml:3:",
        ),
        (servers, format!("{host}x}}\n"), "opsx"),
        (
            servers,
            format!("{host}, prot: 22}}\n"),
            "did you mean `port`?",
        ),
        (
            "config/policy.yml",
            "rules: [{comands: []}]\n".to_owned(),
            "did you mean `commands`?",
        ),
        (
            "config/credentials.yml",
            "entries: [{name: ops, usrname: x}]\n".to_owned(),
            "credentials.yml:1:",
        ),
    ] {
        let fixture = Fixture::one_host(22);
        fixture.write(file, &contents);
        let check = fixture.server().arg("check").output().unwrap();
        let stderr = text(&check.stderr);
        assert_eq!(status(&check), 1, "{contents:?}");
        assert!(stderr.contains(told), "{contents:?}: {stderr}");
        let mut client = crate::support::client::Client::initialized(fixture, "2025-06-18");
        let call = client.call(
            "ssh_run",
            serde_json::json!({"alias": "a", "command": "id"}),
        );
        assert_eq!(call["isError"], true, "{contents:?}");
        let answer = call["content"][0]["text"].as_str().unwrap();
        assert!(
            answer.contains(file.split('/').next_back().unwrap()),
            "{answer}"
        );
        client.ping();
    }
    for (file, spoil) in [
        ("config/servers.yml", "missing"),
        ("config/policy.yml", "a directory"),
    ] {
        let fixture = Fixture::one_host(22);
        let path = std::path::PathBuf::from(fixture.config())
            .parent()
            .unwrap()
            .join(file);
        std::fs::remove_file(&path).unwrap();
        if spoil == "a directory" {
            std::fs::create_dir(&path).unwrap();
        }
        let check = fixture.server().arg("check").output().unwrap();
        assert_eq!(status(&check), 1, "{spoil}");
        assert!(
            text(&check.stderr).contains(path.to_str().unwrap()),
            "{spoil}"
        );
    }
}

#[test]
fn the_examples_are_accepted_and_bad_keys_are_not() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/config");
    let fixture = Fixture::empty();
    let known_hosts = std::fs::read_to_string(format!("{examples}/known_hosts")).unwrap();
    fixture.write("keys/known_hosts", &known_hosts);
    let check = fixture
        .server()
        .args(["check", "--keys-elsewhere", "--config", examples])
        .output()
        .unwrap();
    assert_eq!(status(&check), 0, "{}", text(&check.stderr));
    assert!(text(&check.stdout).contains("\nhosts: 5\n"));
    let stderr = text(&check.stderr);
    let missing = |line: &str| {
        line.contains("id_ed25519: no such key file") || line.contains("is nowhere: tried")
    };
    assert!(stderr.lines().all(missing), "{stderr}");

    type Spoil = fn(&std::path::Path);
    let spoils: [(&str, Spoil, &str); 3] = [
        (
            "link",
            |key| {
                std::fs::rename(key, key.with_extension("real")).unwrap();
                std::os::unix::fs::symlink("id.real", key).unwrap();
            },
            "a symbolic link is on the way",
        ),
        (
            "open",
            |key| {
                let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
                std::fs::set_permissions(key, mode).unwrap();
            },
            "mode 0644 leaves the key open to others: `chmod 0400 ",
        ),
        (
            "folder",
            |key| {
                std::fs::remove_file(key).unwrap();
                std::fs::create_dir(key).unwrap();
            },
            "a directory, not a key file",
        ),
    ];
    for (tag, spoil, told) in spoils {
        let site = Site::start(tag);
        // Nothing but the key is to be told of.
        site.write_policy("rules: [{action: allow, commands: ['echo *']}]\n");
        let key = site.path("keys/id");
        spoil(&key);
        let check = site.run(&["check"]);
        let stderr = text(&check.stderr);
        assert_eq!((status(&check), stderr.lines().count()), (1, 1), "{stderr}");
        let named = format!(": `key_path`: {}: ", key.display());
        assert!(
            stderr.contains("credentials.yml:2:")
                && stderr.contains(&named)
                && stderr.contains(told),
            "{stderr}"
        );
        let (mut client, held) = site.serve();
        super::site::refused(&mut client, "echo hi");
        client.ping();
        drop(held);
    }
}

#[test]
fn policy_tests_are_run_and_each_failure_is_shown() {
    let fixture = Fixture::one_host(22);
    let check = || fixture.server().arg("check").output().unwrap();
    fixture.write(
        "config/policy.yml",
        "rules:\n- {name: load, action: allow, commands: [uptime]}\n- {action: ask, commands: [id]}\n",
    );
    fixture.write(
        "config/policy_tests.yml",
        "- {alias: web, command: uptime, expect: allow, rule: load}\n\
         - {alias: web, command: id, expect: ask, rule: 1}\n\
         - {alias: web, command: 'uptime; ls', expect: deny}\n",
    );
    let good = check();
    assert_eq!(status(&good), 0, "{}", text(&good.stderr));
    assert!(text(&good.stdout).contains("policy tests: 3, 0 failed"));

    fixture.write(
        "config/policy_tests.yml",
        "- {alias: web, command: ls, expect: allow}\n\
         - {alias: web, command: uptime, expect: allow, rule: other}\n\
         - {alias: nobody, command: uptime, expect: allow}\n\
         - {alias: web, command: uptime, expect: alow}\n\
         - {alias: web, comand: uptime}\n",
    );
    let bad = check();
    let stderr = text(&bad.stderr);
    assert_eq!(status(&bad), 1);
    assert!(
        text(&bad.stdout).contains("policy tests: 5, 5 failed"),
        "{}",
        text(&bad.stdout)
    );
    for told in [
        "policy_tests.yml:1:25: expected allow, decided deny: no rule allows `ls` on this host, and what is not \
         allowed is denied; to allow it: `- {action: allow, argv: [[\"ls\"]]}`",
        "policy_tests.yml:2:54: decided as expected, but the determining rule is rules[0] `load`",
        "policy_tests.yml:3:11: there is no host `nobody`",
        "policy_tests.yml:4:41: unknown expectation `alow`",
        "policy_tests.yml:5:16: unknown key `comand`: did you mean `command`?",
    ] {
        assert!(stderr.contains(told), "{told}: {stderr}");
    }
}

#[test]
fn coverage_lists_what_no_policy_test_exercises() {
    let fixture = Fixture::one_host(22);
    fixture.write(
        "config/policy.yml",
        "rules:\n\
         - {name: look, action: allow, commands: [uptime, 'df *']}\n\
         - {name: never, commands: ['rm *']}\n\
         limits:\n  deny_substrings: [reboot, passwd]\n",
    );
    fixture.write(
        "config/policy_tests.yml",
        "- {alias: web, command: uptime, expect: allow}\n\
         - {alias: web, command: reboot, expect: deny}\n",
    );
    let run = |words: &[&str]| fixture.server().args(words).output().unwrap();
    let told = run(&["check", "--coverage"]);
    assert_eq!(status(&told), 0, "{}", text(&told.stderr));
    let expected = "policy.yml: what no policy test exercises:\n  \
                    2:50: `df *` of rules[0] `look`\n  \
                    3:3: rules[1] `never` (deny)\n  \
                    5:29: `passwd` of `deny_substrings`\n\
                    exercised: 1 of 2 rules, 1 of 3 patterns, 1 of 2 deny entries\n\
                    hosts: 1\n";
    assert!(
        text(&told.stdout).contains(expected),
        "{}",
        text(&told.stdout)
    );
    assert!(!text(&run(&["check"]).stdout).contains("exercise"));
    let told = run(&["check", "--coverage", "--json"]);
    let json: Value = serde_json::from_slice(&told.stdout).unwrap();
    let expected = serde_json::json!({
        "rules": {"exercised": 1, "total": 2},
        "patterns": {"exercised": 1, "total": 3},
        "deny_entries": {"exercised": 1, "total": 2},
        "file_entries": {"exercised": 0, "total": 0},
        "file_patterns": {"exercised": 0, "total": 0},
        "unexercised": [
            {"kind": "pattern", "line": 2, "column": 50, "text": "df *",
             "rule": {"index": 0, "name": "look", "action": "allow"}},
            {"kind": "rule", "line": 3, "column": 3,
             "rule": {"index": 1, "name": "never", "action": "deny"}},
            {"kind": "deny_entry", "line": 5, "column": 29, "text": "passwd"},
        ],
    });
    assert_eq!(json["coverage"], expected);
}

#[test]
fn check_warns_of_what_can_hardly_be_meant() {
    let fixture = Fixture::one_host(22);
    fixture.write("keys/known_hosts", "");
    fixture.write(
        "config/credentials.yml",
        "entries:\n- {name: ops, username: o, password_secret: pw}\n- {name: spare, username: o, password_secret: pw}\n",
    );
    fixture.write(
        "config/policy.yml",
        "limits: {deny_substrings: ['', q]}\n\
         rules:\n\
         - {action: allow, commands: ['*']}\n\
         - {action: allow, aliases: ['db-*'], commands: [uptime]}\n\
         - {action: allow, tags: [back], commands: [uptime]}\n\
         - {action: allow, commands: ['ls | wc*', 'cat \"x\"', \"echo 'a|b'\"]}\n\
         - {action: allow, commands: ['rm -rf *', 'rmdir *']}\n\
         - {action: deny, commands: ['rm *']}\n",
    );
    let check = fixture
        .server()
        .args(["check", "--keys-elsewhere"])
        .output()
        .unwrap();
    let stderr = text(&check.stderr);
    let told: Vec<&str> = stderr
        .lines()
        .filter_map(|line| {
            line.split_once("/config/")
                .or_else(|| line.split_once("/keys/"))
        })
        // Where a secret was looked for depends on the machine.
        .map(|(_, told)| told.split(", environment").next().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "policy.yml:1:28: warning: the `deny_substrings` entry `\"\"` never hits: remove it",
            "policy.yml:1:32: warning: the `deny_substrings` entry `q` hits nearly every command: write more of it",
            "policy.yml:3:30: warning: `*` admits every program there is: name the programs",
            "policy.yml:4:29: warning: no host has an alias like `db-*`",
            "policy.yml:5:26: warning: no host has a tag like `back`",
            "policy.yml:6:30: warning: `ls | wc*` can never match: rules see one command at a time, in which `|` stands in single quotes or not at all",
            "policy.yml:6:42: warning: `cat \"x\"` can never match: rules see it as `cat x`",
            "policy.yml:7:30: warning: `rm -rf *` never takes effect: rules[5] denies all of it",
            "credentials.yml:3:10: warning: no host logs in with credential `spare`",
            "known_hosts: warning: no key of `web`: see `mcp-ssh keyscan --all`",
            "known_hosts: warning: no host that a rule names has a line here for itself and for each of its jump hosts, so \
             nothing can run: see `mcp-ssh keyscan --all`",
            "credentials.yml:2:45: warning: credential `ops`: secret `pw` is nowhere: tried environment variable PW",
        ]
    );
    assert_eq!(status(&check), 0);
    let strict = fixture
        .server()
        .args(["check", "--strict", "--keys-elsewhere"])
        .output()
        .unwrap();
    assert_eq!(status(&strict), 1);
}

/// What the Python server takes otherwise: a note, so that `--strict` takes the reference's own policy.
#[test]
fn a_block_of_everything_is_noted_with_its_line() {
    let fixture = Fixture::one_host(22);
    let run = |words: &[&str]| fixture.server().args(words).output().unwrap();
    let policy = "network:\n  allow_cidrs: [\"127.0.0.0/8\"]\n  block_cidrs:\n    - \"0.0.0.0/0\"\n\
         rules: [{action: allow, commands: [uptime]}]\n";
    fixture.write("config/policy.yml", policy);
    let check = run(&["check", "--strict"]);
    let note = "`0.0.0.0/0` blocks what no allow list has, and no address of an allow list: the allow lists say so by \
                themselves, leave it out. To deny every address, leave out the allow lists";
    let told = text(&check.stdout);
    assert!(
        told.starts_with(&format!("policy.yml:4:7: {note}\n")),
        "{told}"
    );
    assert_eq!((status(&check), text(&check.stderr)), (0, String::new()));
    let json: Value = serde_json::from_slice(&run(&["check", "--json"]).stdout).unwrap();
    let expected = serde_json::json!([{"line": 4, "column": 7, "message": note}]);
    assert_eq!(json["notes"], expected);
    fixture.write(
        "config/policy.yml",
        &policy.replace("allow_cidrs", "block_ips").replace("/8", ""),
    );
    let check = run(&["check", "--strict"]);
    let told = text(&check.stderr);
    assert!(
        told.contains(
            "policy.yml:4:7: warning: `0.0.0.0/0` is blocked and there is no allow list: "
        ),
        "{told}"
    );
    assert_eq!(status(&check), 1);
}
