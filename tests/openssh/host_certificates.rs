//! Hosts' certificates, and the authorities that known_hosts names.

use mcp_ssh::ssh::SshErrorKind;

use super::{HOST, Host, block_on, known_hosts};
use crate::support::keys::{KeyPair, hashed};

/// Connects to a host that shows its key with a certificate made with `options`. In `lines`, CA
/// stands for the authority, KEY for the host's own key, NAME for the host.
fn verdict(
    key: &KeyPair,
    authority: &KeyPair,
    options: &[&str],
    lines: &str,
) -> Result<(), (SshErrorKind, String)> {
    let certificate = key.certified_by(authority, options);
    let host = Host::with(|builder| builder.host_key(key).host_certificate(&certificate));
    let lines = lines
        .replace("NAME", &host.sshd.name(HOST))
        // Behind a blank: these letters may also be in a key or a hashed name.
        .replace(" CA", &format!(" {}", authority.public))
        .replace(" KEY", &format!(" {}", key.public));
    let result = block_on(async {
        host.try_connect(&lines).await?.close().await;
        Ok(())
    });
    assert_eq!(
        host.sshd.log().contains("Accepted publickey"),
        result.is_ok()
    );
    result.map_err(|error: mcp_ssh::ssh::SshError| (error.kind(), error.detail().to_owned()))
}

const GOOD: [&str; 3] = ["-h", "-n", HOST];

#[test]
fn certificates_of_every_type_of_key_and_authority_are_recognised() {
    let types = [
        KeyPair::ed25519,
        || KeyPair::ecdsa(256),
        || KeyPair::ecdsa(384),
        || KeyPair::ecdsa(521),
        || KeyPair::rsa(2048),
    ];
    for (number, make) in types.iter().enumerate() {
        let (key, authority) = (make(), types[(number + 1) % types.len()]());
        verdict(&key, &authority, &GOOD, "@cert-authority NAME CA").expect(&key.public);
    }
}

#[test]
fn authorities_are_matched_as_hosts_are() {
    use SshErrorKind::{HostCertificate, HostKeyChanged, HostKeyRevoked, HostKeyUnknown};
    let (key, authority) = (KeyPair::ed25519(), KeyPair::ed25519());
    let (other, third) = (KeyPair::ed25519().public, KeyPair::ed25519().public);
    let rows: &[(&str, Option<(SshErrorKind, &str)>)] = &[
        ("@cert-authority NAME CA", None),
        ("@cert-authority * CA", None),
        ("@cert-authority 127.0.0.* CA", None),
        ("@cert-authority 127.0.0.1 CA", None),
        ("@cert-authority NAME OTHER\n@cert-authority NAME CA", None),
        // The key is listed by itself: that is enough, whatever the certificate.
        ("NAME KEY", None),
        ("NAME KEY\n@cert-authority NAME OTHER", None),
        // Another key is listed, and an authority vouches for this one.
        ("NAME OTHER\n@cert-authority NAME CA", None),
        (
            "@cert-authority NAME OTHER",
            Some((HostCertificate, "is no authority of known_hosts (line 1)")),
        ),
        ("NAME CA", Some((HostKeyChanged, "line 1 has another key"))),
        (
            "@cert-authority example.org CA",
            Some((HostKeyUnknown, "no key in known_hosts")),
        ),
        (
            "@cert-authority *,!NAME,!127.0.0.1 CA",
            Some((HostKeyUnknown, "no key in known_hosts")),
        ),
        (
            "@cert-authority NAME CA\n@revoked NAME KEY",
            Some((HostKeyRevoked, "line 2 revokes")),
        ),
        (
            "@cert-authority NAME CA\n@revoked * CA",
            Some((HostKeyRevoked, "line 2 revokes")),
        ),
        (
            "NAME KEY\n@revoked 127.0.0.1 KEY",
            Some((HostKeyRevoked, "line 2 revokes")),
        ),
        // An authority that is revoked spoils a key that is listed, too, as for ssh.
        (
            "NAME KEY\n@cert-authority NAME CA\n@revoked * CA",
            Some((HostKeyRevoked, "line 3 revokes: have another authority")),
        ),
        (
            "NAME KEY\n@revoked * CA",
            Some((HostKeyRevoked, "line 2 revokes: have another authority")),
        ),
        ("NAME KEY\n@revoked * OTHER", None),
        (
            "NAME OTHER\n@revoked 127.0.0.2 CA\n@revoked * THIRD",
            Some((HostKeyChanged, "line 1 has another key")),
        ),
    ];
    for (lines, expected) in rows {
        let lines = lines
            .replace("OTHER", &other)
            .replace(" THIRD", &format!(" {third}"));
        match (verdict(&key, &authority, &GOOD, &lines), expected) {
            (Ok(()), None) => {}
            (Err((fault, detail)), Some((wanted, words))) => {
                assert_eq!(fault, *wanted, "{lines}: {detail}");
                assert!(detail.contains(words), "{lines}: {detail}");
            }
            (found, _) => panic!("{lines}: {found:?}"),
        }
    }
    let line = hashed(&format!("{HOST} {}\n", authority.public));
    let line = format!("@cert-authority {line}");
    verdict(&key, &authority, &GOOD, &line).unwrap();
}

