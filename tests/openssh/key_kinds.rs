//! Private keys of kinds that are not accepted: each is named for what it is, in each form that openssl, ssh-keygen and
//! puttygen write; no such key looks damaged or as if its passphrase were wrong.

use base64ct::Encoding;
use mcp_ssh::ssh::{Identity, SshErrorKind};

use super::secret;
use crate::support::fido::FidoKey;
use crate::support::keys::{KeyPair, converted, openssl, puttygen_made};

const PASSPHRASE: &str = "correct horse";
const MAKE: &str = ", which is not accepted: make one with `ssh-keygen -t ed25519`";

/// The fault of a key and its words.
fn refused(text: &str, passphrase: Option<&str>) -> (SshErrorKind, String) {
    let identity = Identity::default().with_key(secret(text), passphrase.map(secret));
    let error = identity.check().expect_err(text);
    (error.kind(), error.detail().to_owned())
}

/// Named as this kind, without and with a passphrase.
fn assert_named(what: &str, text: &str, kind: &str) {
    let named = (
        SshErrorKind::KeyFormat,
        format!("the private key is {kind}{MAKE}"),
    );
    for passphrase in [None, Some("any")] {
        assert_eq!(refused(text, passphrase), named, "{what}");
    }
}

fn made(algorithm: &str, options: &[&str]) -> String {
    let options = options.iter().flat_map(|option| ["-pkeyopt", option]);
    let words: Vec<&str> = ["genpkey", "-algorithm", algorithm]
        .into_iter()
        .chain(options)
        .collect();
    openssl(&words, "")
}

/// The key in PKCS#8, encrypted. One round is enough here: the passphrase is no secret.
fn encrypted(key: &str) -> String {
    let pass = format!("pass:{PASSPHRASE}");
    let words = [
        "pkcs8",
        "-topk8",
        "-iter",
        "1",
        "-v2prf",
        "hmacWithSHA256",
        "-passout",
        &pass,
    ];
    openssl(&words, key)
}

fn dsa_group() -> String {
    let bits = "dsa_paramgen_bits:1024";
    openssl(
        &[
            "genpkey",
            "-genparam",
            "-algorithm",
            "DSA",
            "-pkeyopt",
            bits,
        ],
        "",
    )
}

fn dsa_key(group: &str) -> String {
    openssl(&["genpkey", "-paramfile", "/dev/stdin"], group)
}

/// The kinds that openssl makes, in PKCS#8.
fn of_openssl() -> Vec<(String, &'static str)> {
    let curve = |curve: &str| made("EC", &[&format!("ec_paramgen_curve:{curve}")]);
    let dsa = dsa_key(&dsa_group());
    let other = "an ECDSA key on another curve than P-256, P-384 and P-521";
    vec![
        (made("ed448", &[]), "an Ed448 key"),
        (made("x25519", &[]), "an X25519 key"),
        (made("x448", &[]), "an X448 key"),
        (made("rsa-pss", &["rsa_keygen_bits:2048"]), "an RSA-PSS key"),
        (
            made(
                "rsa-pss",
                &[
                    "rsa_keygen_bits:2048",
                    "rsa_pss_keygen_md:sha256",
                    "rsa_pss_keygen_saltlen:32",
                ],
            ),
            "an RSA-PSS key",
        ),
        (dsa, "a DSA key"),
        (made("DH", &["group:ffdhe2048"]), "a Diffie-Hellman key"),
        (made("DHX", &["dh_rfc5114:2"]), "a Diffie-Hellman key"),
        (curve("secp256k1"), "an ECDSA key on the curve secp256k1"),
        (curve("secp224r1"), other),
        (curve("prime192v1"), other),
        (curve("sect283k1"), other),
        (
            curve("brainpoolP256r1"),
            "an ECDSA key on a Brainpool curve",
        ),
        (
            curve("brainpoolP512t1"),
            "an ECDSA key on a Brainpool curve",
        ),
        (made("SM2", &[]), "an SM2 key"),
    ]
}

#[test]
fn what_openssl_makes_is_named_whether_it_is_encrypted_or_not() {
    for (key, kind) in of_openssl() {
        assert_named("PKCS#8", &key, kind);
        let locked = encrypted(&key);
        let named = (
            SshErrorKind::KeyFormat,
            format!("the private key is {kind}{MAKE}"),
        );
        assert_eq!(refused(&locked, Some(PASSPHRASE)), named);
        let (fault, _) = refused(&locked, Some("wrong"));
        assert_eq!(fault, SshErrorKind::PassphraseWrong, "{kind}");
        let (fault, _) = refused(&locked, None);
        assert_eq!(fault, SshErrorKind::PassphraseMissing, "{kind}");
    }
}

#[test]
fn older_forms_are_named() {
    for curve in ["secp256k1", "SM2"] {
        let kind = match curve {
            "SM2" => "an SM2 key",
            _ => "an ECDSA key on the curve secp256k1",
        };
        let named = openssl(&["ecparam", "-name", curve, "-genkey"], "");
        assert!(named.contains(" PARAMETERS-----"), "{named}");
        assert_named("behind its curve", &named, kind);
        let alone = openssl(&["ec"], &named);
        assert!(!alone.contains(" PARAMETERS-----"), "{alone}");
        assert_named("alone", &alone, kind);
    }
    let group = dsa_group();
    let key = openssl(&["dsa"], &dsa_key(&group));
    let pass = format!("pass:{PASSPHRASE}");
    let locked = openssl(&["dsa", "-aes256", "-passout", &pass], &key);
    for text in [&key, &locked, &format!("{group}{key}")] {
        assert!(text.contains("-----BEGIN DSA PRIVATE KEY"), "{text}");
        assert_named("DSA", text, "a DSA key");
    }
}

