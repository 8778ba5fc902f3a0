//! `mcp-ssh diff`: two configurations, what differs, in text, in Markdown and as JSON.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::output;

/// Two sides below one directory.
pub struct TwoSides(tempfile::TempDir);

impl TwoSides {
    pub fn new() -> Self {
        let sides = Self(tempfile::tempdir().unwrap());
        for side in ["old", "new"] {
            std::fs::create_dir(sides.path(side)).unwrap();
        }
        sides
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    /// Compares two of its files or directories.
    pub fn diff(&self, old: &str, new: &str, options: &[&str]) -> (i32, String, String) {
        let paths = [old, new].map(|name| self.path(name).to_str().unwrap().to_owned());
        let words = [&["diff"][..], options, &[&paths[0], &paths[1]]].concat();
        output(&words)
    }
}

pub const HOSTS: &str = "hosts:
- {alias: web-1, host: 10.0.0.1, credentials: x, tags: [web]}
- {alias: web-2, host: 10.0.0.2, credentials: x, tags: [web]}
- {alias: db-1, host: 10.0.0.3, credentials: x, tags: [db]}
";

fn fleet() -> TwoSides {
    let sides = TwoSides::new();
    sides.write("old/servers.yml", HOSTS);
    sides.write("new/servers.yml", HOSTS);
    sides
}

/// The report with N for the number of lines, which depends on what the knowledge base has.
fn without_count(text: &str) -> String {
    let number = |word: &str| word.parse::<u32>().is_ok_and(|count| count > 1);
    let told = |line: &str| {
        let words = line.split(' ');
        let words = words.map(|word| if number(word) { "N" } else { word });
        words.collect::<Vec<_>>().join(" ")
    };
    let lines = text
        .lines()
        .map(|line| match line.contains(" lines tried") {
            true => told(line),
            false => line.to_owned(),
        });
    lines.map(|line| line + "\n").collect()
}

#[test]
fn hosts_with_the_same_differences_are_a_group() {
    let sides = fleet();
    let old = "rules: [{name: look, action: allow, commands: ['df *']}]\n";
    let new = "rules:
- {name: look, action: allow, commands: ['df *']}
- {name: web, action: allow, tags: [web], commands: ['systemctl status *']}
limits: {max_seconds: 60}
network: {allow_cidrs: [10.0.0.0/8]}
";
    sides
        .write("old/policy.yml", old)
        .write("new/policy.yml", new);
    let (status, out, err) = sides.diff("old", "new", &[]);
    let out = without_count(&out);
    let expected = "\
db-1
  limits.max_seconds: 45, now 60
  both policies have the same rules and deny entries

tag web (2 hosts)
  + allowed now: systemctl status x
      before deny: no rule allows `systemctl status x` on this host, and what is not allowed is denied
      now    allow by rules[1] `web`: systemctl status *
  limits.max_seconds: 45, now 60
  no other difference found in N lines tried

the configuration
  network.allow: none, now 10.0.0.0/8

1 towards allow, 0 towards deny, each shown by one line
";
    assert_eq!((status, out.as_str(), err.as_str()), (3, expected, ""));
    let (status, out, _) = sides.diff("new", "old", &[]);
    assert_eq!(status, 3);
    assert!(
        out.contains("  - denied now: systemctl status x\n"),
        "{out}"
    );
}

#[test]
fn what_is_the_same_is_said_to_be() {
    let sides = fleet();
    let old = "rules: [{action: allow, commands: [df, id]}, {commands: ['rm *']}]\n";
    let new = "rules: [{name: never, commands: ['rm *']}, {action: allow, commands: [id]}, \
               {action: allow, commands: [df]}]\n";
    sides
        .write("old/policy.yml", old)
        .write("new/policy.yml", new);
    let same = "every host (3 hosts)\n  both policies have the same rules and deny entries\n\n\
                0 towards allow, 0 towards deny, each shown by one line\n";
    assert_eq!(
        sides.diff("old", "new", &[]),
        (0, same.to_owned(), String::new())
    );
    // What denies nothing that is allowed changes no verdict that can be found. That is no fact, and the status is no 0.
    let shadowed = format!(
        "{}, {{commands: ['mkfs *']}}]\n",
        old.trim_end_matches("]\n")
    );
    sides.write("new/policy.yml", &shadowed);
    let (status, out, _) = sides.diff("old", "new", &[]);
    assert_eq!(status, 3);
    assert!(
        out.contains("  no line was found that shows `mkfs *` of rules[2] (deny, new policy)\n"),
        "{out}"
    );
    let out = without_count(&out);
    assert!(
        out.contains("  no difference found in N lines tried\n"),
        "{out}"
    );
}

#[test]
fn hosts_and_their_tags_are_compared() {
    let sides = TwoSides::new();
    let policy = "rules: [{action: allow, tags: [web], commands: [df]}]\n";
    sides
        .write("old/policy.yml", policy)
        .write("new/policy.yml", policy);
    sides.write("old/servers.yml", HOSTS);
    let moved = HOSTS
        .replace(
            "10.0.0.3, credentials: x, tags: [db]",
            "10.0.0.3, credentials: x, tags: [db, web]",
        )
        .replace("web-2", "web-3");
    sides.write("new/servers.yml", &moved);
    let (status, out, _) = sides.diff("old", "new", &[]);
    assert_eq!(status, 3);
    for told in [
        "db-1\n  + allowed now: df\n",
        "  host web-3: only in the new servers.yml\n",
        "  host web-2: only in the old servers.yml\n",
        "  tags of db-1: db, now db, web\n",
        "web-* (3 hosts)\n  both policies have the same rules",
    ] {
        assert!(
            out.contains(told) || told.starts_with("web-*"),
            "{told}: {out}"
        );
    }
    let (_, out, _) = sides.diff("old", "new", &["--json"]);
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["hosts_added"], json!(["web-3"]));
    assert_eq!(value["hosts_removed"], json!(["web-2"]));
    assert_eq!(
        value["tags_changed"],
        json!([{ "alias": "db-1", "before": ["db"], "after": ["db", "web"] }])
    );
}

