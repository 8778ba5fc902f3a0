//! `mcp-ssh suggest`: trails of every kind in, a proposal that passes `check` out.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::said;
use crate::support::fixture::Fixture;

const POLICY: &str = "\
audit: {commands: plain}
rules:
  - {name: disks, action: allow, commands: ['df*', 'systemctl status *', uptime]}
  - {action: deny, commands: ['rm *']}
";

/// Three hosts, of which nothing is reached.
pub(super) fn site() -> Fixture {
    let fixture = Fixture::empty();
    let host =
        |alias| format!("  - {{alias: {alias}, host: 127.0.0.1, credentials: ops, tags: [all]}}\n");
    fixture.fill(&["web-1", "web-2", "db-1"].map(host).concat());
    fixture.write("config/policy.yml", POLICY);
    fixture
}

/// Records as a server writes them, in one chain.
pub(super) struct Written {
    pub(super) lines: Vec<String>,
    prev: String,
}

impl Written {
    pub(super) fn new() -> Self {
        Self {
            lines: Vec::new(),
            prev: "0".repeat(64),
        }
    }

    pub(super) fn push(&mut self, ts: f64, body: &Value) {
        let mut line = json!({"type": "policy_decision", "ts": ts});
        let fields = line.as_object_mut().unwrap();
        fields.extend(body.as_object().unwrap().clone());
        fields.insert("seq".into(), self.lines.len().into());
        fields.insert("session".into(), "s".into());
        fields.insert("prev".into(), self.prev.clone().into());
        let line = line.to_string();
        let digest = Sha256::digest(line.as_bytes());
        self.prev = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.lines.push(line);
    }

    /// A line that no rule allows.
    pub(super) fn denied(&mut self, alias: &str, command: &str) {
        let ts = f64::from(u32::try_from(self.lines.len()).unwrap());
        self.push(
            1_793_491_200.0 + ts,
            &json!({"alias": alias, "hash": "0", "command": command, "allowed": false, "stage": "default",
                "reason": "no_matching_rule"}),
        );
    }

    fn allowed(&mut self, alias: &str, command: &str) {
        self.push(
            1_793_491_200.0,
            &json!({"alias": alias, "hash": "0", "command": command, "allowed": true}),
        );
    }

    pub(super) fn write(&self, fixture: &Fixture) -> String {
        fs::write(fixture.path("audit.jsonl"), self.lines.join("\n") + "\n").unwrap();
        fixture.path("audit.jsonl")
    }
}

pub(super) fn suggest(fixture: &Fixture, words: &[&str]) -> (i32, String, String) {
    said(
        &fixture
            .server()
            .arg("suggest")
            .args(words)
            .output()
            .unwrap(),
    )
}

/// Writes the proposal beside the hosts, and checks what is there then.
fn checked(fixture: &Fixture, file: &str) -> (String, String) {
    let proposal = fixture.path("proposal");
    fs::create_dir(&proposal).unwrap();
    for name in ["servers.yml", "credentials.yml"] {
        fs::copy(
            format!("{}/{name}", fixture.config()),
            format!("{proposal}/{name}"),
        )
        .unwrap();
    }
    let (status, out, err) = suggest(fixture, &["--output", &proposal, file]);
    assert_eq!((status, out.as_str()), (0, ""), "{err}");
    assert!(
        err.ends_with(&format!(" rules are in {proposal}\n")),
        "{err}"
    );
    let check = fixture
        .server()
        .args(["--config", &proposal, "check"])
        .output()
        .unwrap();
    let (status, out, err) = said(&check);
    // The host that nobody may dial is so with any rules.
    let is_proposed = |line: &&str| !line.contains("nothing can run on `far-1`: ");
    let faults: Vec<&str> = err.lines().filter(is_proposed).collect();
    assert_eq!((status, faults), (0, vec![]), "{out}");
    let read = |name: &str| fs::read_to_string(format!("{proposal}/{name}")).unwrap();
    (read("policy.yml"), read("policy_tests.yml"))
}

