//! Policy tests of files: what a test may ask, and what the count of what is exercised says.

use serde_json::{Value, json};

use super::cli::{status, text};
use crate::support::fixture::Fixture;

const POLICY: &str = "files:
- {name: nginx, action: allow, read: ['/etc/nginx/**'], write: ['/etc/nginx/conf.d/*.conf']}
- {action: ask, write: ['/srv/*']}
- {name: never, read: ['/etc/nginx/closed/**']}
";

fn fixture(tests: &str) -> Fixture {
    let fixture = Fixture::one_host(22);
    fixture.write("config/policy.yml", POLICY);
    fixture.write("config/policy_tests.yml", tests);
    fixture
}

#[test]
fn tests_of_files_hold() {
    let fixture = fixture(
        "- {alias: web, read: /etc/nginx/nginx.conf, expect: allow, rule: nginx}\n\
         - {alias: web, edit: /etc/nginx/conf.d/a.conf, expect: allow, rule: 0}\n\
         - {alias: web, write: /srv/a, expect: ask, rule: 1}\n\
         - {alias: web, edit: /srv/a, expect: deny}\n\
         - {alias: web, read: /etc/nginx/closed/a, expect: deny, rule: never}\n\
         - {alias: web, read: /etc/../etc/shadow, expect: deny}\n\
         - {alias: web, command: uptime, expect: deny}\n",
    );
    let check = fixture.server().arg("check").output().unwrap();
    assert_eq!(status(&check), 0, "{}", text(&check.stderr));
    let summary = "hosts: 1\nrules: 0\ndeny entries: 29\nentries of files: 3\ncredentials: 1\n\
                   policy tests: 7, 0 failed\n";
    let stdout = text(&check.stdout);
    assert!(stdout.contains(summary), "{stdout}");
    let words = ["check", "--json"];
    let check = fixture.server().args(words).output().unwrap();
    let report: Value = serde_json::from_slice(&check.stdout).unwrap();
    assert_eq!(report["file_entries"], 3);
}

#[test]
fn each_test_that_does_not_hold_is_told_at_its_place() {
    let fixture = fixture(
        "- {alias: web, read: /etc/hosts, expect: allow}\n\
         - {alias: web, read: /etc/nginx/a, expect: deny}\n\
         - {alias: web, read: /etc/nginx/a, expect: allow, rule: never}\n\
         - {alias: web, read: /etc/nginx/closed/a, expect: allow}\n\
         - {alias: web, expect: deny}\n\
         - {alias: web, read: /a, command: id, expect: deny}\n\
         - {alias: web, read: /a, edit: /a, expect: deny}\n\
         - {alias: web, read: [/a], expect: deny}\n\
         - {alias: wed, read: /a, expect: deny}\n\
         - {alias: web, reed: /a, expect: deny}\n",
    );
    let check = fixture.server().arg("check").output().unwrap();
    assert_eq!(status(&check), 1);
    let stderr = text(&check.stderr);
    let told: Vec<&str> = stderr
        .lines()
        .filter_map(|line| Some(line.split_once("/config/policy_tests.yml:")?.1))
        .collect();
    assert_eq!(
        told,
        [
            "1:22: expected allow, decided deny: no entry of `files` allows reading `/etc/hosts` on this host, \
             and what is not allowed is denied; to allow it: `- {action: allow, read: [\"/etc/hosts\"]}`",
            "2:22: expected deny, decided allow: reading `/etc/nginx/a` is allowed by files[0] `nginx`",
            "3:57: decided as expected, but reading `/etc/nginx/a` is allowed by files[0] `nginx`",
            "4:22: expected allow, decided deny: reading `/etc/nginx/closed/a` is denied by files[2] `never`",
            "5:3: a policy test has one of `command`, `read`, `write` and `edit`: add `command: uptime`, or `read: /etc/hosts`",
            "6:16: `command` and `read` are two tests: write one line for each",
            "7:26: `read` and `edit` are two tests: write one line for each",
            "8:22: `read` must be text, found a list",
            "9:11: there is no host `wed`",
            "10:3: a policy test has one of `command`, `read`, `write` and `edit`: add `command: uptime`, or `read: /etc/hosts`",
            "10:16: unknown key `reed`: did you mean `read`?",
        ]
    );
    assert!(text(&check.stdout).contains("policy tests: 10, 10 failed"));
}

#[test]
fn entries_of_files_that_no_test_exercises_are_listed() {
    let fixture = fixture("- {alias: web, read: /etc/nginx/nginx.conf, expect: allow}\n");
    let run = |words: &[&str]| fixture.server().args(words).output().unwrap();
    let told = run(&["check", "--coverage"]);
    let expected = "policy.yml: what no policy test exercises:\n  \
                    2:65: `/etc/nginx/conf.d/*.conf` of files[0] `nginx`\n  \
                    3:3: files[1] (ask)\n  \
                    4:3: files[2] `never` (deny)\n\
                    exercised: 0 of 0 rules, 0 of 0 patterns, 0 of 0 deny entries, \
                    1 of 3 entries of `files`, 1 of 4 of their patterns\n";
    let stdout = text(&told.stdout);
    assert!(stdout.contains(expected), "{stdout}");
    let told = run(&["check", "--coverage", "--json"]);
    let report: Value = serde_json::from_slice(&told.stdout).unwrap();
    let nothing = json!({"exercised": 0, "total": 0});
    let expected = json!({
        "rules": nothing,
        "patterns": nothing,
        "deny_entries": nothing,
        "file_entries": {"exercised": 1, "total": 3},
        "file_patterns": {"exercised": 1, "total": 4},
        "unexercised": [
            {"kind": "file_pattern", "line": 2, "column": 65, "text": "/etc/nginx/conf.d/*.conf",
             "entry": {"index": 0, "name": "nginx", "action": "allow"}},
            {"kind": "file_entry", "line": 3, "column": 3, "entry": {"index": 1, "action": "ask"}},
            {"kind": "file_entry", "line": 4, "column": 3,
             "entry": {"index": 2, "name": "never", "action": "deny"}},
        ],
    });
    assert_eq!(report["coverage"], expected);
}

/// The lints of files stand at their patterns, as those of rules do.
#[test]
fn what_can_hardly_be_meant_is_told_at_its_place() {
    let fixture = Fixture::one_host(22);
    fixture.write(
        "config/policy.yml",
        "files:\n- {action: allow, read: ['/proc/*'], write: ['/etc/*']}\n- {action: allow, aliases: [db], read: [/a]}\n",
    );
    let check = fixture.server().arg("check").output().unwrap();
    let stderr = text(&check.stderr);
    let told: Vec<&str> = stderr
        .lines()
        .filter_map(|line| Some(line.split_once("/config/policy.yml:")?.1))
        .collect();
    assert_eq!(
        told,
        [
            "2:26: warning: `/proc/*` grants nothing: whatever it matches is a file of the kernel, which an entry must spell",
            "2:46: warning: `/etc/*` grants nothing: whatever it matches is a setting of the whole system, which an entry must spell",
            "3:29: warning: no host has an alias like `db`",
        ]
    );
    assert_eq!(status(&check), 0);
}
