//! Keys in every format, passwords, and every way to be turned away.

use mcp_ssh::cancel;
use mcp_ssh::ssh::{Blame, Identity, Route, Session, SshError, SshErrorKind};

use super::{HERE, HOST, Host, block_on, endpoint, identity, known_hosts, never, run, secret};
use crate::support::keys::{Format, KeyPair};
use crate::support::sshd::{Sshd, login_name};

const PASSPHRASE: &str = "correct horse";

/// Logs in to a server that trusts `key`, with what `prove` makes of it.
pub fn log_in(key: &KeyPair, prove: Identity) -> Result<(), SshError> {
    let sshd = Sshd::builder().authorize(key).start();
    log_in_at(&sshd, &login_name(), prove)
}

pub fn log_in_at(sshd: &Sshd, user: &str, prove: Identity) -> Result<(), SshError> {
    let mut endpoint = endpoint(sshd.port());
    endpoint.username = user.to_owned();
    let lines = known_hosts(&sshd.known_hosts(HOST));
    block_on(async {
        let session =
            Session::connect(&endpoint, &HERE, &Route::Direct, &prove, &lines, &never()).await?;
        assert_eq!(run(&session, "echo in").await.printed.bytes(), b"in\n");
        session.close().await;
        Ok(())
    })
}

fn with_passphrase(text: &str, passphrase: &str) -> Identity {
    Identity::default().with_key(secret(text), Some(secret(passphrase)))
}

#[test]
fn every_type_and_format_of_key_logs_in() {
    use Format::{OpenSsh, Pem, Pkcs8};
    let rows = [
        (KeyPair::ed25519(), vec![OpenSsh]),
        (KeyPair::ecdsa(256), vec![OpenSsh, Pkcs8, Pem]),
        (KeyPair::ecdsa(384), vec![OpenSsh, Pkcs8, Pem]),
        (KeyPair::ecdsa(521), vec![OpenSsh, Pkcs8, Pem]),
        (KeyPair::rsa(2048), vec![OpenSsh, Pkcs8, Pem]),
    ];
    for (key, formats) in rows {
        for format in formats {
            let plain = key.rewritten(format, "");
            let told = format!("{format:?} {}", key.public);
            log_in(&key, Identity::default().with_key(secret(&plain), None)).expect(&told);
            // A passphrase for a key that has none does no harm.
            log_in(&key, with_passphrase(&plain, PASSPHRASE)).expect(&told);
        }
    }
}

#[test]
fn encrypted_keys_open_with_their_passphrase_only() {
    use Format::{OpenSsh, Pem, Pkcs8};
    let rows = [
        (KeyPair::ed25519(), OpenSsh),
        (KeyPair::ecdsa(256), OpenSsh),
        (KeyPair::ecdsa(384), Pkcs8),
        (KeyPair::rsa(2048), OpenSsh),
        (KeyPair::rsa(2048), Pkcs8),
        (KeyPair::rsa(2048), Pem),
    ];
    for (key, format) in rows {
        let text = key.rewritten(format, PASSPHRASE);
        let told = format!("{format:?} {}", key.public);
        log_in(&key, with_passphrase(&text, PASSPHRASE)).expect(&told);
        let fault = |prove| log_in(&key, prove).map_err(|error| error.kind());
        assert_eq!(
            fault(with_passphrase(&text, "wrong horse")),
            Err(SshErrorKind::PassphraseWrong),
            "{told}"
        );
        let bare = Identity::default().with_key(secret(&text), None);
        assert_eq!(fault(bare), Err(SshErrorKind::PassphraseMissing), "{told}");
    }
}

