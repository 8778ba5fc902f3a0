//! Mounts that have a file or a directory from before: each command runs in a mount namespace of its own, as in a container.

use std::fs;
use std::process::Command;

use crate::support::fixture::Fixture;
use crate::support::sshd::is_root;

/// What `check` says after this script, which stands in the fixture's directory, and its status.
fn checked(fixture: &Fixture, script: &str) -> (Option<i32>, String) {
    let script = format!("set -e\ncd \"$0\"\n{script}\nexec \"$@\"");
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", &script, &fixture.path("")])
        .args([env!("CARGO_BIN_EXE_mcp-ssh"), "check"])
        .envs(fixture.environment())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    (output.status.code(), said.replace(&fixture.path(""), "/"))
}

const BEHIND: &str = "its mount still has the file from before, which was replaced or removed where it comes from: start the container \
                      anew, and mount the directory in place of the file\n";

#[test]
fn a_policy_that_was_replaced_behind_its_mount_is_not_taken() {
    if !is_root() {
        return;
    }
    let fixture = Fixture::one_host(1);
    let mount = "cp config/policy.yml from.yml; mount --bind from.yml config/policy.yml";
    assert_eq!(checked(&fixture, mount).0, Some(0));
    // Written in place, it is the file that is mounted.
    let in_place = format!("{mount}; echo '# more' >>from.yml");
    assert_eq!(checked(&fixture, &in_place).0, Some(0));
    for replaced in ["sed -i 's/uptime/reboot/' from.yml", "rm from.yml"] {
        let (status, said) = checked(&fixture, &format!("{mount}; {replaced}"));
        let told = format!("/config/policy.yml: {BEHIND}");
        assert!(
            status == Some(1) && said.contains(&told),
            "{replaced}: {said}"
        );
    }
}

/// A secret as compose mounts it, and known_hosts as Kubernetes does: logins go on, and `check` warns.
#[test]
fn what_a_login_has_from_before_is_warned_of() {
    if !is_root() {
        return;
    }
    let fixture = Fixture::one_host(1);
    for file in ["secrets/FIXTURE_PASSWORD", "keys/known_hosts"] {
        if file.starts_with("secrets") {
            fixture.write(file, "x");
        }
        let script = format!("cp {file} from; mount --bind from {file}; cp from new; mv new from");
        let (status, said) = checked(&fixture, &script);
        let told = format!("/{file}: warning: {BEHIND}");
        assert!(status == Some(0) && said.contains(&told), "{file}: {said}");
        let script = format!("cp {file} from; mount --bind from {file}; cat {file} >>from");
        let (_, said) = checked(&fixture, &script);
        assert!(!said.contains(BEHIND), "{file}: {said}");
    }
}

#[test]
fn a_missing_file_is_told_by_what_is_in_the_place_of_its_directory() {
    if !is_root() {
        return;
    }
    let fixture = Fixture::one_host(1);
    let removed = "cp -r config from; mount --bind from config; rm -r from";
    let (_, said) = checked(&fixture, removed);
    let told = "/config/policy.yml: no such file: the mount `/config` has a directory that was removed or replaced where it \
                comes from: start the container anew\n";
    assert!(said.contains(told), "{said}");
    fs::remove_dir_all(fixture.path("config")).unwrap();
    fs::write(fixture.path("config"), "").unwrap();
    let (_, said) = checked(&fixture, "");
    let told = "/config/policy.yml: no such file: `/config` is a file: mount or name the directory in which the three files are\n";
    assert!(said.contains(told), "{said}");
}