/// A deny rule meets a command behind a wrapper, an option or a path, which its own pattern does not spell.
#[test]
fn a_deny_that_met_a_line_from_behind_is_found() {
    let sides = TwoSides::new();
    for (allowed, denied) in [
        ("sudo -n systemctl restart nginx", "systemctl restart *"),
        ("timeout 5 df -h", "df *"),
        ("/usr/bin/df -h", "df*"),
        ("kubectl -n x get pods", "kubectl get *"),
        ("find /var -exec rm {} +", "rm *"),
    ] {
        let allow = format!("{{action: allow, commands: ['{allowed}']}}");
        let deny = format!("{{commands: ['{denied}']}}");
        // The default list denies some of them by itself.
        let policy = |rules: &str| format!("limits: {{deny_substrings: []}}\nrules: [{rules}]\n");
        sides.write("old/p.yml", &policy(&format!("{allow}, {deny}")));
        sides.write("new/p.yml", &policy(&allow));
        let (status, out, _) = sides.diff("old/p.yml", "new/p.yml", &[]);
        assert_eq!(status, 3);
        assert!(
            out.contains(&format!("  + allowed now: {allowed}\n")),
            "{out}"
        );
    }
}

/// What differs is not called the same because no line was found for it.
#[test]
fn the_status_is_that_of_the_entries_and_not_of_the_search() {
    let sides = TwoSides::new();
    let argv = |words: &str| format!("{{action: allow, argv: [[{words}]]}}");
    let simple =
        |most: u8| format!("{{action: allow, simple_binaries: [df], simple_max_args: {most}}}");
    let both = "{action: allow, commands: [df, free]}";
    for (old, new) in [
        (argv("psql, -c, 'select 1'"), argv("psql, -c, '*'")),
        (
            argv("find, /var/log, -mtime, '1'"),
            argv("find, /var/log, -mtime, '*'"),
        ),
        (
            format!("{both}, {{commands: ['df; free']}}"),
            both.to_owned(),
        ),
        (simple(20), simple(21)),
    ] {
        sides.write("old/p.yml", &format!("rules: [{old}]\n"));
        sides.write("new/p.yml", &format!("rules: [{new}]\n"));
        let (status, out, _) = sides.diff("old/p.yml", "new/p.yml", &[]);
        assert_eq!(status, 3, "{out}");
    }
}

#[test]
fn an_alias_that_means_another_machine_is_told() {
    let sides = fleet();
    for side in ["old/policy.yml", "new/policy.yml"] {
        sides.write(side, "rules: []\n");
    }
    let before = "10.0.0.3 port 22 as x";
    for (from, to, after) in [
        ("10.0.0.3", "10.9.0.3", "10.9.0.3 port 22 as x"),
        (
            "10.0.0.3, credentials: x",
            "10.0.0.3, credentials: root",
            "10.0.0.3 port 22 as root",
        ),
        (
            "10.0.0.3,",
            "10.0.0.3, port: 2222,",
            "10.0.0.3 port 2222 as x",
        ),
        (
            "10.0.0.3,",
            "10.0.0.3, host_key_alias: other,",
            "10.0.0.3 port 22 as x known as other",
        ),
    ] {
        sides.write("new/servers.yml", &HOSTS.replace(from, to));
        let (status, out, _) = sides.diff("old", "new", &[]);
        assert_eq!(status, 3);
        let told = format!("  db-1 leads to {before}, now {after}\n");
        assert!(out.contains(&told), "{out}");
    }
}

