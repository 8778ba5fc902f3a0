//! The known_hosts matcher: line by line, verdict by verdict, no server.

use std::collections::HashMap;

use mcp_ssh::ssh::{HostKeyVerdict, KnownHosts};
use mcp_ssh_yaml::diagnostic::{Severity, Source};
use russh::keys::PublicKey;

use crate::support::keys::{self, KeyPair};

const KNOWN: fn(usize) -> HostKeyVerdict = |line| HostKeyVerdict::Known { line };
const CHANGED: fn(usize) -> HostKeyVerdict = |line| HostKeyVerdict::Changed { line };
const REVOKED: fn(usize) -> HostKeyVerdict = |line| HostKeyVerdict::Revoked { line };
const UNKNOWN: HostKeyVerdict = HostKeyVerdict::Unknown { authority: None };

/// One of each, made once: in rows, `K` is the key the host shows, `O` another one.
struct Keys {
    shown: KeyPair,
    texts: HashMap<&'static str, String>,
}

fn keys() -> Keys {
    let shown = KeyPair::ed25519();
    let texts = HashMap::from([
        ("K", shown.public.clone()),
        ("O", KeyPair::ed25519().public),
        ("E", KeyPair::ecdsa(256).public),
        ("R", KeyPair::rsa(2048).public),
    ]);
    Keys { shown, texts }
}

impl Keys {
    /// Replaces the words K, O, E and R.
    fn fill(&self, text: &str) -> String {
        let word = |word: &str| self.texts.get(word).map_or(word, String::as_str).to_owned();
        let words = text.split_inclusive(char::is_whitespace).map(|piece| {
            let bare = piece.trim_end();
            word(bare) + &piece[bare.len()..]
        });
        words.collect()
    }

    fn read(&self, text: &str) -> KnownHosts {
        KnownHosts::parse(&Source::new("known_hosts", &self.fill(text))).0
    }

    fn verdict(&self, text: &str, host: &str, port: u16) -> HostKeyVerdict {
        let key = PublicKey::from_openssh(&self.shown.public).unwrap();
        self.read(text).host(host, port).verdict(&key)
    }
}

