//! `become`: real sudo and sudo-rs, asked and not asked, and the password in nothing that is written.

mod ends;
mod hostile;
mod refusals;
mod secrets;
mod words;

use std::process::Command;

use serde_json::Value;

use super::records::{lines, of_type};
use super::site::{Held, Site, ssh_run};
use crate::support::account::Sudoers;
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::pam::PamService;
use crate::support::sshd::Sshd;
use crate::support::sudo::OwnSudo;

const POLICY: &str = "limits: {max_seconds: 20, deny_substrings: []}
rules:
  - {name: as root, action: allow, become: root, commands: [id -un, cat, 'cat *', 'echo *', 'sleep *', 'ls *', 'yes']}
  - {action: allow, commands: [id -u, 'printf *']}
audit: {commands: plain}
";
const MISSING: &str = "sudo asks for a password: The credential names none";
const REFUSED: &str =
    "sudo, or what ran, asked again: It may not have taken the password of sudo_password_secret";
const ASKED_MORE: &str = "sudo, or what ran, asked for more: The password of sudo_password_secret is not all that it wants";
const UNANSWERED: &str = "sudo was not answered: Its question came too late or was not clear";

/// A host whose account may become root, and a server that knows the password by a secret.
struct SudoSite {
    site: Site,
    sudoers: Option<Sudoers>,
}

impl SudoSite {
    /// With sudo of the system under these `Defaults`.
    fn start(tag: &str, defaults: &str) -> Self {
        let mut site = Self::with(tag, None);
        site.sudoers = Some(Sudoers::asking(&site.site.account, defaults));
        site
    }

    /// With a sudo of the test's own; it has no sudoers yet.
    fn with(tag: &str, own: Option<&OwnSudo>) -> Self {
        let user = KeyPair::ed25519();
        let sshd = Sshd::builder().authorize(&user);
        let sshd = match own {
            Some(own) => sshd.config(&own.config()),
            None => sshd,
        };
        let site = Site::of(tag, sshd.start(), user);
        site.write_policy(POLICY);
        let password = site.account.password.clone();
        let site = Self {
            site,
            sudoers: None,
        };
        site.answers(&password);
        site
    }

    /// The secret that sudo is answered.
    fn answers(&self, password: &str) {
        self.site.fixture.write("secrets/sudo", password);
        self.site
            .write_credentials("key_path: id, sudo_password_secret: sudo");
    }

    /// A server that logs all that it can.
    fn serve(self) -> (Client, (Held, Option<Sudoers>)) {
        let Self { site, sudoers } = self;
        let (client, held) = site.serve_by(|server| {
            let mut loud = Command::new(server.get_program());
            loud.args(server.get_args()).env("MCP_SSH_DEBUG", "1");
            loud
        });
        (client, (held, sudoers))
    }

    /// Runs each line by one server; gives the results, and all that the server wrote.
    fn calls(self, commands: &[&str]) -> (Vec<Value>, String) {
        let (mut client, held) = self.serve();
        let results: Vec<Value> = commands
            .iter()
            .map(|command| ssh_run(&mut client, command))
            .collect();
        client.close_stdin();
        let written = client.finish();
        drop(held);
        (results, written)
    }
}

/// The structured content, or the text of what failed.
fn told(result: &Value) -> Value {
    match result.get("isError") {
        None => result["structuredContent"].clone(),
        Some(_) => {
            let text = result["content"][0]["text"].as_str().unwrap();
            serde_json::from_str(text).unwrap()
        }
    }
}

/// Asserts that a password is in nothing: neither as it is, nor in the forms in which a program may print it.
fn assert_secret(password: &str, results: &[Value], written: &str) {
    for text in results
        .iter()
        .map(Value::to_string)
        .chain([written.to_owned()])
    {
        assert!(!text.contains(password), "{text}");
    }
}

fn output(result: &Value) -> (String, i64) {
    let told = told(result);
    let output = told["output"].as_str();
    let output = output.unwrap_or_else(|| panic!("{told}"));
    (output.to_owned(), told["exit_code"].as_i64().unwrap())
}

