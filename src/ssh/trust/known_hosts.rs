//! known_hosts: which keys a host may show.
//!
//! russh's reader is not used: it ignores `@revoked`, negation and wildcards, so that a revoked key would pass. The
//! grammar of a line is in `known_hosts_line.rs`.
//!
//! Takes: the file's text. Gives: the [`HostKeys`] of one host, and a diagnostic for each line that cannot be read.
//! Refuses no file as a whole. A malformed line is skipped with a warning, as in OpenSSH. A malformed `@revoked` line
//! revokes every key of the hosts that it names, or of all hosts if no name can be read: if it were skipped, a stolen
//! key could pass. Lines are bytes: U+FFFD stands for those that are not UTF-8.

use std::collections::HashMap;

use super::host_key::HostKeys;
use super::known_hosts_line::{self as line, KnownHostsEntry, Marker, NamedHosts};
use crate::ssh::transport::algorithms::weak_rsa_bits;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};

/// The default port, which names in known_hosts leave out (RFC 4253 section 4).
const DEFAULT_PORT: u16 = 22;

/// A known_hosts file that was read.
#[derive(Debug, Default)]
pub struct KnownHosts {
    entries: Vec<KnownHostsEntry>,
    /// The entries that spell their hosts, by name: so a lookup among thousands of hosts is fast.
    by_name: HashMap<String, Vec<usize>>,
    /// The entries that must be tried one by one: hashed names, wildcards, negations.
    patterns: Vec<usize>,
}

impl KnownHosts {
    /// Reads the text of a known_hosts file. Gives a warning for each line that could not be read; for an `@revoked`
    /// line the diagnostic is an error.
    pub fn parse(source: &Source) -> (Self, Vec<Diagnostic>) {
        let mut known_hosts = Self::default();
        let mut faults = Vec::new();
        for (index, text) in source.text().lines().enumerate() {
            if text.contains(char::REPLACEMENT_CHARACTER) {
                let message = "a byte that is not UTF-8: no host is found by it, and the rest of the file counts";
                faults.push(Diagnostic::warning(source, line_span(index + 1), message));
            }
            match line::parse(source, index + 1, text) {
                Ok(Some(entry)) => {
                    faults.extend(weakness(source, &entry));
                    known_hosts.add(entry);
                }
                Ok(None) => {}
                Err(fault) => {
                    faults.push(fault.diagnostic);
                    fault
                        .instead
                        .into_iter()
                        .for_each(|entry| known_hosts.add(entry));
                }
            }
        }
        (known_hosts, faults)
    }

    /// All that is listed for `host` (the name as servers.yml has it) on `port`.
    pub fn host(&self, host: &str, port: u16) -> HostKeys {
        let bare = lookup_name(host, DEFAULT_PORT);
        let name = lookup_name(host, port);
        let mut found = HostKeys {
            name: name.clone(),
            host: bare.clone(),
            keyscan: keyscan(host, port),
            other_port: None,
            listed: Vec::new(),
            revoked: Vec::new(),
            authorities: Vec::new(),
        };
        for entry in self.named(&name) {
            match (entry.marker, &entry.key) {
                (Marker::HostKey, Some(key)) => found.listed.push((entry.line, key.clone())),
                (Marker::Revoked, key) => found.revoked.push((entry.line, key.clone())),
                (Marker::Authority, Some(key)) => found.authorities.push((entry.line, key.clone())),
                (Marker::HostKey | Marker::Authority, None) => {}
            }
        }
        if found.listed.is_empty() {
            found.other_port = self.on_another_port(&bare, &name);
        }
        if name == bare {
            return found;
        }
        // A stolen key is stolen on every port, and an authority vouches for the host, not for a port.
        for entry in self.named(&bare) {
            match (entry.marker, &entry.key) {
                (Marker::Revoked, key) => found.revoked.push((entry.line, key.clone())),
                (Marker::Authority, Some(key)) => found.authorities.push((entry.line, key.clone())),
                (Marker::HostKey, _) if found.listed.is_empty() => {
                    found.other_port.get_or_insert((entry.line, bare.clone()));
                }
                (Marker::HostKey, _) | (Marker::Authority, None) => {}
            }
        }
        found
    }

    /// The first line that spells the host with another port than the `wanted` name has, and the name there.
    fn on_another_port(&self, bare: &str, wanted: &str) -> Option<(usize, String)> {
        let begins = format!("[{bare}]:");
        let is_host = |name: &str| name == bare || name.starts_with(&begins);
        let others = self
            .by_name
            .iter()
            .filter(|(name, _)| is_host(name) && *name != wanted);
        let lines = others.flat_map(|(name, at)| at.iter().map(move |at| (at, name)));
        let keys = lines.filter_map(|(at, name)| {
            let entry = self.entries.get(*at)?;
            (entry.marker == Marker::HostKey).then(|| (entry.line, name.clone()))
        });
        keys.min()
    }

    /// True when at least one key of the host, or an authority for it, is listed.
    pub fn covers(&self, host: &str, port: u16) -> bool {
        let keys = self.host(host, port);
        !keys.listed.is_empty() || !keys.authorities.is_empty()
    }

    /// The entries that name the host, in the order of their lines.
    fn named(&self, name: &str) -> Vec<&KnownHostsEntry> {
        let exact = self.by_name.get(name).into_iter().flatten();
        let tried = self.patterns.iter().filter(|index| {
            self.entries
                .get(**index)
                .is_some_and(|entry| entry.hosts.matches(name))
        });
        let mut found: Vec<&KnownHostsEntry> = exact
            .chain(tried)
            .filter_map(|index| self.entries.get(*index))
            .collect();
        found.sort_by_key(|entry| entry.line);
        found
    }

    fn add(&mut self, entry: KnownHostsEntry) {
        let index = self.entries.len();
        match &entry.hosts {
            NamedHosts::Patterns(patterns)
                if patterns.iter().all(|pattern| line::is_plain(pattern)) =>
            {
                for name in patterns {
                    self.by_name.entry(name.clone()).or_default().push(index);
                }
            }
            NamedHosts::All | NamedHosts::Hashed { .. } | NamedHosts::Patterns(_) => {
                self.patterns.push(index)
            }
        }
        self.entries.push(entry);
    }
}

/// A warning about a listed key that no connection will accept.
fn weakness(source: &Source, entry: &KnownHostsEntry) -> Option<Diagnostic> {
    let bits = weak_rsa_bits(entry.key.as_ref()?).filter(|_| entry.marker != Marker::Revoked)?;
    let message = format!(
        "an RSA key with {bits} bits, which is refused; 2048 is the least: give the host an ed25519 key"
    );
    Some(Diagnostic::warning(source, line_span(entry.line), message))
}

fn line_span(line: usize) -> Span {
    Span {
        line,
        column: 1,
        width: 1,
    }
}

/// The name to look up: `host`, or `[host]:port` if the port is not 22, in lower case.
pub fn lookup_name(host: &str, port: u16) -> String {
    let host = host.to_ascii_lowercase();
    if port == DEFAULT_PORT {
        host
    } else {
        format!("[{host}]:{port}")
    }
}

/// The command that asks the host for its key, in backticks: `host` or `host:port`, an IPv6 address in brackets before a
/// port.
pub fn keyscan(host: &str, port: u16) -> String {
    let target = match (port, host.contains(':')) {
        (DEFAULT_PORT, _) => host.to_owned(),
        (_, true) => format!("[{host}]:{port}"),
        (_, false) => format!("{host}:{port}"),
    };
    format!("`mcp-ssh keyscan {target}`")
}