#[test]
fn rsa_keys_of_three_primes_are_named() {
    let key = made("rsa", &["rsa_keygen_bits:2048", "rsa_keygen_primes:3"]);
    let kind = "an RSA key of more than two primes";
    assert_named("PKCS#8", &key, kind);
    assert_named("PKCS#1", &openssl(&["rsa", "-traditional"], &key), kind);
}

#[test]
fn a_curve_that_is_spelled_out_is_named_by_ssh_keygen() {
    let spelled = made(
        "EC",
        &["ec_paramgen_curve:prime256v1", "ec_param_enc:explicit"],
    );
    let (fault, words) = refused(&spelled, None);
    assert_eq!(fault, SshErrorKind::KeyFormat);
    assert!(
        words.contains(
            "spells its curve out instead of naming it: convert it with `ssh-keygen -p -f FILE`"
        ),
        "{words}"
    );
    let identity = Identity::default().with_key(secret(&converted(&spelled, "")), None);
    assert_eq!(identity.check(), Ok(()));
}

/// ssh-keygen makes neither of them any more.
#[test]
fn kinds_in_the_format_of_openssh_are_named_before_the_passphrase_is_tried() {
    for phrase in ["", PASSPHRASE] {
        for (kind, named) in [("dsa", "a DSA key"), ("ed448", "an Ed448 key")] {
            let key = puttygen_made(kind, phrase);
            assert!(key.starts_with("-----BEGIN OPENSSH PRIVATE KEY"), "{key}");
            assert_named(kind, &key, named);
        }
    }
}

/// What a wrong passphrase decrypts ends as a key would in one case of 256: it is no key of another kind.
#[test]
fn a_wrong_passphrase_is_never_another_kind() {
    let locked = encrypted(&made("ed25519", &[]));
    for number in 0..1_000 {
        let (fault, words) = refused(&locked, Some(&number.to_string()));
        assert_eq!(fault, SshErrorKind::PassphraseWrong, "{number}: {words}");
    }
}

/// What stands where a `.pub` names one key of the agent.
#[test]
fn in_the_place_of_a_public_key_each_kind_is_named() {
    let key = KeyPair::ed25519();
    let certificate = key.certified_by(&key, &["-n", "u"]);
    let token = FidoKey::ed25519();
    let mut dss = vec![0, 0, 0, 7];
    dss.extend(b"ssh-dss");
    (0..4).for_each(|_| dss.extend([0, 0, 0, 1, 7]));
    let dss = format!("ssh-dss {}", base64ct::Base64::encode_string(&dss));
    for (text, kind, words) in [
        (
            &key.private,
            SshErrorKind::KeyFormat,
            "it is a private key: with `agent: true` name its `.pub`",
        ),
        (
            &token.file(),
            SshErrorKind::KeyFormat,
            "it is a private key: with `agent: true` name its `.pub`",
        ),
        (
            &certificate,
            SshErrorKind::KeyFormat,
            "it is a certificate: name it as `certificate_path`",
        ),
        (
            &dss,
            SshErrorKind::KeyFormat,
            "is of a type that is not accepted",
        ),
        (
            &KeyPair::rsa(1024).public,
            SshErrorKind::KeyWeak,
            "is RSA with 1024 bits",
        ),
        (
            &"ssh-ed25519 AAAA".to_owned(),
            SshErrorKind::KeyFormat,
            "wrote beside the key, KEY.pub",
        ),
        (
            &String::new(),
            SshErrorKind::KeyFormat,
            "wrote beside the key, KEY.pub",
        ),
    ] {
        let identity = Identity::default().with_agent("/nonexistent".into());
        let error = identity
            .with_agent_key(text.clone())
            .check()
            .expect_err(text);
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(error.detail().contains(words), "{error:?}");
    }
    for public in [&key.public, &token.public] {
        let identity = Identity::default().with_agent("/nonexistent".into());
        assert_eq!(identity.with_agent_key(public.clone()).check(), Ok(()));
    }
}

/// As editors, people and `cat` leave them; `ssh-keygen -l` reads each but the first.
#[test]
fn a_public_file_is_read_as_openssh_reads_it() {
    let key = KeyPair::ed25519();
    let certificate = key.certified_by(&KeyPair::ed25519(), &["-n", "u"]);
    for public in [key.public, certificate] {
        let is_certificate = public.contains("-cert-v01@openssh.com");
        for text in [
            format!("\u{feff}{public}\r\n"),
            format!("\n# mine\n{public}\n\n# end\n"),
            format!("  {public} a b \n"),
            public.replace(' ', "\t"),
            public.replace(' ', "   "),
            format!("{public}\n{public}\n"),
        ] {
            let identity = Identity::default().with_agent("/nonexistent".into());
            let identity = match is_certificate {
                true => identity.with_certificate(text.clone()),
                false => identity.with_agent_key(text.clone()),
            };
            assert_eq!(identity.check(), Ok(()), "{text:?}");
        }
    }
}

#[test]
fn the_public_half_of_a_fido_key_is_sent_to_the_agent() {
    for key in [FidoKey::ed25519(), FidoKey::ecdsa()] {
        let (fault, words) = refused(&key.public, None);
        assert_eq!(fault, SshErrorKind::KeyFormat);
        assert!(
            words.contains("load the key with `ssh-add`, and name `agent: true`"),
            "{words}"
        );
        let certificate = key.pair().certified_by(&KeyPair::ed25519(), &["-n", "u"]);
        let (_, words) = refused(&certificate, None);
        assert!(
            words.contains("the `.pub` of the key as `key_path`, and `agent: true`"),
            "{words}"
        );
    }
}
