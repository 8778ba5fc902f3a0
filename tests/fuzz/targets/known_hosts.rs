//! Of any known_hosts, a key that is known stands on the line that is named, whose hosts match; a
//! key that is not in the file is never known; a key that any line revokes for all hosts is
//! revoked, whatever stands before or after; every fault points into the file.
//!
//! `KEY` in the input stands for the key, so that it is found at all.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::ssh::{HostKeyVerdict, KnownHosts};
use mcp_ssh_yaml::diagnostic::Source;
use references::fnmatch;
use russh::keys::PublicKey;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPAgd7YwPYlSEJ53FrMuGEQHRrAaXFRIQ2ad/hqeeNre";
/// Names as servers.yml has them, with their names in known_hosts.
const HOSTS: [(&str, u16, &str); 3] = [
    ("web", 22, "web"),
    ("Web", 2222, "[web]:2222"),
    ("10.0.0.5", 22, "10.0.0.5"),
];

fuzz_target!(|input: &str| check(&input.replace("KEY", KEY)));

fn check(text: &str) {
    let key = PublicKey::from_openssh(KEY).expect("a public key");
    let source = Source::new("known_hosts", text);
    let (known_hosts, faults) = KnownHosts::parse(&source);
    for fault in faults {
        let line = source
            .text()
            .lines()
            .nth(fault.span.line - 1)
            .expect("a line of the file");
        assert!(
            (1..=line.chars().count() + 1).contains(&fault.span.column),
            "{fault:?}"
        );
        assert!(!fault.headline().contains(char::is_control), "{fault:?}");
    }
    let revoked = format!("@revoked * {KEY}");
    let before = Source::new("known_hosts", &format!("{revoked}\n{}", source.text()));
    let after = Source::new("known_hosts", &format!("{}\n{revoked}", source.text()));
    for (host, port, name) in HOSTS {
        if let HostKeyVerdict::Known { line } = known_hosts.host(host, port).verdict(&key) {
            let line = source
                .text()
                .lines()
                .nth(line - 1)
                .expect("a line of the file");
            assert!(named(line, name), "{name} is not on {line:?}");
        }
        for source in [&before, &after] {
            let verdict = KnownHosts::parse(source).0.host(host, port).verdict(&key);
            assert!(
                matches!(verdict, HostKeyVerdict::Revoked { .. }),
                "{verdict:?}"
            );
        }
    }
}

/// Whether a line lists the key for the host, hashed names left aside.
fn named(line: &str, name: &str) -> bool {
    let fields: Vec<&str> = line
        .split([' ', '\t', '\r'])
        .filter(|field| !field.is_empty())
        .collect();
    let [hosts, rest @ ..] = &fields[..] else {
        return false;
    };
    let hosts = hosts.to_ascii_lowercase();
    // A `[` is no set here.
    let meets = |pattern: &str| fnmatch(&pattern.replace('[', "[[]"), name);
    let refused = hosts
        .split(',')
        .filter_map(|one| one.strip_prefix('!'))
        .any(meets);
    let listed = hosts
        .split(',')
        .filter(|one| !one.starts_with('!'))
        .any(meets);
    let matched = hosts.starts_with('|') || listed && !refused;
    matched && rest.join(" ").starts_with(KEY)
}
