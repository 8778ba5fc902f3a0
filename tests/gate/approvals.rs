//! A person's yes at the gate itself, and at a terminal.

use std::cell::Cell;
use std::future::pending;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::pin::Pin;
use std::process::Stdio;

use mcp_ssh::config::Paths;
use mcp_ssh::gate::{Asks, Gate, Outcome, Person, Question, Reply, RunRequest, unobserved};
use mcp_ssh::{cancel, runtime};
use mcp_ssh_policy::{Grant, Unapproved};
use tempfile::TempDir;

use super::cli::{status, text};
use super::site::Site;

const POLICY: &str = "rules: [{name: files, action: ask, commands: ['touch *']}]\n";

fn site(tag: &str) -> (Site, TempDir, String) {
    let site = Site::start(tag);
    site.write_policy(POLICY);
    let files = tempfile::tempdir().unwrap();
    // The host's user makes them.
    std::fs::set_permissions(files.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let line = format!("touch {}", files.path().join("ran").display());
    (site, files, line)
}

fn has_run(files: &TempDir) -> bool {
    std::fs::remove_file(files.path().join("ran")).is_ok()
}

/// Somebody who gives this reply; without one, who never answers.
struct Somebody {
    reply: Option<Reply>,
    asked: Cell<u32>,
    taken_back: Cell<u32>,
}

struct Open<'a>(&'a Cell<u32>);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

impl Asks for Somebody {
    fn via(&self) -> &'static str {
        "client"
    }

    fn ask<'a>(&'a self, _: &'a Question) -> Pin<Box<dyn Future<Output = Reply> + 'a>> {
        Box::pin(async {
            let _open = Open(&self.taken_back);
            self.asked.set(self.asked.get() + 1);
            match self.reply {
                Some(reply) => reply,
                None => pending().await,
            }
        })
    }
}

/// The reason of a denial, or nothing when it ran.
fn run(site: &Site, line: &str, somebody: &Somebody) -> Option<&'static str> {
    let paths = Paths {
        config: site.path("config"),
        keys: site.path("keys"),
        secrets: site.path("secrets"),
    };
    let outcome = runtime::block_on(async {
        let gate = Gate::open(paths);
        gate.settle().await;
        let (_canceller, cancelled) = cancel::pair();
        let request = RunRequest::new("box", line);
        let outcome = gate
            .run(request, cancelled, &unobserved, Person::Asked(somebody))
            .await;
        gate.close().await;
        outcome
    });
    match outcome.unwrap() {
        Outcome::Finished(result) => {
            assert_eq!(result.exit_code, 0);
            None
        }
        Outcome::Denied(refusal) => Some(refusal.denial.reason),
        Outcome::Failed(failure) => panic!("{}", failure.error),
    }
}

#[test]
fn a_question_lapses_and_is_taken_back() {
    let (site, files, line) = site("lapse");
    let somebody = |reply| Somebody {
        reply,
        asked: Cell::new(0),
        taken_back: Cell::new(0),
    };
    let silent = somebody(None);
    site.write_policy(&format!("approvals: {{timeout: 1}}\n{POLICY}"));
    assert_eq!(run(&site, &line, &silent), Some("approval_expired"));
    site.write_policy(POLICY);
    assert_eq!((silent.asked.get(), silent.taken_back.get()), (1, 1));
    for why in [Unapproved::Refused, Unapproved::Invalid] {
        let reply = somebody(Some(Reply::Unapproved(why)));
        assert!(run(&site, &line, &reply).is_some());
    }
    assert!(!has_run(&files));
    assert_eq!(site.sshd.log(), "");
    for grant in [Grant::Once, Grant::Session, Grant::Minutes(5)] {
        let yes = somebody(Some(Reply::Granted(grant)));
        assert_eq!(run(&site, &line, &yes), None);
        assert!(has_run(&files));
    }
}