/// A script reads these keys, and no other.
#[test]
fn the_json_has_the_documented_keys() {
    let sides = TwoSides::new();
    sides.write("old/p.yml", "rules: [{action: ask, commands: [df]}]\n");
    sides.write(
        "new/p.yml",
        "rules: [{name: x, action: allow, commands: [df]}]\nlimits: {max_hosts: 3}\n",
    );
    let (status, out, _) = sides.diff("old/p.yml", "new/p.yml", &["--json"]);
    let value: Value = serde_json::from_str(&out).unwrap();
    let expected = json!({
        "differs": true,
        "groups": [{
            "hosts": ["hosts that no rule names"],
            "differences": [{
                "line": "df",
                "gain": true,
                "before": {
                    "verdict": "ask",
                    "rule": { "index": 0, "action": "ask" },
                    "pattern": "df",
                    "why": "a person must approve it, by rules[0]",
                },
                "after": {
                    "verdict": "allow",
                    "rule": { "index": 0, "name": "x", "action": "allow" },
                    "pattern": "df",
                    "why": "allowed by rules[0] `x`",
                },
            }],
            "facts": [{ "name": "limits.max_hosts", "before": "any number", "after": "3" }],
            "without_line": [],
            "lines_tried": 2,
            "searched": "whole",
        }],
        "facts": [],
        "files": {"only_before": [], "only_after": []},
        "hosts_added": [],
        "hosts_removed": [],
        "tags_changed": [],
        "hosts_changed": [],
        "hosts_cut": false,
        "host_patterns_differ": false,
    });
    assert_eq!((status, value), (3, expected));
}

/// What a file says is no markup, and changes no terminal.
#[test]
fn hostile_names_and_patterns_stay_text() {
    let sides = TwoSides::new();
    sides.write("old/p.yml", "rules: []\n");
    let hostile = "rules: [{name: \"`<img src=x>` @all \\e[31m\\u202e|\", action: allow, \
                   commands: [\"echo '``<b>|x'*\"]}]\n";
    sides.write("new/p.yml", hostile);
    let (status, out, _) = sides.diff("old/p.yml", "new/p.yml", &["--markdown"]);
    assert_eq!(status, 3);
    let prose: String = markdown_outside_code(&out);
    for (sign, name) in [('<', "<"), ('@', "@"), ('|', "|")] {
        assert!(!prose.contains(sign), "{name} in {prose}");
    }
    for text in [out, sides.diff("old/p.yml", "new/p.yml", &[]).1] {
        let odd = |sign: char| sign.is_control() && sign != '\n' || sign == '\u{202e}';
        assert!(!text.contains(odd), "{text:?}");
        assert!(text.contains("echo '``<b>|x'"), "{text}");
    }
}

/// The text outside of code spans, as CommonMark finds them.
fn markdown_outside_code(text: &str) -> String {
    let mut prose = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        prose.push_str(&rest[..at]);
        let fence = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let inside = &rest[at + fence..];
        let mut from = 0;
        let end = loop {
            let next = from + inside[from..].find('`').expect("a code span ends");
            let run = inside[next..].len() - inside[next..].trim_start_matches('`').len();
            if run == fence {
                break next + run;
            }
            from = next + run;
        };
        rest = &inside[end..];
    }
    prose + rest
}

#[test]
fn what_does_not_load_is_told_as_check_tells_it() {
    let sides = fleet();
    sides.write(
        "old/policy.yml",
        "rules: [{action: alow, commands: [df]}]\n",
    );
    sides.write("new/policy.yml", "rules: []\n");
    let (status, out, err) = sides.diff("old", "new", &[]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(
        err.contains(
            "old/policy.yml:1:18: unknown action `alow`: write `allow`, `ask` or `deny`\n"
        ) && err.ends_with("mcp-ssh: nothing was compared: mend the errors above\n"),
        "{err}"
    );
    let (status, _, err) = sides.diff("old/policy.yml", "nowhere", &[]);
    assert_eq!(status, 1);
    assert!(err.contains("nowhere: no such file"), "{err}");
    std::fs::remove_file(sides.path("new/servers.yml")).unwrap();
    let (status, _, err) = sides.diff("new", "new", &[]);
    assert_eq!(status, 1);
    assert!(err.contains("new/servers.yml: no such file"), "{err}");
    let (status, _, err) = sides.diff("old", "new", &["--json", "--markdown"]);
    assert_eq!(status, 2);
    assert_eq!(err, "mcp-ssh: write one of `--json` and `--markdown`\n");
}
