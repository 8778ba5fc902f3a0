//! `mcp-ssh keyscan`: known_hosts lines on stdout, fingerprints to compare on stderr.
//!
//! Takes: hosts on the command line, or all of servers.yml. Gives: one line for each key of each host. Refuses: a
//! word that is no HOST[:PORT].
//!
//! Adds nothing to any file: a line goes into known_hosts when a person has compared its
//! fingerprint with the one that the host itself shows.

use argh::FromArgs;

use super::{ExitStatus, Terminal};
use crate::config::{HostName, Paths};
use crate::gate::{Loaded, known_hosts_name};
use crate::ssh::{Resolver, Spelling, SshError, scan};

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

/// The port of a target that names none.
const DEFAULT_PORT: u16 = 22;

/// A host to ask.
struct Target {
    /// Its name in known_hosts.
    name: String,
    /// Where it is.
    host: String,
    port: u16,
}

/// Asks each host for its keys. Exits with 0 when all of them answered.
pub async fn keyscan(
    paths: &Paths,
    options: &KeyscanArguments,
    terminal: &mut Terminal,
) -> ExitStatus {
    let targets = match targets(paths, options) {
        Ok(targets) => targets,
        Err((status, message)) => {
            terminal.error(&format!("mcp-ssh: {message}"));
            return status;
        }
    };
    let resolver = Resolver::default();
    let mut status = ExitStatus::SUCCESS;
    for target in targets {
        if let Err(error) = ask(&target, &resolver, options, terminal).await {
            let Target { host, port, .. } = &target;
            terminal.error(&format!(
                "mcp-ssh: {host} port {port}: {error}: {}",
                error.detail()
            ));
            status = ExitStatus::FAILURE;
        }
    }
    status
}

async fn ask(
    target: &Target,
    resolver: &Resolver,
    options: &KeyscanArguments,
    terminal: &mut Terminal,
) -> Result<(), SshError> {
    let spelling = if options.hash {
        Spelling::Hashed
    } else {
        Spelling::Plain
    };
    let addresses = resolver.resolve(&target.host).await?;
    for key in scan(&addresses, target.port).await? {
        terminal.line(&key.line(&target.name, target.port, spelling)?);
        terminal.error(&format!("# {} {}", target.name, key.fingerprint()));
    }
    Ok(())
}

/// The hosts on the command line, or all of servers.yml.
fn targets(paths: &Paths, options: &KeyscanArguments) -> Result<Vec<Target>, (ExitStatus, String)> {
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
        return options.hosts.iter().map(read).collect();
    }
    let (loaded, diagnostics) = Loaded::load(paths);
    let Some(loaded) = loaded else {
        let first = diagnostics.first().map(|fault| fault.headline());
        return Err((ExitStatus::FAILURE, first.unwrap_or_default()));
    };
    let hosts = loaded.inventory().hosts.iter();
    Ok(hosts
        .map(|host| Target {
            name: known_hosts_name(host),
            host: host.host.to_string(),
            port: host.port,
        })
        .collect())
}

/// `host`, `host:port`, `[v6]:port` or a bare IPv6 address.
fn target(word: &str) -> Option<Target> {
    let (host, port) = match word.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            (host, port.parse().ok()?)
        }
        Some(_) | None => (word, DEFAULT_PORT),
    };
    let host = HostName::parse(host).ok()?.to_string();
    (port > 0).then(|| Target {
        name: host.clone(),
        host,
        port,
    })
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn targets_have_a_host_and_a_port() {
        for (word, expected) in [
            ("web.example.com", Some(("web.example.com", 22))),
            ("web:2222", Some(("web", 2222))),
            ("10.0.0.1:22", Some(("10.0.0.1", 22))),
            ("2001:db8::1", Some(("2001:db8::1", 22))),
            ("[2001:db8::1]:2222", Some(("2001:db8::1", 2222))),
            ("[2001:db8::1]", Some(("2001:db8::1", 22))),
            ("web:0", None),
            ("web:70000", None),
            ("web:", None),
            ("-oProxyCommand=x", None),
            ("a b", None),
        ] {
            let read = target(word);
            let found = read
                .as_ref()
                .map(|target| (target.host.as_str(), target.port));
            assert_eq!(found, expected, "{word}");
        }
    }
}