/// `mcp-ssh run` on a terminal of its own, into which `early` is typed before the question is there,
/// and `typed` after; what the terminal showed.
fn at_terminal(site: &Site, words: &str, early: &str, typed: &str) -> (i32, String) {
    let command = format!("{} run {words}", env!("CARGO_BIN_EXE_mcp-ssh"));
    // It begins once what is typed early has come back from the terminal.
    let command = format!(
        "until [ -e {0} ]; do sleep 0.05; done; {command}",
        began(site)
    );
    let mut script = std::process::Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .envs(site.fixture.environment())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script runs: `apt-get install bsdutils`");
    let (mut stdin, mut stdout) = (script.stdin.take().unwrap(), script.stdout.take().unwrap());
    let mut shown = String::new();
    let mut until = |words: &str| {
        while !shown.contains(words) {
            let mut bytes = [0; 4096];
            let length = stdout.read(&mut bytes).unwrap();
            assert_ne!(length, 0, "{shown}");
            shown.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
    };
    stdin.write_all(early.as_bytes()).unwrap();
    until(early.trim_end());
    std::fs::write(began(site), "").unwrap();
    until("any other word to refuse it");
    stdin.write_all(typed.as_bytes()).unwrap();
    drop(stdin);
    stdout.read_to_string(&mut shown).unwrap();
    std::fs::remove_file(began(site)).unwrap();
    (script.wait().unwrap().code().unwrap(), shown)
}

fn began(site: &Site) -> String {
    site.fixture.path("began")
}

#[test]
fn a_terminal_asks_whoever_sits_there() {
    let (site, files, line) = site("tty");
    let one = format!("box -- {line}");
    let tag = format!("--tag lab -- {line}");
    for (words, early, typed, expected) in [
        (&one, "", "yes\n", 0),
        (&tag, "", "yes\n", 0),
        (&one, "no\n", "yes\n", 0),
        (&one, "", "no\n", 77),
        (&one, "", "y\n", 0),
        (&one, "", "Yes\n", 0),
        (&one, "", "ja\n", 77),
        (&one, "", "yes please\n", 77),
        (&one, "", "", 77),
        (&tag, "", "no\n", 77),
        // Typed before it was asked for.
        (&one, "yes\n", "no\n", 77),
        (&tag, "yes\n", "", 77),
    ] {
        let (status, shown) = at_terminal(&site, words, early, typed);
        assert_eq!(status, expected, "{words} {early:?} {typed:?}: {shown}");
        assert_eq!(
            has_run(&files),
            expected == 0,
            "{words} {early:?} {typed:?}"
        );
        assert!(shown.contains(&format!("The command: {line}")), "{shown}");
    }
    // Canaries: the others follow if the person says so.
    let canary = format!("--tag lab --canary 1 -- {line}");
    site.write_policy(&POLICY.replace("ask", "allow"));
    super::fanout::fleet(&site, 2, &[]);
    for (typed, expected, told) in [
        ("yes\n", 0, "2 hosts: 2 succeeded"),
        ("no\n", 1, "2 hosts: 1 succeeded, 1 not started"),
    ] {
        let (status, shown) = at_terminal(&site, &canary, "", typed);
        assert_eq!(status, expected, "{shown}");
        assert!(
            shown.contains("May this run on the host h1 of the tag lab, too?"),
            "{shown}"
        );
        assert!(
            shown.contains("h0: exit status 0, nothing printed"),
            "{shown}"
        );
        assert!(shown.contains(told), "{shown}");
        assert!(has_run(&files));
    }
    site.write_policy(POLICY);
    site.write_servers(site.sshd.port());
    let mut unattended = site.command(&["run", "box", "--", &line]);
    let output = unattended.stdin(Stdio::null()).output().unwrap();
    assert_eq!(status(&output), 77);
    assert!(text(&output.stderr).contains("nobody can be asked here"));
    assert!(!has_run(&files));
}
