//! A person is asked before a file is read or written where an entry says `ask`: what is shown is what is written, there
//! and nowhere else.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};

use serde_json::{Value, json};

use super::{Asked, choice};
use crate::gate::records::of_type;
use crate::gate::site::Site;
use crate::support::approver::{ApproverTerminal, FakeApprover, HELLO, SocketPlace};
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

/// A client of a server that asks about each file below the test's folder.
pub fn asked(tag: &str, place: Option<&SocketPlace>, capabilities: &Value) -> Asked {
    let user = KeyPair::ed25519();
    let builder = Sshd::builder().authorize(&user);
    let sshd = builder.config("Subsystem sftp internal-sftp").start();
    let mut asked = Asked::of(Site::of(tag, sshd, user), "2025-11-25", capabilities);
    let folder = asked.files.path().to_owned();
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    chown(&folder, Some(asked.held.account.uid()), None).unwrap();
    let approvals = place.map(|place| place.policy(", same_user: true"));
    let globs = format!("['{}/*']", folder.display());
    asked.reload(&format!(
        "{}limits: {{max_seconds: 20}}\nfiles:\n- {{name: config, action: ask, read: {globs}, write: {globs}}}\n",
        approvals.unwrap_or_default()
    ));
    asked
}

impl Asked {
    /// Begins a write of `new` in the place of `old`.
    fn begin_write(&mut self, name: &str, old: Option<&str>, new: &str) -> Value {
        let mut arguments =
            json!({"alias": "box", "path": self.path(name).to_str().unwrap(), "content": new});
        match old {
            None => arguments["create"] = true.into(),
            Some(old) => {
                arguments["expected_sha256"] = mcp_ssh::audit::sha256(old.as_bytes()).into();
            }
        }
        self.begin_tool("ssh_write_file", arguments)
    }

    fn status(&mut self, id: &Value) -> String {
        let result = self.result(id);
        let status = result["structuredContent"]["status"].as_str();
        status.unwrap_or_else(|| panic!("{result}")).to_owned()
    }

    fn content(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }
}

/// The text of a question.
fn message(question: &Value) -> &str {
    question["params"]["message"].as_str().unwrap()
}

#[test]
fn a_person_sees_the_change_and_approves_this_content_alone() {
    let mut asked = asked("fiasks", None, &json!({"elicitation": {}}));
    let id = asked.begin_write("a", None, "one\n\u{202e}\u{1b}[2J\r");
    let question = asked.question();
    let digest = mcp_ssh::audit::sha256("one\n\u{202e}\u{1b}[2J\r".as_bytes());
    assert_eq!(
        message(&question),
        format!(
            "May this be written on the host box?\nThe policy asks, by files[0] `config`.\n\
             The file: write `{}` (12 bytes, sha256 {digest})\n│ \\ there is no such file yet\n\
             │ @@ -0,0 +1,2 @@\n│ +one\n│ +‹U+202E›‹U+001B›[2J␍\n│ \\ no newline at the end\n\
             │ \\ ␍ is a carriage return",
            asked.path("a").display()
        )
    );
    asked.answer(&question, choice("refuse"));
    assert_eq!(asked.denied(&id), "approval_refused");
    assert_eq!(asked.content("a"), None);

    let id = asked.begin_write("a", None, "one\n");
    let question = asked.question();
    asked.answer(&question, choice("approve for this session"));
    assert_eq!(asked.status(&id), "created");
    assert_eq!(asked.content("a").as_deref(), Some("one\n"));
    // The yes was to this content where there was nothing, for the whole session; not to another content, not to this
    // content in the place of another one.
    let id = asked.begin_write("a", Some("one\n"), "two\n");
    let question = asked.question();
    assert!(
        message(&question).ends_with("│ @@ -1,1 +1,1 @@\n│ -one\n│ +two"),
        "{question}"
    );
    asked.answer(&question, choice("approve once"));
    assert_eq!(asked.status(&id), "replaced");
    let id = asked.begin_write("a", Some("two\n"), "one\n");
    let question = asked.question();
    asked.answer(&question, choice("refuse"));
    assert_eq!(asked.denied(&id), "approval_refused");
    fs::remove_file(asked.path("a")).unwrap();
    let id = asked.begin_write("a", None, "one\n");
    assert_eq!(asked.status(&id), "created");
    // Another path.
    let id = asked.begin_write("b", None, "one\n");
    let question = asked.question();
    asked.answer(&question, choice("refuse"));
    assert_eq!(asked.denied(&id), "approval_refused");
    assert_eq!(
        (asked.content("a").as_deref(), asked.content("b")),
        (Some("one\n"), None)
    );
}

#[test]
fn what_nobody_reads_to_its_end_is_not_asked() {
    let mut asked = asked("filong", None, &json!({"elicitation": {}}));
    let long = "line\n".repeat(300);
    let id = asked.begin_write("a", None, &long);
    assert_eq!(asked.denied(&id), "approval_change_too_long");
    let hidden = "-----BEGIN PRIVATE KEY-----\nrm -rf /\n-----END PRIVATE KEY-----\n";
    let id = asked.begin_write("a", None, hidden);
    assert_eq!(asked.denied(&id), "approval_unshowable");
    assert_eq!(asked.content("a"), None);
}

/// It would put the line before a person, and not the change.
#[test]
fn an_approver_of_before_is_not_asked_about_a_file() {
    let place = SocketPlace::new();
    let _fake = FakeApprover::start(&place, HELLO);
    let mut asked = asked("fiold", Some(&place), &json!({}));
    let id = asked.begin_write("a", None, "one\n");
    assert_eq!(asked.denied(&id), "approval_old_approver");
    assert_eq!(asked.content("a"), None);
    let records = asked.records();
    let events = of_type(&records, "approval");
    let events: Vec<&Value> = events.iter().map(|record| &record["event"]).collect();
    assert_eq!(events, ["old_approver"]);
}

#[test]
fn the_approver_shows_the_change_and_its_yes_writes() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 40);
    let mut asked = asked("fiscr", Some(&place), &json!({}));
    let id = asked.begin_write("a", None, "one\nkeep\n");
    terminal.shows("[y] yes, once");
    terminal.press_in_time("y", "approved once");
    assert_eq!(asked.status(&id), "created");
    let id = asked.begin_write("a", Some("one\nkeep\n"), "two\nkeep\n");
    let shown = terminal.shows("[y] yes, once");
    for row in [
        "\u{1b}[31m-one\u{1b}[0m\n",
        "\u{1b}[32m+two\u{1b}[0m\n",
        "│  keep\n",
    ] {
        assert!(shown.contains(row), "{row}\n{shown}");
    }
    terminal.press_in_time("y", "approved once");
    assert_eq!(asked.status(&id), "replaced");
    assert_eq!(asked.content("a").as_deref(), Some("two\nkeep\n"));
}
