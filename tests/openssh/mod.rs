//! The ssh module against real OpenSSH servers and, where OpenSSH is too well-behaved, against
//! servers made to misbehave.

mod ending;
mod exec;
mod host_key;
mod hostile;
mod known_hosts;
mod login;
mod resolve;
mod stalling;

use std::net::Ipv4Addr;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use mcp_ssh::cancel::{self, Cancelled};
use mcp_ssh::diagnostic::Source;
use mcp_ssh::policy::{Permit, Policy, Verdict};
use mcp_ssh::runtime;
use mcp_ssh::secret::Secret;
use mcp_ssh::ssh::{Endpoint, ExecLimits, Identity, KnownHosts, Output, Session, SshError};

use crate::support::keys::KeyPair;
use crate::support::sshd::{self, Account, Sshd};

/// The name the servers go by.
const HOST: &str = "127.0.0.1";

/// Limits that no test meets by accident.
const ROOMY: ExecLimits = ExecLimits {
    max_seconds: Duration::from_secs(20),
    max_output_bytes: 1024 * 1024,
};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    runtime::block_on(future).unwrap()
}

fn endpoint(port: u16) -> Endpoint {
    Endpoint {
        alias: "box".to_owned(),
        name: HOST.to_owned(),
        port,
        address: Ipv4Addr::LOCALHOST.into(),
        username: sshd::login_name(),
        connect_timeout: Duration::from_secs(20),
        keepalive: Duration::from_secs(15),
    }
}

fn known_hosts(text: &str) -> KnownHosts {
    let (known_hosts, _faults) = KnownHosts::parse(&Source::new("known_hosts", text));
    known_hosts
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn identity(key: &KeyPair) -> Identity {
    Identity::default().with_key(secret(&key.private), None)
}

fn never() -> Cancelled {
    cancel::pair().1
}

/// A server with one user, and what is needed to log in there.
struct Host {
    sshd: Sshd,
    user: KeyPair,
    account: Option<Account>,
}

impl Host {
    fn start() -> Self {
        Self::with(|builder| builder)
    }

    fn with(change: impl FnOnce(sshd::Builder) -> sshd::Builder) -> Self {
        let user = KeyPair::ed25519();
        let sshd = change(Sshd::builder().authorize(&user)).start();
        Self {
            sshd,
            user,
            account: None,
        }
    }

    /// Its user is not root, to whose sessions OpenSSH delivers no signals.
    fn for_an_ordinary_user(tag: &str) -> Self {
        Self {
            account: sshd::is_root().then(|| Account::create(tag)),
            ..Self::start()
        }
    }

    async fn connect(&self) -> Session {
        self.try_connect(&self.sshd.known_hosts(HOST))
            .await
            .unwrap_or_else(|error| panic!("{error:?}\n{}", self.sshd.log()))
    }

    async fn try_connect(&self, lines: &str) -> Result<Session, SshError> {
        let mut endpoint = endpoint(self.sshd.port());
        if let Some(account) = &self.account {
            endpoint.username = account.name.clone();
        }
        let identity = identity(&self.user);
        Session::connect(&endpoint, &identity, &known_hosts(lines), &never()).await
    }
}

/// Permission for any line at all; one outside the accepted language goes to a shell of its own.
fn permit(line: &str) -> Permit {
    let policy = "rules: [{action: allow, shell: [glob], commands: ['*']}]\n\
                  limits: {deny_substrings: []}\n";
    let (policy, _) = Policy::load(&Source::new("policy.yml", policy)).unwrap();
    let host = policy.for_host("box", &[""; 0]);
    let quoted = format!("sh -c '{}'", line.replace('\'', r"'\''"));
    let decision = [line, &quoted]
        .map(|line| host.judge(line))
        .into_iter()
        .find(|decision| decision.verdict() == Verdict::Allow);
    let address = Ipv4Addr::LOCALHOST.into();
    host.permit(decision.unwrap(), &[address]).unwrap()
}

async fn run(session: &Session, line: &str) -> Output {
    session.exec(permit(line), ROOMY, &never()).await.unwrap()
}

/// A number that only one command line on this machine has in it. What still runs with it at
/// the end of a test is killed.
struct Marker(String);

impl Marker {
    /// For instance as the seconds of a sleep.
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(format!("9{:07}.{number:04}", std::process::id()))
    }

    /// The command line with the number in the place of MARKER.
    fn fill(&self, line: &str) -> String {
        line.replace("MARKER", &self.0)
    }

    /// The processes that have it in their command line.
    fn alive(&self) -> Vec<u32> {
        let processes = std::fs::read_dir("/proc").unwrap();
        let pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        pids.filter(|pid: &u32| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&self.0)
        })
        .collect()
    }

    /// True as soon as there are none; false when there still are after a second.
    fn is_gone(&self) -> bool {
        within(Duration::from_secs(1), || self.alive().is_empty())
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        for pid in self.alive() {
            let kill = Command::new("kill")
                .arg("-KILL")
                .arg(pid.to_string())
                .status();
            assert!(kill.is_ok());
        }
    }
}

fn within(limit: Duration, holds: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}
