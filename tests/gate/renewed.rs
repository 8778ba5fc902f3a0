//! A certificate that a helper renews (step-ca, Vault, opkssh): the next login reads it, without a reload.

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

#[test]
fn a_renewed_certificate_is_read_at_the_next_login() {
    let (authority, folder) = (KeyPair::ed25519(), tempfile::tempdir().unwrap());
    let trusted = folder.path().join("authority.pub");
    std::fs::write(&trusted, &authority.public).unwrap();
    let trust = format!("TrustedUserCAKeys {}", trusted.display());
    let sshd = Sshd::builder().config(&trust).start();
    let site = Site::of("renewed", sshd, KeyPair::ed25519());
    let (user, name) = (site.user.clone(), site.account.name.clone());
    let issue = |serial: &str, more: &[&str]| {
        let options = [&["-n", name.as_str(), "-z", serial][..], more].concat();
        user.certified_by(&authority, &options)
    };
    site.fixture.write("keys/id-cert.pub", &issue("1", &[]));
    site.write_credentials("key_path: id, certificate_path: id-cert.pub");
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
