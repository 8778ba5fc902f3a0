//! A certificate that a helper renews (step-ca, Vault, opkssh): the next login reads it, without a reload.

use std::path::Path;

use serde_json::Value;

use super::site::{Site, ran, refused};
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

/// Puts a certificate in the place of the one before, as a helper does that renames.
fn renew(client: &Client, certificate: &str) {
    let fixture = client.fixture();
    fixture.write_now("keys/fresh", certificate);
    std::fs::rename(fixture.path("keys/fresh"), fixture.path("keys/id-cert.pub")).unwrap();
}

/// Puts something in the place of a certificate, with the certificate elsewhere.
type PlacedFile = fn(&Path, &Path);

/// A site whose host trusts an authority, and the authority.
fn certified_site(folder: &Path, label: &str) -> (Site, KeyPair) {
    let authority = KeyPair::ed25519();
    let trusted = folder.join("authority.pub");
    std::fs::write(&trusted, &authority.public).unwrap();
    let trust = format!("TrustedUserCAKeys {}", trusted.display());
    let sshd = Sshd::builder().config(&trust).start();
    let site = Site::of(label, sshd, KeyPair::ed25519());
    site.write_credentials("key_path: id, certificate_path: id-cert.pub");
    (site, authority)
}

#[test]
fn a_renewed_certificate_is_read_at_the_next_login() {
    let folder = tempfile::tempdir().unwrap();
    let (site, authority) = certified_site(folder.path(), "renewed");
    let (user, name) = (site.user.clone(), site.account.name.clone());
    let issue = |serial: &str, more: &[&str]| {
        let options = [&["-n", name.as_str(), "-z", serial][..], more].concat();
        user.certified_by(&authority, &options)
    };
    site.fixture.write("keys/id-cert.pub", &issue("1", &[]));
    let (mut client, held) = site.serve();
    let logins = |serial: &str| {
        let told = format!("(serial {serial})");
        let log = held.sshd.log();
        let accepted = log
            .lines()
            .filter(|line| line.starts_with("Accepted publickey"));
        accepted.filter(|line| line.contains(&told)).count()
    };
    let echo = |client: &mut Client| ran(client, "echo in")["output"].clone();
    assert_eq!((echo(&mut client), logins("1")), (Value::from("in\n"), 1));
    assert_eq!((echo(&mut client), logins("1")), (Value::from("in\n"), 1));
    renew(&client, &issue("2", &[]));
    assert_eq!((echo(&mut client), logins("2")), (Value::from("in\n"), 1));
    // A helper that stopped renewing: it is told before the host is asked.
    let connections = held.sshd.log().matches("Connection from").count();
    renew(&client, &issue("3", &["-V", "20200101:20200301"]));
    let failure = refused(&mut client, "echo in");
    let headline = "SSH certificate not usable: Check its key and validity";
    assert_eq!(failure["error"], headline, "{failure}");
    let log = held.sshd.log();
    assert_eq!(log.matches("Connection from").count(), connections);
    // One that writes into the file.
    client
        .fixture()
        .write_now("keys/id-cert.pub", &issue("4", &[]));
    assert_eq!((echo(&mut client), logins("4")), (Value::from("in\n"), 1));
    let stderr = client.finish();
    for words in [
        "keys/id-cert.pub: the certificate expired at 2020-0",
        " (it was valid from 20",
    ] {
        assert!(stderr.contains(words), "{words}: {stderr}");
    }
}

/// A helper may take the old certificate away first, or leave something else there: that is no fault of the key.
#[test]
fn a_certificate_whose_file_cannot_be_used_is_told_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let (site, authority) = certified_site(folder.path(), "unusable");
    let user = site.user.clone();
    let certificate = user.certified_by(&authority, &["-n", site.account.name.as_str()]);
    let (mut client, _held) = site.serve();
    let path = client.fixture().path("keys/id-cert.pub");
    let kept = client.fixture().path("keys/kept-cert.pub");
    client
        .fixture()
        .write_now("keys/kept-cert.pub", &certificate);
    let cases: [(PlacedFile, &str); 6] = [
        (|_, _| {}, "no such key file"),
        (
            |path, kept| std::os::unix::fs::symlink(kept, path).unwrap(),
            "a symbolic link",
        ),
        (|path, _| std::fs::create_dir(path).unwrap(), "a directory"),
        (
            |path, _| std::fs::write(path, b"\xff\xfes\0s\0h\0").unwrap(),
            "not text",
        ),
        (
            |path, _| std::fs::write(path, vec![b'a'; 70_000]).unwrap(),
            "larger than",
        ),
        (|path, _| std::fs::write(path, "").unwrap(), "certificate"),
    ];
    for (make, told) in cases {
        make(Path::new(&path), Path::new(&kept));
        let failure = refused(&mut client, "echo in");
        let headline = "SSH certificate not usable: Check its key and validity";
        assert_eq!(failure["error"], headline, "{told}: {failure}");
        let hint = failure["hint"].as_str().unwrap();
        assert!(hint.contains("certificate_path"), "{told}: {hint}");
        if std::fs::remove_file(&path).is_err() {
            let _not_there = std::fs::remove_dir(&path);
        }
    }
    std::fs::rename(&kept, &path).unwrap();
    assert_eq!(ran(&mut client, "echo in")["output"], "in\n");
    let stderr = client.finish();
    for (_, told) in cases {
        let named = stderr.lines().filter(|line| line.contains("id-cert.pub: "));
        assert!(
            named.into_iter().any(|line| line.contains(told)),
            "{told}: {stderr}"
        );
    }
}
