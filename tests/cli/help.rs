//! The help of every subcommand: an example that works, and its exit statuses.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use super::{output, path, said};
use crate::support::fixture::Fixture;

fn help(words: &[&str]) -> String {
    let (status, out, err) = output(&[words, &["--help"]].concat());
    assert_eq!((status, err.as_str()), (0, ""), "{words:?}");
    out
}

/// The lines below a heading of a help text.
fn section<'h>(help: &'h str, heading: &str) -> Vec<&'h str> {
    let lines = help.lines().skip_while(|line| *line != heading).skip(1);
    lines
        .take_while(|line| !line.is_empty())
        .map(|line| &line[2..])
        .collect()
}

/// The subcommands that `mcp-ssh --help` lists.
pub fn subcommands() -> Vec<String> {
    let help = help(&[]);
    let lines = section(&help, "Commands:")
        .into_iter()
        .filter(|line| !line.starts_with(' '));
    let names: Vec<String> = lines
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect();
    assert!(names.len() >= 11, "{names:?}");
    names
}

/// The long options that a help text lists.
pub fn options(words: &[&str]) -> Vec<String> {
    let help = help(words);
    let words = section(&help, "Options:")
        .into_iter()
        .filter(|line| line.starts_with('-'));
    let long = words.map(|line| {
        line.split([' ', ','])
            .find(|word| word.starts_with("--"))
            .unwrap()
    });
    long.map(str::to_owned).collect()
}

fn statuses(help: &str) -> BTreeSet<i32> {
    let lines = section(help, "Error codes:").into_iter();
    lines
        .map(|line| line.split(' ').next().unwrap().parse().unwrap())
        .collect()
}

/// Runs an example of the help as it stands, but for the hosts that `keyscan` would ask.
fn run(example: &str) -> (i32, String, String) {
    let fixture = Fixture::empty();
    // Nothing listens on port 1.
    let host = "host: 127.0.0.1, port: 1, credentials: ops";
    fixture.fill(&format!(
        "  - {{alias: web1, {host}, tags: [web, production]}}\n"
    ));
    let policy = "rules: [{action: allow, commands: [uptime, 'systemctl status *']}]\naudit: {commands: plain}\n\
                  files: [{action: allow, read: ['/etc/nginx/*'], write: ['/etc/nginx/*']}]\n";
    fixture.write("config/policy.yml", policy);
    let home = tempfile::tempdir().unwrap();
    for folder in [
        ".ssh",
        ".codex",
        ".zfunc",
        "config",
        "keys",
        ".local/share/bash-completion/completions",
        ".config/fish/completions",
        "released",
    ] {
        std::fs::create_dir_all(home.path().join(folder)).unwrap();
    }
    for file in ["servers.yml", "credentials.yml", "policy.yml"] {
        let from = std::path::Path::new(&fixture.config()).join(file);
        for folder in ["config", "released"] {
            std::fs::copy(&from, home.path().join(folder).join(file)).unwrap();
        }
    }
    std::fs::write(home.path().join("keys/known_hosts"), Fixture::known_hosts()).unwrap();
    std::fs::write(home.path().join(".ssh/config"), "Host a\n").unwrap();
    std::fs::write(home.path().join("hosts.ini"), "a\n").unwrap();
    std::fs::write(home.path().join("commands.jsonl"), "\"uptime\"\n").unwrap();
    for local in ["site.conf", "motd"] {
        std::fs::write(home.path().join(local), "").unwrap();
    }
    let mut recorded = fixture.server();
    recorded.args(["--audit-file", "audit.jsonl", "run", "web1", "--", "reboot"]);
    let recorded = recorded.current_dir(home.path()).output().unwrap();
    assert_eq!(recorded.status.code(), Some(77), "{recorded:?}");
    let example = example
        .replace(" 10.0.0.11", " 127.0.0.1:1")
        .replace("web-1.example.com:2222", "127.0.0.1:2");
    let mut shell = Command::new("bash");
    let shell = shell
        .args(["-c", &example])
        .envs(fixture.environment())
        .env("PATH", path());
    said(
        &shell
            .env("HOME", home.path())
            .env("USER", "me")
            .current_dir(home.path())
            .stdin(Stdio::null())
            .output()
            .unwrap(),
    )
}

#[test]
fn every_subcommand_shows_an_example_that_works_and_its_exit_statuses() {
    for subcommand in subcommands() {
        let help = help(&[&subcommand]);
        let statuses = statuses(&help);
        assert!(
            statuses.contains(&0) && statuses.contains(&2),
            "{subcommand}: {statuses:?}"
        );
        let examples = section(&help, "Examples:");
        assert!(!examples.is_empty(), "{subcommand}");
        for example in examples {
            assert!(
                example.starts_with(&format!("mcp-ssh {subcommand}")),
                "{example}"
            );
            let (status, out, err) = run(example);
            let told = format!("{example}\n{out}{err}");
            assert!(
                status != 2 && statuses.contains(&status),
                "{status}: {told}"
            );
            // What needs nobody else succeeds.
            if ![
                "run", "doctor", "get", "put", "keyscan", "reload", "approver",
            ]
            .contains(&subcommand.as_str())
            {
                let strict = example.contains("--strict");
                assert!(status == 0 || strict, "{status}: {told}");
            }
        }
    }
    for example in section(&help(&[]), "Examples:") {
        let (status, _, err) = run(example);
        assert_eq!(status, 0, "{example}: {err}");
    }
}

/// The manual's table has every status that the program's own help has, and no other.
#[test]
fn the_manual_lists_the_exit_statuses() {
    let manual = include_str!("../../docs/CONFIGURATION.md");
    let table = manual.split("## Exit statuses").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let cells = table.lines().filter_map(|line| line.strip_prefix("| "));
    let listed: BTreeSet<i32> = cells
        .filter_map(|line| line.split(' ').next().unwrap().parse().ok())
        .collect();
    assert_eq!(listed, statuses(&help(&[])));
    for subcommand in subcommands() {
        let own = statuses(&help(&[&subcommand]));
        assert!(own.is_subset(&listed), "{subcommand}");
        assert!(
            manual.contains(&format!("`{subcommand}")),
            "{subcommand} is not in the manual"
        );
        for option in options(&[&subcommand]) {
            assert!(
                manual.contains(&option),
                "{subcommand} {option} is not in the manual"
            );
        }
    }
}

/// The options of a subcommand that take a number, as its usage line has them.
fn numbered(help: &str) -> Vec<&str> {
    let usage = help.lines().next().unwrap().split(['[', ']']);
    let taking = usage.filter_map(|part| part.strip_suffix(" <n>").or(part.strip_suffix(" <uid>")));
    taking.map(|part| part.trim_end_matches("...")).collect()
}

#[test]
fn an_option_that_takes_a_number_says_so() {
    let mut tried = 0;
    for subcommand in subcommands() {
        let help = help(&[&subcommand]);
        for option in numbered(&help) {
            tried += 1;
            for word in ["ten", "", "99999999999999999999"] {
                let (status, _, told) = output(&[&subcommand, &format!("{option}={word}")]);
                assert_eq!(status, 2, "{subcommand} {option}: {told}");
                assert!(
                    told.contains(": take") || told.contains(": must be"),
                    "{subcommand} {option}: {told}"
                );
            }
        }
    }
    assert!(tried >= 8, "{tried}");
}
