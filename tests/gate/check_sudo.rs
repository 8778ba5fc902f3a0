//! What `check` says of `become` and of the passwords that sudo is answered with.

use super::cli::{status, text};
use crate::support::fixture::Fixture;

const RULES: &str = "rules:\n- {name: who, action: allow, become: root, commands: [id]}\n\
                     - {action: allow, commands: [uptime]}\n";

/// A host whose credential has these keys, under these rules.
fn fixture(keys: &str, rules: &str) -> Fixture {
    let fixture = Fixture::one_host(22);
    let credentials = format!("entries:\n- {{name: ops, username: o, none: true{keys}}}\n");
    fixture.write("config/credentials.yml", &credentials);
    fixture.write("config/policy.yml", rules);
    fixture
}

/// What is warned of the credentials, and what is noted.
fn told(fixture: &Fixture) -> (String, String) {
    let check = fixture.server().arg("check").output().unwrap();
    let (stderr, stdout) = (text(&check.stderr), text(&check.stdout));
    // One that cannot be had is an error, as every other secret of a host in use.
    let lacks = stderr
        .lines()
        .any(|line| line.contains("credentials.yml") && !line.contains(" warning: "));
    assert_eq!(status(&check), i32::from(lacks), "{stderr}");
    let own = stderr
        .lines()
        .filter(|line| line.contains("credentials.yml"));
    let own = own.map(|line| line.split_once("credentials.yml:2:").unwrap().1);
    // Where a secret was looked for depends on the machine.
    let own = own.map(|line| line.split(", environment").next().unwrap());
    let notes = stdout.lines().filter(|line| line.contains("says `become`"));
    let joined = |lines: Vec<&str>| lines.join("\n");
    (joined(own.collect()), joined(notes.collect()))
}

#[test]
fn a_secret_that_sudo_never_gets_is_told() {
    let never =
        "its `sudo_password_secret` is never sent, since no rule says `become` for a host of it";
    let unfit =
        "no line that runs by `become` is sent; write a secret of one line and 255 bytes at most";
    for (secret, rules, expected) in [
        (Some(b"right\n".to_vec()), RULES, ""),
        (Some(vec![b'x'; 255]), RULES, ""),
        (Some(vec![b'x'; 256]), RULES, unfit),
        (Some(b"one\ntwo\n".to_vec()), RULES, unfit),
        (Some(b"bell\x07".to_vec()), RULES, unfit),
        (Some(b"\xff\xfe".to_vec()), RULES, "is not UTF-8"),
        (Some(b"\n".to_vec()), RULES, "is nowhere: tried"),
        (None, RULES, "is nowhere: tried"),
        (
            Some(b"right".to_vec()),
            "rules:\n- {action: allow, commands: [id]}\n",
            never,
        ),
        (
            Some(b"right".to_vec()),
            "rules:\n- {action: allow, become: root, aliases: [other], commands: [id]}\n",
            never,
        ),
    ] {
        let fixture = fixture(", sudo_password_secret: sudo", rules);
        if let Some(secret) = &secret {
            fixture.write_bytes("secrets/sudo", secret);
        }
        let (warned, noted) = told(&fixture);
        assert_eq!(
            warned.lines().count(),
            usize::from(!expected.is_empty()),
            "{warned}"
        );
        assert!(warned.contains(expected), "{warned}");
        assert!(
            !warned.contains("right") && !warned.contains("xxx"),
            "{warned}"
        );
        assert_eq!(noted, "");
    }
}

/// Where sudo asks for no password that is right, so it is no warning.
#[test]
fn a_rule_without_a_password_is_noted() {
    let (warned, noted) = told(&fixture("", RULES));
    assert_eq!(warned, "");
    assert_eq!(
        noted,
        "policy.yml:2:3: rules[0] `who` says `become`, and no `sudo_password_secret` is for `web`: it works where \
         sudo asks for no password"
    );
    let (_, noted) = told(&fixture("", "rules:\n- {action: allow, commands: [id]}\n"));
    assert_eq!(noted, "");
}

#[test]
fn what_is_written_wrongly_is_told_with_its_mend() {
    let failed = |fixture: Fixture| {
        let check = fixture.server().arg("check").output().unwrap();
        assert_eq!(status(&check), 1);
        text(&check.stderr)
    };
    let told = failed(fixture(", sudo_password: hunter22", RULES));
    assert!(
        told.contains("unknown key: did you mean `sudo_password_secret`?"),
        "{told}"
    );
    assert!(!told.contains("hunter22"), "{told}");
    let rule = |rest: &str| {
        failed(fixture(
            "",
            &format!("rules:\n- {{action: allow, commands: [id], {rest}}}\n"),
        ))
    };
    for (rest, mend) in [
        (
            "become_user: root",
            "unknown key `become_user`: did you mean `become`?",
        ),
        (
            "becomes: root",
            "unknown key `becomes`: did you mean `become`?",
        ),
        ("become: ''", "`become` is empty"),
        ("become: [root]", "`become` must be text, found a list"),
        ("become: two words", "`become` is not the name of a user"),
    ] {
        let told = rule(rest);
        assert!(told.contains(mend), "{rest}: {told}");
        assert_eq!(told.matches("policy.yml:").count(), 1, "{rest}: {told}");
    }
    for (test, mend) in [
        (
            "command: id, expect: allow, becom: root",
            "unknown key `becom`: did you mean `become`?",
        ),
        (
            "command: id, expect: allow, become: ''",
            "`become` is empty",
        ),
        ("command: id, expect: allow, become:", "`become` is empty"),
        (
            "command: id, expect: allow, become: [root]",
            "`become` must be text, found a list",
        ),
        (
            "command: id, expect: allow, become: oot",
            "decided as expected, but it runs as `root`",
        ),
        (
            "command: uptime, expect: allow, become: root",
            "decided as expected, but it runs as the login",
        ),
        (
            "command: ls, expect: deny, become: root",
            "one that is denied runs as nobody: remove it",
        ),
        (
            "read: /etc/motd, expect: deny, become: root",
            "files are the login's, so remove it",
        ),
    ] {
        let fixture = fixture("", RULES);
        fixture.write(
            "config/policy_tests.yml",
            &format!("- {{alias: web, {test}}}\n"),
        );
        let check = fixture.server().arg("check").output().unwrap();
        let told = text(&check.stderr);
        assert!(told.contains(mend), "{test}: {told}");
        assert_eq!(status(&check), 1, "{test}: {told}");
    }
}

/// What `check` refuses the server does not load.
#[test]
fn any_program_as_root_is_loaded_by_nobody() {
    let rules = "rules:\n- {action: allow, become: root, commands: ['*']}\n";
    let fixture = fixture("", rules);
    for words in [
        &["check"][..],
        &["plan", "web", "id"],
        &["run", "web", "id"],
    ] {
        let output = fixture.server().args(words).output().unwrap();
        let told = text(&output.stderr);
        assert_ne!(status(&output), 0, "{told}");
        assert!(
            told.contains("`*` with `become` runs every program there is as `root`"),
            "{told}"
        );
    }
}