#[test]
fn every_row_has_its_verdict() {
    let keys = keys();
    let rows: &[(&str, &str, u16, HostKeyVerdict)] = &[
        // names
        ("web K", "web", 22, KNOWN(1)),
        ("web K", "WEB", 22, KNOWN(1)),
        ("WEB K", "web", 22, KNOWN(1)),
        ("web K", "web2", 22, UNKNOWN),
        ("web K", "we", 22, UNKNOWN),
        ("a,web,b K", "web", 22, KNOWN(1)),
        (",,web, K", "web", 22, KNOWN(1)),
        ("web,10.0.0.1 K", "10.0.0.1", 22, KNOWN(1)),
        ("fe80::1 K", "fe80::1", 22, KNOWN(1)),
        // ports
        ("web K", "web", 2222, UNKNOWN),
        ("[web]:2222 K", "web", 2222, KNOWN(1)),
        ("[web]:2222 K", "web", 22, UNKNOWN),
        ("[web]:2222 K", "web", 22222, UNKNOWN),
        ("[web]:22 K", "web", 22, UNKNOWN),
        ("[::1]:2222 K", "::1", 2222, KNOWN(1)),
        // wildcards
        ("*.example.org K", "web.example.org", 22, KNOWN(1)),
        ("*.example.org K", "a.b.example.org", 22, KNOWN(1)),
        ("*.example.org K", "example.org", 22, UNKNOWN),
        ("*.example.org K", "web.example.org", 2222, UNKNOWN),
        ("[*.example.org]:2222 K", "web.example.org", 2222, KNOWN(1)),
        ("web? K", "web1", 22, KNOWN(1)),
        ("web? K", "web", 22, UNKNOWN),
        ("web? K", "web10", 22, UNKNOWN),
        ("* K", "anything", 22, KNOWN(1)),
        ("* K", "anything", 2222, KNOWN(1)),
        ("w*b*1 K", "web-web-1", 22, KNOWN(1)),
        ("w*b*1 K", "web-web-2", 22, UNKNOWN),
        ("we[bc] K", "web", 22, UNKNOWN),
        ("*a*a*a*a*a*a*a*a*a*a*b K", &"a".repeat(250), 22, UNKNOWN),
        // negation wins, wherever it stands
        ("*.org,!bad.org K", "good.org", 22, KNOWN(1)),
        ("*.org,!bad.org K", "bad.org", 22, UNKNOWN),
        ("!bad.org,*.org K", "bad.org", 22, UNKNOWN),
        ("bad.org,!bad.org K", "bad.org", 22, UNKNOWN),
        ("*.org,!b*.org K", "bad.org", 22, UNKNOWN),
        ("!bad.org K", "good.org", 22, UNKNOWN),
        ("*.org,!bad.org O\nbad.org K", "bad.org", 22, KNOWN(2)),
        // several keys, and the line that is named
        ("web O\nweb K", "web", 22, KNOWN(2)),
        ("web K\nweb O", "web", 22, KNOWN(1)),
        ("web O", "web", 22, CHANGED(1)),
        ("web E\nweb O", "web", 22, CHANGED(2)),
        ("web E\nweb R", "web", 22, CHANGED(1)),
        ("* E\nother K\nweb R", "web", 22, CHANGED(1)),
        ("other K", "web", 22, UNKNOWN),
        // revocation wins, wherever it stands
        ("@revoked web K", "web", 22, REVOKED(1)),
        ("@revoked * K\nweb K", "web", 22, REVOKED(1)),
        ("web K\n@revoked web K", "web", 22, REVOKED(2)),
        ("web K\n@revoked web K", "web", 2222, REVOKED(2)),
        (
            "[web]:2222 K\n@revoked *.org,web K",
            "web",
            2222,
            REVOKED(2),
        ),
        (
            "[web]:2222 K\n@revoked [web]:2222 K",
            "web",
            2222,
            REVOKED(2),
        ),
        ("[web]:2222 K\n@revoked [web]:2223 K", "web", 2222, KNOWN(1)),
        ("web K\n@revoked web O", "web", 22, KNOWN(1)),
        ("web K\n@revoked other K", "web", 22, KNOWN(1)),
        ("web K\n@revoked *,!web K", "web", 22, KNOWN(1)),
        ("web O\n@revoked web K", "web", 22, REVOKED(2)),
        // a revocation that cannot be read revokes all it may mean
        (
            "web K\n@revoked web ssh-ed25519 AAAA!",
            "web",
            22,
            REVOKED(2),
        ),
        ("web K\n@revoked web ssh-ed25519", "web", 22, REVOKED(2)),
        ("web K\n@revoked web", "web", 22, REVOKED(2)),
        ("web K\n@revoked other ssh-ed25519", "web", 22, KNOWN(1)),
        ("web K\n@revoked", "web", 22, REVOKED(2)),
        ("web K\n@revoked |1|bad|worse O", "web", 22, REVOKED(2)),
        ("web K\n@revoke web K", "web", 22, REVOKED(2)),
        ("web K\n@REVOKED web K", "web", 22, REVOKED(2)),
        ("web K\n@revoked , O", "web", 22, REVOKED(2)),
        // authorities are not host keys
        (
            "@cert-authority web K",
            "web",
            22,
            HostKeyVerdict::Unknown { authority: Some(1) },
        ),
        ("@cert-authority * K\nweb K", "web", 22, KNOWN(2)),
        ("@cert-authority * K\nweb O", "web", 22, CHANGED(2)),
        ("@cert-authority other K", "web", 22, UNKNOWN),
        // spelling
        ("# web K", "web", 22, UNKNOWN),
        ("  # web O\n\t\n  web \t K", "web", 22, KNOWN(3)),
        ("web K a comment # and more", "web", 22, KNOWN(1)),
        ("web K\r\n", "web", 22, KNOWN(1)),
        ("web O \r\nweb K \r\n", "web", 22, KNOWN(2)),
        ("@revoked \t web\t K \r\nweb K", "web", 22, REVOKED(1)),
        ("\t@revoked web K\nweb K", "web", 22, REVOKED(1)),
        ("web K", "", 22, UNKNOWN),
        ("", "web", 22, UNKNOWN),
        ("\0\u{1b}[31m \u{feff}", "web", 22, UNKNOWN),
        // what cannot be read is skipped, and the rest is not
        (
            "web\nweb ssh-ed25519\nweb ssh-ed25519 AAAA!\nweb 1024 35 1234\nweb K",
            "web",
            22,
            KNOWN(5),
        ),
        ("@unknown web K", "web", 22, UNKNOWN),
        ("@cert-authority @revoked x O\nweb K", "web", 22, REVOKED(1)),
        ("web ssh-rsa AAAAC3NzaC1lZDI1NTE5", "web", 22, UNKNOWN),
    ];
    for (text, host, port, verdict) in rows {
        assert_eq!(
            keys.verdict(text, host, *port),
            *verdict,
            "{text:?} {host} {port}"
        );
    }
}

