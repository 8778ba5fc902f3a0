//! What `doctor` and a client are told of a file that `key_path` names and that is no key: the advice that fits it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use serde_json::Value;

use super::cli::{status, text};
use crate::support::fixture::Fixture;
use crate::support::keys::{Format, KeyPair, openssl, puttygen, write_private};

/// What converts a key of ssh-keygen, and nothing else.
const CONVERT: &str = "ssh-keygen -p";

/// The detail of the step at which `doctor` ends, for a key of this name, which `place` puts there.
fn told(name: &str, place: impl FnOnce(&Path)) -> String {
    let fixture = Fixture::one_host(22);
    let entry = format!("entries: [{{name: ops, username: o, key_path: {name}}}]\n");
    fixture.write("config/credentials.yml", &entry);
    place(fixture.path(&format!("keys/{name}")).as_ref());
    let mut doctor = fixture.server();
    let doctor = doctor.args(["doctor", "--json", "web"]).output().unwrap();
    let report: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let last = report["steps"].as_array().unwrap().last().unwrap();
    let detail = last["detail"].as_str().unwrap().to_owned();
    assert_eq!(status(&doctor), 1, "{name}: {detail}");
    assert_eq!(
        (&last["step"], &last["status"]),
        (&"login".into(), &"failed".into()),
        "{detail}"
    );
    assert!(
        !detail.contains("ask the operator") && !detail.contains("the log"),
        "{detail}"
    );
    detail
}

#[test]
fn each_file_that_is_no_key_has_the_advice_that_fits_it() {
    let public = "name the private key, which is the file without `.pub` at its end";
    let copy = "copy the file anew";
    let (key, rsa) = (KeyPair::ed25519(), KeyPair::rsa(2048));
    let cut: String = key
        .private
        .lines()
        .take(3)
        .map(|line| format!("{line}\n"))
        .collect();
    let pem = openssl(&["rsa", "-pubout"], &rsa.rewritten(Format::Pem, ""));
    let texts = [
        ("id.pub", key.public.clone(), public),
        ("id", key.public.clone(), public),
        ("id", pem, "it is a public key: name the private one"),
        (
            "id",
            key.certified_by(&rsa, &[]),
            "name it as `certificate_path`",
        ),
        (
            "id",
            puttygen(&key.private, &["-O", "private"]),
            "`puttygen KEY.ppk -O private-openssh -o KEY`",
        ),
        (
            "id",
            String::new(),
            "name a private key that `ssh-keygen` writes",
        ),
        (
            "id",
            "hunter2\n".to_owned(),
            "name a private key that `ssh-keygen` writes",
        ),
        ("id", cut, copy),
        ("id", key.private.replace('\n', " "), copy),
        (
            "id",
            openssl(&["genpkey", "-algorithm", "x25519"], ""),
            "make one with `ssh-keygen -t ed25519`",
        ),
        ("id", old_dsa(), "make one with `ssh-keygen -t ed25519`"),
        ("id", "x".repeat(70_000), "as no key is: name the key file"),
        (
            "id",
            key.encrypted_with("3des-cbc", "correct horse"),
            "convert it with `ssh-keygen -p -f FILE`",
        ),
    ];
    for (name, text, advice) in texts {
        let detail = told(name, |path| write_private(path, &text));
        assert!(detail.contains(advice), "{advice}: {detail}");
        assert_eq!(
            detail.contains(CONVERT),
            advice.contains(CONVERT),
            "{detail}"
        );
        assert!(!detail.contains("permissions"), "{detail}");
    }
}

/// Its mode, or what it is in the file system.
#[test]
fn a_file_that_is_not_read_has_the_advice_that_fits_it() {
    type Place = fn(&Path);
    let rows: [(&str, Place, &str); 5] = [
        (
            "id.pub",
            |path| fs::write(path, KeyPair::ed25519().public).unwrap(),
            "name the private key, which is the file without `.pub` at its end",
        ),
        (
            "id",
            |path| fs::create_dir(path).unwrap(),
            "a directory, not a key file: name the file in it",
        ),
        (
            "id",
            |path| symlink("elsewhere", path).unwrap(),
            "put the key file itself into the keys directory",
        ),
        (
            "id",
            |path| symlink("/dev/zero", path).unwrap(),
            "put the key file itself into the keys directory",
        ),
        (
            "id",
            |path| write_private(path, "\u{0}\u{1}"),
            "save it as UTF-8",
        ),
    ];
    for (name, place, advice) in rows {
        let detail = told(name, place);
        assert!(detail.contains(advice), "{advice}: {detail}");
        assert!(
            !detail.contains(CONVERT) && !detail.contains("permissions"),
            "{detail}"
        );
    }
    let detail = told("id", |path| {
        write_private(path, &KeyPair::ed25519().private);
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    });
    assert!(
        detail.contains("mode 0644 leaves the key open to others: `chmod 0400 "),
        "{detail}"
    );
    assert!(!detail.contains(CONVERT), "{detail}");
}

/// The name of a file may look like a secret: then the line that has it is named.
#[test]
fn a_key_whose_name_is_not_shown_has_the_line_that_names_it() {
    let fixture = Fixture::one_host(22);
    for (name, place) in [
        ("id", "keys/id: "),
        ("Zq7-xW2kP9vL4tR8", "config/credentials.yml:2:"),
    ] {
        let entry = format!("entries:\n  - {{name: ops, username: o, key_path: {name}}}\n");
        fixture.write("config/credentials.yml", &entry);
        let path = fixture.path(&format!("keys/{name}"));
        write_private(path.as_ref(), &KeyPair::ed25519().public);
        let check = fixture.server().arg("check").output().unwrap();
        let told = text(&check.stderr);
        let told = told
            .lines()
            .find(|line| line.contains("it is a public key"));
        let told = told.unwrap_or_default();
        assert!(told.contains(place), "{told}");
        assert_eq!(told.contains(name), name == "id", "{told}");
    }
}

/// A client reads no log, so its operator is to look there: no kind of file is named that it may not be.
#[test]
fn a_client_is_told_nothing_that_fits_another_file() {
    let fixture = Fixture::one_host(22);
    let entry = "entries: [{name: ops, username: o, key_path: id}]\n";
    fixture.write("config/credentials.yml", entry);
    write_private(fixture.path("keys/id").as_ref(), &KeyPair::ed25519().public);
    let mut run = fixture.server();
    let run = run
        .args(["run", "--json", "web", "--", "uptime"])
        .output()
        .unwrap();
    let result: Value = serde_json::from_slice(&run.stdout).unwrap();
    let hint =
        "ask the operator to put right what key_path names: the log says what is wrong with it";
    assert_eq!(result["hint"], hint, "{result} {}", text(&run.stderr));
}

/// The beginning and the end of what OpenSSH wrote before 7.8; there is no ssh-keygen that writes one now.
fn old_dsa() -> String {
    "-----BEGIN DSA PRIVATE KEY-----\nMIIBuwIBAAKBgQ==\n-----END DSA PRIVATE KEY-----\n".to_owned()
}
