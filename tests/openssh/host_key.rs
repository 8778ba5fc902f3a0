//! Host keys of every type, and every reason to refuse one.

use super::{HERE, HOST, Host, block_on, endpoint, known_hosts, never, run, secret};
use crate::support::keys::{self, KeyPair};
use crate::support::scripted::ScriptedServer;
use mcp_ssh::ssh::{Identity, KnownHosts, Route, Session, SshErrorKind};
use mcp_ssh_yaml::diagnostic::Source;

fn host_with(key: &KeyPair) -> Host {
    Host::with(|builder| builder.host_key(key))
}

#[test]
fn every_type_of_host_key_is_recognised() {
    let keys = [
        KeyPair::ed25519(),
        KeyPair::ecdsa(256),
        KeyPair::ecdsa(384),
        KeyPair::ecdsa(521),
        KeyPair::rsa(2048),
    ];
    for key in keys {
        let host = host_with(&key);
        block_on(async {
            let session = host.connect().await;
            assert_eq!(
                run(&session, "echo hi").await.printed.bytes(),
                b"hi\n",
                "{}",
                key.public
            );
            assert_eq!(session.peer().to_string(), HOST);
            session.close().await;
        });
    }
}

#[test]
fn the_key_type_asked_for_is_the_one_known_hosts_holds() {
    let (first, second) = (KeyPair::ed25519(), KeyPair::ecdsa(256));
    let host = Host::with(|builder| builder.host_key(&first).host_key(&second));
    let line = format!("{} {}\n", host.sshd.name(HOST), second.public);
    block_on(async { host.try_connect(&line).await.unwrap().close().await });
}

/// Connects with `lines`, in which NAME stands for the host and KEY for its key.
fn verdict(lines: &str) -> Result<(), (SshErrorKind, String)> {
    let host = Host::start();
    let own = host.sshd.known_hosts(HOST);
    let key = own.split_once(' ').unwrap().1.trim();
    let lines = lines
        .replace("NAME", &host.sshd.name(HOST))
        .replace("KEY", key);
    block_on(host.try_connect(&lines))
        .map(drop)
        .map_err(|error| {
            let accepted = host.sshd.log().contains("Accepted");
            assert!(!accepted, "logged in in spite of {error:?}");
            (
                error.kind(),
                error
                    .detail()
                    .replace(&host.sshd.name(HOST), "NAME")
                    .replace(&host.sshd.port().to_string(), "PORT"),
            )
        })
}

#[test]
fn known_unknown_changed_and_revoked_are_told_apart() {
    let other = KeyPair::ed25519().public;
    let rsa = KeyPair::rsa(2048).public;
    let rows: &[(&str, Option<(SshErrorKind, &str)>)] = &[
        ("NAME KEY", None),
        ("NAME KEY a comment\n", None),
        ("# comment\n\n\tNAME \t KEY\r\n", None),
        ("[127.0.0.*]:* KEY", None),
        ("[127.0.0.?]:* KEY", None),
        ("example.org,NAME KEY", None),
        ("NAME OTHER\nNAME KEY", None),
        (
            "[127.*]:*,!NAME KEY",
            Some((SshErrorKind::HostKeyUnknown, "no key in known_hosts")),
        ),
        (
            "",
            Some((
                SshErrorKind::HostKeyUnknown,
                "run `mcp-ssh keyscan 127.0.0.1:PORT`",
            )),
        ),
        (
            "127.0.0.1 KEY",
            Some((
                SshErrorKind::HostKeyUnknown,
                "(line 1 lists `127.0.0.1`: if `port` in servers.yml is right, this port takes a line for `NAME`)",
            )),
        ),
        (
            "# below\n127.0.0.2,[127.0.0.1]:9 KEY",
            Some((
                SshErrorKind::HostKeyUnknown,
                "(line 2 lists `[127.0.0.1]:9`: if `port` in servers.yml is right, this port takes a line for `NAME`)",
            )),
        ),
        // The host is asked for a key of this type, to say that it is revoked; it shows another one.
        (
            "@revoked NAME OTHER",
            Some((SshErrorKind::HostKeyUnknown, "no key in known_hosts")),
        ),
        (
            "@cert-authority NAME KEY",
            Some((
                SshErrorKind::HostKeyUnknown,
                "line 1 names a certificate authority",
            )),
        ),
        (
            "NAME OTHER",
            Some((
                SshErrorKind::HostKeyChanged,
                "known_hosts line 1 has another key",
            )),
        ),
        (
            "\nNAME OTHER",
            Some((SshErrorKind::HostKeyChanged, "edit line 2")),
        ),
        (
            "NAME RSA",
            Some((
                SshErrorKind::HostKeyChanged,
                "known_hosts line 1 has ssh-rsa",
            )),
        ),
        (
            "@revoked NAME KEY",
            Some((SshErrorKind::HostKeyRevoked, "known_hosts line 1 revokes")),
        ),
        (
            "@revoked * KEY\nNAME KEY",
            Some((SshErrorKind::HostKeyRevoked, "known_hosts line 1 revokes")),
        ),
        (
            "NAME KEY\n@revoked NAME KEY",
            Some((SshErrorKind::HostKeyRevoked, "known_hosts line 2 revokes")),
        ),
        (
            "NAME KEY\n@revoked 127.0.0.1 KEY",
            Some((SshErrorKind::HostKeyRevoked, "known_hosts line 2 revokes")),
        ),
        ("NAME KEY\n@revoked NAME OTHER", None),
        ("NAME KEY\n@revoked example.org KEY", None),
        (
            "NAME KEY\n@revoked NAME ssh-ed25519 AAAA!",
            Some((SshErrorKind::HostKeyRevoked, "known_hosts line 2 revokes")),
        ),
        ("NAME KEY\n@revoked example.org ssh-ed25519 AAAA!", None),
    ];
    for (lines, expected) in rows {
        let lines = lines.replace("OTHER", &other).replace("RSA", &rsa);
        match (verdict(&lines), expected) {
            (Ok(()), None) => {}
            (Err((fault, detail)), Some((wanted, words))) => {
                assert_eq!(fault, *wanted, "{lines}: {detail}");
                assert!(detail.contains(words), "{lines}: {detail}");
            }
            (found, _) => panic!("{lines}: {found:?}"),
        }
    }
}