#[test]
fn certificates_that_are_no_good_are_refused() {
    let (key, authority) = (KeyPair::ed25519(), KeyPair::ed25519());
    let lines = "@cert-authority NAME CA";
    let rows: &[(&[&str], Option<&str>)] = &[
        (&["-h", "-n", "127.0.0.1,web"], None),
        (&["-h", "-n", "127.0.0.*"], None),
        (
            &["-h", "-n", "web,db"],
            Some("is for \"web, db\", not for `127.0.0.1`"),
        ),
        (&["-h", "-n", "127.0.0.10"], Some("not for `127.0.0.1`")),
        (&["-h"], Some("names no host, so it would be good for all")),
        (
            &["-h", "-n", HOST, "-V", "20200101:20200102"],
            Some("expired at 2020-01-"),
        ),
        (
            &["-h", "-n", HOST, "-V", "20900101:20910101"],
            Some("is not valid before 20"),
        ),
        (
            &["-h", "-n", HOST, "-O", "critical:x=y"],
            Some("has the critical option \"x\""),
        ),
    ];
    for (options, expected) in rows {
        match (verdict(&key, &authority, options, lines), expected) {
            (Ok(()), None) => {}
            (Err((fault, detail)), Some(words)) => {
                assert_eq!(
                    fault,
                    SshErrorKind::HostCertificate,
                    "{options:?}: {detail}"
                );
                assert!(detail.contains(words), "{options:?}: {detail}");
            }
            (found, _) => panic!("{options:?}: {found:?}"),
        }
    }
}

#[test]
fn authorities_that_are_weak_or_sign_with_sha1_are_refused() {
    let key = KeyPair::ed25519();
    let lines = "@cert-authority NAME CA";
    let short = verdict(&key, &KeyPair::rsa(1024), &GOOD, lines).unwrap_err();
    assert_eq!(short.0, SshErrorKind::HostCertificate);
    assert!(
        short.1.contains("is signed by an RSA key with 1024 bits"),
        "{short:?}"
    );
    let options = [&GOOD[..], &["-t", "ssh-rsa"]].concat();
    let sha1 = verdict(&key, &KeyPair::rsa(2048), &options, lines).unwrap_err();
    assert_eq!(sha1.0, SshErrorKind::HostCertificate);
    assert!(sha1.1.contains("is signed with SHA-1"), "{sha1:?}");
}

#[test]
fn a_host_without_a_certificate_is_not_vouched_for() {
    let (host, authority) = (Host::start(), KeyPair::ed25519());
    let line = format!("@cert-authority * {}", authority.public);
    let error = block_on(host.try_connect(&line)).map(drop).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::HostKeyUnknown, "{error:?}");
    let words = "line 1 names a certificate authority, but the host shows no certificate";
    assert!(error.detail().contains(words), "{error:?}");
    // Its own line beside the authority's is enough.
    let both = line + "\n" + &host.sshd.known_hosts(HOST);
    block_on(async { host.try_connect(&both).await.unwrap().close().await });
}

#[test]
fn the_name_in_certificates_is_the_one_known_hosts_is_asked_for() {
    let (key, authority) = (KeyPair::ed25519(), KeyPair::ed25519());
    let certificate = key.certified_by(&authority, &["-h", "-n", "Web.Example"]);
    let host = Host::with(|builder| builder.host_key(&key).host_certificate(&certificate));
    let mut endpoint = host.endpoint();
    endpoint.name = "web.example".to_owned();
    let line = format!("@cert-authority *.example {}", authority.public);
    assert!(known_hosts(&line).covers("WEB.example", 22));
    block_on(async {
        host.connect_to(&endpoint, &line)
            .await
            .unwrap()
            .close()
            .await
    });
}