#[test]
fn a_command_runs_as_root_by_the_password() {
    let site = SudoSite::start("sudoright", "");
    let password = site.site.account.password.clone();
    let echo = format!("echo {password}");
    let (results, written) = site.calls(&["id -un", "id -u", "cat", "ls /nowhere", &echo]);
    assert_eq!(output(&results[0]), ("root\n".to_owned(), 0));
    assert_ne!(output(&results[1]).0, "0\n");
    // The command's input is empty.
    assert_eq!(output(&results[2]), (String::new(), 0));
    let (text, code) = output(&results[3]);
    assert!(text.starts_with("ls: cannot access '/nowhere'"), "{text}");
    assert_eq!(code, 2);
    assert_eq!(output(&results[4]).0, "[redacted]\n");
    let records = lines(&written);
    let decisions = of_type(&records, "policy_decision");
    let become_of = |index: usize| decisions[index].get("become").and_then(Value::as_str);
    assert_eq!((become_of(0), become_of(1)), (Some("root"), None));
    assert_eq!(decisions[0]["command"], "id -un");
    let outcomes = of_type(&records, "audit");
    assert_eq!(outcomes[0]["command"], "id -un");
    // The assistant wrote the password into the last command itself.
    let elsewhere = written.replace(&echo, "");
    assert_secret(&password, &results, &elsewhere);
}

#[test]
fn passwords_with_any_letter_go_as_they_are() {
    let site = SudoSite::start("sudoletters", "");
    let odd = "  p'\"$(id)`x`\\%{}!# \u{e4}\u{4e2d}~ ";
    let mut chpasswd = Command::new("chpasswd");
    let mut child = chpasswd
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let line = format!("{}:{odd}\n", site.site.account.name);
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), line.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    site.answers(odd);
    let (results, written) = site.calls(&["id -un"]);
    assert_eq!(output(&results[0]), ("root\n".to_owned(), 0));
    assert_secret(odd.trim(), &results, &written);
}

#[test]
fn a_wrong_password_is_sent_once() {
    let site = SudoSite::start("sudowrong", "");
    site.answers("not-the-password-4711");
    let (results, written) = site.calls(&["id -un", "id -u"]);
    let refused = told(&results[0]);
    assert_eq!(refused["error"], REFUSED, "{refused}");
    assert!(
        refused["hint"]
            .as_str()
            .unwrap()
            .starts_with("do not retry")
    );
    assert_eq!(output(&results[1]).1, 0);
    assert_secret("not-the-password-4711", &results, &written);
    let records = lines(&written);
    let outcome = of_type(&records, "audit")[0];
    assert_eq!(outcome["exit_code"], -1);
    assert_eq!(
        outcome["error"],
        "sudo, or what ran, asked again after it had the password: most likely the password is wrong, or the account \
         is locked, which sudo tells nobody; whether the command has run is not known; said before that: Sorry, try again. / sudo: no password was provided \
         / sudo: 1 incorrect password attempt"
    );
}

#[test]
fn where_sudo_asks_nothing_nobody_is_answered() {
    let mut site = SudoSite::with("sudonopass", None);
    site.sudoers = Some(Sudoers::of(&site.site.account));
    let password = site.site.account.password.clone();
    let (results, written) = site.calls(&["cat", "id -un"]);
    // It reads its input to the end, which comes when sudo has had its time to ask.
    let ended = told(&results[0]);
    assert_eq!(
        (ended["output"].as_str(), ended["exit_code"].as_i64()),
        (Some(""), Some(0))
    );
    assert!(ended["duration_ms"].as_u64().unwrap() >= 9_500, "{ended}");
    assert_eq!(output(&results[1]), ("root\n".to_owned(), 0));
    assert_secret(&password, &results, &written);
}

#[test]
fn without_a_secret_a_question_ends_the_run() {
    let site = SudoSite::start("sudonone", "");
    site.site.write_credentials("key_path: id");
    let (results, _) = site.calls(&["id -un"]);
    assert_eq!(told(&results[0])["error"], MISSING);
    let mut site = SudoSite::with("sudononeneed", None);
    site.sudoers = Some(Sudoers::of(&site.site.account));
    site.site.write_credentials("key_path: id");
    let (results, _) = site.calls(&["id -un"]);
    assert_eq!(output(&results[0]), ("root\n".to_owned(), 0));
}

