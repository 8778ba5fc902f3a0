//! From a real server's trail to a proposal, and from the proposal to a question.

use std::fs;
use std::process::Output;

use super::cli::{status, text};
use super::site::{Site, ran, refused};

const POLICY: &str = "\
audit: {commands: plain}
rules:
  - {name: words, action: allow, commands: ['echo *']}
  - {action: deny, commands: ['rm *']}
";

#[test]
fn what_a_server_denied_is_asked_once_the_proposal_is_in_force() {
    let mut site = Site::start("suggest");
    site.write_policy(POLICY);
    let trail = site.fixture.path("audit.jsonl");
    site.fixture.set("MCP_SSH_AUDIT_FILE", &trail);
    let (mut client, held) = site.serve();
    ran(&mut client, "echo hi");
    for line in [
        "id -u",
        "systemctl restart nginx",
        "rm /tmp/x",
        "uname -r; rm x",
        "cat /etc/shadow",
    ] {
        assert_eq!(refused(&mut client, line)["status"], "denied", "{line}");
    }

    let proposal = client.fixture().path("proposal");
    fs::create_dir(&proposal).unwrap();
    for name in ["servers.yml", "credentials.yml"] {
        let from = format!("{}/{name}", client.fixture().config());
        fs::copy(from, format!("{proposal}/{name}")).unwrap();
    }
    let run =
        |words: &[&str]| -> Output { client.fixture().server().args(words).output().unwrap() };
    let suggested = run(&["suggest", "--output", &proposal, &trail]);
    let told = format!("mcp-ssh: 2 rules are in {proposal}\n");
    assert_eq!((status(&suggested), text(&suggested.stderr)), (0, told));
    let checked = run(&["--config", &proposal, "check"]);
    assert_eq!(status(&checked), 0, "{}", text(&checked.stderr));
    assert!(
        text(&checked.stdout).contains("\npolicy tests: 3, 0 failed\n"),
        "{checked:?}"
    );

    // An operator copies the rules.
    let policy = fs::read_to_string(format!("{proposal}/policy.yml")).unwrap();
    let (_, rules) = policy.split_once("\nrules:\n").unwrap();
    let (rules, _) = rules.split_once("\n\n").unwrap();
    let merged = format!("{POLICY}{rules}\n");
    client.fixture().write("config/policy.yml", &merged);
    let asked = refused(&mut client, "id -u");
    assert_eq!(asked["reason"], "approval_required", "{merged}");
    for line in [
        "id -u x",
        "uname -r; rm x",
        "uname -r",
        "systemctl restart nginx",
        "cat /etc/shadow",
    ] {
        let denied = refused(&mut client, line);
        assert_ne!(denied["reason"], "approval_required", "{line}");
    }
    ran(&mut client, "echo hi");
    drop(held);
}
