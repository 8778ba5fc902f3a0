//! A trail that cannot be written: `check` and `healthcheck` say so before anything is asked for.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

use mcp_ssh::audit::unwritable;

use super::audited;
use crate::config::site::unprivileged;
use crate::support::fixture::Fixture;
use crate::support::sshd::is_root;

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Why nothing could be written to `trail` in a directory that this has prepared, with `/` for the directory.
fn told(prepare: impl FnOnce(&Path) + Send + 'static) -> Option<String> {
    unprivileged(|| {
        let directory = tempfile::tempdir().unwrap();
        prepare(directory.path());
        let told = unwritable(&directory.path().join("d/trail"));
        if let Ok(d) = directory.path().join("d").metadata() {
            assert!(d.is_dir());
            mode(&directory.path().join("d"), 0o700);
        }
        told.map(|told| told.replace(directory.path().to_str().unwrap(), ""))
    })
}

#[test]
fn each_reason_has_its_mend() {
    let user = rustix::process::geteuid().as_raw();
    let make = |directory: &Path| fs::create_dir(directory.join("d")).unwrap();
    let with = move |directory: &Path| {
        make(directory);
        fs::write(directory.join("d/trail"), "").unwrap();
        mode(&directory.join("d/trail"), 0o600);
    };
    assert_eq!(told(make), None);
    assert_eq!(told(with), None);
    let cases = [
        (
            told(|_| ()),
            "`/d/trail`: No such file or directory (os error 2): make its directory".to_owned(),
        ),
        (
            told(move |at| {
                make(at);
                symlink("elsewhere", at.join("d/trail")).unwrap();
            }),
            "`/d/trail` is a symbolic link: name the file itself".to_owned(),
        ),
        (
            told(|at| fs::create_dir_all(at.join("d/trail")).unwrap()),
            "`/d/trail` is a directory: name a file in it".to_owned(),
        ),
        (
            told(move |at| {
                with(at);
                mode(&at.join("d/trail"), 0o640);
            }),
            "`/d/trail` may be read or written by others: type `chmod 600 /d/trail`".to_owned(),
        ),
        (
            told(move |at| {
                with(at);
                mode(&at.join("d/trail"), 0o400);
            }),
            "`/d/trail`: permission denied: mode 0400 of `/d/trail` keeps its owner out: `chmod u+rw /d/trail`"
                .to_owned(),
        ),
        (
            told(move |at| {
                make(at);
                mode(&at.join("d"), 0o500);
            }),
            "`/d/trail`: permission denied: mode 0500 of `/d` keeps its owner out: `chmod u+wx /d`".to_owned(),
        ),
    ];
    for (told, expected) in cases {
        assert_eq!(told, Some(expected));
    }
    if is_root() {
        let of_another = told(move |at| {
            make(at);
            mode(&at.join("d"), 0o700);
            chown(at.join("d"), Some(12345), None).unwrap();
        });
        let expected = format!(
            "`/d/trail`: permission denied: user 12345 owns `/d` (mode 0700) and keeps user {user} out: `chown {user} \
             /d`, or run this as user 12345"
        );
        assert_eq!(of_another, Some(expected));
    }
}

/// What `command` says of the fixture, and its status.
fn asked(fixture: &Fixture, before: &[&str], command: &[&str]) -> (Option<i32>, String) {
    let server = fixture.server();
    let mut asked = match before {
        [] => Command::new(server.get_program()),
        [program, words @ ..] => {
            let mut asked = Command::new(program);
            asked.args(words).arg(server.get_program());
            asked
        }
    };
    let asked = asked
        .args(command)
        .envs(fixture.environment())
        .output()
        .unwrap();
    let said = [asked.stdout, asked.stderr].concat();
    (asked.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn check_and_healthcheck_say_that_nothing_would_run() {
    let (fixture, file) = audited();
    assert_eq!(
        asked(&fixture, &[], &["healthcheck"]),
        (Some(0), String::new())
    );
    assert_eq!(asked(&fixture, &[], &["check"]).0, Some(0));
    assert!(!Path::new(&file).exists(), "a check makes no trail");

    fs::create_dir(&file).unwrap();
    let why = format!("`{file}` is a directory: name a file in it");
    let unhealthy = format!("mcp-ssh: unhealthy: {why}\n");
    assert_eq!(asked(&fixture, &[], &["healthcheck"]), (Some(1), unhealthy));
    let (status, said) = asked(&fixture, &[], &["check"]);
    let told = format!("{file}: nothing will be run: is a directory: name a file in it\n");
    assert!(status == Some(1) && said.contains(&told), "{said}");
    // As a key that is on another machine.
    let (status, said) = asked(&fixture, &[], &["check", "--keys-elsewhere"]);
    let told = format!("{file}: warning: nothing will be run: is a directory: name a file in it\n");
    assert!(status == Some(0) && said.contains(&told), "{said}");
}

/// Both in a mount namespace of their own.
#[test]
fn a_disk_that_takes_nothing_is_told() {
    if !is_root() {
        return;
    }
    let (fixture, file) = audited();
    let directory = fixture.path("audit");
    let full = "mount -t tmpfs -o size=4k,mode=700 none \"$0\"; (yes | head -c 8192 >\"$0/f\") 2>/dev/null; exec \"$@\"";
    let shut = "mount -t tmpfs -o ro,size=4k,mode=700 none \"$0\"; exec \"$@\"";
    for (script, why) in [
        (
            full,
            "No space left on device (os error 28): make room there",
        ),
        (
            shut,
            "Read-only file system (os error 30): mount its directory without `:ro`, or name a file elsewhere",
        ),
    ] {
        let inside = ["unshare", "--mount", "sh", "-c", script, &directory];
        let (status, said) = asked(&fixture, &inside, &["healthcheck"]);
        assert_eq!(said, format!("mcp-ssh: unhealthy: `{file}`: {why}\n"));
        assert_eq!(status, Some(1));
        let (status, said) = asked(&fixture, &inside, &["check"]);
        let told = format!("{file}: nothing will be run: {why}\n");
        assert!(status == Some(1) && said.contains(&told), "{said}");
    }
}