#[test]
fn a_secret_of_which_a_part_would_be_left_is_not_sent() {
    let site = SudoSite::start("sudounfit", "");
    let long = "x".repeat(256);
    for secret in ["first-line-8123\nsecond-line-8123", long.as_str()] {
        site.answers(secret);
        let output = site.site.run(&["run", "box", "--", "id -un"]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{stderr}");
        assert!(stderr.contains("sudo password not usable"), "{stderr}");
        let field = "credential `ops` in credentials.yml: `sudo_password_secret`";
        assert!(stderr.contains(field), "{stderr}");
        // Who sits at the terminal is the operator.
        assert!(!stderr.contains("ask the operator"), "{stderr}");
        assert!(
            !stderr.contains("line-8123") && !stderr.contains(&long),
            "{stderr}"
        );
    }
}

#[test]
fn a_lecture_and_a_terminal_are_no_hindrance() {
    for (tag, defaults) in [
        ("sudolecture", "lecture=always"),
        ("sudopty", "use_pty"),
        ("sudonopty", "!use_pty"),
    ] {
        let site = SudoSite::start(tag, defaults);
        let password = site.site.account.password.clone();
        let (results, written) = site.calls(&["id -un"]);
        let (text, code) = output(&results[0]);
        assert!(text.ends_with("root\n"), "{tag}: {text}");
        assert_eq!(text == "root\n", tag != "sudolecture", "{tag}: {text}");
        assert_eq!(code, 0, "{tag}");
        assert_secret(&password, &results, &written);
    }
}

#[test]
fn a_sudo_that_wants_a_terminal_says_so_itself() {
    let site = SudoSite::start("sudotty", "requiretty");
    let (results, _) = site.calls(&["id -un"]);
    let (text, code) = output(&results[0]);
    assert!(text.contains("you must have a tty to run sudo"), "{text}");
    assert_eq!(code, 1);
    let note = told(&results[0])["note"].to_string();
    assert!(note.contains("sudo may have refused it"), "{note}");
}

#[test]
fn a_pam_that_asks_twice_is_answered_once() {
    let twice = "auth required pam_unix.so\nauth required pam_ftp.so\naccount required pam_permit.so\n\
                 session required pam_permit.so\n";
    let pam = PamService::of(twice);
    let site = SudoSite::start("sudotwice", &format!("pam_service={}", pam.name()));
    let password = site.site.account.password.clone();
    let (results, written) = site.calls(&["id -un"]);
    assert_eq!(told(&results[0])["error"], ASKED_MORE, "{results:?}");
    assert_secret(&password, &results, &written);
}

#[test]
fn sudo_rs_is_answered_too() {
    let own = OwnSudo::rs();
    let mut site = SudoSite::with("sudors", Some(&own));
    site.sudoers = Some(Sudoers::asking(&site.site.account, ""));
    let password = site.site.account.password.clone();
    let (results, written) = site.calls(&["id -un", "cat", "ls /nowhere"]);
    assert_eq!(output(&results[0]), ("root\n".to_owned(), 0));
    assert_eq!(output(&results[1]), (String::new(), 0));
    assert_eq!(output(&results[2]).1, 2);
    assert_secret(&password, &results, &written);

    let mut site = SudoSite::with("sudorswrong", Some(&own));
    site.sudoers = Some(Sudoers::asking(&site.site.account, ""));
    site.answers("not-the-password-4712");
    let (results, written) = site.calls(&["id -un"]);
    assert_eq!(told(&results[0])["error"], REFUSED, "{results:?}");
    assert_secret("not-the-password-4712", &results, &written);

    let mut site = SudoSite::with("sudorsnone", Some(&own));
    site.sudoers = Some(Sudoers::of(&site.site.account));
    let (results, _) = site.calls(&["cat"]);
    assert_eq!(output(&results[0]), (String::new(), 0));
}

/// A connection is made anew once the secret is another one, so each knows what is to be hidden.
#[test]
fn a_password_that_was_changed_is_hidden_at_once() {
    let site = SudoSite::start("sudorot", "");
    let name = site.site.account.name.clone();
    let (mut client, _held) = site.serve();
    assert_eq!(output(&ssh_run(&mut client, "id -un")).0, "root\n");
    let new = "another-walnut-spoon";
    let mut change = Command::new("chpasswd");
    let mut change = change.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let line = format!("{name}:{new}\n");
    std::io::Write::write_all(change.stdin.as_mut().unwrap(), line.as_bytes()).unwrap();
    assert!(change.wait().unwrap().success());
    client.fixture().write("secrets/sudo", new);
    assert_eq!(output(&ssh_run(&mut client, "id -un")).0, "root\n");
    // As the login, which is not what the password was read for.
    let told = output(&ssh_run(&mut client, &format!("printf {new}")));
    assert_eq!(told, ("[redacted]".to_owned(), 0));
}
