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
