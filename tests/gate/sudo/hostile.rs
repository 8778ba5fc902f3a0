//! A host whose sudo is not sudo: the question late, twice, on standard output, in pieces, with text around it.

use std::fs;
use std::time::{Duration, Instant};

use super::{ASKED_MORE, REFUSED, SudoSite, UNANSWERED, assert_secret, output, told};
use crate::support::sudo::OwnSudo;

/// Puts down what it reads from standard input, in a file of the host's own.
const READ: &str = "cat >\"${0%/*}/heard\"";

/// What the script at the name of sudo read, and what the caller is told.
fn met(tag: &str, script: &str) -> (String, serde_json::Value) {
    let own = OwnSudo::script(&script.replace("READ", READ));
    let heard = own.beside("heard");
    fs::write(&heard, "").unwrap();
    fs::set_permissions(&heard, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    let site = SudoSite::with(tag, Some(&own));
    let password = site.site.account.password.clone();
    let (results, written) = site.calls(&["id -un"]);
    assert_secret(&password, &results, &written);
    let heard = fs::read_to_string(heard).unwrap();
    let heard = heard.replace(&password, "PASSWORD");
    (heard, results[0].clone())
}

/// Nobody can tell such a host from an honest one: it gets the password, as with a login by password.
#[test]
fn a_question_in_pieces_is_a_question() {
    let pieces = "rest=$prompt; while [ -n \"$rest\" ]; do next=${rest#?}; printf %s \"${rest%\"$next\"}\" >&2; rest=$next; done; READ; echo done";
    let (heard, result) = met("hostpieces", pieces);
    assert_eq!(heard, "PASSWORD\n");
    assert_eq!(output(&result), ("done\n".to_owned(), 0));
    let (heard, result) = met(
        "hosttext",
        "echo hello >&2; printf %s \"$prompt\" >&2; READ",
    );
    assert_eq!(heard, "PASSWORD\n");
    assert_eq!(output(&result), ("hello\n".to_owned(), 0));
}

#[test]
fn what_is_not_the_question_gets_nothing() {
    for (tag, script) in [
        ("hostout", "printf %s \"$prompt\"; READ"),
        ("hostother", "printf 'Password: ' >&2; READ"),
        (
            "hostcase",
            "printf %s \"$prompt\" | tr a-f A-F | tr 0 1 >&2; READ",
        ),
    ] {
        let (heard, result) = met(tag, script);
        assert_eq!(heard, "", "{tag}");
        assert_eq!(told(&result)["exit_code"], 0, "{tag}: {result}");
    }
}

#[test]
fn a_question_after_output_or_twice_or_unclear_ends_the_run() {
    for (tag, script) in [
        (
            "hostafter",
            "echo x; READ; printf %s \"$prompt\" >&2; sleep 30",
        ),
        (
            "hostatonce",
            "printf '%s%s' \"$prompt\" \"$prompt\" >&2; READ",
        ),
        ("hostmore", "printf '%s -u root\\n' \"$prompt\" >&2; READ"),
    ] {
        let (heard, result) = met(tag, script);
        assert_eq!(heard, "", "{tag}");
        assert_eq!(told(&result)["error"], UNANSWERED, "{tag}: {result}");
    }
    for (tag, between, error) in [
        ("hosttwice", "", ASKED_MORE),
        ("hosttries", "echo Nein. >&2; ", REFUSED),
    ] {
        let script = format!(
            "printf %s \"$prompt\" >&2; READ; {between}printf %s \"$prompt\" >&2; sleep 30"
        );
        let (heard, result) = met(tag, &script);
        assert_eq!(heard, "PASSWORD\n");
        assert_eq!(told(&result)["error"], error, "{result}");
    }
}

/// A command that did things, and then ended as a sudo that refuses does, or asked as sudo does: nobody is told that it has
/// not run.
#[test]
fn a_command_that_ends_as_sudo_does_may_have_run() {
    let inner = "echo did >\"${0%/*}/heard\"; echo 'sudo: a password is required' >&2; exit 1";
    let (heard, result) = met("hostinner", inner);
    assert_eq!(heard, "did\n");
    let note = told(&result)["note"].as_str().unwrap().to_owned();
    assert!(
        note.contains("sudo may have refused it") && note.contains("look at what it did"),
        "{note}"
    );
    let asks = "printf %s \"$prompt\" >&2; read -r answer; echo did >\"${0%/*}/heard\"; echo deploying >&2; \
                printf %s \"$prompt\" >&2; sleep 30";
    let (heard, result) = met("hostasks", asks);
    assert_eq!(heard, "did\n");
    let told = told(&result);
    assert_eq!(told["error"], REFUSED, "{told}");
    let hint = told["hint"].as_str().unwrap();
    assert!(
        hint.contains("whether the command has run is not known"),
        "{hint}"
    );
    for text in [&note, &told.to_string()] {
        let claims = ["has not run\"", "then the command has not", "did not run"];
        assert!(claims.iter().all(|claim| !text.contains(claim)), "{text}");
    }
}

/// Something that each login prints, without an end of line: sudo waits for an answer that it must not get.
#[test]
fn a_question_with_text_before_it_ends_the_run_at_once() {
    for (tag, question) in [
        ("hostline", "hello%s"),
        ("hostliners", "hello[sudo: %s] Password: "),
    ] {
        let clock = Instant::now();
        let (heard, result) = met(
            tag,
            &format!("printf '{question}' \"$prompt\" >&2; sleep 30"),
        );
        assert_eq!(heard, "");
        let told = told(&result);
        assert_eq!(told["error"], UNANSWERED, "{told}");
        assert!(
            told["stderr"].as_str().unwrap().starts_with("hello"),
            "{told}"
        );
        assert!(
            clock.elapsed() < Duration::from_secs(9),
            "{:?}",
            clock.elapsed()
        );
    }
}

/// A host that prints the arguments of sudo: the prompt is in nothing that is shown.
#[test]
fn the_prompt_is_shown_to_nobody() {
    let script = "echo \"$*\"; echo \"$*\" >&2; printf %s \"$prompt\" | base64; printf '%s' \"x$prompt\"; \
                  echo \"$prompt\" >\"${0%/*}/heard\"";
    let (prompt, result) = met("hostprompt", script);
    let prompt = prompt.trim();
    assert_eq!(prompt.len(), 32, "{prompt}");
    let result = result.to_string();
    assert!(!result.contains(prompt), "{result}");
    assert!(result.contains("-p [redacted] -u root"), "{result}");
    let script = "printf '%s' \"x$prompt\" >&2; echo \"$prompt\" >\"${0%/*}/heard\"; sleep 30";
    let (prompt, result) = met("hostpromptline", script);
    assert!(!result.to_string().contains(prompt.trim()), "{result}");
}

#[test]
fn a_question_that_comes_late_gets_nothing() {
    let (heard, result) = met("hostlate", "READ; printf %s \"$prompt\" >&2; sleep 30");
    assert_eq!(heard, "");
    assert_eq!(told(&result)["error"], UNANSWERED, "{result}");
}

/// A host that prints what it was told: redaction knows the password.
#[test]
fn a_host_that_repeats_the_password_is_not_shown() {
    let script = "printf %s \"$prompt\" >&2; read -r told; echo \"$told\"; echo \"$told\" >&2; echo \"$told\" | base64";
    let own = OwnSudo::script(script);
    let site = SudoSite::with("hostrepeats", Some(&own));
    let password = site.site.account.password.clone();
    let (results, written) = site.calls(&["id -un"]);
    assert!(output(&results[0]).0.contains("[redacted]"), "{results:?}");
    assert_secret(&password, &results, &written);
}