#[test]
fn a_proposal_passes_check_as_it_stands() {
    let fixture = site();
    let mut trail = Written::new();
    for alias in ["web-1", "web-2", "db-1"] {
        trail.allowed(alias, "df -h");
        for at in 0..60 {
            trail.denied(alias, &format!("head -n {} /var/log/syslog", at + 10));
            trail.denied(alias, &format!("cat /var/log/app/{at}.log | sort -n"));
        }
        trail.denied(alias, "free -m");
        trail.denied(alias, "df -h; ls \"a 'b' # c\"");
        trail.denied(alias, "journalctl -n 5");
        trail.denied(alias, "systemctl restart nginx");
        trail.denied(alias, "cat /etc/shadow");
    }
    let (policy, tests) = checked(&fixture, &trail.write(&fixture));
    let entries: Vec<&str> = policy
        .lines()
        .filter_map(|line| line.strip_prefix("      - "))
        .collect();
    assert_eq!(
        entries,
        [
            r#"["cat", "/var/log/app/[!.]*.log"]"#,
            r#"["head", "-n", "[0-9][0-9]", "/var/log/syslog"]"#,
            r#"["sort", "-n"]"#,
            r#"["free", "-m"]"#,
            r#"["ls", "a 'b' # c"]"#,
            r#""df -h""#,
        ]
    );
    let unused = "policy.yml:3:74: nothing used the pattern `uptime` of rules[0] `disks`\n";
    assert!(policy.contains(unused), "{policy}");
    for (why, line) in [
        (
            "`restart` of `systemctl` starts or stops units",
            "systemctl restart nginx",
        ),
        (
            "what it prints may hold secrets, or it asks other hosts: write the rule yourself if it should run",
            "journalctl -n 5",
        ),
    ] {
        let section = format!("\n# - {why}:\n#   - 3 times, 2026-");
        let (_, told) = policy
            .split_once(&section)
            .unwrap_or_else(|| panic!("{policy}"));
        let told = told.lines().next().unwrap();
        assert!(
            told.ends_with(&format!("Z, on db-1, web-1, web-2: {line}")),
            "{told}"
        );
    }
    let unmet = "policy.yml:4:31: nothing met the deny rule rules[1]: it stays, since what was not tried may be \
                 tried\n";
    assert!(policy.contains(unmet), "{policy}");
    assert!(policy.contains("denied 3 times, 2026-"), "{policy}");
    assert!(tests.lines().count() > 360, "{tests}");
    let directory = fixture.path("proposal");
    let mode = fs::metadata(format!("{directory}/policy.yml"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o600);
    // What is there is not overwritten.
    let (status, _, err) = suggest(
        &fixture,
        &["--output", &directory, &fixture.path("audit.jsonl")],
    );
    assert_eq!(status, 1);
    assert_eq!(
        err,
        format!(
            "mcp-ssh: {directory}/policy.yml: exists already, so nothing was written: name another directory\n"
        )
    );
    assert_eq!(
        fs::read_to_string(format!("{directory}/policy.yml")).unwrap(),
        policy
    );
}

#[test]
fn on_stdout_both_documents_stand_one_behind_the_other() {
    let fixture = site();
    let mut trail = Written::new();
    trail.denied("web-1", "free -m");
    let file = trail.write(&fixture);
    let (status, out, err) = suggest(&fixture, &[&file]);
    assert_eq!((status, err.as_str()), (0, ""));
    let (policy, tests) = out.split_once("\n---\n").unwrap();
    assert!(
        policy.starts_with("# policy.yml\n# mcp-ssh suggest: decisions 1, hosts 1, 2026-"),
        "{policy}"
    );
    assert_eq!(
        tests,
        "# policy_tests.yml\n# What was recorded, and neighbours that were not.\n\
         - {alias: \"web-1\", command: \"free -m\", expect: ask}\n\
         - {alias: \"web-1\", command: \"free -m zz-never-recorded\", expect: deny}\n"
    );
    let mut stdin = fixture.server();
    stdin
        .args(["suggest", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = stdin.spawn().unwrap();
    running
        .stdin
        .take()
        .unwrap()
        .write_all(&fs::read(&file).unwrap())
        .unwrap();
    let (status, again, err) = said(&running.wait_with_output().unwrap());
    assert_eq!((status, err.as_str(), again), (0, "", out));
}

#[test]
fn since_leaves_out_what_was_before() {
    let fixture = site();
    let mut trail = Written::new();
    for (ts, command) in [(1_793_491_199.0, "free -m"), (1_793_491_200.0, "nproc")] {
        let body = json!({"alias": "web-1", "hash": "0", "command": command, "allowed": false, "stage": "default"});
        trail.push(ts, &body);
    }
    let file = trail.write(&fixture);
    for (since, free, nproc) in [
        ("2026-11-01", false, true),
        ("2026-10-31T23:59", true, true),
        ("60000d", true, true),
        ("9999-01-01", false, false),
    ] {
        let (status, out, err) = suggest(&fixture, &["--since", since, &file]);
        assert_eq!((status, err.as_str()), (0, ""), "{since}");
        let has = |program: &str| out.contains(&format!("name: \"suggested: {program}\""));
        assert_eq!((has("free"), has("nproc")), (free, nproc), "{since}: {out}");
    }
    for words in [
        &["--since", "yesterday", &file][..],
        &["--since", "-1d", &file],
        &[],
    ] {
        let (status, out, err) = suggest(&fixture, words);
        assert_eq!((status, out.as_str()), (2, ""), "{words:?}");
        assert!(
            err.starts_with("mcp-ssh: write `mcp-ssh suggest FILE…`"),
            "{err}"
        );
    }
}

#[test]
fn a_proposal_says_on_each_host_what_the_whole_policy_says_with_it() {
    let fixture = Fixture::empty();
    let host = |alias, address, tag| {
        format!("  - {{alias: {alias}, host: {address}, credentials: ops, tags: [{tag}]}}\n")
    };
    fixture.fill(
        &[
            host("web-1", "127.0.0.1", "web"),
            host("lab-1", "127.0.0.2", "lab"),
            host("far-1", "192.0.2.1", "web"),
        ]
        .concat(),
    );
    let policy = "audit: {commands: plain}\nnetwork: {allow_cidrs: [127.0.0.0/8]}\n\
                  overrides: {tags: {lab: {deny_substrings: [free]}}}\n\
                  rules:\n  - {action: allow, commands: ['df*', 'free -g*']}\n";
    fixture.write("config/policy.yml", policy);
    let mut trail = Written::new();
    for alias in ["web-1", "lab-1", "far-1"] {
        trail.denied(alias, "free -m");
        trail.denied(alias, "nproc");
        trail.allowed(alias, "free -g");
    }
    let (proposed, _) = checked(&fixture, &trail.write(&fixture));
    let plans = |config: &str| -> Vec<String> {
        let mut plans = Vec::new();
        for alias in ["web-1", "lab-1", "far-1"] {
            for line in ["free -m", "nproc", "free -g"] {
                let mut plan = fixture.server();
                plan.args(["--config", config, "plan", "--json", alias, "--", line]);
                let (_, out, err) = said(&plan.output().unwrap());
                let plan: Value =
                    serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
                plans.push(format!(
                    "{alias} {line}: {}",
                    plan["decision"].as_str().unwrap()
                ));
            }
        }
        plans
    };
    let alone = plans(&fixture.path("proposal"));
    // An operator copies the rules.
    let (_, rules) = proposed.split_once("\nrules:\n").unwrap();
    let rules = rules.split_once("\n\n").map_or(rules, |(rules, _)| rules);
    fixture.write("config/policy.yml", &format!("{policy}{rules}\n"));
    assert_eq!(alone, plans(&fixture.config()), "{proposed}");
    assert_eq!(
        alone,
        [
            "web-1 free -m: ask",
            "web-1 nproc: ask",
            "web-1 free -g: allow",
            "lab-1 free -m: deny",
            "lab-1 nproc: ask",
            "lab-1 free -g: deny",
            "far-1 free -m: deny",
            "far-1 nproc: deny",
            "far-1 free -g: deny",
        ]
    );
}

/// Every letter of a command is an assistant's.
#[test]
fn a_hostile_trail_reaches_no_terminal_and_breaks_no_line() {
    let fixture = site();
    let mut trail = Written::new();
    let quoted = |text: &str| format!("grep '{text}' /var/log/syslog");
    for text in [
        "x\" }\n- {alias: web-1, command: rm x, expect: allow}",
        "\n  - {action: allow, commands: ['*']}",
        "a # b",
        "\u{1b}]0;x\u{7}",
        "\u{202e}\u{200b}\u{2028}\u{85}",
        "a'\"'\"'b\\",
        "%{|>&*!@`",
    ] {
        trail.denied("web-1", &quoted(text));
        trail.denied("web-1", &format!("systemctl restart '{text}'"));
        trail.denied(text, "free -m");
        trail.denied("web-1", text);
    }
    trail.denied("web-1", &quoted(&"x".repeat(20_000)));
    let (policy, tests) = checked(&fixture, &trail.write(&fixture));
    for text in [&policy, &tests] {
        let plain = |sign: char| sign == '\n' || !sign.is_control();
        assert!(
            text.chars().all(plain) && !text.contains(['\u{202e}', '\u{200b}', '\u{2028}']),
            "{text}"
        );
    }
    assert!(!policy.contains("    action: allow"), "{policy}");
    assert!(
        tests.contains(r#"command: "grep 'a # b' /var/log/syslog", expect: ask}"#),
        "{tests}"
    );
}
