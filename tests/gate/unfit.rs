//! `mcp-ssh check` opens what hosts are logged in to with, as a login would.

use super::cli::{status, text};
use crate::support::fixture::Fixture;
use crate::support::keys::{Format, KeyPair, write_private};

const PASSPHRASE: &str = "correct horse";

/// What `check` says of the one credential, which has these fields besides its name and user.
fn told(fields: &str, key: &str, passphrase: &str) -> (i32, String) {
    let fixture = Fixture::one_host(22);
    let entry = format!("entries: [{{name: ops, username: o, {fields}}}]\n");
    fixture.write("config/credentials.yml", &entry);
    let file = fixture.path("keys/id");
    write_private(file.as_ref(), key);
    let authority = KeyPair::ed25519();
    let certificate = KeyPair::ed25519().certified_by(&authority, &[]);
    fixture.write("keys/other-cert.pub", &certificate);
    let mut server = fixture.server();
    server
        .env("PASSPHRASE", passphrase)
        .env_remove("SSH_AUTH_SOCK");
    let check = server.arg("check").output().unwrap();
    (
        status(&check),
        text(&check.stderr).replace(&fixture.path(""), ""),
    )
}

#[test]
fn a_key_that_does_not_open_is_told_before_the_first_login() {
    let open = KeyPair::ed25519().private;
    let locked = KeyPair::ed25519().rewritten(Format::OpenSsh, PASSPHRASE);
    let weak = KeyPair::rsa(1024).private;
    let cut = open.replace("-----END", "");
    let (key, both) = (
        "key_path: id",
        "key_path: id, key_passphrase_secret: passphrase",
    );
    let certified = "key_path: id, certificate_path: other-cert.pub";
    let rows = [
        (key, &open, (0, "")),
        (both, &open, (0, "")),
        (both, &locked, (0, "")),
        (
            key,
            &locked,
            (
                1,
                "keys/id: credential `ops`: the private key is encrypted: name the secret",
            ),
        ),
        (
            key,
            &weak,
            (
                1,
                "keys/id: credential `ops`: the private key is RSA with 1024 bits",
            ),
        ),
        (
            key,
            &cut,
            (
                1,
                "keys/id: credential `ops`: the private key cannot be read: it is cut off",
            ),
        ),
        (
            certified,
            &open,
            (
                1,
                "keys/other-cert.pub: credential `ops`: the certificate is not of the configured key",
            ),
        ),
        (
            "agent: true",
            &open,
            (
                0,
                "config/credentials.yml:1:18: warning: credential `ops`: SSH_AUTH_SOCK is not set",
            ),
        ),
    ];
    for (fields, key, (exit, words)) in rows {
        let (status, stderr) = told(fields, key, PASSPHRASE);
        assert_eq!(status, exit, "{fields}: {stderr}");
        assert!(stderr.starts_with(words), "{fields}: {stderr}");
        assert_eq!(
            stderr.lines().count(),
            usize::from(!words.is_empty()),
            "{stderr}"
        );
    }
    let (status, stderr) = told(both, &locked, "wrong horse");
    assert_eq!(status, 1, "{stderr}");
    let words = "keys/id: credential `ops`: the private key does not open with its passphrase";
    assert!(stderr.starts_with(words), "{stderr}");
    assert!(!stderr.contains("horse"), "{stderr}");
}
