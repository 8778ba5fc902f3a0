//! A sudo that refuses: what sudo says reaches the caller, the log and the record; an account that has expired is no wrong
//! password.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::{ASKED_MORE, REFUSED, SudoSite, assert_secret, output, told};
use crate::gate::records::{lines, of_type};
use crate::gate::site::ssh_run;
use crate::support::account::{Account, Sudoers};
use crate::support::marker::within;
use crate::support::sudo::OwnSudo;

/// What a run as root is told once its account was prepared so, and all that the server wrote. There is a connection before:
/// sshd lets nobody in whose account has expired.
fn refused(
    tag: &str,
    own: Option<&OwnSudo>,
    prepared: impl FnOnce(&Account, &mut Option<Sudoers>),
) -> (Value, String) {
    let mut site = SudoSite::with(tag, own);
    site.sudoers = Some(Sudoers::asking(&site.site.account, ""));
    let password = site.site.account.password.clone();
    let (mut client, (held, mut sudoers)) = site.serve();
    assert_eq!(output(&ssh_run(&mut client, "id -u")).1, 0);
    prepared(&held.account, &mut sudoers);
    let result = ssh_run(&mut client, "id -un");
    client.close_stdin();
    let written = client.finish();
    assert_secret(&password, std::slice::from_ref(&result), &written);
    (told(&result), written)
}