#[test]
fn keys_that_are_no_good_are_refused_before_anything_is_sent() {
    let sec1 = KeyPair::ecdsa(256).rewritten(Format::Pem, PASSPHRASE);
    let good = KeyPair::ed25519().private;
    let cut: String = good.lines().take(3).collect::<Vec<_>>().join("\n");
    let mixed = good.replace("-----END OPENSSH", "-----END RSA");
    let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,0011223344556677\n\n";
    let begin = "-----BEGIN RSA PRIVATE KEY-----\n";
    let rsa = KeyPair::rsa(2048).rewritten(Format::Pem, "");
    let des = rsa.replace(begin, &format!("{begin}{headers}"));
    let shortened = rsa.lines().enumerate().filter(|(number, _)| *number != 5);
    let shortened: String = shortened.map(|(_, line)| format!("{line}\n")).collect();
    let rows = [
        (
            KeyPair::rsa(1024).private,
            SshErrorKind::KeyWeak,
            "1024 bits",
        ),
        (
            KeyPair::rsa(1024).rewritten(Format::Pem, ""),
            SshErrorKind::KeyWeak,
            "1024 bits",
        ),
        (sec1, SshErrorKind::KeyFormat, "ssh-keygen -p -f"),
        (
            KeyPair::ed25519().public,
            SshErrorKind::KeyFormat,
            "is a public key",
        ),
        (String::new(), SshErrorKind::KeyFormat, "holds no PEM"),
        (
            cut,
            SshErrorKind::KeyFormat,
            "END OPENSSH PRIVATE KEY is missing",
        ),
        (mixed, SshErrorKind::KeyFormat, "ends as"),
        (des, SshErrorKind::KeyFormat, "ssh-keygen -p -f"),
        (shortened, SshErrorKind::KeyFormat, "cannot be read"),
        (
            "PuTTY-User-Key-File-3: ssh-ed25519\n".to_owned(),
            SshErrorKind::KeyFormat,
            "puttygen KEY.ppk -O private-openssh -o KEY",
        ),
        (
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".to_owned(),
            SshErrorKind::KeyFormat,
            "no private key of a known format",
        ),
    ];
    let sshd = Sshd::builder().start();
    for (text, fault, words) in rows {
        let prove = with_passphrase(&text, PASSPHRASE);
        let error = log_in_at(&sshd, "root", prove).unwrap_err();
        assert_eq!(error.kind(), fault, "{error:?}");
        assert!(error.detail().contains(words), "{error:?}");
        assert_eq!(error.blame(), Blame::Operator);
    }
    assert_eq!(sshd.log(), "");
}

#[test]
fn an_encrypted_key_is_opened_once() {
    let text = KeyPair::ed25519().rewritten(Format::OpenSsh, PASSPHRASE);
    let prove = with_passphrase(&text, PASSPHRASE);
    let start = std::time::Instant::now();
    prove.check().unwrap();
    let first = start.elapsed();
    for _ in 0..100 {
        prove.check().unwrap();
    }
    assert!(
        start.elapsed() < first * 3,
        "{first:?}, then {:?}",
        start.elapsed()
    );
}

#[test]
fn an_identity_prints_nothing() {
    let prove = with_passphrase(&KeyPair::ed25519().private, PASSPHRASE);
    prove.check().unwrap();
    assert_eq!(format!("{prove:?} {prove:#?}"), "[redacted] [redacted]");
}

#[test]
fn a_wrong_key_is_refused_and_the_client_is_told_no_names() {
    let error = log_in(&KeyPair::ed25519(), identity(&KeyPair::ed25519())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "SSH authentication failed: Invalid credentials (ask the operator to check the user name \
         and the key or password of this host)"
    );
    let user = login_name();
    assert!(
        error.detail().contains(&format!(
            "user `{user}` was refused: tried ssh-ed25519; the server offers publickey"
        )),
        "{error:?}"
    );
}

#[test]
fn key_exchange_is_strict_and_we_name_no_user_or_host() {
    let host = Host::with(|builder| builder.config("LogLevel DEBUG3"));
    block_on(async { host.connect().await.close().await });
    let log = host.sshd.log();
    assert!(log.contains("will use strict KEX ordering"), "{log}");
    let software = concat!(
        "remote software version mcp-ssh_",
        env!("CARGO_PKG_VERSION")
    );
    assert!(
        log.lines().any(|line| line.trim_end().ends_with(software)),
        "{log}"
    );
}

