//! Private keys as ssh-keygen, OpenSSL and puttygen write them: read, or named for what they are.
//! A format that is not supported never looks like a wrong passphrase.

use mcp_ssh::ssh::{Identity, SshErrorKind};

use super::secret;
use crate::support::keys::{Format, KeyPair, converted, openssl, puttygen, zero_led};

const PASSPHRASE: &str = "correct horse";

/// What opening the key comes to: nothing, or the fault and its words.
fn opened(text: &str, passphrase: &str) -> Result<(), (SshErrorKind, String)> {
    let identity = Identity::default().with_key(secret(text), Some(secret(passphrase)));
    let result = identity.check();
    result.map_err(|error| (error.kind(), error.detail().to_owned()))
}

fn assert_read(what: &str, text: &str) {
    assert_eq!(opened(text, PASSPHRASE), Ok(()), "{what}\n{text}");
}

/// Named as something that the line in the error converts.
fn assert_converted(what: &str, text: &str, words: &str) {
    assert_named(what, text, words);
    assert_read(what, &converted(text, PASSPHRASE));
}

/// Named with these words, whether the passphrase is right or wrong.
fn assert_named(what: &str, text: &str, words: &str) {
    for passphrase in [PASSPHRASE, "wrong"] {
        let (fault, detail) = opened(text, passphrase).expect_err(what);
        assert_eq!(fault, SshErrorKind::KeyFormat, "{what}: {detail}");
        assert!(detail.contains(words), "{what}: {detail}");
    }
}

#[test]
fn what_openssl_writes_is_read_or_named() {
    let curve = openssl(&["ecparam", "-name", "prime256v1", "-genkey"], "");
    assert!(curve.starts_with("-----BEGIN EC PARAMETERS"), "{curve}");
    assert_read("EC PARAMETERS before the key", &curve);
    assert_read("CRLF", &curve.replace('\n', "\r\n"));
    let plain = openssl(&["pkcs8", "-topk8", "-nocrypt"], &curve);
    assert_read("PKCS#8", &plain);
    assert_read("PKCS#8 with a byte order mark", &format!("\u{feff}{plain}"));
    let pass = &format!("pass:{PASSPHRASE}");
    let encrypted = |options: &[&str]| {
        let words = [&["pkcs8", "-topk8", "-passout", pass], options].concat();
        openssl(&words, &plain)
    };
    for (cipher, prf) in [
        ("aes256", "hmacWithSHA256"),
        ("aes192", "hmacWithSHA384"),
        ("aes128", "hmacWithSHA512"),
        ("aes256", "hmacWithSHA224"),
    ] {
        let text = encrypted(&["-v2", cipher, "-v2prf", prf]);
        assert_read(&format!("{cipher} {prf}"), &text);
        let wrong = opened(&text, "wrong").map_err(|(fault, _)| fault);
        assert_eq!(wrong, Err(SshErrorKind::PassphraseWrong), "{cipher} {prf}");
    }
    assert_read("scrypt", &encrypted(&["-scrypt", "-scrypt_N", "16384"]));
    for (options, words) in [
        (
            &["-v2", "aes256", "-v2prf", "hmacWithSHA1"][..],
            "hmacWithSHA1",
        ),
        (&["-v2", "des3"], "3DES"),
        (&["-v2", "des3", "-v2prf", "hmacWithSHA1"], "3DES"),
        (&["-v1", "PBE-SHA1-3DES"], "PBES1"),
        (&["-v2", "camellia256"], "an algorithm of its own"),
    ] {
        assert_converted(&format!("{options:?}"), &encrypted(options), words);
    }
    for cipher in ["-aes256", "-des3", "-aes128"] {
        let text = openssl(&["ec", cipher, "-passout", pass], &curve);
        assert_named(
            cipher,
            &text,
            "PEM with an encryption that is not supported",
        );
    }
}