#[test]
fn hashed_names_are_matched_as_ssh_keygen_wrote_them() {
    let keys = keys();
    for (name, host, port) in [
        ("web", "web", 22),
        ("[web]:2222", "web", 2222),
        ("10.0.0.1", "10.0.0.1", 22),
        ("::1", "::1", 22),
    ] {
        let text = keys::hashed(&keys.fill(&format!("{name} K\n")));
        assert_eq!(keys.verdict(&text, host, port), KNOWN(1), "{name}");
        assert_eq!(keys.verdict(&text, "other", port), UNKNOWN, "{name}");
        assert_eq!(keys.verdict(&text, host, 2223), UNKNOWN, "{name}");
        let revoked = format!("@revoked {text}");
        assert_eq!(keys.verdict(&revoked, host, port), REVOKED(1), "{name}");
    }
}

#[test]
fn the_algorithms_asked_for_follow_the_file() {
    let keys = keys();
    let rsa = &["rsa-sha2-512", "rsa-sha2-256"][..];
    let rows: &[(&str, &[&str])] = &[
        ("web K", &["ssh-ed25519"]),
        ("web E", &["ecdsa-sha2-nistp256"]),
        ("web R", rsa),
        (
            "web R\nweb E\nweb K\nweb O",
            &[
                "ssh-ed25519",
                "ecdsa-sha2-nistp256",
                "rsa-sha2-512",
                "rsa-sha2-256",
            ],
        ),
        ("web K\n@revoked web R", &["ssh-ed25519"]),
        ("@revoked web R", rsa),
        ("@cert-authority web R", &[]),
        ("other K", &[]),
    ];
    for (text, algorithms) in rows {
        let found: Vec<String> = keys
            .read(text)
            .host("web", 22)
            .algorithms()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, *algorithms, "{text}");
    }
}

#[test]
fn covered_is_what_has_a_key_or_an_authority() {
    let keys = keys();
    for (text, covered) in [
        ("web K", true),
        ("* R", true),
        ("@revoked web K", false),
        ("@cert-authority web K", true),
        ("@cert-authority other K", false),
        ("web ssh-dss AAAAB3NzaC1kc3M=", false),
        ("other K", false),
    ] {
        assert_eq!(keys.read(text).covers("web", 22), covered, "{text}");
    }
}

#[test]
fn lines_that_cannot_be_read_are_told_with_their_place() {
    let keys = keys();
    let rows: &[(&str, Severity, &str)] = &[
        (
            "web",
            Severity::Warning,
            "known_hosts:1:1: warning: names no key: a line is `host type key`; the line is ignored",
        ),
        (
            "web ssh-ed25519",
            Severity::Warning,
            "known_hosts:1:5: warning: no key after the type `ssh-ed25519`: a line is `host type key`; the line is ignored",
        ),
        (
            "web ssh-ed25519 AAAA!",
            Severity::Warning,
            "known_hosts:1:17: warning: the key cannot be read: take the line anew with `mcp-ssh keyscan`; the line is ignored",
        ),
        (
            "|1|x web O",
            Severity::Warning,
            "known_hosts:1:1: warning: `|1|x` is no hashed name: it should be `|1|salt|hash`; the line is ignored",
        ),
        (
            "@ca web O",
            Severity::Warning,
            "known_hosts:1:1: warning: unknown marker `@ca`: write `@revoked` or `@cert-authority`; the line is ignored",
        ),
        (
            "@revoked web",
            Severity::Error,
            "known_hosts:1:1: names no key: a line is `host type key`; until it is mended, every key of the hosts it may mean counts as revoked",
        ),
        (
            "@revokd web O",
            Severity::Error,
            "known_hosts:1:1: unknown marker `@revokd`: write `@revoked`; until it is mended, every key of the hosts it may mean counts as revoked",
        ),
    ];
    for (text, severity, headline) in rows {
        let (_, faults) = KnownHosts::parse(&Source::new("known_hosts", &keys.fill(text)));
        let [fault] = faults.as_slice() else {
            panic!("{text}: {faults:?}");
        };
        assert_eq!(
            (fault.severity, fault.headline().as_str()),
            (*severity, *headline),
            "{text}"
        );
    }
}

