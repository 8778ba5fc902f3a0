//! `mcp-ssh keyscan`: known_hosts lines on stdout, fingerprints to compare on stderr.
//!
//! Takes: hosts on the command line, or all of servers.yml. Gives: one line for each key of each host. Refuses: a
//! word that is no HOST[:PORT].
//!
//! Adds nothing to any file: a line goes into known_hosts when a person has compared its
//! fingerprint with the one that the host itself shows.

use std::collections::HashMap;

use argh::FromArgs;

use super::closing::Closing;
use super::host_place::HostPlace;
use super::{ExitStatus, Terminal};
use crate::config::Paths;
use crate::gate::{Loaded, known_hosts_name, visible_text};
use crate::ssh::{Resolver, Spelling, SshError, lookup_name, scan};

/// Print the known_hosts lines of hosts, and their fingerprints on stderr. Compare those with the
/// hosts' own before you add the lines.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "keyscan",
    example = "mcp-ssh keyscan 10.0.0.11 web-1.example.com:2222\nmcp-ssh keyscan --all --hash",
    error_code(0, "all hosts answered"),
    error_code(1, "some did not, or the configuration is wrong"),
    error_code(2, "the command line is wrong")
)]
pub struct KeyscanArguments {
    /// all hosts of servers.yml
    #[argh(switch)]
    pub all: bool,
    /// hash the hosts' names
    #[argh(switch)]
    pub hash: bool,
    /// the hosts
    #[argh(positional, arg_name = "host[:port]")]
    pub hosts: Vec<String>,
}

/// A host to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
struct KeyscanTarget {
    /// Its name in known_hosts.
    name: String,
    /// Where it is.
    host: String,
    port: u16,
    /// Its aliases in servers.yml.
    aliases: Vec<String>,
    /// The alias of the jump host that it is behind.
    jump: Option<String>,
}

/// Asks each host for its keys. Exits with 0 when all of them answered.
pub async fn keyscan(
    paths: &Paths,
    options: &KeyscanArguments,
    closing: &Closing,
    terminal: &mut Terminal,
) -> ExitStatus {
    let targets = match targets(paths, options) {
        Ok(targets) => targets,
        Err((status, message)) => {
            terminal.error(&format!("mcp-ssh: {message}"));
            return status;
        }
    };
    closing.with_ports(targets.iter().map(|target| target.port));
    let resolver = Resolver::default();
    let mut status = ExitStatus::SUCCESS;
    for target in targets {
        if let Err(error) = ask(&target, &resolver, options, terminal).await {
            let KeyscanTarget { host, port, .. } = &target;
            terminal.error(&format!("mcp-ssh: {host} port {port}: {error}"));
            status = ExitStatus::FAILURE;
        }
    }
    status
}

/// Prints the lines of a host's keys, and its fingerprints. The error is for the operator.
async fn ask(
    target: &KeyscanTarget,
    resolver: &Resolver,
    options: &KeyscanArguments,
    terminal: &mut Terminal,
) -> Result<(), String> {
    // A host may have worded part of it.
    let story =
        |error: SshError| visible_text(&format!("{}: {}", error.headline(), error.detail()));
    let spelling = if options.hash {
        Spelling::Hashed
    } else {
        Spelling::Plain
    };
    if let Some(jump) = &target.jump {
        return Err(format!(
            "it is behind `{jump}`, and another machine may have its address here: run `ssh-keyscan -p {} {}` there",
            target.port, target.host
        ));
    }
    let addresses = resolver.resolve(&target.host).await.map_err(story)?;
    let scan = scan(&addresses, target.port).await;
    for key in scan.keys {
        let line = key.line(&target.name, target.port, spelling);
        terminal.line(&line.map_err(story)?);
        terminal.error(&format!("# {} {}", target.shown(), key.fingerprint()));
        if let Some(bits) = key.weak_bits() {
            terminal.error(&format!(
                "# this key has {bits} bits, and a connection takes 2048 at least: give the host an ed25519 key"
            ));
        }
    }
    if let Some(error) = scan.unasked.first() {
        let (name, why) = (target.shown(), visible_text(error.detail()));
        let others = match scan.unasked.len() {
            1 => "another type".to_owned(),
            several => format!("{several} other types"),
        };
        terminal.error(&format!(
            "# {name} hung up when it was asked for {others} of key: {why}"
        ));
    }
    scan.fault.map_or(Ok(()), |error| Err(story(error)))
}

