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
fn site() -> Fixture {
    let fixture = Fixture::empty();
    let host =
        |alias| format!("  - {{alias: {alias}, host: 127.0.0.1, credentials: ops, tags: [all]}}\n");
    fixture.fill(&["web-1", "web-2", "db-1"].map(host).concat());
    fixture.write("config/policy.yml", POLICY);
    fixture
}

/// Records as a server writes them, in one chain.
struct Written {
    lines: Vec<String>,
    prev: String,
}

impl Written {
    fn new() -> Self {
        Self {
            lines: Vec::new(),
            prev: "0".repeat(64),
        }
    }

    fn push(&mut self, ts: f64, body: &Value) {
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
    fn denied(&mut self, alias: &str, command: &str) {
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

    fn write(&self, fixture: &Fixture) -> String {
        fs::write(fixture.path("audit.jsonl"), self.lines.join("\n") + "\n").unwrap();
        fixture.path("audit.jsonl")
    }
}

fn suggest(fixture: &Fixture, words: &[&str]) -> (i32, String, String) {
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
        .args(["--config", &proposal, "check", "--strict"])
        .output()
        .unwrap();
    let (status, out, err) = said(&check);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
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
        trail.denied(alias, "df -h; journalctl -u \"a 'b' # c\" -n 5");
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
            r#"["journalctl", "-u", "a 'b' # c", "-n", "5"]"#,
            r#""df -h""#,
        ]
    );
    let unused = "policy.yml:3:74: nothing used the pattern `uptime` of rules[0] `disks`\n";
    assert!(policy.contains(unused), "{policy}");
    let restart = "# - 3 times on db-1, web-1, web-2: `restart` of `systemctl` starts or stops units: \
                   systemctl restart nginx\n";
    assert!(policy.contains(restart), "{policy}");
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
fn of_hashes_it_says_which_it_cannot_read() {
    let fixture = site();
    let hashed = json!({"alias": "web-1", "hash": "0", "allowed": false, "stage": "default"});
    let unparsed = json!({"alias": "web-1", "hash": "0", "allowed": false, "stage": "shell"});
    let mut trail = Written::new();
    trail.push(1.0, &unparsed);
    for _ in 0..12 {
        trail.push(2.0, &hashed);
    }
    let file = trail.write(&fixture);
    let places: Vec<String> = (2..12).map(|line| format!("{file}:{line}")).collect();
    let told = format!(
        "mcp-ssh: 12 of the decisions have the hash of their command alone: {} and 2 more; with \
         `audit: {{commands: plain}}` in policy.yml later ones can be read\n",
        places.join(", ")
    );
    let (status, out, err) = suggest(&fixture, &[&file]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert_eq!(
        err,
        told.clone() + "mcp-ssh: no command can be read, so nothing is proposed\n"
    );
    // One that can be read is enough.
    trail.denied("web-1", "free -m");
    let file = trail.write(&fixture);
    let (status, out, err) = suggest(&fixture, &[&file]);
    assert_eq!((status, err), (0, told));
    assert!(
        out.contains("# Decisions with the hash of their command alone: 12; "),
        "{out}"
    );
    assert!(out.contains("name: \"suggested: free\""), "{out}");
}

#[test]
fn a_trail_that_is_none_or_was_changed_is_named() {
    let fixture = site();
    let mut trail = Written::new();
    trail.denied("web-1", "free -m");
    trail.denied("web-1", "nproc");
    trail.lines.swap(0, 1);
    trail.lines.push("\u{1b}[2Jno record".to_owned());
    let file = trail.write(&fixture);
    let (status, out, err) = suggest(&fixture, &[&file]);
    assert_eq!(status, 0, "{err}");
    assert!(
        out.contains("suggested: nproc") && out.contains("suggested: free"),
        "{out}"
    );
    let told: Vec<&str> = err.lines().collect();
    assert_eq!(told.len(), 2, "{err}");
    assert!(
        told[0].starts_with(&format!("mcp-ssh: {file}:1: ")),
        "{err}"
    );
    assert!(
        told[0].ends_with(": the trail proves nothing from here on, and is read all the same"),
        "{err}"
    );
    assert_eq!(
        told[1],
        "mcp-ssh: lines that are no record, and are left out: 1"
    );
    let (status, _, err) = suggest(&fixture, &["/nowhere/audit.jsonl"]);
    assert_eq!(status, 1);
    assert_eq!(
        err,
        "mcp-ssh: /nowhere/audit.jsonl: cannot be read: No such file or directory (os error 2)\n"
    );
    fixture.write("config/policy.yml", "rules: 1\n");
    let (status, _, err) = suggest(&fixture, &[&file]);
    assert_eq!(status, 1);
    assert!(err.contains("/config/policy.yml:1:8: "), "{err}");
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

#[test]
fn more_lines_than_anyone_reads_are_refused() {
    let fixture = site();
    let mut trail = Written::new();
    for at in 0..20_001 {
        trail.denied("web-1", &format!("cat /var/log/{at}"));
    }
    let file = trail.write(&fixture);
    let (status, out, err) = suggest(&fixture, &[&file]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(
        err.contains("the trail has more than 20000 different lines"),
        "{err}"
    );
}