/// For how many nanoseconds this thread has run.
fn processor_time() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn ten_thousand_lines_are_read_and_searched_fast() {
    let keys = keys();
    let text: String = (0..10_000)
        .map(|n| format!("host{n}.example.org,10.0.{}.{} K\n", n / 250, n % 250))
        .collect();
    let text = keys.fill(&text);
    let start = processor_time();
    let (known_hosts, faults) = KnownHosts::parse(&Source::new("known_hosts", &text));
    let read = processor_time() - start;
    assert!(faults.is_empty());
    assert!((0..10_000).all(|n| known_hosts.covers(&format!("host{n}.example.org"), 22)));
    let searched = processor_time() - start - read;
    // Unoptimised builds: a bound against quadratic work, not a benchmark.
    let most = 3_000_000_000;
    assert!(read < most && searched < most, "{read} {searched}");
}

/// fnmatch with `*` and `?` only, as plainly as it can be said.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=name.len()).any(|taken| matches(rest, &name[taken..])),
        ([b'?', rest @ ..], [_, after @ ..]) => matches(rest, after),
        ([wanted, rest @ ..], [byte, after @ ..]) => wanted == byte && matches(rest, after),
        _ => false,
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_and_makes_no_key_known(text in "([@|a-z0-9 \t\r\n!*?,#=+/]|\\PC|@revoked |web )*") {
        let shown = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
        let key = PublicKey::from_openssh(shown).unwrap();
        let (known_hosts, _) = KnownHosts::parse(&Source::new("known_hosts", &text));
        let verdict = known_hosts.host("web", 22).verdict(&key);
        let known = matches!(verdict, HostKeyVerdict::Known { .. });
        proptest::prop_assert!(!known, "{:?}", verdict);
        // A line after whatever that was still counts, unless all keys are revoked.
        let (known_hosts, _) = KnownHosts::parse(&Source::new("known_hosts", &format!("{text}\nweb {shown}\n")));
        let verdict = known_hosts.host("web", 22).verdict(&key);
        let kept = matches!(verdict, HostKeyVerdict::Known { .. } | HostKeyVerdict::Revoked { .. });
        proptest::prop_assert!(kept, "{:?}", verdict);
    }

    #[test]
    fn patterns_match_as_fnmatch_does(pattern in "[ab*?]{1,8}", name in "[ab]{1,8}") {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
        let (known_hosts, _) = KnownHosts::parse(&Source::new("known_hosts", &format!("{pattern} {key}")));
        let expected = matches(pattern.as_bytes(), name.as_bytes());
        proptest::prop_assert_eq!(known_hosts.covers(&name, 22), expected);
    }
}

#[test]
fn a_byte_that_is_not_utf8_spoils_its_own_line_alone() {
    let keys = keys();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("known_hosts");
    let text = keys.fill("# caf\u{e9}\nweb K\nb\u{e9}b K\n*.d\u{e9} K\ndb K caf\u{e9}\n");
    let latin1: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    std::fs::write(&file, latin1).unwrap();
    let source = mcp_ssh::config::read_lossy(&file).unwrap();
    let (known_hosts, warnings) = KnownHosts::parse(&source);
    let key = PublicKey::from_openssh(&keys.shown.public).unwrap();
    for (host, verdict) in [
        ("web", KNOWN(2)),
        ("db", KNOWN(5)),
        ("bab", UNKNOWN),
        ("a.de", UNKNOWN),
    ] {
        assert_eq!(known_hosts.host(host, 22).verdict(&key), verdict, "{host}");
    }
    let told: Vec<_> = warnings
        .iter()
        .map(|warning| (warning.severity, warning.span.line))
        .collect();
    let lines = [1, 3, 4, 5].map(|line| (Severity::Warning, line));
    assert_eq!(told, lines);
    // A marker that may have been `@revoked` still revokes.
    let text = [b"@revo\xffed web ", keys.shown.public.as_bytes()].concat();
    std::fs::write(&file, text).unwrap();
    let source = mcp_ssh::config::read_lossy(&file).unwrap();
    let verdict = KnownHosts::parse(&source).0.host("web", 22).verdict(&key);
    assert_eq!(verdict, REVOKED(1));
}