#[test]
fn what_ssh_keygen_writes_is_read_or_named() {
    let key = KeyPair::ed25519();
    for (cipher, is_read) in [
        ("aes128-cbc", true),
        ("aes256-cbc", true),
        ("aes128-ctr", true),
        ("aes192-ctr", true),
        ("aes256-ctr", true),
        ("aes128-gcm@openssh.com", true),
        ("aes256-gcm@openssh.com", true),
        ("chacha20-poly1305@openssh.com", true),
        ("aes192-cbc", false),
        ("3des-cbc", false),
    ] {
        let text = key.encrypted_with(cipher, PASSPHRASE);
        if is_read {
            assert_read(cipher, &text);
            let wrong = opened(&text, "wrong").map_err(|(fault, _)| fault);
            assert_eq!(wrong, Err(SshErrorKind::PassphraseWrong), "{cipher}");
        } else {
            assert_converted(cipher, &text, &format!("encrypted with {cipher}, which"));
        }
    }
    for bits in [256, 384, 521] {
        let pem = KeyPair::ecdsa(bits).rewritten(Format::Pem, PASSPHRASE);
        assert_converted("-m PEM", &pem, "ssh-keygen -p -f");
    }
    assert_named("KEY.pub", &key.public, "is a public key");
}

#[test]
fn a_number_that_begins_with_a_zero_byte_is_read() {
    let key = zero_led();
    assert_read("open", &key.private);
    for cipher in [
        "aes256-ctr",
        "aes256-cbc",
        "aes256-gcm@openssh.com",
        "chacha20-poly1305@openssh.com",
    ] {
        let text = key.encrypted_with(cipher, PASSPHRASE);
        assert_read(cipher, &text);
        let wrong = opened(&text, "wrong").map_err(|(fault, _)| fault);
        assert_eq!(wrong, Err(SshErrorKind::PassphraseWrong), "{cipher}");
    }
    super::login::log_in(
        &key,
        Identity::default().with_key(secret(&key.private), None),
    )
    .unwrap();
}

#[test]
fn what_puttygen_writes_is_read_or_named() {
    let keys = [
        KeyPair::ed25519(),
        KeyPair::ecdsa(256),
        KeyPair::ecdsa(384),
        KeyPair::ecdsa(521),
        zero_led(),
        KeyPair::rsa(2048),
    ];
    for key in keys {
        let ppk = puttygen(&key.private, &["-O", "private"]);
        for format in ["private-openssh", "private-openssh-new"] {
            let text = puttygen(&ppk, &["-O", format]);
            assert_read(&format!("{format} {}", key.public), &text);
        }
        let convert = "convert it with `puttygen KEY.ppk -O private-openssh -o KEY`";
        for version in ["version=2", "version=3"] {
            let text = puttygen(&key.private, &["-O", "private", "--ppk-param", version]);
            assert_named(version, &text, convert);
            assert_named("flat", &text.replace('\n', " "), convert);
        }
    }
    let text = puttygen(&KeyPair::rsa(2048).private, &["-O", "private-sshcom"]);
    assert_named("ssh.com", &text, "the format of ssh.com");
}

/// Keys and encryptions that are seldom: each is read, or named.
#[test]
fn seldom_kinds_are_read_or_named() {
    let pass = &format!("pass:{PASSPHRASE}");
    let made = |words: &[&str]| openssl(&[&["genpkey", "-algorithm"], words].concat(), "");
    let ed25519 = made(&["ed25519"]);
    assert_read("ed25519 of OpenSSL", &ed25519);
    let locked = openssl(&["pkcs8", "-topk8", "-passout", pass], &ed25519);
    assert_read("encrypted ed25519 of OpenSSL", &locked);
    let wrong = opened(&locked, "wrong").map_err(|(fault, _)| fault);
    assert_eq!(wrong, Err(SshErrorKind::PassphraseWrong));
    let rsa = made(&["rsa", "-pkeyopt", "rsa_keygen_bits:2048"]);
    assert_read("rsa of OpenSSL", &rsa);
    for cipher in ["-aes192", "-aes256", "-des3", "-camellia256"] {
        let text = openssl(&["rsa", "-traditional", cipher, "-passout", pass], &rsa);
        assert_converted(
            cipher,
            &text,
            "PEM with an encryption that is not supported",
        );
    }
    // What mail, editors and a paste into YAML do to a file.
    let key = KeyPair::ed25519();
    let indented: String = key
        .private
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect();
    for (what, text) in [
        ("CRLF", key.private.replace('\n', "\r\n")),
        ("CR", key.private.replace('\n', "\r")),
        ("indented", indented),
        ("no newline at the end", key.private.trim_end().to_owned()),
        (
            "text around",
            format!("my key\n\n{}{}", key.private, key.public),
        ),
        ("a byte order mark", format!("\u{feff}{}", key.private)),
    ] {
        assert_read(what, &text);
    }
    let certificate = key.certified_by(&KeyPair::ed25519(), &[]);
    assert_named(
        "KEY-cert.pub",
        &certificate,
        "name it as `certificate_path`",
    );
}