fn as_root(program: &str, options: &[&str], account: &Account) {
    let mut command = Command::new(program);
    let output = command.args(options).arg(&account.name).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// The record's `error`, which the log has, too.
fn recorded(written: &str) -> String {
    let records = lines(written);
    let error = of_type(&records, "audit")[1]["error"].as_str().unwrap();
    let told = format!("`box`: {error}");
    assert!(written.contains(&told), "{told}: {written}");
    error.to_owned()
}

#[test]
fn an_account_that_has_expired_is_told_as_such() {
    let rs = OwnSudo::rs();
    for (tag, own) in [("sudoexpired", None), ("sudorsexpired", Some(&rs))] {
        let (result, written) = refused(tag, own, |account, _| {
            as_root("chage", &["--expiredate", "1"], account);
        });
        let stderr = result["stderr"].as_str().unwrap().to_lowercase();
        let said = "account validation failure, is your account locked?";
        assert!(stderr.contains(said), "{tag}: {result}");
        let note = result["note"].as_str().unwrap();
        assert!(note.contains("sudo may have refused it"), "{tag}: {result}");
        let error = recorded(&written);
        assert!(
            error.starts_with("sudo may have refused: sudo: "),
            "{tag}: {error}"
        );
        assert!(error.to_lowercase().contains(said), "{tag}: {error}");
    }
}

/// sudo asks for the old password once more, to change it.
#[test]
fn a_password_that_has_expired_is_no_wrong_one() {
    let rs = OwnSudo::rs();
    let expired = |account: &Account, _: &mut _| as_root("chage", &["--lastday", "0"], account);
    let (result, written) = refused("sudorschange", Some(&rs), expired);
    assert_eq!(result["error"], ASKED_MORE, "{result}");
    let stderr = result["stderr"].as_str().unwrap();
    assert!(stderr.contains("Current password: "), "{result}");
    assert!(recorded(&written).contains("said before that: Current password: "));
    let (result, written) = refused("sudochange", None, expired);
    let said = "sudo: Account or password is expired, reset your password and try again";
    assert!(
        result["stderr"].as_str().unwrap().contains(said),
        "{result}"
    );
    assert!(recorded(&written).contains(said));
}

/// Nobody is told that an account is locked: sudo does not say it. The operator is told to look.
#[test]
fn a_locked_account_is_told_with_the_words_of_sudo() {
    let rs = OwnSudo::rs();
    for (tag, own, said) in [
        ("sudolocked", None, "Sorry, try again."),
        (
            "sudorslocked",
            Some(&rs),
            "sudo: Authentication failed, try again.",
        ),
    ] {
        let (result, written) = refused(tag, own, |account, _| {
            as_root("usermod", &["--lock"], account)
        });
        assert_eq!(result["error"], REFUSED, "{tag}: {result}");
        assert!(
            result["hint"].as_str().unwrap().contains("locked"),
            "{tag}: {result}"
        );
        assert!(
            result["stderr"].as_str().unwrap().contains(said),
            "{tag}: {result}"
        );
        let error = recorded(&written);
        assert!(
            error.contains("locked") && error.contains(said),
            "{tag}: {error}"
        );
    }
}

#[test]
fn who_is_not_in_sudoers_is_told_so() {
    let rs = OwnSudo::rs();
    for (tag, own, said) in [
        ("sudonobody", None, " is not in the sudoers file."),
        ("sudorsnobody", Some(&rs), "sudo: I'm sorry "),
    ] {
        let (result, written) = refused(tag, own, |_, sudoers| *sudoers = None);
        assert_eq!(result["exit_code"], 1, "{tag}: {result}");
        assert!(
            result["stderr"].as_str().unwrap().contains(said),
            "{tag}: {result}"
        );
        assert!(
            result["note"].as_str().unwrap().contains("refused"),
            "{tag}: {result}"
        );
        assert!(recorded(&written).contains(said.trim()), "{tag}");
    }
}

/// A command that fails by itself is not taken for a sudo that has refused.
#[test]
fn a_command_that_fails_is_no_refusal() {
    let site = SudoSite::start("sudofails", "");
    let (results, written) = site.calls(&["cat /nowhere", "ls /nowhere"]);
    let records = lines(&written);
    assert!(
        results.iter().all(|result| told(result)["note"].is_null()),
        "{results:?}"
    );
    assert!(
        of_type(&records, "audit")
            .iter()
            .all(|outcome| outcome["error"].is_null())
    );
}

/// A task and a tag run tell it as a call does.
#[test]
fn the_words_are_told_on_every_road() {
    let site = SudoSite::start("sudoroads", "");
    site.answers("not-the-password-4715");
    let (mut client, _held) = site.serve();
    let arguments = json!({"alias": "box", "command": "id -un"});
    let started = client.call("ssh_run_async", arguments);
    let task_id = &started["structuredContent"]["task_id"];
    let id = json!({"task_id": task_id});
    let ended = within(Duration::from_secs(20), || {
        let status = client.call("ssh_get_task_status", id.clone());
        status["structuredContent"]["status"] == "failed"
    });
    assert!(ended);
    let of_task = client.call("ssh_get_task_result", id);
    let of_tag = client.call("ssh_run_on_tag", json!({"tag": "lab", "command": "id -un"}));
    for result in [of_task, of_tag] {
        let text = result.to_string();
        assert!(text.contains(REFUSED), "{text}");
        assert!(text.contains("Sorry, try again. / sudo: "), "{text}");
    }
}

/// PAM waits about two seconds after a wrong password.
#[test]
fn a_time_limit_while_sudo_considers_is_told() {
    let site = SudoSite::start("sudoslow", "");
    site.answers("not-the-password-4713");
    let (mut client, _held) = site.serve();
    let arguments = json!({"alias": "box", "command": "id -un", "timeout_seconds": 1});
    let result = told(&client.call("ssh_run", arguments));
    assert_eq!(result["timeout"], true, "{result}");
    let note = result["note"].as_str().unwrap();
    assert!(
        note.contains("sudo had got the password, and nothing was printed since"),
        "{result}"
    );
    let script = OwnSudo::script("sleep 30");
    let site = SudoSite::with("sudomute", Some(&script));
    let (mut client, _held) = site.serve();
    let arguments = json!({"alias": "box", "command": "id -un", "timeout_seconds": 1});
    let result = told(&client.call("ssh_run", arguments));
    let note = result["note"].as_str().unwrap();
    assert!(
        note.contains("sudo had not asked for a password"),
        "{result}"
    );
}