impl KeyscanTarget {
    /// Its name as in known_hosts, and its aliases.
    fn shown(&self) -> String {
        let name = lookup_name(&self.name, self.port);
        let others = self.aliases.iter().filter(|alias| **alias != self.name);
        let others: Vec<&str> = others.map(String::as_str).collect();
        if others.is_empty() {
            return name;
        }
        format!("{name} ({})", others.join(", "))
    }
}

/// The hosts on the command line, or all of servers.yml; each once.
fn targets(
    paths: &Paths,
    options: &KeyscanArguments,
) -> Result<Vec<KeyscanTarget>, (ExitStatus, String)> {
    let usage = |message: &str| (ExitStatus::USAGE, message.to_owned());
    if options.all != options.hosts.is_empty() {
        return Err(usage(
            "write `mcp-ssh keyscan HOST[:PORT]`, or `mcp-ssh keyscan --all`",
        ));
    }
    if !options.all {
        let read = |word: &String| {
            target(word)
                .ok_or_else(|| usage(&format!("`{}` is no HOST[:PORT]", word.escape_debug())))
        };
        let read: Result<Vec<_>, _> = options.hosts.iter().map(read).collect();
        // Whoever scans a host for the first time may have no configuration yet.
        let (loaded, _) = Loaded::load(paths);
        let mut read = read?;
        for target in &mut read {
            target.jump = loaded.as_ref().and_then(|loaded| behind(loaded, target));
        }
        return Ok(each_once(read));
    }
    let (loaded, diagnostics) = Loaded::load(paths);
    let Some(loaded) = loaded else {
        let first = diagnostics.first().map(|fault| fault.headline());
        return Err((ExitStatus::FAILURE, first.unwrap_or_default()));
    };
    let hosts = loaded.inventory().hosts.iter().map(|host| KeyscanTarget {
        name: known_hosts_name(host),
        host: host.host.to_string(),
        port: host.port,
        aliases: vec![host.alias.to_string()],
        jump: host.jump.as_ref().map(ToString::to_string),
    });
    Ok(each_once(hosts.collect()))
}

/// The jump host of a place that servers.yml has behind one, and nowhere else.
fn behind(loaded: &Loaded, target: &KeyscanTarget) -> Option<String> {
    let hosts = loaded.inventory().hosts.iter();
    let mut there = hosts.filter(|host| {
        host.port == target.port && host.host.to_string().eq_ignore_ascii_case(&target.host)
    });
    let jumps: Option<Vec<String>> = there.try_fold(Vec::new(), |mut jumps, host| {
        jumps.push(host.jump.as_ref()?.to_string());
        Some(jumps)
    });
    jumps?.into_iter().next()
}

/// The targets, those that are one place under one name as one.
fn each_once(targets: Vec<KeyscanTarget>) -> Vec<KeyscanTarget> {
    let mut places: HashMap<(String, String, u16, Option<String>), usize> = HashMap::new();
    let mut found: Vec<KeyscanTarget> = Vec::new();
    for target in targets {
        let place = (
            target.name.clone(),
            target.host.clone(),
            target.port,
            target.jump.clone(),
        );
        match places.get(&place).and_then(|at| found.get_mut(*at)) {
            Some(known) => known.aliases.extend(target.aliases),
            None => {
                places.insert(place, found.len());
                found.push(target);
            }
        }
    }
    found
}

/// A host on the command line. known_hosts has names in lower case.
fn target(word: &str) -> Option<KeyscanTarget> {
    let place = HostPlace::parse(word).ok()?;
    let name = place.name.to_string().to_ascii_lowercase();
    Some(KeyscanTarget {
        host: name.clone(),
        name,
        port: place.port,
        aliases: Vec::new(),
        jump: None,
    })
}
