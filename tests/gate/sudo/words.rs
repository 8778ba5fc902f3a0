//! What an operator is told of `become`: by `check`, `plan`, `diff` and the records of a denial.

use std::fs;

use super::SudoSite;
use crate::support::account::Sudoers;

fn printed(output: std::process::Output) -> String {
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_operator_is_told_as_whom() {
    let mut site = SudoSite::with("sudowords", None);
    site.sudoers = Some(Sudoers::of(&site.site.account));
    let site = &site.site;
    let plan = printed(site.run(&["plan", "box", "--", "id -un"]));
    let why = "allowed by rules[0] `as root`, to run as `root` by sudo";
    assert!(plan.contains(why), "{plan}");
    let test = |user: &str| {
        let text = format!("- {{alias: box, command: id -un, expect: allow, become: {user}}}\n");
        site.fixture.write("config/policy_tests.yml", &text);
        let output = site.run(&["check"]);
        (output.status.success(), printed(output))
    };
    let (held, told) = test("root");
    assert!(held, "{told}");
    let (held, told) = test("www-data");
    let fault = "decided as expected, but it runs as `root`";
    assert!(!held && told.contains(fault), "{told}");
    let plain = "- {alias: box, command: id -u, expect: allow, become: root}\n";
    site.fixture.write("config/policy_tests.yml", plain);
    let told = printed(site.run(&["check"]));
    assert!(told.contains("but it runs as the login"), "{told}");
    fs::remove_file(site.path("config/policy_tests.yml")).unwrap();
    let old = site.path("old.yml");
    let text = fs::read_to_string(site.path("config/policy.yml")).unwrap();
    fs::write(&old, text.replace("become: root, ", "")).unwrap();
    let told = printed(site.run(&[
        "diff",
        old.to_str().unwrap(),
        site.path("config/policy.yml").to_str().unwrap(),
    ]));
    assert!(told.contains("+ allowed now: id -un"), "{told}");
    assert!(
        told.contains("now    allow as root by rules[0] `as root`: id -un"),
        "{told}"
    );
    assert!(
        told.contains("before allow by rules[0] `as root`: id -un"),
        "{told}"
    );
}

/// Who sits at the terminal is no assistant: there is no `ssh_run` there, and no operator to be asked.
#[test]
fn at_the_terminal_a_denial_speaks_to_the_operator() {
    let mut site = SudoSite::start("sudoterm", "");
    let said = |site: &SudoSite, words: &[&str]| {
        let output = site.site.run(words);
        assert!(!output.status.success());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            !stderr.contains("operator") && !stderr.contains("ssh_run"),
            "{stderr}"
        );
        stderr
    };
    let alone = said(&site, &["run", "box", "--", "id -un; id -u"]);
    let mend = "\nmcp-ssh: run that command alone, and without `--cwd`";
    assert!(alone.contains(mend), "{alone}");
    site.answers("not-the-password-4714");
    let wrong = said(&site, &["run", "box", "--", "id -un"]);
    let mend = "correct the secret, or find out whether the account is locked";
    assert!(
        wrong.contains("Sorry, try again.") && wrong.contains(mend),
        "{wrong}"
    );
    fs::remove_file(site.site.path("secrets/sudo")).unwrap();
    let missing = said(&site, &["run", "box", "--", "id -un"]);
    assert!(
        missing.contains("create it, or let the server read it, where"),
        "{missing}"
    );
    site.site.write_credentials("key_path: id");
    let none = said(&site, &["run", "box", "--", "id -un"]);
    assert!(
        none.contains("set sudo_password_secret in credentials.yml"),
        "{none}"
    );
    site.sudoers = None;
    site.site.write_policy(
        "rules:\n- {action: allow, become: root, commands: [id]}\n- {action: allow, commands: ['i?']}\n",
    );
    let differs = said(&site, &["run", "box", "--", "id"]);
    let mend = "\nmcp-ssh: leave the command to one of the two rules";
    assert!(differs.contains(mend), "{differs}");
}