#[test]
fn hashed_names_are_found() {
    let host = Host::start();
    let lines = keys::hashed(&host.sshd.known_hosts(HOST));
    assert!(lines.starts_with("|1|"), "{lines}");
    block_on(async { host.try_connect(&lines).await.unwrap().close().await });
    assert!(known_hosts(&lines).covers(HOST, host.sshd.port()));
    assert!(!known_hosts(&lines).covers(HOST, 22));
}

#[test]
fn nothing_is_dialled_for_an_unknown_host() {
    let host = Host::start();
    let error = block_on(host.try_connect("")).map(drop).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::HostKeyUnknown);
    assert_eq!(host.sshd.log(), "");
}

#[test]
fn a_short_rsa_host_key_is_refused_though_known() {
    // sshd refuses to load one, so this server is russh's.
    let key = KeyPair::rsa(1024);
    let server = super::hostile::serve_with(&key);
    let line = format!("[{HOST}]:{} {}\n", server.port(), key.public);
    let error = block_on(server.connect(&line)).map(drop).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::HostKeyWeak, "{error:?}");
    assert!(error.detail().contains("1024 bits"), "{error:?}");
}

/// The right line is in known_hosts: nobody is in the middle, and the host is too old.
#[test]
fn a_host_that_signs_with_sha1_only_is_told_as_that() {
    let key = KeyPair::rsa(2048);
    let host = Host::with(|builder| builder.host_key(&key).config("HostKeyAlgorithms ssh-rsa"));
    block_on(async {
        let lines = host.sshd.known_hosts(HOST);
        let error = host.try_connect(&lines).await.map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::HostKeySha1, "{error:?}");
        assert_eq!(
            error.headline(),
            "SSH negotiation failed: Host proves its key with SHA-1 only (ssh-rsa)"
        );
        // With another key in known_hosts it may be anybody.
        let other = format!("{} {}\n", host.sshd.name(HOST), KeyPair::ed25519().public);
        let error = host.try_connect(&other).await.map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::HostKeyChanged, "{error:?}");
    });
    assert!(!host.sshd.log().contains("Accepted"));
}

/// The server agrees to another signature than it makes: russh takes the one that it names.
#[test]
fn a_signature_with_sha1_that_nobody_asked_for_is_refused() {
    let server = ScriptedServer::asyncssh_with_sha1();
    let identity = Identity::default().with_password(secret("any"));
    let lines = known_hosts(&server.known_hosts(HOST));
    let endpoint = endpoint(server.port);
    let (route, never) = (Route::Direct, never());
    let connecting = Session::connect(&endpoint, &HERE, &route, &identity, &lines, &never);
    let error = block_on(connecting).map(drop).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::Protocol, "{error:?}");
    let why = "proves its host key with SHA-1, which it was not asked for";
    assert!(error.detail().contains(why), "{error:?}");
}

#[test]
fn short_rsa_keys_are_told_with_their_line() {
    let short = KeyPair::rsa(1024).public;
    let long = KeyPair::rsa(2048).public;
    let text = format!("a {short}\nb {long}\n@revoked c {short}\n@cert-authority d {short}\n");
    let (_, warnings) = KnownHosts::parse(&Source::new("known_hosts", &text));
    let told: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    let words = "warning: an RSA key with 1024 bits, which is refused; 2048 is the least: give the host an ed25519 key";
    assert_eq!(
        told,
        [
            format!("known_hosts:1:1: {words}"),
            format!("known_hosts:4:1: {words}")
        ]
    );
}