#[test]
fn a_server_that_hangs_up_after_too_many_attempts_has_refused() {
    let sshd = Sshd::builder().config("MaxAuthTries 1").start();
    let error = log_in_at(&sshd, &login_name(), identity(&KeyPair::ed25519())).unwrap_err();
    assert_eq!(
        error.kind(),
        SshErrorKind::AuthenticationFailed,
        "{error:?}"
    );
    assert!(
        error.detail().contains("Too many authentication failures"),
        "{error:?}"
    );
}

#[test]
fn rsa_keys_sign_with_sha2_only() {
    let key = KeyPair::rsa(2048);
    for (accepted, fault) in [
        ("rsa-sha2-512", None),
        ("ssh-rsa", Some(SshErrorKind::AuthenticationFailed)),
    ] {
        let sshd = Sshd::builder()
            .authorize(&key)
            .config(&format!("PubkeyAcceptedAlgorithms {accepted}"))
            .start();
        let result = log_in_at(&sshd, &login_name(), identity(&key));
        assert_eq!(result.err().map(|error| error.kind()), fault, "{accepted}");
    }
}

#[test]
fn a_closed_port_is_a_refused_connection() {
    let free = std::net::TcpListener::bind((HOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let key = KeyPair::ed25519();
    let lines = known_hosts(&format!("[{HOST}]:{free} {}\n", key.public));
    let result = block_on(Session::connect(
        &endpoint(free),
        &HERE,
        &Route::Direct,
        &identity(&key),
        &lines,
        &never(),
    ));
    let error = result.map(drop).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::Refused, "{error:?}");
    assert_eq!(
        error.headline(),
        "SSH connection refused: Port may be closed or firewall blocking"
    );
}

#[test]
fn a_call_that_was_cancelled_before_is_not_logged_in() {
    let host = Host::start();
    let (canceller, cancelled) = cancel::pair();
    canceller.cancel();
    let lines = known_hosts(&host.sshd.known_hosts(HOST));
    let result = block_on(Session::connect(
        &endpoint(host.sshd.port()),
        &HERE,
        &Route::Direct,
        &identity(&host.user),
        &lines,
        &cancelled,
    ));
    assert_eq!(
        result.map(drop).unwrap_err().kind(),
        SshErrorKind::Cancelled
    );
    assert!(!host.sshd.log().contains("Accepted"));
}

#[test]
fn only_strong_algorithms_are_offered() {
    for line in [
        "Ciphers aes128-cbc,3des-cbc",
        "MACs hmac-sha1\nCiphers aes128-ctr",
        "KexAlgorithms diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1",
    ] {
        let host = Host::with(|builder| builder.config(line));
        let lines = host.sshd.known_hosts(HOST);
        let error = block_on(host.try_connect(&lines)).map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::Negotiation, "{line}: {error:?}");
    }
    for line in [
        "Ciphers chacha20-poly1305@openssh.com",
        "Ciphers aes256-gcm@openssh.com",
        "Ciphers aes128-gcm@openssh.com",
        "Ciphers aes192-ctr\nMACs hmac-sha2-256-etm@openssh.com",
        "Ciphers aes128-ctr\nMACs hmac-sha2-512-etm@openssh.com",
        "Ciphers aes256-ctr\nMACs hmac-sha2-256",
        "KexAlgorithms curve25519-sha256",
        "KexAlgorithms ecdh-sha2-nistp256",
        "KexAlgorithms ecdh-sha2-nistp384",
        "KexAlgorithms ecdh-sha2-nistp521",
        "KexAlgorithms diffie-hellman-group14-sha256",
        "KexAlgorithms diffie-hellman-group16-sha512",
        "Compression no",
    ] {
        let host = Host::with(|builder| builder.config(line));
        block_on(async {
            let session = host.connect().await;
            assert_eq!(
                run(&session, "echo ok").await.printed.bytes(),
                b"ok\n",
                "{line}"
            );
        });
    }
}
